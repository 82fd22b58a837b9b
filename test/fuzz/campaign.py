#===- test/fuzz/campaign.py - Many seeds, several at a time, counted -----------------------------===
#
# Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===---------------------------------------------------------------------------------------------===
#
# What the drivers of generated programs share: the command line, the pool of processes, the directory
# in which the programs that failed are kept, and the counts that are printed at the end. A driver gives
# check(toolchain, seed, directory) -> Verdict, which works in `directory` and leaves there what it made.
#
#===---------------------------------------------------------------------------------------------===

import argparse
import collections
import concurrent.futures
import dataclasses
import enum
import os
import pathlib
import shutil
import sys
import tempfile
import time

from toolchain import SOURCE, Toolchain


class Result(enum.Enum):
    PASSED = "passed"
    SKIPPED = "skipped"
    FAILED = "failed"


@dataclasses.dataclass
class Verdict:
    result: Result
    reason: str = ""


@dataclasses.dataclass
class Job:
    check: object
    toolchain: Toolchain
    scratch: str
    kept: pathlib.Path


def seeds_of(words):
    """1 5..7 -> 1 5 6 7"""
    for word in words:
        first, _, last = word.partition("..")
        yield from range(int(first), int(last or first) + 1)


def run_one(job, seed):
    directory = pathlib.Path(job.scratch) / str(seed)
    directory.mkdir()
    try:
        verdict = job.check(job.toolchain, seed, directory)
    except Exception as error:  # a defect of the driver must not pass for a good program
        verdict = Verdict(Result.FAILED, f"the driver failed: {type(error).__name__}: {error}")
    if verdict.result is Result.FAILED:
        shutil.rmtree(job.kept / str(seed), ignore_errors=True)
        shutil.copytree(directory, job.kept / str(seed))
        (job.kept / str(seed) / "reason.txt").write_text(verdict.reason + "\n")
    shutil.rmtree(directory, ignore_errors=True)
    return seed, verdict


def campaign(script, description, check, arguments=None):
    """Runs the command line; returns the status for sys.exit."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("seeds", nargs="+", help="a seed or FIRST..LAST")
    parser.add_argument("--build", default=SOURCE / "build/release", help="a build directory or an installation")
    parser.add_argument("-j", "--jobs", type=int, default=os.cpu_count())
    parser.add_argument("--keep", default="fuzz-failures", help="where failed programs are kept")
    parser.add_argument("--seconds", type=float, default=float("inf"), help="begin no program after this time")
    options = parser.parse_args(arguments)
    kept = pathlib.Path(options.keep).resolve() / pathlib.Path(script).stem
    kept.mkdir(parents=True, exist_ok=True)
    begin = time.monotonic()
    counts = collections.Counter()
    failed = []
    last = None
    with tempfile.TemporaryDirectory(prefix="tricolor-fuzz-") as scratch:
        job = Job(check, Toolchain.find(options.build), scratch, kept)
        seeds = seeds_of(options.seeds)
        with concurrent.futures.ProcessPoolExecutor(options.jobs) as pool:
            waiting = set()
            exhausted = False
            while True:
                while not exhausted and len(waiting) < 2 * options.jobs:
                    seed = next(seeds, None)
                    exhausted = seed is None or time.monotonic() - begin > options.seconds
                    if not exhausted:
                        waiting.add(pool.submit(run_one, job, seed))
                        last = seed
                if not waiting:
                    break
                done, waiting = concurrent.futures.wait(waiting, return_when=concurrent.futures.FIRST_COMPLETED)
                for future in done:
                    seed, verdict = future.result()
                    counts[verdict.result] += 1
                    if verdict.result is Result.SKIPPED:
                        counts[verdict.reason] += 1
                    if verdict.result is Result.FAILED:
                        failed.append(seed)
                        print(f"seed {seed}: FAILED: {verdict.reason.splitlines()[0][:300]}")
                        print(f"  kept in {kept / str(seed)}; again: {script} --build {options.build} {seed}", flush=True)
    minutes = (time.monotonic() - begin) / 60
    programs = sum(counts[result] for result in Result)
    name = pathlib.Path(script).stem
    skipped = ", ".join(f"{count} {reason}" for reason, count in counts.items() if isinstance(reason, str))
    print(
        f"{name}: {programs} programs, {counts[Result.PASSED]} passed, {counts[Result.SKIPPED]} skipped"
        f"{' (' + skipped + ')' if skipped else ''}, {counts[Result.FAILED]} failed;"
        f" last seed {last}; {minutes:.1f} minutes, {programs / max(minutes, 1e-9):.0f} a minute",
        flush=True,
    )
    if failed:
        print(f"{name}: failed seeds: {' '.join(map(str, sorted(failed)))}", flush=True)
    return 1 if failed or programs == 0 else 0
