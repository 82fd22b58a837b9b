#===- test/fuzz/targets.py - The libFuzzer targets, with their corpora ---------------------------===
#
# Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===---------------------------------------------------------------------------------------------===
#
#   targets.py [--build DIRECTORY] [--seconds N] [--seed N] [--found DIRECTORY] [TARGET...]
#
# Runs each target over corpus/TARGET and then, for N seconds, over what libFuzzer makes of it. A corpus
# is text files, so that it can be read and reviewed: `.hex` files hold bytes (blanks and # comments are
# skipped), others the input itself without the newline at the end. What once failed stays there.
#
# What fails is written to DIRECTORY, as it is. With --found new inputs are collected there too.
#
#===---------------------------------------------------------------------------------------------===

import argparse
import pathlib
import re
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
TARGETS = ["maps", "options"]


def decoded(path):
    if path.suffix == ".hex":
        return bytes.fromhex(re.sub(r"#.*", "", path.read_text()))
    return path.read_text().removesuffix("\n").encode()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("targets", nargs="*", default=TARGETS)
    parser.add_argument("--build", type=pathlib.Path, default=HERE.parents[1] / "build/release")
    parser.add_argument("--seconds", type=int, default=5)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--found", type=pathlib.Path)
    options = parser.parse_args()
    failed = 0
    for target in options.targets:
        program = options.build.resolve() / "test/fuzz" / f"fuzz-{target}"
        inputs = sorted((HERE / "corpus" / target).iterdir())
        with tempfile.TemporaryDirectory(prefix="tricolor-fuzz-") as scratch:
            found = (options.found.resolve() if options.found else pathlib.Path(scratch)) / target
            seeds = pathlib.Path(scratch) / "corpus"
            found.mkdir(parents=True, exist_ok=True)
            seeds.mkdir()
            for path in inputs:
                (seeds / path.name).write_bytes(decoded(path))
            prefix = found.parent / f"{target}-failed-" if options.found else pathlib.Path.cwd() / f"fuzz-{target}-failed-"
            ended = subprocess.run(
                [program, f"-max_total_time={options.seconds}", f"-seed={options.seed}", "-max_len=1024", "-timeout=10",
                 "-print_final_stats=1", f"-artifact_prefix={prefix}", found, seeds],
                capture_output=True, text=True, errors="replace")
        runs = re.search(r"number_of_executed_units: (\d+)", ended.stderr)
        features = re.findall(r"cov: (\d+) ft: (\d+)", ended.stderr)
        if ended.returncode != 0 or not runs or not features or not inputs:
            failed += 1
            print(ended.stderr)
            print(f"{target}: FAILED with exit status {ended.returncode}")
        else:
            print(f"{target}: {len(inputs)} kept inputs, {runs.group(1)} runs, {features[-1][0]} edges covered, 0 failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
