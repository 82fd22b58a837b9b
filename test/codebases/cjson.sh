#===- test/codebases/cjson.sh - The JSON parser and its unit tests ------------------------------===
#
# Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===---------------------------------------------------------------------------------------------===

source=cjson
tests="the unit tests of the parser, the printer and the utilities, by ctest"
packages="cmake"

# The tests end within milliseconds.
collecting=stress=100:poison=1:verify=1:trace=1

build() {
  cmake -S . -B out -DENABLE_CJSON_UTILS=ON -DBUILD_SHARED_LIBS=ON -DENABLE_CUSTOM_COMPILER_FLAGS=OFF
  cmake --build out -j"$JOBS"
}

programs() { echo out/libcjson.so out/libcjson_utils.so; }

check() { ctest_suite out; }
