#===- test/codebases/bzip2.sh - The compressor and its samples ----------------------------------===
#
# Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===---------------------------------------------------------------------------------------------===

source=bzip2
tests="the samples of make test, round trips of its sources, damaged files (unzcrash)"

build() {
  $CC -w -o bzip2 bzip2.c blocksort.c huffman.c crctable.c randtable.c compress.c decompress.c bzlib.c
  $CC -w -o unzcrash unzcrash.c blocksort.c huffman.c crctable.c randtable.c compress.c decompress.c bzlib.c
}

programs() { echo bzip2 unzcrash; }

check() {
  local sample flags
  for sample in 1 2 3; do
    flags=-$sample
    expect_output "compress-$sample" "sample$sample.bz2" ./bzip2 "$flags" -c "sample$sample.ref"
    expect_output "decompress-$sample" "sample$sample.ref" ./bzip2 -d -c "sample$sample.bz2"
    expect_output "small-$sample" "sample$sample.ref" ./bzip2 -ds -c "sample$sample.bz2"
  done
  cat *.c *.html > input
  expect_output round-trip input bash -c "./bzip2 -9 < input | ./bzip2 -d"
  expect damaged ./unzcrash sample3.ref
}
