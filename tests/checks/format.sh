#!/bin/sh
# Fails, and says where, when a C++ file is not formatted as .clang-format says.
# To mend it: find cli core drivers tests -name '*.cpp' -o -name '*.h' | xargs clang-format -i
set -eu
cd "$(dirname "$0")/../.."
find cli core drivers tests \( -name '*.cpp' -o -name '*.h' \) -print0 | xargs -0 clang-format --dry-run -Werror
