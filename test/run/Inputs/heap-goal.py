#!/usr/bin/env python3
# Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Runs a program with trace=1 and compares each cycle's heap with its goal, or the whole with a limit.

  heap-goal.py [--limit MIB] PROGRAM ARGUMENT...

Without a limit: in the second half of the cycles, the heap when marking was over is at most 1.1 times the goal (numbers
of the trace are whole MB: one more is rounding). With one: the program's own "KiB at most" is at most 1.05 times the
limit, and the runtime has not given the limit up.
"""

import os
import re
import subprocess
import sys

MOST_PAST_GOAL = 1.10
MOST_PAST_LIMIT = 1.05


def main():
    arguments = sys.argv[1:]
    limit = 0
    if arguments[0] == "--limit":
        limit = int(arguments[1])
        arguments = arguments[2:]
    options = [os.environ.get("TRICOLOR_OPTIONS", ""), "trace=1", f"memlimit={limit}M" if limit else "", f"gcpercent={400 if limit else 100}"]
    environment = dict(os.environ, TRICOLOR_OPTIONS=":".join(filter(None, options)))
    run = subprocess.run(arguments, env=environment, capture_output=True, text=True, timeout=600)
    if run.returncode != 0:
        print(f"the program failed with {run.returncode}:\n{run.stdout}{run.stderr[-2000:]}")
        return 1
    print(run.stdout, end="")
    if limit:
        most = int(re.search(r"(\d+) KiB at most", run.stdout).group(1)) / 1024
        given_up = "cannot be kept" in run.stderr
        print(f"{most:.1f} MiB at most, limit {limit} MiB{', given up' if given_up else ''}")
        if most > MOST_PAST_LIMIT * limit or given_up:
            return 1
        print("the limit was kept")
        return 0
    cycles = re.findall(r"^gc (\d+) .*?(\d+)->(\d+)->(\d+) MB, (\d+) MB goal", run.stderr, re.M)
    if len(cycles) < 10:
        print(f"the trace has {len(cycles)} cycles:\n{run.stderr[:2000]}")
        return 1
    steady = [tuple(map(int, cycle)) for cycle in cycles[len(cycles) // 2:]]
    worst = max(steady, key=lambda cycle: cycle[2] / cycle[4])
    print(f"{len(cycles)} cycles; cycle {worst[0]}: {worst[2]} MB when marking was over, goal {worst[4]} MB")
    if worst[2] > MOST_PAST_GOAL * worst[4] + 1:
        print(f"{sum(cycle[2] > MOST_PAST_GOAL * cycle[4] + 1 for cycle in steady)} of {len(steady)} cycles past their goal")
        return 1
    print("no cycle past its goal by more than a tenth")
    return 0


sys.exit(main())
