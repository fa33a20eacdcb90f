#include "core/aws/credentials.h"

#include <array>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "core/aws/provider.h"
#include "core/error.h"

namespace whimbrel::aws {

namespace {

struct Provider {
  std::string_view name;
  Found (*find)(Session& session, SharedConfig& config);
};

constexpr auto chain = std::to_array<Provider>({
    {"environment variables", fromEnvironment},
    {"web identity", fromWebIdentity},
    {"profile", fromProfile},
    {"container", fromContainer},
    {"instance metadata", fromInstance},
});

}  // namespace

Credentials findCredentials(Session& session, SharedConfig& config) {
  std::vector<std::string> reasons;
  for (const Provider& provider : chain) {
    Found found = provider.find(session, config);
    if (auto* credentials = std::get_if<Credentials>(&found)) return std::move(*credentials);
    reasons.push_back(fmt::format("{}: {}", provider.name, std::get<NotConfigured>(found).why));
  }
  throw Error(ErrorCode::Configuration,
              "Unable to load credentials from any of the providers in the chain. Configure AWS credentials",
              std::move(reasons));
}

}  // namespace whimbrel::aws
