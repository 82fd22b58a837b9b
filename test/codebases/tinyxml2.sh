#===- test/codebases/tinyxml2.sh - The XML library and its test ---------------------------------===
#
# Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===---------------------------------------------------------------------------------------------===

source=tinyxml2
tests="xmltest, which counts its checks itself"

# It ends within milliseconds.
collecting=stress=1000:poison=1:verify=1:trace=1

build() { $CXX -o xmltest xmltest.cpp tinyxml2.cpp; }

programs() { echo xmltest; }

check() {
  mkdir -p resources/out
  expect xmltest bash -c "./xmltest | tee xmltest.log; grep -q 'Fail 0\$' xmltest.log"
}
