#include "tests/unit/state/state_list.h"

#include <algorithm>
#include <fstream>
#include <sstream>
#include <stdexcept>

#include "core/text/strings.h"

using namespace whimbrel;

namespace {

/// "V2/failed/checksum=3": what it is, then its attributes.
struct Notation {
  explicit Notation(const std::string& text) : attributes(split(text, '/')) {
    const std::string head = attributes.front();
    attributes.erase(attributes.begin());
    if (head.starts_with("V") || head.starts_with("B")) version = Version::parse(head.substr(1));
    if (head.starts_with("B")) type = "SQL_BASELINE";
    if (head.starts_with("R:")) description = head.substr(2);
  }
  std::string attribute(const std::string& name, const std::string& otherwise) const {
    for (const std::string& attribute : attributes)
      if (attribute == name || attribute.starts_with(name + "="))
        return attribute == name ? "true" : attribute.substr(name.size() + 1);
    return otherwise;
  }
  std::vector<std::string> attributes;
  std::optional<Version> version;
  std::string description;
  std::string type = "SQL";
};

Migration script(const std::string& text) {
  const Notation notation(text);
  Migration migration;
  migration.version = notation.version;
  migration.type = notation.type;
  migration.description = notation.attribute("description", notation.description);
  migration.checksum = std::stoi(notation.attribute("checksum", "0"));
  migration.shouldExecute = notation.attribute("shouldExecute", "true") == "true";
  return migration;
}

AppliedMigration row(const std::string& text, int rank) {
  const Notation notation(text);
  AppliedMigration applied;
  applied.installedRank = rank;
  applied.version = notation.version;
  applied.description = notation.attribute("description", notation.description);
  applied.type = notation.attribute("type", notation.type);
  applied.checksum = std::stoi(notation.attribute("checksum", "0"));
  applied.success = notation.attribute("failed", "false") == "false";
  return applied;
}

StateOptions options(std::istringstream words) {
  StateOptions options;
  for (std::string word; words >> word;) {
    if (word == "outOfOrder") options.outOfOrder = true;
    if (word.starts_with("target=")) options.target = Target::parse(word.substr(7));
    if (word.starts_with("cherryPick=")) options.cherryPick = split(word.substr(11), ',');
  }
  return options;
}

std::string stateName(State state) {
  std::string name;
  for (const char c : facts(state).text)
    if (c != ' ' && c != '(' && c != ')') name += c;
  return name == "OutofOrder" ? "OutOfOrder" : name;
}

/// Scripts come sorted: versioned by version, then repeatables by description.
void sort(std::vector<Migration>& scripts) {
  std::ranges::sort(scripts, [](const Migration& a, const Migration& b) {
    if (a.version.has_value() != b.version.has_value()) return a.version.has_value();
    if (!a.version) return a.description < b.description;
    return std::pair(*a.version, isBaselineScript(a.type)) < std::pair(*b.version, isBaselineScript(b.type));
  });
}

}  // namespace

std::vector<StateCase> readCases(const std::string& path) {
  std::ifstream file(path);
  if (!file) throw std::runtime_error("can't read " + path);
  std::vector<StateCase> cases;
  for (std::string line; std::getline(file, line);) {
    if (line.empty() || line.starts_with("#")) continue;
    const std::string rest = line.find(": ") == std::string::npos ? "" : line.substr(line.find(": ") + 2);
    std::istringstream words(rest);
    if (line.starts_with("== ")) cases.emplace_back().name = line.substr(3);
    if (line.starts_with("scripts:"))
      for (std::string word; words >> word;) cases.back().scripts.push_back(script(word));
    if (line.starts_with("rows:"))
      for (std::string word; words >> word;)
        cases.back().rows.push_back(row(word, static_cast<int>(cases.back().rows.size()) + 1));
    if (line.starts_with("options:")) cases.back().options = options(std::istringstream(rest));
    if (line.starts_with("list:") || line.starts_with("error:")) {
      cases.back().expected = rest;
      sort(cases.back().scripts);
    }
  }
  return cases;
}

std::string describe(const MigrationInfos& infos) {
  std::string text;
  for (const MigrationInfo& info : infos.all) {
    text += text.empty() ? "" : " ";
    const char* kind = isBaselineScript(info.type()) ? "B" : "V";
    text += info.version() ? kind + info.version()->text() : "R:" + info.description();
    text += "=" + stateName(info.state);
  }
  return text;
}
