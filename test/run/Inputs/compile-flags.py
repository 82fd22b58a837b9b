#!/usr/bin/env python3
# Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Compiles a program once for each row of a table of flags, and runs it plainly and under stress.

  compile-flags.py FIRST STEP OUTPUT COMMAND...

COMMAND compiles and links the program, without -o. Rows FIRST, FIRST + STEP, ... are done, so that
several tests share the table.
"""

import os
import subprocess
import sys

ROWS = """
-O0 -g -fstack-protector-all -ftrivial-auto-var-init=pattern
-O0 -finstrument-functions
-O1 -fsanitize=undefined,local-bounds -fsanitize-trap=all
-O2 -fsanitize=undefined -fno-sanitize-recover=all
-O2 -finstrument-functions
-O2 -finstrument-functions-after-inlining
-O2 -fpatchable-function-entry=4,2
-O2 -pg
-O2 -pg -mfentry
-O2 -fcf-protection=full
-O2 -fstack-protector-all
-O2 -fstack-clash-protection
-O2 -fno-omit-frame-pointer -mno-omit-leaf-frame-pointer
-O2 -mno-red-zone
-O2 -mstackrealign
-O2 -fprofile-instr-generate -fcoverage-mapping
-O2 -fprofile-generate
-O2 -fzero-call-used-regs=used
-O2 -fno-exceptions
-O2 -fno-rtti
-O2 -fPIC -fno-plt
-O2 -mretpoline
-O2 -mlvi-cfi
-O2 -mspeculative-load-hardening
-O2 -fsanitize=kcfi
-O2 -fxray-instrument
-O2 -march=native
-O2 -march=x86-64-v3
-O2 -fno-inline
-O2 -fno-optimize-sibling-calls
-O2 -fno-unwind-tables -fno-asynchronous-unwind-tables
-O2 -fno-pie -no-pie -mcmodel=medium
-O2 -fwrapv -fno-strict-aliasing
-O2 -mllvm -fast-isel
-O3 -ffast-math
-Os
-Oz
-Og
"""


def main():
    first, step, output = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
    command = sys.argv[4:]
    plain = dict(os.environ, LLVM_PROFILE_FILE=output + ".profile")
    stress = dict(plain, TRICOLOR_OPTIONS="stress=1:poison=1:checkmark=1:verify=1")
    failed = 0
    rows = ROWS.strip().splitlines()[first::step]
    for row in rows:
        steps = [(command + row.split() + ["-o", output], plain)]
        steps += [([output], plain), ([output], stress)]
        for arguments, environment in steps:
            done = subprocess.run(
                arguments,
                env=environment,
                cwd=os.path.dirname(output),
                capture_output=True,
                text=True,
                timeout=120,
            )
            if done.returncode:
                options = environment.get("TRICOLOR_OPTIONS", "")
                print(f"{row}: {options} {' '.join(arguments)}: {done.returncode}")
                print(done.stdout + done.stderr)
                failed += 1
                break
    print(f"{len(rows) - failed} of {len(rows)} rows good")
    sys.exit(failed != 0)


if __name__ == "__main__":
    main()
