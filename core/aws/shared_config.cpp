#include "core/aws/shared_config.h"

#include <cerrno>
#include <fstream>
#include <system_error>

#include <fmt/format.h>

#include "core/error.h"
#include "core/text/strings.h"

namespace whimbrel::aws {

namespace {

bool isBlank(char c) { return c == ' ' || c == '\t'; }

/// A comment behind a value begins with a blank and '#' or ';'; "a#b" is a value.
std::string_view withoutComment(std::string_view value) {
  for (std::size_t i = 1; i < value.size(); ++i)
    if ((value[i] == '#' || value[i] == ';') && isBlank(value[i - 1])) return trim(value.substr(0, i));
  return value;
}

class FileReader {
 public:
  explicit FileReader(const std::string& path) : path_(path) {}

  ProfileFile read(std::string_view text) {
    if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
    while (!text.empty()) {
      ++line_;
      readLine(cutAt(text, '\n'));
    }
    return std::move(file_);
  }

 private:
  void readLine(std::string_view line) {
    const std::string_view content = trim(line);
    if (content.empty() || content.front() == '#' || content.front() == ';') return;
    if (isBlank(line.front()))
      readIndented(content);
    else if (content.front() == '[')
      readSection(content);
    else
      readKey(content);
  }

  void readSection(std::string_view content) {
    const std::size_t end = content.find(']');
    if (end == std::string_view::npos) throw failure("a section without its ]");
    // "profile  'ci'" is as good as "profile ci".
    std::string_view rest = trim(content.substr(1, end - 1));
    const std::string_view kind = rest.substr(0, rest.find_first_of(" \t"));
    rest = trim(rest.substr(kind.size()));
    if (rest.size() > 1 && (rest.front() == '"' || rest.front() == '\'') && rest.back() == rest.front())
      rest = rest.substr(1, rest.size() - 2);
    section_ = &file_[rest.empty() ? std::string(kind) : fmt::format("{} {}", kind, rest)];
    block_.clear();
  }

  void readKey(std::string_view content) {
    if (section_ == nullptr) throw failure("a key before the first section");
    const auto [key, value] = pair(content);
    block_ = key;
    (*section_)[key] = value;
  }

  void readIndented(std::string_view content) {
    if (section_ == nullptr || block_.empty()) throw failure("an indented line that belongs to no key");
    // Below a key that has a value of its own the line goes on with that value; nothing that is read here
    // does.
    if (!(*section_)[block_].empty()) return;
    const auto [key, value] = pair(content);
    (*section_)[fmt::format("{}.{}", block_, key)] = value;
  }

  std::pair<std::string, std::string> pair(std::string_view content) const {
    if (content.find('=') == std::string_view::npos) throw failure("neither a section nor a key with its =");
    const std::string key = asciiLower(trim(cutAt(content, '=')));
    if (key.empty()) throw failure("a value without a key");
    return {key, std::string(withoutComment(trim(content)))};
  }

  // The line itself may hold a secret.
  Error failure(std::string_view what) const {
    return Error(ErrorCode::Configuration,
                 fmt::format("{} line {} is no line of an AWS profile file: {}", path_, line_, what));
  }

  const std::string& path_;
  int line_ = 0;
  ProfileFile file_;
  ProfileSection* section_ = nullptr;
  std::string block_;
};

Error unreadable(const std::string& path) {
  return Error(ErrorCode::Configuration, "Unable to read the AWS profile file " + path,
               {std::generic_category().message(errno)});
}

ProfileFile readFile(const std::string& path) {
  if (path.empty()) return {};
  std::ifstream file(path, std::ios::binary);
  if (!file.is_open()) {
    if (errno == ENOENT || errno == ENOTDIR) return {};
    throw unreadable(path);
  }
  std::string text;
  char buffer[4096];
  while (file.read(buffer, sizeof buffer) || file.gcount() > 0)
    text.append(buffer, static_cast<std::size_t>(file.gcount()));
  if (file.bad()) throw unreadable(path);
  return readProfileFile(text, path);
}

}  // namespace

ProfileFile readProfileFile(std::string_view text, const std::string& path) {
  return FileReader(path).read(text);
}

SharedConfig::SharedConfig(std::map<std::string, std::string> environment, std::string home)
    : environment_(std::move(environment)), home_(std::move(home)) {}

std::optional<std::string> SharedConfig::variable(std::string_view name) const {
  const auto found = environment_.find(std::string(name));
  if (found == environment_.end() || found->second.empty()) return std::nullopt;
  return found->second;
}

std::string SharedConfig::profileName() const {
  if (const auto name = variable("AWS_PROFILE")) return *name;
  return variable("AWS_DEFAULT_PROFILE").value_or("default");
}

bool SharedConfig::profileIsChosen() const {
  return variable("AWS_PROFILE").has_value() || variable("AWS_DEFAULT_PROFILE").has_value();
}

std::string SharedConfig::path(std::string_view variableName, std::string_view name) const {
  std::string path = variable(variableName).value_or(home_.empty() ? "" : fmt::format("~/.aws/{}", name));
  if (path.starts_with("~/") && !home_.empty()) path.replace(0, 1, home_);
  return path;
}

std::string SharedConfig::configFile() const { return path("AWS_CONFIG_FILE", "config"); }

std::string SharedConfig::credentialsFile() const {
  return path("AWS_SHARED_CREDENTIALS_FILE", "credentials");
}

void SharedConfig::read() {
  if (isRead_) return;
  config_ = readFile(configFile());
  credentials_ = readFile(credentialsFile());
  isRead_ = true;
}

std::optional<ProfileSection> SharedConfig::profile(std::string_view name) {
  read();
  const std::string inConfig = fmt::format("profile {}", name);
  auto config = config_.find(inConfig);
  if (config == config_.end() && name == "default") config = config_.find(name);
  const auto credentials = credentials_.find(name);
  if (config == config_.end() && credentials == credentials_.end()) return std::nullopt;
  ProfileSection keys;
  if (credentials != credentials_.end()) keys = credentials->second;
  if (config != config_.end()) keys.insert(config->second.begin(), config->second.end());
  return keys;
}

std::optional<ProfileSection> SharedConfig::section(std::string_view kind, std::string_view name) {
  read();
  const auto found = config_.find(fmt::format("{} {}", kind, name));
  if (found == config_.end()) return std::nullopt;
  return found->second;
}

std::optional<std::string> SharedConfig::setting(std::string_view variableName, std::string_view key) {
  if (std::optional<std::string> value = variable(variableName)) return value;
  const std::optional<ProfileSection> keys = profile(profileName());
  if (!keys) return std::nullopt;
  const auto found = keys->find(key);
  if (found == keys->end() || found->second.empty()) return std::nullopt;
  return found->second;
}

bool SharedConfig::isOn(std::string_view variableName, std::string_view key) {
  const std::string value = asciiLower(setting(variableName, key).value_or("false"));
  if (value != "true" && value != "false")
    throw Error(
        ErrorCode::Configuration,
        fmt::format("{} (or {} of the AWS profile) is true or false, but was: {}", variableName, key, value));
  return value == "true";
}

}  // namespace whimbrel::aws
