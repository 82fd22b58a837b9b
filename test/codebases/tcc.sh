#===- test/codebases/tcc.sh - The C compiler, which compiles and runs its tests -----------------===
#
# Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===---------------------------------------------------------------------------------------------===

source=tcc
tests="tests2: programs that it compiles into memory and runs there, output compared"

build() {
  ./configure --cc="$CC" --extra-cflags="-w"
  make -j"$JOBS" tcc libtcc.a libtcc1.a
}

programs() { echo tcc; }

# What a test prints is compared with its standard error in it, so no line for a cycle.
collecting=poison=1:verify=1

check() {
  local name
  cd tests/tests2
  for name in [0-9]*.c; do
    name=${name%.c}
    [ ! -f "$name.expect" ] || expect "$name" make -s "$name.test"
  done
}
