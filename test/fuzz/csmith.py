#===- test/fuzz/csmith.py - Random C programs, with the plugin and without -----------------------===
#
# Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===---------------------------------------------------------------------------------------------===
#
#   csmith.py [--build DIRECTORY] [-j N] [--keep DIRECTORY] SEED... | FIRST..LAST
#
# csmith (Debian: csmith, libcsmith-dev) writes a program for the seed; the seed also chooses what the
# program may use and the flags of the compiler. It must print the same checksum with the plugin, under
# stress, as without. csmith's programs do not allocate: what is tried are maps, polls and barriers in
# code with structs, unions, bit-fields, pointers to pointers, volatile and gotos, and their scanning.
#
# Some programs do not end, which nobody knows before they run: they are skipped. So are those that print something
# else and that UndefinedBehaviorSanitizer finds fault with.
#
#===---------------------------------------------------------------------------------------------===

import glob
import random
import shutil
import sys

from campaign import Result, Verdict, campaign
from toolchain import run

# The number of safepoints between collections, until one lets the program end in time.
STRESS = [1, 20, 1000, 100000]
# A program that computes longer than this without the plugin will hardly end under stress.
SECONDS = 1
# With the plugin. Under stress each poll costs 2 us, however rare the collections.
STRESSED_SECONDS = 6

SWITCHES = ["packed-struct", "bitfields", "unions", "volatiles", "math64", "longlong", "arrays", "jumps",
            "volatile-pointers", "builtins", "inline-function", "float", "int8", "comma-operators"]


def generator_options(choice):
    options = ["--max-funcs", str(choice.randint(2, 6)), "--max-block-depth", str(choice.randint(2, 3)),
               "--max-pointer-depth", str(choice.randint(2, 4)), "--max-expr-complexity", str(choice.randint(4, 10)),
               "--max-struct-fields", str(choice.randint(2, 10)), "--max-array-dim", str(choice.randint(1, 3))]
    # Each of these is off by default or makes programs poorer when it is off: mostly on.
    options += [f"--{name}" if choice.random() < 0.75 else f"--no-{name}" for name in SWITCHES]
    # These programs call __builtin_clz and __builtin_ctz of 0, which is undefined.
    return [*options, "--no-builtins"]


def compiler_options(choice):
    options = [choice.choice(["-O0", "-O1", "-O2", "-O2", "-O3", "-Os", "-Oz"])]
    for flag, probability in [("-march=x86-64-v3", 0.15), ("-fPIC", 0.15), ("-g", 0.15),
                              ("-fomit-frame-pointer", 0.1), ("-fno-omit-frame-pointer", 0.1),
                              ("-fno-inline", 0.1), ("-ftrapv", 0.03), ("-ffunction-sections", 0.05),
                              ("-fstack-protector-all", 0.05)]:
        if choice.random() < probability:
            options.append(flag)
    return options


def is_undefined(toolchain, flags, directory):
    """Whether the program breaks a rule of C, as some conversions of csmith's floats do, so that its output says nothing."""
    sanitized = [toolchain.clang, *flags, "-fsanitize=undefined", "program.c", "-o", "sanitized"]
    return (run(sanitized, 60, directory).code == 0
            and "runtime error:" in run(["./sanitized"], 10 * SECONDS, directory).output)


def check(toolchain, seed, directory):
    choice = random.Random(seed)
    ended = run(["csmith", "--seed", str(seed), *generator_options(choice), "--output", "program.c"], 5, directory)
    if ended.hung or ended.code != 0:
        return Verdict(Result.SKIPPED, "not generated")
    includes = [f"-I{path}" for path in glob.glob("/usr/include/csmith*")]
    # csmith's own headers and its sums over floats are C of before 1999 in places.
    flags = [*compiler_options(choice), "-std=gnu99", "-w", "-Wno-incompatible-pointer-types", *includes]
    plain = [toolchain.clang, *flags, "program.c", "-o", "plain"]
    ended = run(plain, 60, directory)
    if ended.code != 0:
        return Verdict(Result.SKIPPED, "not compiled without the plugin")
    expected = run(["./plain"], SECONDS, directory)
    if expected.hung:
        return Verdict(Result.SKIPPED, "endless")
    compiling = [toolchain.clang, *toolchain.plugin_flags(), *flags, "program.c", "-o", "program",
                 *toolchain.libraries()]
    (directory / "command.txt").write_text(" ".join(compiling) + "\n")
    ended = run(compiling, 60, directory)
    # docs/limits.md: packed structs with pointers in globals.
    if ended.code != 0 and "has a pointer that is not at a multiple of 8 bytes" in ended.output:
        return Verdict(Result.SKIPPED, "refused for a packed pointer")
    if ended.code != 0:
        (directory / "output.txt").write_text(ended.output)
        return Verdict(Result.FAILED, f"the compiler with the plugin: {ended.describe()}")
    if ended.output:
        (directory / "output.txt").write_text(ended.output)
        return Verdict(Result.FAILED, "the compiler with the plugin prints messages")
    for stress in STRESS:
        options = f"stress={stress}:poison=1:checkmark=1"
        got = run(["./program"], STRESSED_SECONDS, directory, options)
        if not got.hung:
            break
    else:
        options = "verify=1"
        got = run(["./program"], STRESSED_SECONDS, directory, options)
    (directory / "output.txt").write_text(got.output)
    (directory / "expected.txt").write_text(expected.output)
    if got.hung:
        return Verdict(Result.FAILED, "does not end with the plugin")
    if got.code != expected.code:
        return Verdict(Result.FAILED, f"{got.describe()} under {options}, without the plugin {expected.describe()}")
    if got.output != expected.output:
        if is_undefined(toolchain, flags, directory):
            return Verdict(Result.SKIPPED, "undefined behaviour")
        return Verdict(Result.FAILED, f"the output differs under {options}")
    if "stress" not in options:
        return Verdict(Result.SKIPPED, "the same, but too many polls for stress")
    return Verdict(Result.PASSED)


if __name__ == "__main__":
    if not shutil.which("csmith") or not glob.glob("/usr/include/csmith*"):
        sys.exit("csmith.py: csmith is missing: apt-get install csmith libcsmith-dev")
    sys.exit(campaign(__file__, __doc__ or "Random C programs, with the plugin and without", check))
