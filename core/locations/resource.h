// A file of a location, found but not yet read.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "core/text/reader.h"

namespace whimbrel {

struct Resource;

/// Where resources lie: the file system, an S3 bucket. Shared by all resources of a location.
class Storage {
 public:
  virtual ~Storage() = default;
  /// The raw bytes. Throws Error when the resource can't be read (any more).
  virtual std::unique_ptr<Reader> open(const Resource& resource) const = 0;
  /// These are going to be opened, in this order: a storage that is far away may begin to fetch them.
  virtual void expect(const std::vector<const Resource*>&) const {}
};

struct Resource {
  std::string script;  ///< path below the location's root, with '/': the history's script column
  std::string path;    ///< the location's path as configured + script: "sql/V1__a.sql" in error messages
  std::string absolutePath;    ///< of the file: JSON filepath and offenders
  std::string revision;        ///< changes with the contents (an ETag); empty: nothing says so
  std::string encoding;        ///< from the `.conf` beside it or its location; empty: the configured one
  bool callbacksOnly = false;  ///< found in callbackLocations: never a migration
  std::shared_ptr<const Storage> storage;

  std::string_view filename() const {
    const std::string_view whole = script;
    return whole.substr(whole.rfind('/') + 1);
  }
  std::unique_ptr<Reader> open() const { return storage->open(*this); }
};

/// Tells the storages of these resources that they are going to be opened, in this order.
void expectReading(const std::vector<const Resource*>& resources);

}  // namespace whimbrel
