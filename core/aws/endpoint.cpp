#include "core/aws/endpoint.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "core/error.h"

namespace whimbrel::aws {

namespace {

struct Partition {
  std::string_view prefix;  ///< of its regions' names
  std::string_view suffix;
  std::string_view dualStackSuffix;
};

// The first that fits; the last one is everything else.
constexpr auto partitions = std::to_array<Partition>({
    {"cn-", "amazonaws.com.cn", "api.amazonwebservices.com.cn"},
    {"us-gov-", "amazonaws.com", "api.aws"},
    {"us-iso-", "c2s.ic.gov", "api.aws.ic.gov"},
    {"us-isob-", "sc2s.sgov.gov", "api.aws.scloud"},
    {"us-isof-", "csp.hci.ic.gov", "api.aws.hci.ic.gov"},
    {"eu-isoe-", "cloud.adc-e.uk", "api.cloud-aws.adc-e.uk"},
    {"eusc-", "amazonaws.eu", "api.amazonwebservices.eu"},
    {"", "amazonaws.com", "api.aws"},
});

// The ordinary hosts of these are what the government's regions have for FIPS.
constexpr auto fipsByNature = std::to_array<std::string_view>({"sts", "ssm"});
// The ordinary hosts of these answer by IPv6, where the others have "api.aws".
constexpr auto dualStackByNature = std::to_array<std::string_view>({"secretsmanager"});

bool contains(const auto& list, std::string_view text) { return std::ranges::find(list, text) != list.end(); }

constexpr auto regionsOfGlobalSts = std::to_array<std::string_view>(
    {"ap-northeast-1", "ap-south-1", "ap-southeast-1", "ap-southeast-2", "aws-global", "ca-central-1",
     "eu-central-1", "eu-north-1", "eu-west-1", "eu-west-2", "eu-west-3", "sa-east-1", "us-east-1",
     "us-east-2", "us-west-1", "us-west-2"});

const Partition& partitionOf(std::string_view region) {
  return *std::ranges::find_if(
      partitions, [&](const Partition& partition) { return region.starts_with(partition.prefix); });
}

}  // namespace

void requireRegionName(std::string_view region) {
  const bool isName = !region.empty() && std::ranges::all_of(region, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
  });
  if (!isName)
    throw Error(ErrorCode::Configuration, fmt::format("'{}' can't be the name of an AWS region", region));
}

std::string_view hostSuffix(std::string_view region) { return partitionOf(region).suffix; }

std::string regionalEndpoint(std::string_view service, std::string_view region, EndpointVariant variant) {
  requireRegionName(region);
  const Partition& partition = partitionOf(region);
  if (partition.dualStackSuffix == "api.aws" && contains(dualStackByNature, service))
    variant.dualStack = false;
  if (partition.prefix == "us-gov-" && !variant.dualStack && contains(fipsByNature, service))
    variant.fips = false;
  const std::string_view fips = variant.fips ? "-fips" : "";
  if (service == "s3" && variant.dualStack)
    return fmt::format("https://s3{}.dualstack.{}.{}", fips, region, partition.suffix);
  return fmt::format("https://{}{}.{}.{}", service, fips, region,
                     variant.dualStack ? partition.dualStackSuffix : partition.suffix);
}

bool hadGlobalSts(std::string_view region) { return contains(regionsOfGlobalSts, region); }

}  // namespace whimbrel::aws
