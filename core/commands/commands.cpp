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
    {"migrate", wrap<migrate>},
    {"clean", wrap<clean>},
    {"info", wrap<info>},
    {"validate", wrap<validate>},
    {"undo", wrap<undo>},
    {"baseline", wrap<baseline>},
    {"repair", wrap<repair>},
}};

}  // namespace

const Command* findCommand(std::string_view name) {
  const auto found = std::ranges::find(table, name, &Command::name);
  return found == table.end() ? nullptr : &*found;
}

}  // namespace whimbrel
