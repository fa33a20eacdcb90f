// The XML answers of AWS. Names count without their namespaces: those differ between the services and the
// programs that stand in for them.
#pragma once

#include <string>
#include <string_view>

#include <pugixml.hpp>

namespace whimbrel::aws {

/// Whether this is an element of that name, in any namespace.
bool isNamed(const pugi::xml_node& element, std::string_view name);

/// The text of the first element of that name below `node`, at any depth; empty when there is none.
std::string textOf(const pugi::xml_node& node, std::string_view name);

}  // namespace whimbrel::aws
