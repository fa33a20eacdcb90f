// Runs a fuzz target without a fuzzer: over each file that is named, and each file in a folder that is named;
// then, with -mutations=N, over N inputs that are made of those by chance, the same ones in each run. The
// input at hand is in the file PROGRAM.input, so that one which ends the program can be looked at.
#include <algorithm>
#include <charconv>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <string_view>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

constexpr std::size_t largestInput = 4096;

std::vector<std::filesystem::path> filesIn(const std::filesystem::path& path) {
  if (!std::filesystem::is_directory(path)) return {path};
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(path)) files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  return files;
}

void test(const std::string& input) {
  LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(input.data()), input.size());
}

std::string replay(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::string bytes{std::istreambuf_iterator<char>(file), {}};
  std::printf("%s\n", path.c_str());
  std::fflush(stdout);  // the last name before a crash is the one that matters
  test(bytes);
  return bytes;
}

class Mutations {
 public:
  explicit Mutations(std::vector<std::string> inputs) : inputs_(std::move(inputs)) {}

  std::string next() {
    std::string text = any();
    for (std::size_t count = 1 + below(4); count > 0; --count) mutate(text);
    text.resize(std::min(text.size(), largestInput));
    return text;
  }

 private:
  std::size_t below(std::size_t limit) { return random_() % limit; }
  const std::string& any() { return inputs_[below(inputs_.size())]; }
  char byte() { return static_cast<char>(below(256)); }

  std::string piece(const std::string& text) {
    const std::size_t begin = below(text.size() + 1);
    return text.substr(begin, below(std::min<std::size_t>(text.size() - begin, 64) + 1));
  }

  void mutate(std::string& text) {
    const std::size_t place = below(text.size() + 1);
    switch (below(6)) {
      case 0:
        text.insert(place, 1, byte());
        break;
      case 1:
        text.erase(place, 1 + below(16));
        break;
      case 2:
        text.insert(place, piece(text));
        break;
      case 3:
        text.insert(place, piece(any()));
        break;
      case 4:
        text.resize(place);
        break;
      default:
        if (place < text.size()) text[place] = byte();
    }
  }

  std::vector<std::string> inputs_;
  std::mt19937 random_;  // as it begins by itself, so that each run is the same
};

void keep(const std::string& name, const std::string& input) {
  std::ofstream(name, std::ios::binary | std::ios::trunc) << input;
}

}  // namespace

int main(int argc, char** argv) {
  constexpr std::string_view option = "-mutations=";
  std::size_t count = 0;
  std::vector<std::string> inputs;
  for (const std::string_view argument : std::vector<std::string_view>(argv + 1, argv + argc)) {
    if (argument.starts_with(option)) {
      std::from_chars(argument.data() + option.size(), argument.data() + argument.size(), count);
      continue;
    }
    for (const std::filesystem::path& path : filesIn(argument)) inputs.push_back(replay(path));
  }
  std::printf("%zu inputs, %zu mutations\n", inputs.size(), count);
  if (inputs.empty()) return 1;
  const std::string name = std::string(argv[0]) + ".input";
  for (Mutations mutations(std::move(inputs)); count > 0; --count) {
    const std::string input = mutations.next();
    keep(name, input);
    test(input);
  }
  std::filesystem::remove(name);
  return 0;
}
