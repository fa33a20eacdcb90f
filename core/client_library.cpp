#include "core/client_library.h"

#include <dlfcn.h>
#include <filesystem>

#include <fmt/format.h>

#include "core/error.h"

namespace whimbrel {

namespace {

std::string reason() {
  const char* text = dlerror();
  return text ? text : "unknown reason";
}

}  // namespace

void* ClientLibrary::find(const char* function) {
  // Never unloaded: the libraries register things of their own that must outlive every user.
  if (!handle_) handle_ = dlopen(file_, RTLD_LAZY | RTLD_LOCAL);
  if (!handle_) {
    throw Error(fmt::format("{} needs the library {}, which can't be loaded", purpose_, file_), {reason()});
  }
  if (void* address = dlsym(handle_, function)) return address;
  throw Error(fmt::format("{} needs {} of the library {}, which does not have it", purpose_, function, file_),
              {reason()});
}

std::string ClientLibrary::folder(const char* function) {
  Dl_info place{};
  if (dladdr(find(function), &place) == 0 || place.dli_fname == nullptr) return "";
  return std::filesystem::path(place.dli_fname).parent_path().string();
}

}  // namespace whimbrel
