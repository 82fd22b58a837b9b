#===- test/fuzz/objects.py - Random programs with collected objects ------------------------------===
#
# Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===---------------------------------------------------------------------------------------------===
#
#   objects.py [--build DIRECTORY] [-j N] [--keep DIRECTORY] SEED... | FIRST..LAST
#
# Each program knows what its heap must look like (Inputs/shadow.h) and ends with "done" if it does, with
# a collection at every safepoint or at every few. The flags and the program follow from the seed.
#
#===---------------------------------------------------------------------------------------------===

import pathlib
import random
import shutil
import sys

from campaign import Result, Verdict, campaign
from object_program import Program
from toolchain import contents, run, run_or_raise

INPUTS = pathlib.Path(__file__).resolve().parent / "Inputs"
SECONDS = 20
# Of the collector: each program runs in each, beside a run with more cycles in the default one.
MODES = ["hybrid", "dijkstra", "stw"]


# Each needs a precompiled prelude. More: more is tried; fewer: a campaign is sooner at full speed.
FLAGS = [["-O0"], ["-O0"], ["-O0", "-g"], ["-O1"], ["-O1"], ["-O1", "-fPIC"], ["-O2"], ["-O2"], ["-O2"], ["-O2", "-march=x86-64-v3"],
         ["-O2", "-g"], ["-O2", "-fno-inline"], ["-O3"], ["-O3", "-march=x86-64-v3"], ["-Os"], ["-Oz"], ["-Oz", "-fno-omit-frame-pointer"]]


def prelude(toolchain, flags):
    """The directory with the precompiled header and the shadow's object, one for each set of flags and each
    compiler."""
    sources = sorted(INPUTS.glob("*.[hc]*"))

    def make(directory):
        for source in sources:
            shutil.copy(source, directory)
        run_or_raise([toolchain.clangxx, *toolchain.plugin_flags(), *flags, "-x", "c++-header", "shapes.h", "-o", "shapes.h.pch"],
                     120, directory)
        run_or_raise([toolchain.clangxx, "-std=c++20", "-O2", "-c", "shadow.cpp", "-o", "shadow.o"], 120, directory)

    # A precompiled header is refused when a header has another time.
    headers = [f"{path}{path.stat().st_mtime_ns}" for path in sorted(pathlib.Path(toolchain.include).rglob("*.h"))]
    return toolchain.made_once(f"{flags}{headers}{contents(sources)}", make)


def check(toolchain, seed, directory):
    choice = random.Random(seed * 7919 + 1)
    flags = ["-std=c++20", "-pthread", "-w", *choice.choice(FLAGS)]
    stress = choice.choice([1, 1, 1, 2, 7])
    inputs = prelude(toolchain, flags)
    (directory / "program.cpp").write_text(Program(seed).text())
    objects = [f"{inputs}/shadow.o", *toolchain.libraries()]
    compiling = [toolchain.clangxx, *toolchain.plugin_flags(), *flags, f"-I{inputs}", "-include-pch",
                 f"{inputs}/shapes.h.pch", "program.cpp", "-o", "program", "-fuse-ld=lld", *objects]
    (directory / "command.txt").write_text(" ".join(compiling) + "\n")
    ended = run(compiling, 60, directory)
    if ended.code != 0 or ended.output:
        (directory / "output.txt").write_text(ended.output)
        line = next((line for line in ended.output.splitlines() if "error" in line), "")
        return Verdict(Result.FAILED, f"the compiler: {ended.describe()}: {line}")
    checks = "poison=1:checkmark=1:verify=1"
    for options in [f"stress={stress}:{checks}"] + [f"mode={mode}:stress=100:perturb={seed}:{checks}" for mode in MODES]:
        ended = run(["./program"], SECONDS, directory, options)
        (directory / "output.txt").write_text(ended.output)
        if ended.hung:
            return Verdict(Result.FAILED, f"did not end in time under {options} with {' '.join(flags)}")
        if ended.code == 0 and ended.output == "FULL\n":
            return Verdict(Result.SKIPPED, "allocating too much")
        if ended.code != 0 or ended.output != "done\n":
            line = (ended.output.splitlines() or [""])[0]
            return Verdict(Result.FAILED, f"{ended.describe()} under {options} with {' '.join(flags)}: {line}")
    return Verdict(Result.PASSED)


if __name__ == "__main__":
    sys.exit(campaign(__file__, "Random programs with collected objects", check))
