#include "core/text/reader.h"

#include <array>

namespace whimbrel {

std::string readAll(Reader& reader) {
  std::string text;
  std::array<char, 65536> buffer;
  while (const std::size_t count = reader.read(buffer.data(), buffer.size()))
    text.append(buffer.data(), count);
  return text;
}

}  // namespace whimbrel
