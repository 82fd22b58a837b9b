#===- test/codebases/fmt.sh - The formatting library and its tests ------------------------------===
#
# Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===---------------------------------------------------------------------------------------------===

source=fmtlib
tests="its tests of formats, printf, ranges, chrono, scan, compiled formats, files, wide characters"
packages="cmake libgtest-dev libgmock-dev"
targets="args-test assert-test color-test core-test format-test ostream-test compile-test printf-test
  ranges-test scan-test unicode-test os-test chrono-test"

build() {
  cmake -S . -B out -DFMT_TEST=ON -DFMT_DOC=OFF -DCMAKE_CXX_FLAGS=-w
  cmake --build out -j"$JOBS" --target $targets
}

programs() { printf 'out/bin/%s\n' $targets; }

check() {
  local target
  for target in $targets; do
    googletest "$target" "out/bin/$target"
  done
}
