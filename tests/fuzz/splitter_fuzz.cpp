// libFuzzer: the first byte selects the dialect, the rest is a script. Statements must come out in the order
// of the script.
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "core/sql/splitter.h"
#include "core/sql/syntax.h"
#include "core/text/reader.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace whimbrel;
  static const std::array dialects{&sql::mysqlSyntax, &sql::mariadbSyntax, &sql::sqliteSyntax,
                                   &sql::postgresqlSyntax};
  if (size == 0) return 0;
  const std::string_view script(reinterpret_cast<const char*>(data) + 1, size - 1);
  StringReader reader(script);
  sql::Splitter splitter(reader, *dialects[data[0] % dialects.size()]);
  std::size_t position = 0;
  try {
    while (const auto statement = splitter.next()) {
      const std::size_t found = script.find(statement->text, position);
      if (statement->text.empty() || found == std::string_view::npos) std::abort();
      position = found + statement->text.size();
    }
  } catch (const sql::ParseError&) {
    // Scripts that can't be split are expected here.
  }
  return 0;
}
