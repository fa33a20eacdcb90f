#include "core/aws/endpoint.h"

#include <doctest/doctest.h>

#include "core/error.h"

using namespace whimbrel;
using namespace whimbrel::aws;

// The answers of botocore 1.44.
TEST_CASE("the hosts of services by region, partition and variant") {
  struct Row {
    const char* service;
    const char* region;
    const char* plain;
    const char* dualStack;
    const char* fips;
    const char* both;
  };
  const Row rows[] = {
      {"s3", "eu-west-1", "https://s3.eu-west-1.amazonaws.com",
       "https://s3.dualstack.eu-west-1.amazonaws.com", "https://s3-fips.eu-west-1.amazonaws.com",
       "https://s3-fips.dualstack.eu-west-1.amazonaws.com"},
      {"s3", "eusc-de-east-1", "https://s3.eusc-de-east-1.amazonaws.eu",
       "https://s3.dualstack.eusc-de-east-1.amazonaws.eu", "https://s3-fips.eusc-de-east-1.amazonaws.eu",
       "https://s3-fips.dualstack.eusc-de-east-1.amazonaws.eu"},
      {"sts", "us-east-1", "https://sts.us-east-1.amazonaws.com", "https://sts.us-east-1.api.aws",
       "https://sts-fips.us-east-1.amazonaws.com", "https://sts-fips.us-east-1.api.aws"},
      {"sts", "cn-north-1", "https://sts.cn-north-1.amazonaws.com.cn",
       "https://sts.cn-north-1.api.amazonwebservices.com.cn", "https://sts-fips.cn-north-1.amazonaws.com.cn",
       "https://sts-fips.cn-north-1.api.amazonwebservices.com.cn"},
      {"sts", "us-gov-west-1", "https://sts.us-gov-west-1.amazonaws.com", "https://sts.us-gov-west-1.api.aws",
       "https://sts.us-gov-west-1.amazonaws.com", "https://sts-fips.us-gov-west-1.api.aws"},
      {"ssm", "us-gov-west-1", "https://ssm.us-gov-west-1.amazonaws.com", "https://ssm.us-gov-west-1.api.aws",
       "https://ssm.us-gov-west-1.amazonaws.com", "https://ssm-fips.us-gov-west-1.api.aws"},
      {"ssm", "us-iso-east-1", "https://ssm.us-iso-east-1.c2s.ic.gov",
       "https://ssm.us-iso-east-1.api.aws.ic.gov", "https://ssm-fips.us-iso-east-1.c2s.ic.gov",
       "https://ssm-fips.us-iso-east-1.api.aws.ic.gov"},
      {"secretsmanager", "us-east-1", "https://secretsmanager.us-east-1.amazonaws.com",
       "https://secretsmanager.us-east-1.amazonaws.com",
       "https://secretsmanager-fips.us-east-1.amazonaws.com",
       "https://secretsmanager-fips.us-east-1.amazonaws.com"},
      {"secretsmanager", "eusc-de-east-1", "https://secretsmanager.eusc-de-east-1.amazonaws.eu",
       "https://secretsmanager.eusc-de-east-1.api.amazonwebservices.eu",
       "https://secretsmanager-fips.eusc-de-east-1.amazonaws.eu",
       "https://secretsmanager-fips.eusc-de-east-1.api.amazonwebservices.eu"},
  };
  for (const Row& row : rows) {
    CAPTURE(row.plain);
    CHECK(regionalEndpoint(row.service, row.region) == row.plain);
    CHECK(regionalEndpoint(row.service, row.region, {.dualStack = true}) == row.dualStack);
    CHECK(regionalEndpoint(row.service, row.region, {.fips = true}) == row.fips);
    CHECK(regionalEndpoint(row.service, row.region, {.fips = true, .dualStack = true}) == row.both);
  }
}

TEST_CASE("a region that would change the host is refused") {
  for (const char* region : {"", "eu west", "eu-west-1.evil.example/", "eu-west-1@evil", "eu-west-1\n"}) {
    CAPTURE(region);
    CHECK_THROWS_AS(regionalEndpoint("s3", region), const Error&);
  }
}
