#===- test/codebases/lua.sh - The interpreter, with LPeg as a library of C, and LPeg's tests ----===
#
# Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===---------------------------------------------------------------------------------------------===

source="lua5.4 lua-lpeg"
tests="LPeg's test.lua in a Lua that is built with the plugin too; a script of closures, coroutines, errors"

build() {
  # Debian's build writes this header: where libraries of the architecture are.
  echo '#define DEB_HOST_MULTIARCH "x86_64-linux-gnu"' > src/lua5.4-deb-multiarch.h
  cd src
  printf '%s\n' l*.c | grep -v luac.c | xargs -P "$JOBS" -n 4 $CC -w -DLUA_COMPAT_5_3 -DLUA_USE_LINUX -c
  $CC -Wl,-E -o lua l*.o -lm -ldl
  cd ../lua-lpeg
  $CC -w -fPIC -shared -DNDEBUG -I../src -o lpeg.so lpvm.c lpcap.c lptree.c lpcode.c lpprint.c
}

programs() { echo src/lua lua-lpeg/lpeg.so; }

check() {
  cp "$RECIPES/Inputs/self-check.lua" .
  expect self-check src/lua self-check.lua
  expect generational src/lua -e 'collectgarbage("generational")' self-check.lua
  cd lua-lpeg
  expect lpeg ../src/lua test.lua
}
