#===- test/codebases/minisat.sh - The SAT solver on puzzles that are satisfiable and that are not ===
#
# Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===---------------------------------------------------------------------------------------------===

source=minisat2
tests="pigeonholes, random 3-SAT near the threshold, graph colouring, by both solvers; models are checked"
packages="zlib1g-dev python3"

build() {
  local flags="-w -std=c++98 -D__STDC_LIMIT_MACROS -D__STDC_FORMAT_MACROS -DNDEBUG -I."
  local shared="minisat/core/Solver.cc minisat/utils/Options.cc minisat/utils/System.cc"
  $CXX $flags -o minisat-core minisat/core/Main.cc $shared -lz
  $CXX $flags -o minisat-simp minisat/simp/Main.cc minisat/simp/SimpSolver.cc $shared -lz
}

programs() { echo minisat-core minisat-simp; }

check() {
  local solver puzzle
  for solver in core simp; do
    for puzzle in pigeons-7 random-120-1 random-120-2 random-120-3 random-150-4 colours-60; do
      expect "$solver-$puzzle" python3 "$RECIPES/Inputs/satisfiability.py" "./minisat-$solver" "$puzzle"
    done
  done
}
