#===- test/codebases/googletest.sh - GoogleTest's own tests -------------------------------------===
#
# Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===---------------------------------------------------------------------------------------------===

source=googletest
tests="GoogleTest's tests of assertions, printers, parameters, typed and death tests, threads"
packages="cmake"
targets="gtest_unittest googletest-printers-test googletest-param-test-test googletest-death-test-test
  googletest-port-test googletest-listener-test googletest-options-test googletest-filepath-test
  googletest-message-test googletest-test-part-test gtest-typed-test_test gtest-death-test_ex_catch_test
  gtest_repeat_test gtest_stress_test gtest_environment_test gtest_throw_on_failure_ex_test"

build() {
  cmake -S googletest -B out -Dgtest_build_tests=ON -DCMAKE_CXX_FLAGS=-w
  cmake --build out -j"$JOBS" --target $targets
}

programs() { printf 'out/%s\n' $targets; }

check() {
  local target options=$TRICOLOR_OPTIONS
  for target in $targets; do
    # Death tests and those of captured output look at standard error, so no line for a cycle.
    case $target in
      *death-test* | googletest-port-test) TRICOLOR_OPTIONS=${options%:trace=1} ;;
      *) TRICOLOR_OPTIONS=$options ;;
    esac
    googletest "$target" "out/$target"
  done
}
