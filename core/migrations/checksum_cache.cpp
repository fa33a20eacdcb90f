#include "core/migrations/checksum_cache.h"

#include <array>
#include <cerrno>
#include <charconv>
#include <cstdlib>
#include <fcntl.h>
#include <string_view>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "core/text/strings.h"

namespace whimbrel {
namespace {

constexpr std::string_view format = "whimbrel checksums 1";
/// That of some 500,000 scripts.
constexpr std::size_t largestFile = 64UL * 1024 * 1024;

/// Why a cache is not used.
class Unusable : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

[[noreturn]] void throwSystemError() { throw Unusable(std::generic_category().message(errno)); }

class File {
 public:
  explicit File(int descriptor) : descriptor_(descriptor) {
    if (descriptor < 0) throwSystemError();
  }
  ~File() { ::close(descriptor_); }
  File(const File&) = delete;
  File& operator=(const File&) = delete;

  /// Somebody else's file, or one that others may write, could name any checksum.
  void requirePrivate() const {
    struct stat status;
    if (fstat(descriptor_, &status) != 0) throwSystemError();
    if (!S_ISREG(status.st_mode)) throw Unusable("it is no file");
    if (status.st_uid != geteuid()) throw Unusable("it belongs to another user");
    if ((status.st_mode & (S_IWGRP | S_IWOTH)) != 0) throw Unusable("others may write it");
  }

  std::string readAll() const {
    std::string text;
    std::array<char, 65536> buffer;
    for (;;) {
      const ssize_t count = ::read(descriptor_, buffer.data(), buffer.size());
      if (count < 0) throwSystemError();
      if (count == 0) return text;
      text.append(buffer.data(), static_cast<std::size_t>(count));
      if (text.size() > largestFile) throw Unusable("it is too large");
    }
  }

  void write(std::string_view text) const {
    while (!text.empty()) {
      const ssize_t count = ::write(descriptor_, text.data(), text.size());
      if (count < 0) throwSystemError();
      text.remove_prefix(static_cast<std::size_t>(count));
    }
  }

 private:
  int descriptor_;
};

std::pair<ChecksumKey, std::int32_t> parseLine(const std::string& line) {
  std::vector<std::string> fields = split(line, '\t');
  if (fields.size() != 5) throw Unusable("a line is broken");
  std::int32_t checksum = 0;
  const std::string& number = fields[0];
  const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), checksum);
  if (error != std::errc() || end != number.data() + number.size()) throw Unusable("a line is broken");
  return {{std::move(fields[4]), std::move(fields[3]), std::move(fields[1]), std::move(fields[2])}, checksum};
}

std::map<ChecksumKey, std::int32_t> parse(std::string_view text) {
  if (!text.ends_with('\n')) throw Unusable("its end is missing");
  if (cutAt(text, '\n') != format) throw Unusable("it is none, or of another version");
  std::map<ChecksumKey, std::int32_t> checksums;
  while (!text.empty()) checksums.insert(parseLine(std::string(cutAt(text, '\n'))));
  return checksums;
}

std::map<ChecksumKey, std::int32_t> read(const std::string& path) {
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
  if (descriptor < 0 && errno == ENOENT) return {};
  const File file(descriptor);
  file.requirePrivate();
  return parse(file.readAll());
}

void replace(const std::string& path, std::string_view text) {
  std::string temporary = path + ".XXXXXX";
  const File file(mkostemp(temporary.data(), O_CLOEXEC));  // with the mode 0600
  try {
    file.write(text);
    if (::rename(temporary.c_str(), path.c_str()) != 0) throwSystemError();
  } catch (const Unusable&) {
    ::unlink(temporary.c_str());
    throw;
  }
}

bool isStorable(const ChecksumKey& key) {
  const auto fits = [](std::string_view text) {
    return text.find_first_of("\t\n") == std::string_view::npos;
  };
  return !key.revision.empty() && fits(key.script) && fits(key.revision) && fits(key.encoding) &&
         fits(key.prefix);
}

}  // namespace

ChecksumCache::ChecksumCache(std::string path, Log& log) : path_(std::move(path)), log_(log) {
  if (path_.empty()) return;
  try {
    checksums_ = read(path_);
  } catch (const Unusable& reason) {
    log_.warn(fmt::format("The checksum cache {} is not used: {}", path_, reason.what()));
  }
}

std::optional<std::int32_t> ChecksumCache::find(const ChecksumKey& key) const {
  const auto found = checksums_.find(key);
  return found == checksums_.end() ? std::nullopt : std::optional(found->second);
}

void ChecksumCache::add(const ChecksumKey& key, std::int32_t checksum) {
  if (path_.empty() || !isStorable(key)) return;
  // What is known of other revisions will hardly be asked for again.
  for (auto other = checksums_.lower_bound({key.script, "", "", ""});
       other != checksums_.end() && other->first.script == key.script;)
    other = other->first.revision == key.revision ? std::next(other) : checksums_.erase(other);
  checksums_.insert_or_assign(key, checksum);
  changed_ = true;
}

void ChecksumCache::save() {
  if (!std::exchange(changed_, false)) return;
  std::string text = fmt::format("{}\n", format);
  for (const auto& [key, checksum] : checksums_)
    fmt::format_to(std::back_inserter(text), "{}\t{}\t{}\t{}\t{}\n", checksum, key.encoding, key.prefix,
                   key.revision, key.script);
  try {
    replace(path_, text);
  } catch (const Unusable& reason) {
    log_.warn(fmt::format("The checksum cache {} can't be written: {}", path_, reason.what()));
  }
}

}  // namespace whimbrel
