// Signature Version 4 (spec/aws.md section 2; tests/unit/aws/data holds the vectors). Pure: the time is
// given.
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/aws/credentials.h"
#include "core/aws/http.h"

namespace whimbrel::aws {

using Time = std::chrono::system_clock::time_point;

struct SigningScope {
  std::string region;
  std::string service;  ///< "s3", "sts", "secretsmanager", "ssm", "rds-db"
  Time time;
};

/// `request` with the headers x-amz-date, x-amz-security-token where there is one, x-amz-content-sha256 (S3
/// only) and authorization. The URL must be encoded already.
HttpRequest sign(HttpRequest request, const Credentials& credentials, const SigningScope& scope);

/// The key for one day, region and service, 32 bytes; `date` is "20240229".
std::string signingKey(std::string_view secretAccessKey, std::string_view date, std::string_view region,
                       std::string_view service);

/// The token that RDS takes in place of a password, good for 15 minutes: a presigned URL without its scheme.
std::string rdsToken(std::string_view host, int port, std::string_view user, std::string_view region,
                     const Credentials& credentials, Time time);

/// Percent encoding as SigV4 has it: everything but A-Z a-z 0-9 - . _ ~, and '/' only if `keepSlash`.
std::string uriEncode(std::string_view text, bool keepSlash = false);

/// "name=value&…" encoded, sorted by name and value.
std::string canonicalQuery(std::vector<std::pair<std::string, std::string>> parameters);

}  // namespace whimbrel::aws
