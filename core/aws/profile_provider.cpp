#include <algorithm>
#include <string_view>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "core/aws/credential_document.h"
#include "core/aws/provider.h"
#include "core/aws/sts.h"
#include "core/command_words.h"
#include "core/error.h"
#include "core/program_output.h"
#include "core/text/strings.h"

namespace whimbrel::aws {

namespace {

/// Follows a profile to its credentials, and those to the profiles that they come from.
class ProfileReader {
 public:
  ProfileReader(Session& session, SharedConfig& config) : session_(session), config_(config) {}

  Found find(const std::string& name) {
    if (std::ranges::find(visited_, name) != visited_.end())
      throw failure(name, fmt::format("source_profile goes in a circle: {}, {}", join(visited_, ", "), name));
    visited_.push_back(name);
    const std::optional<ProfileSection> found = config_.profile(name);
    if (!found) throw failure(name, "There is no such profile in " + files());
    const Keys keys{*found};
    if (keys.has("role_arn")) return assume(name, keys);
    if (keys.has("sso_start_url") || keys.has("sso_session")) throw needsLogin(name);
    if (keys.has("aws_access_key_id") || keys.has("aws_secret_access_key")) return staticKeys(name, keys);
    if (keys.has("credential_process")) return run(name, keys["credential_process"]);
    return NotConfigured{fmt::format("profile {} has no credentials in {}", name, files())};
  }

  std::string files() const {
    std::vector<std::string> paths;
    for (const std::string& path : {config_.credentialsFile(), config_.configFile()})
      if (!path.empty()) paths.push_back(path);
    return paths.empty() ? "any file: there is no home folder" : join(paths, " and ");
  }

 private:
  /// The keys of a section; one that is empty counts as missing.
  struct Keys {
    const ProfileSection& section;
    std::string operator[](std::string_view name) const {
      const auto found = section.find(name);
      return found == section.end() ? "" : found->second;
    }
    bool has(std::string_view name) const { return !(*this)[name].empty(); }
  };

  static Error failure(const std::string& profile, std::string why) {
    return Error(ErrorCode::Configuration,
                 fmt::format("Unable to get AWS credentials from profile {}", profile), {std::move(why)});
  }

  static Error needsLogin(const std::string& name) {
    return failure(
        name, fmt::format("It logs in by IAM Identity Center (sso_…), which is done by AWS's own program: "
                          "in another profile configure credential_process = aws configure "
                          "export-credentials --profile {}",
                          name));
  }

  static Credentials staticKeys(const std::string& name, const Keys& keys) {
    for (const std::string_view key : {"aws_access_key_id", "aws_secret_access_key"})
      if (!keys.has(key)) throw failure(name, fmt::format("It has no {}", key));
    return {keys["aws_access_key_id"],
            keys["aws_secret_access_key"],
            keys["aws_session_token"],
            {},
            fmt::format("profile {}", name)};
  }

  Credentials assume(const std::string& name, const Keys& keys) {
    if (keys.has("mfa_serial"))
      throw failure(name, "It asks for a code of a device (mfa_serial), which nobody is there to type in");
    const Role role{.arn = keys["role_arn"],
                    .sessionName = keys["role_session_name"],
                    .externalId = keys["external_id"],
                    .durationSeconds = keys["duration_seconds"],
                    .source = fmt::format("profile {} (role {})", name, keys["role_arn"])};
    if (keys.has("web_identity_token_file"))
      return assumeRoleWithWebIdentity(session_, config_, role, keys["web_identity_token_file"]);
    return assumeRole(session_, config_, role, caller(name, keys));
  }

  /// Who assumes the role.
  Credentials caller(const std::string& name, const Keys& keys) {
    const std::string profile = keys["source_profile"], source = keys["credential_source"];
    if (profile.empty() == source.empty())
      throw failure(name,
                    "A role_arn needs one of source_profile, credential_source and "
                    "web_identity_token_file");
    if (profile == name) return staticKeys(name, keys);
    Found found = profile.empty() ? named(name, source) : find(profile);
    if (auto* credentials = std::get_if<Credentials>(&found)) return std::move(*credentials);
    throw failure(name, std::get<NotConfigured>(found).why);
  }

  Found named(const std::string& name, const std::string& source) {
    struct Source {
      std::string_view name;
      Found (*find)(Session& session, SharedConfig& config);
    };
    constexpr Source sources[] = {{"Environment", fromEnvironment},
                                  {"Ec2InstanceMetadata", fromInstance},
                                  {"EcsContainer", fromContainer}};
    for (const Source& known : sources)
      if (known.name == source) return known.find(session_, config_);
    throw failure(name, fmt::format("credential_source is Environment, Ec2InstanceMetadata or EcsContainer, "
                                    "but was: {}",
                                    source));
  }

  static Credentials run(const std::string& name, const std::string& command) {
    const std::string unable = fmt::format("Unable to run credential_process of the AWS profile {}", name);
    std::vector<std::string> words = commandWords(command, unable);
    if (words.empty()) throw Error(ErrorCode::Configuration, unable, {"It names no program"});
    const std::string source = fmt::format("credential_process of profile {}: {}", name, words.front());
    const std::string output =
        programOutput(std::move(words), fmt::format("Unable to get AWS credentials from {}", source));
    requireVersion(output, source);
    return readCredentialDocument(output, "SessionToken", source);
  }

  static void requireVersion(const std::string& output, const std::string& source) {
    const nlohmann::json document = nlohmann::json::parse(output, nullptr, /*allow_exceptions=*/false);
    if (!document.is_object() || document.value("Version", nlohmann::json()) == 1) return;
    throw Error(ErrorCode::Configuration, fmt::format("Unable to get AWS credentials from {}", source),
                {"Its Version is not 1"});
  }

  Session& session_;
  SharedConfig& config_;
  std::vector<std::string> visited_;
};

}  // namespace

Found fromProfile(Session& session, SharedConfig& config) {
  const std::string name = config.profileName();
  ProfileReader reader(session, config);
  if (!config.profileIsChosen() && !config.profile(name))
    return NotConfigured{fmt::format("there is no profile {} in {}", name, reader.files())};
  return reader.find(name);
}

}  // namespace whimbrel::aws
