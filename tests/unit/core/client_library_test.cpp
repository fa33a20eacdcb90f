#include "core/client_library.h"

#include <cstdlib>

#include <doctest/doctest.h>

#include "core/certificates.h"
#include "core/error.h"

using namespace whimbrel;

namespace {

ClientLibrary libc{"libc.so.6", "A test"};
ClientLibrary missing{"libnobody-has.so.7", "The driver for nothing"};

std::string messageOf(ClientLibrary& library, const char* function) {
  try {
    library.find(function);
    return "";
  } catch (const Error& error) {
    REQUIRE(error.causes().size() == 1);  // the loader's own words
    return error.message();
  }
}

}  // namespace

TEST_CASE("a function is found when it is first called") {
  const LazyFunction<std::size_t(const char*)> strlen{libc, "strlen"};
  CHECK(strlen("four") == 4);
  CHECK(strlen.get()("seven") == 5);
  CHECK(libc.folder("strlen").starts_with("/"));
}

TEST_CASE("a library that is missing is named together with what needs it") {
  CHECK(messageOf(missing, "anything") ==
        "The driver for nothing needs the library libnobody-has.so.7, which can't be loaded");
  const LazyFunction<void()> function{missing, "anything"};
  CHECK_THROWS_AS(function(), Error);
}

TEST_CASE("a library that lacks a function is too old or too new") {
  CHECK(messageOf(libc, "no_such_function") ==
        "A test needs no_such_function of the library libc.so.6, which does not have it");
}

TEST_CASE("the environment says which authorities are trusted") {
  setenv("SSL_CERT_FILE", "/tmp/authorities.pem", 1);
  CHECK(trustedCertificates() == "/tmp/authorities.pem");
  unsetenv("SSL_CERT_FILE");
  CHECK(trustedCertificates() != "/tmp/authorities.pem");
}
