#===- test/codebases/Inputs/satisfiability.py - Puzzles for a SAT solver, and their check --------===
#
# Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===---------------------------------------------------------------------------------------------===
#
#   satisfiability.py SOLVER PUZZLE
#
# Writes the puzzle as DIMACS, runs the solver on it, and checks the model. The answer and the number of
# conflicts are printed: the search is deterministic, but only the answer is compared.
#
#===---------------------------------------------------------------------------------------------===

import os
import random
import subprocess
import sys


def pigeons(holes):
    """One pigeon too many: cannot be satisfied."""
    place = lambda pigeon, hole: pigeon * holes + hole + 1
    for pigeon in range(holes + 1):
        yield [place(pigeon, hole) for hole in range(holes)]
    for hole in range(holes):
        for one in range(holes + 1):
            for other in range(one):
                yield [-place(one, hole), -place(other, hole)]


def random_clauses(variables, seed):
    """Three literals a clause, 4.26 clauses a variable: the hardest mixture."""
    numbers = random.Random(seed)
    for _ in range(int(variables * 4.26)):
        chosen = numbers.sample(range(1, variables + 1), 3)
        yield [variable * numbers.choice([1, -1]) for variable in chosen]


def colours(nodes):
    """Three colours for a random graph that was made from a colouring: can be satisfied."""
    numbers = random.Random(nodes)
    colour = [numbers.randrange(3) for _ in range(nodes)]
    of = lambda node, hue: node * 3 + hue + 1
    for node in range(nodes):
        yield [of(node, hue) for hue in range(3)]
    for _ in range(nodes * 4):
        one, other = numbers.sample(range(nodes), 2)
        if colour[one] != colour[other]:
            for hue in range(3):
                yield [-of(one, hue), -of(other, hue)]


def main():
    solver, puzzle = sys.argv[1:]
    kind, *numbers = puzzle.split("-")
    clauses = list({"pigeons": pigeons, "random": random_clauses, "colours": colours}[kind](*map(int, numbers)))
    variables = max(abs(literal) for clause in clauses for literal in clause)
    base = f"{os.path.basename(solver)}-{puzzle}"
    with open(f"{base}.cnf", "w") as file:
        file.write(f"p cnf {variables} {len(clauses)}\n")
        file.writelines(" ".join(map(str, clause)) + " 0\n" for clause in clauses)
    run = subprocess.run([solver, f"{base}.cnf", f"{base}.model"], stdout=subprocess.PIPE, text=True)
    expected = {"pigeons": [20], "random": [10, 20], "colours": [10]}[kind]
    if run.returncode not in expected:
        sys.exit(f"{puzzle}: the solver ended with {run.returncode}")
    print(puzzle, run.returncode)
    if run.returncode == 10:
        words = open(f"{base}.model").read().split()
        model = set(map(int, words[1:-1]))
        for clause in clauses:
            if not model.intersection(clause):
                sys.exit(f"{puzzle}: the model does not satisfy {clause}")


main()
