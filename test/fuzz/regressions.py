#===- test/fuzz/regressions.py - The programs that once failed ----------------------------------===
#
# Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===---------------------------------------------------------------------------------------------===
#
#   regressions.py [OPTION...] LIST
#
# Runs the drivers over the seeds of the list; the options are the drivers' own.
#
#===---------------------------------------------------------------------------------------------===

import pathlib
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent

seeds = {}
for line in pathlib.Path(sys.argv[-1]).read_text().splitlines():
    if line and not line.startswith("#"):
        driver, seed, _ = line.split(None, 2)
        seeds.setdefault(driver, []).append(seed)
status = 0 if seeds else "the list is empty"
for driver, numbers in seeds.items():
    ended = subprocess.run([sys.executable, HERE / f"{driver}.py", *sys.argv[1:-1], *numbers])
    status = status or ended.returncode
sys.exit(status)
