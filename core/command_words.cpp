#include "core/command_words.h"

#include "core/error.h"

namespace whimbrel {

std::vector<std::string> commandWords(std::string_view command, const std::string& unable) {
  constexpr std::string_view blanks = " \t\r\n";
  std::vector<std::string> words;
  bool inWord = false;
  for (std::size_t at = 0; at < command.size(); ++at) {
    const char c = command[at];
    if (blanks.find(c) != std::string_view::npos) {
      inWord = false;
      continue;
    }
    if (!inWord) words.emplace_back();
    inWord = true;
    if (c != '\'' && c != '"') {
      words.back() += c;
      continue;
    }
    const std::size_t end = command.find(c, at + 1);
    if (end == std::string_view::npos)
      throw Error(ErrorCode::Configuration, unable, {"A quote in it has no end"});
    words.back() += command.substr(at + 1, end - at - 1);
    at = end;
  }
  return words;
}

}  // namespace whimbrel
