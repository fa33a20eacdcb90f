// What AWS's own programs read from environment variables and from the two profile files, ~/.aws/config and
// ~/.aws/credentials (spec/aws.md section 3).
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace whimbrel::aws {

/// The keys of one section. A key of a nested block is "block.key": `s3 =` with an indented `endpoint_url =
/// …` gives "s3.endpoint_url".
using ProfileSection = std::map<std::string, std::string, std::less<>>;
/// By the text between the brackets: "default", "profile ci", "services local".
using ProfileFile = std::map<std::string, ProfileSection, std::less<>>;

/// Reads the text of a profile file. `path` is for messages. Throws Error, naming the line, for what is no
/// section, key or comment.
ProfileFile readProfileFile(std::string_view text, const std::string& path);

/// Both files are read when a profile is first asked for; a file that is missing is empty.
class SharedConfig {
 public:
  /// `home` is empty when there is none.
  SharedConfig(std::map<std::string, std::string> environment, std::string home);

  /// An environment variable; one that is empty counts as not set.
  std::optional<std::string> variable(std::string_view name) const;
  /// All of them, for programs that are started.
  const std::map<std::string, std::string>& environment() const { return environment_; }

  /// AWS_PROFILE, AWS_DEFAULT_PROFILE or "default".
  std::string profileName() const;
  /// Whether a variable names it, so that it has to be there.
  bool profileIsChosen() const;

  /// The profile's keys, those of the credentials file before those of the config file; absent when neither
  /// has it. Throws Error for files that can't be read or are no profile files.
  std::optional<ProfileSection> profile(std::string_view name);
  /// The section [services NAME] or [sso-session NAME] of the config file.
  std::optional<ProfileSection> section(std::string_view kind, std::string_view name);

  /// The variable's value, else that of the key in the profile in use.
  std::optional<std::string> setting(std::string_view variableName, std::string_view key);
  /// Whether such a setting is "true". Throws Error for anything but true and false.
  bool isOn(std::string_view variableName, std::string_view key);

  /// Reads the files anew when they are next asked for: other programs put new keys into them.
  void forget() { isRead_ = false; }

  /// The files' paths, for messages; empty without a home folder and a variable that names them.
  std::string configFile() const;
  std::string credentialsFile() const;

 private:
  void read();
  std::string path(std::string_view variableName, std::string_view name) const;

  std::map<std::string, std::string> environment_;
  std::string home_;
  bool isRead_ = false;
  ProfileFile config_;
  ProfileFile credentials_;
};

}  // namespace whimbrel::aws
