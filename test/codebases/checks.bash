#===- test/codebases/checks.bash - How recipes run tests and say what came out -------------------===
#
# Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===---------------------------------------------------------------------------------------------===
#
# A recipe sets
#
#   source       the name of Debian's source package
#   packages     Debian packages that its build needs besides a compiler and make
#   tests        what is run, in a few words
#   collecting   TRICOLOR_OPTIONS of the run that collects often; trace=1 in it counts the cycles
#   interval     microseconds between its collections
#
# and defines, to be called in a copy of the sources (SRC) with CC, CXX, JOBS set,
#
#   build        builds the programs and the tests
#   programs     prints the programs and libraries whose sections are measured
#   check        runs the tests with the functions below; TRICOLOR_OPTIONS is set
#
# comparison.py compares the verdicts of the tests by their names.
#
#===---------------------------------------------------------------------------------------------===

packages=
# Not stress: at each trap poll a signal, which takes 2 us.
collecting=poison=1:verify=1:trace=1
# More makes the collecting run quicker and its collections rarer.
interval=200
# A test that takes more processor time has failed, and one that takes five times as long by the clock:
# others may use the machine. Twenty times what the slowest takes.
seconds=300

describe() {
  printf '%s\n' "source=$source" "packages=$packages" "tests=$tests" "collecting=$collecting" "interval=$interval"
}

verdict() { printf '%s %s\n' "$1" "$2" >> "$LOGS/verdicts"; }

limited() { (ulimit -t "$seconds" && exec timeout $((5 * seconds)) "$@"); }

# expect NAME COMMAND...: the command exits with 0. Its output is in $LOGS/NAME.out and NAME.err.
expect() {
  local name=$1
  shift
  if limited "$@" > "$LOGS/$name.out" 2> "$LOGS/$name.err"; then
    verdict ok "$name"
  else
    verdict failed "$name"
  fi
}

# expect_output NAME FILE COMMAND...: the command writes FILE to its standard output and exits with 0.
expect_output() {
  local name=$1 expected=$2
  shift 2
  if limited "$@" > "$LOGS/$name.out" 2> "$LOGS/$name.err" && cmp "$LOGS/$name.out" "$expected"; then
    verdict ok "$name"
  else
    verdict failed "$name"
  fi
}

# googletest NAME COMMAND...: a program of GoogleTest; each of its tests has a verdict, and so has its end.
googletest() {
  local name=$1
  shift
  expect "$name" "$@"
  sed -n -e "s/^\[       OK \] \([^ ]*\) .*/ok $name \1/p" \
    -e "s/^\[  FAILED  \] \([^ ,]*\),\{0,1\} .*(.* ms)\$/failed $name \1/p" \
    "$LOGS/$name.out" | sort -u >> "$LOGS/verdicts"
}

# ctest_suite DIRECTORY: the tests of a build directory of CMake.
ctest_suite() {
  TMPDIR=$LOGS ctest --test-dir "$1" --timeout "$seconds" > "$LOGS/ctest.out" || true
  cp "$1/Testing/Temporary/LastTest.log" "$LOGS/ctest.err"
  sed -n -e 's/^ *[0-9]*\/[0-9]* Test *#[0-9]*: \([^ ]*\) \.* *Passed .*/ok \1/p' \
    -e 's/^ *[0-9]*\/[0-9]* Test *#[0-9]*: \([^ ]*\) \.*\**\(Failed\|Exception\|Timeout\|Not Run\).*/failed \1/p' \
    "$LOGS/ctest.out" >> "$LOGS/verdicts"
}
