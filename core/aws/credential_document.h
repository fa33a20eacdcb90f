// The JSON in which containers, instances and programs hand out keys.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/aws/credentials.h"

namespace whimbrel::aws {

/// "2026-11-25T10:00:00Z", with a fraction of a second or an offset ("+02:00") too; absent for anything else.
/// A time that the clock does not know is the nearest one from 1970 on that it does.
std::optional<std::chrono::system_clock::time_point> parseTimestamp(std::string_view text);

/// Reads AccessKeyId, SecretAccessKey, Expiration and the session token, which goes by `tokenName`. `source`
/// becomes that of the credentials. Throws Error when one of the first two is missing or Expiration is no
/// time.
Credentials readCredentialDocument(const std::string& json, const char* tokenName, std::string source);

}  // namespace whimbrel::aws
