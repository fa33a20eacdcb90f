#include "drivers/mysql/packet.h"

namespace whimbrel::mysql {

namespace {

/// A line end where the last line may end in a comment. Not everywhere: it would count in error messages.
std::string_view separatorBehind(std::string_view statement) {
  const std::string_view lastLine = statement.substr(statement.find_last_of("\r\n") + 1);
  const bool mayEndInComment =
      lastLine.find("--") != std::string_view::npos || lastLine.find('#') != std::string_view::npos;
  return mayEndInComment ? "\n;" : ";";
}

}  // namespace

Packet firstPacket(std::span<const std::string_view> statements, std::size_t limit) {
  Packet packet;
  std::string_view separator;
  for (const std::string_view statement : statements) {
    const std::size_t size = packet.text.size() + separator.size() + statement.size();
    if (packet.statements > 0 && size > limit) break;
    packet.text.append(separator).append(statement);
    separator = separatorBehind(statement);
    ++packet.statements;
  }
  return packet;
}

}  // namespace whimbrel::mysql
