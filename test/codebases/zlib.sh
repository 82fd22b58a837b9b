#===- test/codebases/zlib.sh - The compressor and its coverage test -----------------------------===
#
# Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===---------------------------------------------------------------------------------------------===

source=zlib
tests="example, minigzip round trips, infcover"

build() {
  ./configure --static
  make -j"$JOBS" libz.a example minigzip infcover
}

programs() { echo example minigzip infcover; }

check() {
  expect example ./example example.gz
  expect infcover ./infcover
  local level
  cat *.c > input
  for level in 1 6 9; do
    expect_output "minigzip-$level" input bash -c "./minigzip -$level < input | ./minigzip -d"
  done
}
