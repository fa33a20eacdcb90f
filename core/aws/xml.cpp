#include "core/aws/xml.h"

namespace whimbrel::aws {

bool isNamed(const pugi::xml_node& element, std::string_view name) {
  const std::string_view full = element.name();
  return full.substr(full.rfind(':') + 1) == name;
}

std::string textOf(const pugi::xml_node& node, std::string_view name) {
  return node.find_node([&](const pugi::xml_node& child) { return isNamed(child, name); }).child_value();
}

}  // namespace whimbrel::aws
