#===- test/bench/workloads.py - Throughput of programs, in each way to manage memory --------------===
#
# Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===-----------------------------------------------------------------------------------------------===
#
#   workloads.py --build BUILD [--output DIR] [--rounds 5] [--quick] [--workloads NAME,...] [--only NAME,...]
#                [--modes MODE,...] [--settle SECONDS] [--json FILE] [--update PAGE] [--plots DIR] [--from FILE]
#
# Runs the programs of test/bench/workloads: the same work in C++ with Tricolor, with Boehm's collector, and with mimalloc and
# malloc and every object freed by hand, in Go, and in Java with four collectors. cases.py lists what is run, peers.py how; the
# headers of the C++ sources say what each program does. --quick runs less of everything.
#
#   wall, processor  seconds of the measured section: by the clock, and user and system time of all threads of the
#                    process, those that collect included. Java compiles meanwhile too, and tells it in steps of 10 ms.
#   ns / ...         processor time for an operation; of pointer writes that of the thread that writes.
#   memory           the peak of resident memory of the whole process, with what it builds before it is measured.
#   cycles           collections that ended in the measured section; of G1 young ones too.
#   time / ...       the ratio of two medians of processor time.
#
# In front of each case and round the driver measures what the machine itself can do (machine.cpp); with full marks runs a marker
# without a collector (bare_marker.cpp) as a peer of its own. Memory that a program will need is touched before it, since a
# virtual machine may have given it back to its host (latency.py says more); --settle waits before that.
#
# The peers of a case run one after the other, in an order that turns from round to round. All must print the same checksums and
# counts; if two differ, or one fails, the driver fails at the end. What is not installed and what does not fit in
# memory is skipped, and the report says so. --only chooses programs (tricolor, go, java, java-g1, ...), --workloads cases
# by their names or the beginnings of these (allocate, binary-trees-18); --modes runs several modes of Tricolor as peers; without it,
# tricolor-stw has full marks only.
#
# --json keeps the numbers after each run; --from makes tables and plots of them. --update writes the tables between the markers
# `<!-- workloads:begin -->` and `<!-- workloads:end -->`. --plots needs gnuplot.
#
#===-----------------------------------------------------------------------------------------------===

import argparse
import concurrent.futures
import dataclasses
import json
import pathlib
import shutil
import sys
import time

import comparison
import machine
import peers
import toolchains
from cases import CASES
from page import Failure, update
from process import measured, run, touch
from selection import chosen

# MiB that are touched before a program, at most. More: less of a program's time is the host's; fewer: less
# time between programs.
TOUCHED = 2048
# MiB that the machine's own limits are measured in: more than its caches hold.
MACHINE = 128


