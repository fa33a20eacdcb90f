#!/bin/sh
# Runs the checks of .clang-tidy on the program's sources.
#   usage: tests/checks/tidy.sh BUILD-FOLDER    one that CMake has configured
set -eu
build=$(cd "${1:?usage: tidy.sh BUILD-FOLDER}" && pwd)
cd "$(dirname "$0")/../.."
# The compile commands are for GCC: clang does not know all of its warnings.
run-clang-tidy -quiet -j 2 -extra-arg=-Wno-unknown-warning-option -p "$build" "^$PWD/(cli|core|drivers)/.*"
