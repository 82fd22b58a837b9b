#===- test/codebases/lz4.sh - The compressor and its random tests -------------------------------===
#
# Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===---------------------------------------------------------------------------------------------===

source=lz4
tests="fuzzer, frametest and roundTripTest with fixed seeds, decompress-partial"

build() { make -C tests -j"$JOBS" CC="$CC" fuzzer frametest roundTripTest decompress-partial datagen; }

programs() { echo tests/fuzzer tests/frametest tests/roundTripTest; }

check() {
  cd tests
  expect fuzzer ./fuzzer -s7 -i300
  expect frametest ./frametest -s7 -i300
  ./datagen -g500KB > input
  expect round-trip-fast ./roundTripTest input
  expect round-trip-high ./roundTripTest -9 input
  expect partial ./decompress-partial
}
