// The command line: operations, flags and `-key=value` options in any order (spec/configuration.md section
// 2). Long flags and options may have two dashes. Read by hand, because Flyway's form (one dash, no
// `-key value`, everything else an error) does not fit CLI11.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace whimbrel {

/// A word of the command line that needs no value, with its line in the help.
struct Word {
  std::string_view name;
  std::string_view help;
};

/// What may be run, in the order of the help.
std::span<const Word> operations();
/// All flags, with their dashes.
std::span<const Word> flags();

enum class Color { Auto, Always, Never };

/// What decides where output goes. Known before the arguments are checked, because their errors go there too.
struct ConsoleOptions {
  bool json = false;   ///< -outputType=json or -json
  bool quiet = false;  ///< -q
  bool debug = false;  ///< -X
  Color color = Color::Auto;
  std::string outputFile = {};  ///< empty: none
};

enum class Action { RunOperations, ShowHelp, ShowVersion, Nothing };

struct Arguments {
  Action action = Action::Nothing;
  std::vector<std::string> operations;  ///< in order, without "help" and "version"
  std::vector<std::pair<std::string, std::string>>
      options;                      ///< in order, keys without '-', for Sources::options
  bool mayPrompt = true;            ///< false with -n
  bool usesDeprecatedJson = false;  ///< -json: its warning belongs to the result
};

/// Reads what it can and never fails; `arguments` are those after the program's name.
ConsoleOptions readConsoleOptions(std::span<const std::string> arguments);

/// Throws Error "Invalid argument: X" for the first bad argument, perhaps with what was meant in a second
/// line, then for a bad -outputType or -color.
Arguments parseArguments(std::span<const std::string> arguments);

}  // namespace whimbrel
