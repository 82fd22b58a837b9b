#!/usr/bin/env python3
#===- test/fuzz/examples.py - The examples in every mode, with seeds of random delays ------------===
#
# Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===---------------------------------------------------------------------------------------------===
#
#   examples.py [--build DIRECTORY] [-j N] [--keep DIRECTORY] SEED... | FIRST..LAST
#
# A seed is 54 runs: each program of docs/examples, compiled at -O0 and at -O2, in each mode of the collector, under
# checkmark=1:poison=1:verify=1:stress=100:perturb=SEED. Each run must end with success and print what
# the same program prints without options. The programs are compiled once for each compiler.
#
#===---------------------------------------------------------------------------------------------===

import pathlib
import shutil
import sys

from campaign import Result, Verdict, campaign
from toolchain import SOURCE, contents, run, run_or_raise

SOURCES = SOURCE / "docs/examples"
# Of processor time for a run; the longest take less than one.
SECONDS = 60
MODES = ["hybrid", "dijkstra", "stw"]
LEVELS = ["-O0", "-O2"]
# The arguments of each. Larger: more cycles in a run; smaller: more seeds in the same time.
ARGUMENTS = {
    "binary-trees": ["7"],
    "containers": ["200"],
    "exceptions": ["40", "10"],
    "hash-map": ["1500"],
    "interior": ["500"],
    "large-arrays": ["64", "1024", "3"],
    "linked-list": ["100", "12"],
    "queue": ["500"],
    "recursion": ["5000"],
}


def compiled(toolchain):
    """The directory with the programs and what they print without options."""
    sources = sorted(SOURCES.glob("*.cpp"))
    if {path.stem for path in sources} != set(ARGUMENTS):
        raise RuntimeError(f"the examples are {[path.stem for path in sources]}: ARGUMENTS has others")

    def make(directory):
        for source in sources:
            for level in LEVELS:
                program = directory / (source.stem + level)
                run_or_raise([toolchain.clangxx, *toolchain.plugin_flags(), "-std=c++20", "-pthread", level, source, "-o", program,
                              *toolchain.libraries()], 120, directory)
                program.with_suffix(".expected").write_text(run_or_raise([program, *ARGUMENTS[source.stem]], 120, directory))

    headers = sorted(SOURCES.glob("*.h")) + sorted(pathlib.Path(toolchain.include).rglob("*.h"))
    return toolchain.made_once(f"{ARGUMENTS}{LEVELS}{contents(sources + headers)}", make)


def check(toolchain, seed, directory):
    programs = compiled(toolchain)
    failures = []
    for name, arguments in ARGUMENTS.items():
        for level in LEVELS:
            program = programs / (name + level)
            expected = program.with_suffix(".expected").read_text()
            for mode in MODES:
                options = f"mode={mode}:checkmark=1:poison=1:verify=1:stress=100:perturb={seed}"
                ended = run([program, *arguments], SECONDS, directory, options)
                if ended.code == 0 and ended.output == expected:
                    continue
                wrong = ended.describe() if ended.hung or ended.code != 0 else "another output"
                failures.append(f"{name} {level}: {wrong}: TRICOLOR_OPTIONS={options} {program} {' '.join(arguments)}")
                (directory / f"{name}{level}.{mode}.txt").write_text(ended.output)
                shutil.copy(program, directory)
    if failures:
        return Verdict(Result.FAILED, "\n".join(failures))
    return Verdict(Result.PASSED)


if __name__ == "__main__":
    sys.exit(campaign(__file__, "The examples in every mode, with random delays", check))
