#===- test/codebases/pugixml.sh - The XML library and its tests ---------------------------------===
#
# Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===---------------------------------------------------------------------------------------------===

source=pugixml
tests="all of its tests in one program, which jumps out of failing ones with longjmp"
packages="cmake"

build() {
  cmake -S . -B out -DPUGIXML_BUILD_TESTS=ON -DBUILD_TESTING=ON
  cmake --build out -j"$JOBS"
}

programs() { echo out/pugixml-check; }

check() { expect all out/pugixml-check; }
