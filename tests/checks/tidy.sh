#!/bin/sh
# Runs the checks of .clang-tidy on the program's sources.
#   usage: tests/checks/tidy.sh BUILD-FOLDER    one that CMake has configured
set -eu
build=$(cd "${1:?usage: tidy.sh BUILD-FOLDER}" && pwd)
cd "$(dirname "$0")/../.."
run-clang-tidy -quiet -j 2 -p "$build" "^$PWD/(cli|core|drivers)/.*"
