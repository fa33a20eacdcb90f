#include "core/locations/filesystem.h"

#include <algorithm>
#include <cerrno>
#include <dirent.h>
#include <fcntl.h>
#include <string_view>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>
#include <unordered_set>
#include <utility>

#include <fmt/format.h>

#include "core/error.h"

namespace whimbrel {
namespace {

struct CloseFolder {
  void operator()(DIR* folder) const { closedir(folder); }
};
using Folder = std::unique_ptr<DIR, CloseFolder>;

enum class EntryType { File, Folder, Special };

struct Entry {
  std::string name;
  EntryType type;
};

/// From the listing itself where the file system tells: a system call per file would be most of the time of a
/// scan.
std::optional<EntryType> typeOf(DIR* folder, const dirent& entry) {
  if (entry.d_type == DT_REG) return EntryType::File;
  if (entry.d_type == DT_DIR) return EntryType::Folder;
  struct stat status;
  if (fstatat(dirfd(folder), entry.d_name, &status, 0) != 0) return std::nullopt;  // a broken link
  if (S_ISREG(status.st_mode)) return EntryType::File;
  return S_ISDIR(status.st_mode) ? EntryType::Folder : EntryType::Special;
}

std::vector<Entry> list(const std::string& path) {
  std::vector<Entry> entries;
  const Folder folder(opendir(path.c_str()));
  if (!folder) return entries;
  while (const dirent* entry = readdir(folder.get())) {
    const std::string_view name = entry->d_name;
    if (name == "." || name == "..") continue;
    if (const auto type = typeOf(folder.get(), *entry)) entries.push_back({std::string(name), *type});
  }
  return entries;
}

std::string joinPath(const std::string& folder, std::string_view name) {
  return folder.empty() || folder.ends_with('/') ? fmt::format("{}{}", folder, name)
                                                 : fmt::format("{}/{}", folder, name);
}

class Search {
 public:
  explicit Search(const WildcardPath& pattern) : pattern_(pattern) {}

  std::vector<FoundFile> run() {
    searchFolder("");
    std::sort(found_.begin(), found_.end(), [](const FoundFile& a, const FoundFile& b) {
      return std::tie(a.script, a.path) < std::tie(b.script, b.path);
    });
    return std::move(found_);
  }

 private:
  using Identity = std::pair<dev_t, ino_t>;

  /// `below` is the path from the root.
  void searchFolder(const std::string& below) {
    const std::string path = below.empty() ? pattern_.root() : joinPath(pattern_.root(), below);
    struct stat status;
    if (stat(path.c_str(), &status) != 0) return;
    const Identity identity(status.st_dev, status.st_ino);
    if (std::find(inside_.begin(), inside_.end(), identity) != inside_.end())
      return;  // a link to a folder above
    inside_.push_back(identity);
    const std::vector<Entry> entries = list(path);
    addFiles(entries, below);
    for (const Entry& entry : entries)
      if (entry.type == EntryType::Folder && !entry.name.starts_with('.'))
        searchFolder(joinPath(below, entry.name));
    inside_.pop_back();
  }

  void addFiles(const std::vector<Entry>& entries, const std::string& below) {
    constexpr std::string_view configSuffix = ".conf";
    std::unordered_set<std::string_view> configured;
    for (const Entry& entry : entries)
      if (entry.type != EntryType::Special && entry.name.ends_with(configSuffix))
        configured.insert(std::string_view(entry.name).substr(0, entry.name.size() - configSuffix.size()));
    for (const Entry& entry : entries) {
      if (entry.type == EntryType::Folder) continue;
      const std::string file = joinPath(below, entry.name);
      if (const auto script = pattern_.match(file))
        found_.push_back({std::string(*script), joinPath(pattern_.root(), file),
                          entry.type == EntryType::File, configured.contains(entry.name)});
    }
  }

  const WildcardPath& pattern_;
  std::vector<FoundFile> found_;
  std::vector<Identity> inside_;  ///< the folders from the root to the one at hand
};

class FileReader : public Reader {
 public:
  explicit FileReader(const std::string& path) : path_(path) {
    // A pipe that took the file's place since it was found must not make us wait for a writer.
    descriptor_ = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (descriptor_ < 0) fail(errno);
    struct stat status;
    const int problem = fstat(descriptor_, &status) != 0 ? errno : S_ISREG(status.st_mode) ? 0 : EINVAL;
    if (problem == 0) return;
    close(descriptor_);
    fail(problem);
  }
  ~FileReader() override { close(descriptor_); }
  FileReader(const FileReader&) = delete;
  FileReader& operator=(const FileReader&) = delete;

  std::size_t read(char* buffer, std::size_t size) override {
    for (;;) {
      const ssize_t count = ::read(descriptor_, buffer, size);
      if (count >= 0) return static_cast<std::size_t>(count);
      if (errno != EINTR) fail(errno);
    }
  }

 private:
  [[noreturn]] void fail(int problem) const {
    throw Error(fmt::format("Unable to read {} ({})", path_, std::generic_category().message(problem)));
  }

  std::string path_;
  int descriptor_;
};

}  // namespace

FolderProblem checkFolder(const std::string& path) {
  struct stat status;
  if (stat(path.c_str(), &status) != 0) return FolderProblem::NotFound;
  if (!S_ISDIR(status.st_mode)) return FolderProblem::NotADirectory;
  return isReadable(path) ? FolderProblem::None : FolderProblem::NotReadable;
}

std::vector<FoundFile> findFiles(const WildcardPath& pattern) { return Search(pattern).run(); }

std::string absolutePath(const std::string& path, const std::string& currentDirectory) {
  return path.starts_with('/') ? path : joinPath(currentDirectory, path);
}

bool isReadable(const std::string& path) { return faccessat(AT_FDCWD, path.c_str(), R_OK, AT_EACCESS) == 0; }

std::unique_ptr<Reader> FilesystemStorage::open(const Resource& resource) const {
  return openFile(resource.absolutePath);
}

std::unique_ptr<Reader> openFile(const std::string& path) { return std::make_unique<FileReader>(path); }

}  // namespace whimbrel
