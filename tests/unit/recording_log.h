// A log that tests can look at.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/log.h"

namespace whimbrel {

class RecordingLog : public Log {
 public:
  void debug(std::string_view) override {}
  void info(std::string_view text) override { add("INFO: ", text); }
  void warn(std::string_view text) override { add("WARNING: ", text); }
  void error(std::string_view text) override { add("ERROR: ", text); }
  bool debugs() const override { return false; }

  std::vector<std::string> lines;

 private:
  void add(std::string prefix, std::string_view text) { lines.push_back(prefix.append(text)); }
};

}  // namespace whimbrel
