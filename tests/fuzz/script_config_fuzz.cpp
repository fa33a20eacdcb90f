// The `.conf` beside a script, and the expression behind its shouldExecute: an Error, or an answer.
#include <cstdint>
#include <string>

#include "core/locations/script_config.h"
#include "core/locations/should_execute.h"
#include "core/text/encoding.h"
#include "core/text/reader.h"
#include "tests/fuzz/attempt.h"

using namespace whimbrel;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const std::map<std::string, std::string> environment = {{"STAGE", "prod"}, {"ODD", "\\${STAGE}\n"}};
  const std::string text(reinterpret_cast<const char*>(data), size);
  attempt([&] { evaluateShouldExecute(text); });
  for (const char* const encoding : {"UTF-8", "UTF-16", "ISO-8859-1"})
    attempt([&] {
      const std::string decoded =
          readScriptConfig([&] { return std::make_unique<StringReader>(text); }, encoding, "V1__a.sql.conf");
      const ScriptConfig config = parseScriptConfig(decoded, environment);
      if (!config.encoding.empty()) requireEncoding(config.encoding);
    });
  return 0;
}
