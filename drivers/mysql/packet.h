// Statements of a batch as the text of one packet.
#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace whimbrel::mysql {

struct Packet {
  std::string text;
  std::size_t statements = 0;
};

/// As many of the statements as fit into `limit` bytes, at least one. The server must find the same
/// statements in the text again: nothing of one may reach into the next.
Packet firstPacket(std::span<const std::string_view> statements, std::size_t limit);

}  // namespace whimbrel::mysql
