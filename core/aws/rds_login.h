// Tokens in place of passwords for databases on RDS and Aurora (spec/aws.md section 2).
#pragma once

#include <string>
#include <string_view>

#include "core/aws/session.h"

namespace whimbrel::aws {

/// Where the database is in AWS's eyes, when the connection's own host does not say it.
struct RdsPlace {
  std::string host;  ///< "host" or "host:port"
  std::string region;
};

/// A token for `user`, good for 15 minutes, for this one host. The region is that of `place`, else the one in
/// the host's name, else the configured one. Throws Error when there is no region or there are no
/// credentials.
std::string rdsPassword(Session& session, const RdsPlace& place, std::string_view host, int port,
                        std::string_view user);

/// "eu-west-1" of "app.cluster-abc.eu-west-1.rds.amazonaws.com"; empty for any other name.
std::string_view regionOfRdsHost(std::string_view host);

}  // namespace whimbrel::aws
