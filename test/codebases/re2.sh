#===- test/codebases/re2.sh - The regular expression library and its tests ----------------------===
#
# Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===---------------------------------------------------------------------------------------------===

source=re2
tests="its unit tests, and exhaustive1_test, which compares its three engines"
packages="cmake perl python3 unicode-data"
targets="charclass_test compile_test filtered_re2_test mimics_pcre_test parse_test possible_match_test re2_test
  re2_arg_test regexp_test required_prefix_test search_test set_test simplify_test string_generator_test
  dfa_test exhaustive1_test"

build() {
  # Debian ships the program that makes the tables, not the tables.
  make REBUILD_TABLES=1 re2/perl_groups.cc re2/unicode_casefold.cc re2/unicode_groups.cc
  cmake -S . -B out -DRE2_BUILD_TESTING=ON -DBUILD_SHARED_LIBS=OFF -DCMAKE_CXX_FLAGS=-w
  cmake --build out -j"$JOBS" --target $targets
}

programs() { printf 'out/%s\n' $targets; }

check() {
  local target
  for target in $targets; do
    expect "$target" "out/$target"
  done
}
