// Where AWS's services are, by region (spec/aws.md section 2). Pure.
#pragma once

#include <string>
#include <string_view>

namespace whimbrel::aws {

struct EndpointVariant {
  bool fips = false;
  bool dualStack = false;
};

/// "https://ssm.eu-west-1.amazonaws.com": `service` is the first word of its host name ("s3", "sts",
/// "secretsmanager", "ssm", "portal.sso").
std::string regionalEndpoint(std::string_view service, std::string_view region, EndpointVariant variant = {});

/// Throws Error for what can be no region and would end up in a host name: "eu west", "a.example/".
void requireRegionName(std::string_view region);

/// The last part of AWS's host names there: "amazonaws.com", "amazonaws.com.cn".
std::string_view hostSuffix(std::string_view region);

/// Whether AssumeRole in that region went to the one global host before there were regional ones.
bool hadGlobalSts(std::string_view region);

}  // namespace whimbrel::aws
