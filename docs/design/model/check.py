#!/usr/bin/env python3
#===- docs/design/model/check.py - Runs spin on the model ------------------------------------------===
#
# Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===------------------------------------------------------------------------------------------------===
#
#   check.py DIRECTORY [NAME[=VALUE]...]
#
# Checks hybrid.pml with these names defined, in DIRECTORY, where the checker and the trail of a violation
# stay. With LIVENESS among the names the claim `cycles_end` is checked under weak fairness, else the
# assertions. Prints one line, `verified: ...` or `violated: ...`, and exits with 1 if neither is the
# result: what spin did not search to the end is not verified.
#
#===------------------------------------------------------------------------------------------------===

import os
import pathlib
import re
import shutil
import subprocess
import sys
import time

MODEL = pathlib.Path(__file__).resolve().parent / "hybrid.pml"
# Steps of the longest path. More costs 56 bytes each; with less, spin says that it did not search everything.
DEPTH = os.environ.get("DEPTH", "1000000")

if len(sys.argv) < 2:
    sys.exit("usage: check.py DIRECTORY [NAME[=VALUE]...]")
if not shutil.which("spin"):
    sys.exit("check.py: spin is missing: apt-get install spin")
directory = pathlib.Path(sys.argv[1])
names = sys.argv[2:]
directory.mkdir(parents=True, exist_ok=True)
for trail in directory.glob("*.trail"):
    trail.unlink()

liveness = "LIVENESS" in names
# Nothing is local to a process, so partial order reduction would cost time and reduce nothing.
kind = ["-DNFAIR=3"] if liveness else ["-DSAFETY", "-DNOCLAIM"]
subprocess.run(["spin", "-a", "-o3", *[f"-D{name}" for name in names], MODEL], cwd=directory, check=True, stdout=subprocess.DEVNULL)
subprocess.run([os.environ.get("CC", "cc"), "-O2", "-w", "-DNOREDUCE", *kind, "-o", "pan", "pan.c"], cwd=directory, check=True)
began = time.monotonic()
ended = subprocess.run(["./pan", f"-m{DEPTH}", *(["-a", "-f"] if liveness else [])], cwd=directory, capture_output=True, text=True)
seconds = time.monotonic() - began

output = ended.stdout + ended.stderr
errors = re.search(r"errors: (\d+)", output)
states = re.search(r"(\d+) states, stored", output)
megabytes = re.search(r"([\d.]+)\s+total actual memory usage", output)
size = f"{states and states[1]} states, {megabytes and megabytes[1]} MB, {seconds:.0f} s"
violation = re.search(r"pan:\d+: (.*?)(?: \(at depth.*)?$", output, re.M)
if errors and errors[1] == "0" and "Search not completed" not in output and "too small" not in output:
    print(f"verified: {size}")
elif violation and "reachable_without" in violation[1]:
    print(f"violated: an object is freed while it is reachable; {size}")
elif violation and ("assertion violated" in violation[1] or "acceptance cycle" in violation[1]):
    print(f"violated: {violation[1]}; {size}")
else:
    sys.exit(f"check.py: spin did not search to the end:\n{output}")