class Bench:
    def __init__(self, arguments):
        self.arguments = arguments
        self.build = arguments.build.resolve()
        self.output = (arguments.output or self.build / "bench-workloads").resolve()
        self.output.mkdir(parents=True, exist_ok=True)
        self.compiler = pathlib.Path(arguments.llvm) / "clang++"
        self.data = {"quick": arguments.quick, "rounds": arguments.rounds, "machine": machine.describe(), "versions": {},
                     "skipped": [], "failed": [], "cases": [], "machine_runs": [], "runs": []}

    def cases(self):
        wanted = self.arguments.workloads.split(",") if self.arguments.workloads else [""]
        for name in wanted:
            if not any(case.name.startswith(name) for case in CASES):
                raise Failure(f"--workloads: there is no {name}; there are {', '.join(case.name for case in CASES)}")
        cases = [case for case in CASES if any(case.name.startswith(name) for name in wanted)]
        return [case for case in cases if case.quick or not self.arguments.quick]

    def peers(self):
        """Those that were asked for and are installed."""
        present = []
        for peer in chosen(peers.peers(self), self.arguments.only):
            reason = peer.missing()
            if reason:
                self.skip(f"{peer.name}: {reason}")
                continue
            self.data["versions"][peer.name] = peer.version()
            present.append(peer)
        return present

    def takes_part(self, peer, case):
        names = case.quick_peers if self.arguments.quick and case.quick_peers else case.peers
        return peer.name in names or peer.family in names

    def skip(self, text):
        print(f"skipped: {text}", file=sys.stderr, flush=True)
        self.data["skipped"].append(text)

    def save(self):
        if self.arguments.json:
            self.arguments.json.write_text(json.dumps(self.data) + "\n")

    def fits(self, peer, case):
        need, available = peer.need(case), machine.available_mib()
        if need > available:
            self.skip(f"{peer.name}, {case.title}: it needs {need / 1024:.1f} GiB, and {available / 1024:.1f} are available")
        return need <= available

    def fail(self, text, failure):
        print(f"{text}: {failure}", file=sys.stderr, flush=True)
        self.data["failed"].append(f"{text}: {failure}")

    def build_all(self, cases, present):
        """Every program once, as many at a time as there are processors."""
        run([self.compiler, *peers.FLAGS, peers.SOURCES / "machine.cpp", "-o", self.output / "machine", "-lpthread"])
        builds = {}
        for peer in present:
            programs = list(dict.fromkeys(case.program for case in cases if self.takes_part(peer, case)))
            builds |= {(peer.output, target): peer.build for target in peer.targets(programs)}
        with concurrent.futures.ThreadPoolExecutor(self.data["machine"]["processors"]) as pool:
            for done in [pool.submit(build, target) for (_, target), build in builds.items()]:
                done.result()

    def measure_case(self, case, present):
        arguments = case.quick if self.arguments.quick else case.arguments
        self.data["cases"].append(dataclasses.asdict(case) | {"arguments": arguments})
        taking_part = [peer for peer in present if self.takes_part(peer, case) and self.fits(peer, case)]
        for number in range(min(self.arguments.rounds, case.rounds)):
            limits = measured([self.output / "machine", MACHINE], {})
            self.data["machine_runs"].append(limits | {"case": case.name, "round": number})
            turn = number % len(taking_part) if taking_part else 0
            for peer in taking_part[turn:] + taking_part[:turn]:
                try:
                    time.sleep(self.arguments.settle)
                    touch(int(min(peer.need(case), TOUCHED)))
                    result = peer.measure(case)
                except Failure as failure:
                    self.fail(f"{peer.name}, {case.title}", failure)
                    taking_part = [other for other in taking_part if other is not peer]
                    continue
                self.keep(case, peer, number, result)
        self.check(case)

    def keep(self, case, peer, number, result):
        self.data["runs"].append(result | {"case": case.name, "program": peer.name, "round": number})
        self.save()
        print(f"{case.name}, round {number + 1}, {peer.name}: {result['seconds']:.3f} s, processor {result['cpu']:.3f} s, "
              f"{comparison.time_of(result) * 1e9 / result['operations']:.2f} ns / {case.unit}, "
              f"{result['peak_rss_bytes'] / 2**20:.0f} MiB", file=sys.stderr, flush=True)

    def check(self, case):
        runs = [run for run in self.data["runs"] if run["case"] == case.name]
        for what in "checksum", "operations":
            found = {run["program"]: run[what] for run in runs}
            if len({run[what] for run in runs}) > 1:
                self.fail(case.title, f"the programs' {what} differ: {found}")

    def measure(self):
        present = self.peers()
        cases = self.cases()
        self.build_all(cases, present)
        for case in cases:
            self.measure_case(case, present)
        self.save()
        return self.data


def main():
    parser = argparse.ArgumentParser(description="Throughput of programs, in each way to manage memory.")
    parser.add_argument("--build", type=pathlib.Path, help="a build directory of Tricolor")
    parser.add_argument("--output", type=pathlib.Path, help="where the programs go (default: in the build)")
    toolchains.add_arguments(parser)
    parser.add_argument("--rounds", type=int, help="runs of each program (default: 5, with --quick 1)")
    parser.add_argument("--quick", action="store_true", help="less of everything: some minutes")
    parser.add_argument("--workloads", help="cases, separated by commas, by name or the beginning of it")
    parser.add_argument("--only", help="these programs, separated by commas")
    parser.add_argument("--modes", help="run Tricolor in each of these modes (default: as TRICOLOR_OPTIONS says)")
    parser.add_argument("--settle", type=float, default=0, help="seconds before each run (default: 0)")
    parser.add_argument("--json", type=pathlib.Path, help="write the numbers there")
    parser.add_argument("--from", dest="source", type=pathlib.Path, help="take the numbers of this JSON file")
    parser.add_argument("--update", type=pathlib.Path, help="write the tables into this page")
    parser.add_argument("--plots", type=pathlib.Path, help="write a plot for each program into this directory")
    arguments = parser.parse_args()
    arguments.rounds = arguments.rounds or (1 if arguments.quick else 5)
    if arguments.plots and not shutil.which("gnuplot"):
        raise Failure("there is no gnuplot; it is in gnuplot-nox")
    if arguments.source:
        data = json.loads(arguments.source.read_text())
    elif not arguments.build:
        parser.error("--build or --from is needed")
    else:
        data = Bench(arguments).measure()
    text = comparison.report(data)
    print(text)
    if arguments.plots:
        comparison.plots(data, arguments.plots)
    if data["failed"]:
        raise Failure("failed:\n" + "\n".join(data["failed"]))
    if arguments.update:
        update(arguments.update, "workloads", text)


if __name__ == "__main__":
    try:
        main()
    except Failure as failure:
        print(f"workloads.py: {failure}", file=sys.stderr)
        sys.exit(1)
