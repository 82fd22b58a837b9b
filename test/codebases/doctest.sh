#===- test/codebases/doctest.sh - The test framework and its examples ---------------------------===
#
# Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===---------------------------------------------------------------------------------------------===

source=doctest
tests="its examples all_features and the two with libraries, whose output is compared with the references that it ships; one has threads"
packages="cmake"

build() {
  cmake -S . -B out -DCMAKE_CXX_FLAGS=-w
  cmake --build out -j"$JOBS" --target all_features exe_with_static_libs executable_dll_and_plugin
}

programs() { echo out/examples/all_features/all_features; }

# Each test is a COMMAND of ctest that compares standard output and error with a file.
collecting=poison=1:verify=1

check() { ctest_suite out; }
