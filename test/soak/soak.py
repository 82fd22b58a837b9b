#!/usr/bin/env python3
#===- test/soak/soak.py - The soak under several options of the collector ------------------------===
#
# Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===---------------------------------------------------------------------------------------------===
#
#   soak.py [--build DIRECTORY] [--minutes 30] [--threads 8] [--seed 1] [--level -O2] [--mode hybrid]
#
# Compiles test/soak/*.cpp with the plugin and runs the program with poison=1 for so many minutes, in one
# process; then, for a sixth of the time each, with perturb, with checkmark and stress, with a small heap,
# and as it is without options. Prints the program's lines and a summary; fails if one of them did not
# end with "nothing lost".
#
#===---------------------------------------------------------------------------------------------===

import argparse
import os
import pathlib
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "fuzz"))

from toolchain import SOURCE, Toolchain  # noqa: E402

# The options of a run, and its share of the minutes.
PHASES = [
    ("poison=1", 1),
    ("poison=1:verify=1:perturb={seed}", 1 / 6),
    ("poison=1:verify=1:checkmark=1:stress=100", 1 / 6),
    ("poison=1:gcpercent=15", 1 / 6),
    ("", 1 / 6),
]
# For ending what has begun, and for collecting all that is dead, on a busy machine.
SECONDS_TO_END = 300

parser = argparse.ArgumentParser()
parser.add_argument("--build", type=pathlib.Path, default=SOURCE / "build/release")
parser.add_argument("--minutes", type=float, default=30)
parser.add_argument("--threads", type=int, default=8)
parser.add_argument("--seed", type=int, default=1)
parser.add_argument("--level", default="-O2")
parser.add_argument("--mode", default="hybrid")
options = parser.parse_args()

failed = []
with tempfile.TemporaryDirectory(prefix="tricolor-soak-") as directory:
    program = f"{directory}/soak"
    toolchain = Toolchain.find(options.build)
    sources = sorted(map(str, HERE.glob("*.cpp")))
    subprocess.run([toolchain.clangxx, *toolchain.plugin_flags(), "-std=c++20", "-pthread", "-g", options.level, *sources,
                    "-o", program, *toolchain.libraries()], check=True)
    for number, (phase, share) in enumerate(PHASES):
        seed = options.seed + number
        minutes = options.minutes * share
        variable = ":".join(filter(None, [f"mode={options.mode}", phase.format(seed=seed)]))
        command = [program, "--minutes", f"{minutes:.3f}", "--threads", str(options.threads), "--seed", str(seed)]
        print(f"TRICOLOR_OPTIONS={variable} {' '.join(command)}", flush=True)
        try:
            ended = subprocess.run(command, env=dict(os.environ, TRICOLOR_OPTIONS=variable), stdout=subprocess.PIPE,
                                   text=True, timeout=minutes * 60 + SECONDS_TO_END)
            print(ended.stdout, end="", flush=True)
            good = ended.returncode == 0 and "nothing lost" in ended.stdout
            reason = f"ended with {ended.returncode}"
        except subprocess.TimeoutExpired:
            good, reason = False, "did not end"
        if not good:
            failed.append(variable)
            print(f"soak.py: FAILED: {variable}, seed {seed}: {reason}", flush=True)
print(f"soak.py: {len(PHASES) - len(failed)} of {len(PHASES)} runs lost nothing, {len(failed)} failed")
sys.exit(1 if failed else 0)
