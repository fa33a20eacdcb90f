#include "cli/console.h"

#include <array>
#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <string>
#include <sys/stat.h>
#include <thread>
#include <unistd.h>

#include <doctest/doctest.h>

#include "core/error.h"

using namespace whimbrel;

namespace {

std::string contentOf(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

class TemporaryFolder {
 public:
  TemporaryFolder() {
    std::string pattern = std::filesystem::temp_directory_path() / "whimbrel-console-XXXXXX";
    path_ = ::mkdtemp(pattern.data());
  }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  ~TemporaryFolder() { std::filesystem::remove_all(path_); }
  std::string operator/(const std::string& name) const { return path_ + "/" + name; }

 private:
  std::string path_;
};

class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) { REQUIRE(number >= 0); }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() { ::close(number_); }
  operator int() const { return number_; }

 private:
  int number_;
};

int create(const std::string& path) { return ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600); }

struct Printed {
  std::string output;
  std::string error;
  std::string file;
  bool operator==(const Printed&) const = default;
};

std::ostream& operator<<(std::ostream& stream, const Printed& printed) {
  return stream << "[" << printed.output << "][" << printed.error << "][" << printed.file << "]";
}

// What is printed while `use` runs, with an output file.
Printed print(ConsoleOptions options, const std::function<void(Console&)>& use) {
  const TemporaryFolder folder;
  {
    const Descriptor output(create(folder / "out"));
    const Descriptor error(create(folder / "err"));
    options.outputFile = folder / "file";
    Console console(options, output, error);
    console.openOutputFile();
    use(console);
  }
  return {contentOf(folder / "out"), contentOf(folder / "err"), contentOf(folder / "file")};
}

void everything(Console& console) {
  console.debug("d");
  console.info("i");
  console.info("Successfully s");
  console.warn("w");
  console.error("e");
}

}  // namespace

TEST_CASE("errors go to standard error, all else to standard output, everything to the file") {
  CHECK(print({}, everything) == Printed{"i\nSuccessfully s\nWARNING: w\n", "ERROR: e\n",
                                         "i\nSuccessfully s\nWARNING: w\nERROR: e\n"});
}

TEST_CASE("-X adds debug lines, -q hides them and info lines") {
  CHECK(print({.debug = true}, everything).output == "DEBUG: d\ni\nSuccessfully s\nWARNING: w\n");
  CHECK(print({.quiet = true, .debug = true}, everything) ==
        Printed{"WARNING: w\n", "ERROR: e\n", "WARNING: w\nERROR: e\n"});
}

TEST_CASE("debugs() says whether debug lines are wanted") {
  const auto debugs = [](const ConsoleOptions& options) { return Console(options).debugs(); };
  CHECK(debugs({.debug = true}));
  CHECK_FALSE(debugs({}));
  CHECK_FALSE(debugs({.quiet = true, .debug = true}));
  CHECK_FALSE(debugs({.json = true, .debug = true}));
}

TEST_CASE("colors stand on the console only, their reset behind the newline") {
  CHECK(print({.debug = true, .color = Color::Always}, everything) ==
        Printed{"\x1b[90mDEBUG: d\n\x1b[mi\n\x1b[32mSuccessfully s\n\x1b[m\x1b[33mWARNING: w\n\x1b[m",
                "\x1b[31mERROR: e\n\x1b[m", "DEBUG: d\ni\nSuccessfully s\nWARNING: w\nERROR: e\n"});
  CHECK(print({.color = Color::Never}, everything).error == "ERROR: e\n");
}

TEST_CASE("NO_COLOR does not overrule -color=always") {
  ::setenv("NO_COLOR", "1", 1);
  const Printed printed = print({.color = Color::Always}, everything);
  ::unsetenv("NO_COLOR");
  CHECK(printed.error == "\x1b[31mERROR: e\n\x1b[m");
}

TEST_CASE("JSON mode prints the document alone, to the file without the last newline") {
  const ConsoleOptions options{.json = true, .debug = true, .color = Color::Always};
  const auto use = [](Console& console) {
    everything(console);
    CHECK(console.isJson());
    console.json("{\n}");
  };
  CHECK(print(options, use) == Printed{"{\n}\n", "", "{\n}"});
}

TEST_CASE("a JSON document is nothing for text mode") {
  CHECK(print({}, [](Console& console) { console.json("{}"); }) == Printed{});
}

TEST_CASE("the output file is truncated when it is opened") {
  const TemporaryFolder folder;
  std::ofstream(folder / "file") << "old";
  Console console({.outputFile = folder / "file"});
  CHECK(contentOf(folder / "file") == "old");
  console.openOutputFile();
  CHECK(contentOf(folder / "file").empty());
}

TEST_CASE("an output file that can't be created is an error that can still be printed") {
  const auto failure = [](bool json) {
    Console console({.json = json, .outputFile = "/nope/out.txt"});
    try {
      console.openOutputFile();
      return std::string();
    } catch (const Error& error) {
      return error.message();
    }
  };
  CHECK(failure(false) == "Could not initialize log file at /nope/out.txt.");
  CHECK(failure(true) == "Could not write to output file /nope/out.txt");
}

TEST_CASE("a full disk under the output file is told once") {
  const TemporaryFolder folder;
  {
    const Descriptor output(create(folder / "out"));
    const Descriptor error(create(folder / "err"));
    Console console({.outputFile = "/dev/full"}, output, error);
    console.openOutputFile();
    console.info("one");
    console.info("two");
  }
  CHECK(contentOf(folder / "out") == "one\ntwo\n");
  CHECK(contentOf(folder / "err") ==
        "WARNING: Could not write to output file /dev/full: No space left on device\n");
}

TEST_CASE("a reader that went away is no failure") {
  std::signal(SIGPIPE, SIG_IGN);
  std::array<int, 2> ends{};
  REQUIRE(::pipe(ends.data()) == 0);
  const Descriptor writing(ends[1]);
  ::close(ends[0]);
  Console console({}, writing, writing);
  console.info("lost");
  console.error("lost");
  LineStream stream(writing);
  CHECK_FALSE(stream.write("first"));
  CHECK(stream.write("nothing is tried any more"));
}

TEST_CASE("a closed stream is no failure") {
  LineStream stream(-1);
  CHECK_FALSE(stream.write("x"));
}

TEST_CASE("a stream that would block is waited for") {
  std::array<int, 2> ends{};
  REQUIRE(::pipe2(ends.data(), O_NONBLOCK) == 0);
  const std::string text(1'000'000, 'x');
  std::string received;
  std::thread reader([&] {
    std::array<char, 4096> buffer{};
    while (received.size() < text.size())
      if (const ssize_t count = ::read(ends[0], buffer.data(), buffer.size()); count > 0)
        received.append(buffer.data(), static_cast<std::size_t>(count));
  });
  LineStream stream(ends[1]);
  CHECK(stream.write(text));
  reader.join();
  CHECK(received == text);
  ::close(ends[0]);
  ::close(ends[1]);
}
