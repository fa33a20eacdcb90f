// The .conf reader: any text gives properties, whose lines do not go back.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "core/config/configuration.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace whimbrel;
  static const std::map<std::string, std::string> environment = {{"A", "value"}, {"B", "a\\b\n${A}"}};
  int line = 1;
  for (const ConfEntry& entry : readConf({reinterpret_cast<const char*>(data), size}, environment)) {
    if (entry.line < line) std::abort();
    line = entry.line;
  }
  return 0;
}
