#include "core/locations/resource.h"

#include <map>

namespace whimbrel {

void expectReading(const std::vector<const Resource*>& resources) {
  std::map<const Storage*, std::vector<const Resource*>> byStorage;
  for (const Resource* resource : resources) byStorage[resource->storage.get()].push_back(resource);
  for (const auto& [storage, wanted] : byStorage) storage->expect(wanted);
}

}  // namespace whimbrel
