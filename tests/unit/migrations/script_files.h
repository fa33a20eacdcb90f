// Scripts that lie in memory, for tests that need no disk.
#pragma once

#include <memory>
#include <string>
#include <utility>

#include "core/error.h"
#include "core/locations/resource.h"

namespace whimbrel {

class MemoryFile : public Storage, public std::enable_shared_from_this<MemoryFile> {
 public:
  explicit MemoryFile(std::string bytes) : bytes_(std::move(bytes)) {}
  std::unique_ptr<Reader> open(const Resource&) const override {
    return std::make_unique<StringReader>(bytes_);
  }

 private:
  std::string bytes_;
};

/// A file of the location "sql" or of another one.
inline Resource script(std::string name, std::string bytes = "", std::string location = "sql") {
  Resource resource;
  resource.path = location + "/" + name;
  resource.absolutePath = "/w/" + resource.path;
  resource.script = std::move(name);
  resource.storage = std::make_shared<MemoryFile>(std::move(bytes));
  return resource;
}

/// The error that `action` ends with; an empty one when it does not.
template <typename Action>
Error failureOf(Action&& action) {
  try {
    action();
  } catch (const Error& error) {
    return error;
  }
  return Error("");
}

}  // namespace whimbrel
