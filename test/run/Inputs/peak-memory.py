"""Runs a program with trace=1 and compares its peak resident memory with its peak live heap.

usage: peak-memory.py LIMIT PROGRAM [ARGUMENT...]

Fails when the program fails, when the trace has fewer than 10 cycles, or when the resident memory was
at its peak more than LIMIT times what the cycle with the most live memory found.
"""

import re
import resource
import subprocess
import sys


def main():
    limit = float(sys.argv[1])
    run = subprocess.run(sys.argv[2:], stderr=subprocess.PIPE, text=True)
    if run.returncode != 0:
        print(f"the program failed with {run.returncode}:\n{run.stderr[-2000:]}")
        return 1
    live = [int(m) for m in re.findall(r"^gc .*?[0-9]+->[0-9]+->([0-9]+) MB", run.stderr, re.M)]
    if len(live) < 10 or max(live) == 0:
        print(f"the trace has {len(live)} cycles:\n{run.stderr[:2000]}")
        return 1
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    if peak > limit * max(live):
        print(f"too much memory: {peak:.0f} MB resident, {max(live)} MB live")
        return 1
    print(f"memory is bounded: {peak:.0f} MB resident, {max(live)} MB live, {len(live)} cycles")
    return 0


sys.exit(main())
