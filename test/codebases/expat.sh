#===- test/codebases/expat.sh - The XML parser and its unit tests -------------------------------===
#
# Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===---------------------------------------------------------------------------------------------===

source=expat
tests="runtests (C) and runtestspp (the same as C++), xmlwf over its sources' XML"
packages="cmake"

build() {
  cmake -S expat -B out -DEXPAT_SHARED_LIBS=OFF -DEXPAT_BUILD_DOCS=OFF -DEXPAT_BUILD_FUZZERS=OFF
  # A patch of Debian's compares it with 1.
  sed -i 's/^#define XML_DTD$/& 1/' out/expat_config.h
  cmake --build out -j"$JOBS"
}

programs() { echo out/tests/runtests out/tests/runtestspp out/xmlwf/xmlwf; }

check() {
  expect runtests out/tests/runtests
  expect runtestspp out/tests/runtestspp
  local file
  for file in testdata/largefiles/*.xml; do
    expect "xmlwf-$(basename "$file")" out/xmlwf/xmlwf "$file"
  done
}
