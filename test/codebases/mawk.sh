#===- test/codebases/mawk.sh - The awk interpreter and its tests --------------------------------===
#
# Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===---------------------------------------------------------------------------------------------===

source=mawk
tests="mawktest: fields, patterns, arrays, programs whose output is compared"

# The programs end within milliseconds.
collecting=stress=100:poison=1:verify=1:trace=1

build() {
  ./configure CFLAGS=-w
  make -j"$JOBS" mawk
}

programs() { echo mawk; }

check() {
  cd test
  expect mawktest ./mawktest
}
