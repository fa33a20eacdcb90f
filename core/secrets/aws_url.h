// The URLs of AWS's two Java drivers that wrap an ordinary one: the Secrets Manager driver and the advanced
// wrapper. Pure text.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/config/configuration.h"

namespace whimbrel {

/// The secret that holds user and password.
struct LoginSecret {
  std::string id;
  std::string region;  ///< empty: that of the ARN, or the configured one
  std::string usernameField = "username";
  std::string passwordField = "password";
};

/// Puts the ordinary URL and our own keys in place of what the URL and the connection properties say in AWS's
/// words:
///   jdbc-secretsmanager:mysql://host/db      the user is the name of the secret
///   jdbc-secretsmanager:mysql:               host, port and database are in the secret, too
///   jdbc:aws-wrapper:mysql://host/db?wrapperPlugins=iam
///                                            awsIamAuthentication, with iamHost and iamRegion
///   …?wrapperPlugins=awsSecretsManager&secretsManagerSecretId=…
/// Returns the secret to log in with, if that is wanted. Throws Error for a way to log in that is not known.
std::optional<LoginSecret> translateAwsUrl(Configuration& configuration);

/// The URL with the place that the secret names, where it names none itself: "jdbc:mysql:",
/// "jdbc:mysql:///db". Empty texts are not put in.
std::string completeUrl(std::string_view url, std::string_view host, std::string_view port,
                        std::string_view database);
/// Whether completeUrl() would add something.
bool lacksHost(std::string_view url);

}  // namespace whimbrel
