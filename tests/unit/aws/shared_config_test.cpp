#include "core/aws/shared_config.h"

#include <filesystem>
#include <fstream>
#include <string>

#include <doctest/doctest.h>

#include "core/error.h"

using namespace whimbrel;
using namespace whimbrel::aws;

namespace {

/// A folder with .aws/config and .aws/credentials that is gone after the test.
class Home {
 public:
  Home(const std::string& config, const std::string& credentials)
      : path_(std::filesystem::temp_directory_path() / "whimbrel-home.XXXXXX") {
    std::string name = path_.string();
    REQUIRE(mkdtemp(name.data()) != nullptr);
    path_ = name;
    std::filesystem::create_directory(path_ / ".aws");
    std::ofstream(path_ / ".aws/config") << config;
    std::ofstream(path_ / ".aws/credentials") << credentials;
  }
  ~Home() { std::filesystem::remove_all(path_); }
  Home(const Home&) = delete;
  Home& operator=(const Home&) = delete;

  std::string path() const { return path_.string(); }

 private:
  std::filesystem::path path_;
};

std::string refusal(const std::string& text) {
  try {
    readProfileFile(text, "config");
  } catch (const Error& error) {
    return error.message();
  }
  return "none";
}

}  // namespace

TEST_CASE("a profile file has sections, keys, comments and nested blocks") {
  const ProfileFile file = readProfileFile(
      "\xEF\xBB\xBF# comment\n"
      "[default]\r\n"
      "region = eu-west-1 ; why\r\n"
      "aws_secret_access_key = a#b;c==\n"
      "; another\n"
      "[profile  'Übung x']\n"
      "s3 =\n"
      "  addressing_style = path\n"
      "\tendpoint_url=http://localhost:9000\n"
      "Region=us-east-1\n"
      "[services local]\n"
      "secrets_manager =\n"
      "  endpoint_url = http://localhost:1\n"
      "[default]\n"
      "output = json\n",
      "config");
  CHECK(file.at("default").at("region") == "eu-west-1");
  CHECK(file.at("default").at("aws_secret_access_key") == "a#b;c==");
  CHECK(file.at("default").at("output") == "json");
  CHECK(file.at("profile Übung x").at("s3.addressing_style") == "path");
  CHECK(file.at("profile Übung x").at("s3.endpoint_url") == "http://localhost:9000");
  CHECK(file.at("profile Übung x").at("region") == "us-east-1");
  CHECK(file.at("services local").at("secrets_manager.endpoint_url") == "http://localhost:1");
}

TEST_CASE("a line that is none of them is refused by its number, without its text") {
  CHECK(refusal("[default]\nsecret-without-equals\n") ==
        "config line 2 is no line of an AWS profile file: neither a section nor a key with its =");
  CHECK(refusal("a=b\n") ==
        "config line 1 is no line of an AWS profile file: a key before the first section");
  CHECK(refusal("[default\n") == "config line 1 is no line of an AWS profile file: a section without its ]");
  CHECK(refusal("[default]\n = x\n").find("line 2") != std::string::npos);
  CHECK(refusal("") == "none");
}

TEST_CASE("the credentials file wins over the config file, which wins with its other keys") {
  const Home home("[default]\nregion=r1\naws_access_key_id=config\n[profile ci]\nregion=r2\n[x]\nregion=no\n",
                  "[default]\naws_access_key_id=credentials\n[only]\naws_access_key_id=only\n");
  SharedConfig config({}, home.path());
  CHECK(config.profile("default")->at("aws_access_key_id") == "credentials");
  CHECK(config.profile("default")->at("region") == "r1");
  CHECK(config.profile("ci")->at("region") == "r2");
  CHECK(config.profile("only")->at("aws_access_key_id") == "only");
  CHECK_FALSE(config.profile("x"));
  CHECK_FALSE(config.profile("CI"));
}

TEST_CASE("variables come before the profile that AWS_PROFILE names") {
  const Home home("[profile ci]\nregion=r2\nuse_fips_endpoint=TRUE\n", "");
  SharedConfig config({{"AWS_PROFILE", "ci"}, {"AWS_EMPTY", ""}}, home.path());
  CHECK(config.profileIsChosen());
  CHECK(config.setting("AWS_REGION", "region") == "r2");
  CHECK(config.isOn("AWS_USE_FIPS_ENDPOINT", "use_fips_endpoint"));
  CHECK_FALSE(config.variable("AWS_EMPTY"));
  SharedConfig other({{"AWS_PROFILE", "ci"}, {"AWS_REGION", "r3"}, {"AWS_USE_FIPS_ENDPOINT", "yes"}},
                     home.path());
  CHECK(other.setting("AWS_REGION", "region") == "r3");
  CHECK_THROWS_AS(other.isOn("AWS_USE_FIPS_ENDPOINT", "use_fips_endpoint"), const Error&);
}

TEST_CASE("without a home folder there are only the files that variables name") {
  const Home home("[default]\nregion=r1\n", "");
  CHECK(SharedConfig({}, "").configFile().empty());
  CHECK_FALSE(SharedConfig({}, "").profile("default"));
  SharedConfig named({{"AWS_CONFIG_FILE", home.path() + "/.aws/config"}}, "");
  CHECK(named.profile("default")->at("region") == "r1");
  CHECK(SharedConfig({{"AWS_CONFIG_FILE", "~/x"}}, "/h").configFile() == "/h/x");
}

TEST_CASE("a file that can't be read is an error, one that is missing is none") {
  const Home home("", "");
  CHECK_FALSE(SharedConfig({{"AWS_CONFIG_FILE", home.path() + "/nothing"}}, "").profile("default"));
  SharedConfig folder({{"AWS_CONFIG_FILE", home.path()}}, "");
  CHECK_THROWS_AS(folder.profile("default"), const Error&);
}
