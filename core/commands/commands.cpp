#include "core/commands/commands.h"

#include <algorithm>
#include <array>

namespace whimbrel {

namespace {

template <auto Run>
Result wrap(const Environment& environment) {
  return Run(environment);
}

constexpr std::array<Command, 7> table = {{
    {"migrate", wrap<migrate>, true},
    {"clean", wrap<clean>, false},
    {"info", wrap<info>, true},
    {"validate", wrap<validate>, true},
    {"undo", wrap<undo>, true},
    {"baseline", wrap<baseline>, false},
    {"repair", wrap<repair>, false},
}};

}  // namespace

const Command* findCommand(std::string_view name) {
  const auto found = std::ranges::find(table, name, &Command::name);
  return found == table.end() ? nullptr : &*found;
}

}  // namespace whimbrel
