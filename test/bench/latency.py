#===- test/bench/latency.py - How long a program waits for its collector -----------------------------===
#
# Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===-----------------------------------------------------------------------------------------------===
#
#   latency.py --build BUILD [--output DIR] [--rounds 5] [--quick] [--pushes N] [--warm-up N]
#              [--heaps MIB,...] [--modes MODE,...] [--only NAME,...] [--java-heap FACTOR]
#              [--settle SECONDS] [--json FILE] [--update PAGE] [--plots DIR] [--from FILE]
#
# A ring of 200,000 messages of 1 KiB; each push makes a message, fills it and puts it in place of the oldest.
# Nearly everything that is allocated dies, but not young: each message lives for 200,000 pushes. The same program
# in C++ with Tricolor, in Go and in Java (test/bench/latency), run by itself and with a live heap of nodes of 64
# bytes, two random links in each, that is built before the measurement.
#
#   push         the time from the end of one push to the end of the next: fill, allocation, barrier, polls, and
#                whatever the collector makes the thread wait for. Every push counts, so no pause falls between two. The
#                first --warm-up pushes, which fill the ring and let Java compile, are not measured.
#   no allocation  the same loop on memory that is there, for as long as the longest program of the round: what
#                the machine does by itself. No collector can be better than this row.
#   pauses       as each runtime counts them: Go's own statistics, one for a cycle, the last 256; Java's log of all
#                safepoints; Tricolor's histogram of each time that a thread was held for a handshake, of which a
#                cycle has seven or more, and in dijkstra and stw for a stop. Cycles of G1 are young ones too.
#   processor    user and system time of all threads during the measurement.
#   memory       the peak of resident memory of the whole process, the building of the heap included. The
#                kernel counts a page of ZGC once for each address that it is mapped and touched at.
#
# Tricolor and Go start a cycle when the heap has doubled (gcpercent, GOGC 100). Java's heap has a size instead:
# -Xms and -Xmx are --java-heap (2) times what is live. TRICOLOR_OPTIONS of the environment goes to the program;
# --modes runs it once in each of these modes, as peers of their own.
#
# A virtual machine may give pages that are free for some seconds back to its host (free page reporting). While it does, all
# programs on it stand still for tens of milliseconds now and then; and who touches such a page first waits for the host to find one,
# several times as long as for a page that the machine has. So before each program nothing happens for --settle (15)
# seconds, and then as much memory as the program needs, but at most 1 GiB, is touched and freed: what is used within two seconds is there,
# for each program alike. The rest of a large heap comes from the host.
#
# The peers run one after the other, in an order that turns from round to round; ratios are between runs of the same
# round. The programs check their ring and heap at the end and print checksums; if two differ, the driver fails.
# What is not installed and what does not fit in memory is skipped, and the report says so. A run that
# fails is not repeated; the others go on, and the driver fails at the end.
#
# --json keeps the numbers, histograms included, after each run; --from makes tables and plots of them. --update writes
# the tables between the markers `<!-- latency:begin -->` and `<!-- latency:end -->`. --plots needs gnuplot.
#
#===-----------------------------------------------------------------------------------------------===

import argparse
import json
import math
import os
import pathlib
import re
import shutil
import sys
import time

import machine
import tables
import toolchains
from page import Failure, update
from process import measured, run, touch
from selection import chosen

HERE = pathlib.Path(__file__).resolve().parent
SOURCES = HERE / "latency"
ROOT = HERE.parent.parent

PUSHES = 10_000_000
WARM_UP = 200_000
RING_MIB = 200_000 * 1.1 / 1024  # messages with what the runtimes add
HEAPS = [0, 1024, 4096]
SETTLE = 15
# MiB that are touched before a program.
TOUCHED = 1024
# A node of 64 bytes has 80 in Java without compressed references.
JAVA_NODE = 80 / 64

SAFEPOINT = re.compile(r'^\[(\d+)ns\] Safepoint "(\w+)".*Total: +(\d+) ns')
STALL = re.compile(r"^\[(\d+)ns\].*Allocation Stall")


# The peers


class Peer:
    """A program of the bench: how it is built, what it needs and how it is run."""

    def __init__(self, bench, name):
        self.bench, self.name = bench, name
        self.output = bench.output

    def arguments(self, heap):
        return [self.bench.arguments.pushes, self.bench.arguments.warm_up, heap]

    def need(self, heap):
        """MiB at most: twice what is live, and the table from which the heap is built."""
        return 2.25 * heap + 2 * RING_MIB + 100


class Tricolor(Peer):
    def __init__(self, bench, name, mode):
        super().__init__(bench, name)
        options = [os.environ.get("TRICOLOR_OPTIONS", ""), f"mode={mode}" if mode else ""]
        self.options = ":".join(option for option in options if option)

    def missing(self):
        return None

    def build(self):
        build = self.bench.build
        run([self.bench.compiler, "-O2", "-std=c++17", "-Wall", "-Wextra", f"-fplugin={build}/TricolorClang.so",
             f"-I{ROOT}/rt/include", SOURCES / "ring.cpp", "-o", self.output / "ring", build / "libtricolor.a",
             "-lpthread", "-ldl"])
        return run([self.bench.compiler, "--version"]).splitlines()[0] + (f", {self.options}" if self.options else "")

    def measure(self, heap):
        environment = {"TRICOLOR_OPTIONS": self.options} if self.options else {}
        return measured([self.output / "ring", *self.arguments(heap)], environment)


class Go(Peer):
    def __init__(self, bench, name):
        super().__init__(bench, name)
        self.toolchain = toolchains.Go(bench.arguments)
        self.missing = self.toolchain.missing

    def build(self):
        self.toolchain.build([SOURCES / "ring.go"], self.output / "ring-go")
        return self.toolchain.version()

    def measure(self, heap):
        return measured([self.output / "ring-go", *self.arguments(heap)], {})


class Java(Peer):
    def __init__(self, bench, name, collector):
        super().__init__(bench, name)
        self.toolchain, self.collector = toolchains.Java(bench.arguments), collector
        self.missing = self.toolchain.missing

    def build(self):
        self.toolchain.build([SOURCES / "Ring.java"], self.output)
        return self.toolchain.version()

    def heap_size(self, heap):
        return math.ceil(self.bench.arguments.java_heap * (heap * JAVA_NODE + RING_MIB))

    def need(self, heap):
        return self.heap_size(heap) * 1.1 + 200

    def measure(self, heap):
        size, log = self.heap_size(heap), self.output / f"{self.name}.log"
        result = measured([self.toolchain.java, f"-Xms{size}m", f"-Xmx{size}m", f"-XX:+{self.collector}",
                           f"-Xlog:gc,safepoint:file={log}:timenanos:filecount=0", "-cp", self.output, "Ring",
                           *self.arguments(heap)], {})
        return result | java_pauses(log.read_text().splitlines(), result["begin_ns"], result["end_ns"])


def java_pauses(log, begin, end):
    """The safepoints and stalls that ended in the measurement, the most recent first."""
    pauses, names, stalls = [], {}, 0
    for line in log:
        safepoint, stall = SAFEPOINT.match(line), STALL.match(line)
        if safepoint and begin <= int(safepoint[1]) <= end:
            pauses.insert(0, int(safepoint[3]))
            names[safepoint[2]] = names.get(safepoint[2], 0) + 1
        elif stall and begin <= int(stall[1]) <= end:
            stalls += 1
    return {"pauses_ns": pauses, "pause_total_ns": sum(pauses), "safepoints": names, "allocation_stalls": stalls}


# The bench


def heap_name(heap):
    if heap == 0:
        return "ring alone"
    return f"{heap // 1024} GiB" if heap % 1024 == 0 else f"{heap} MiB"


class Bench:
    def __init__(self, arguments):
        self.arguments = arguments
        self.build = arguments.build.resolve()
        self.output = (arguments.output or self.build / "bench-latency").resolve()
        self.output.mkdir(parents=True, exist_ok=True)
        self.compiler = pathlib.Path(arguments.llvm) / "clang++"
        self.data = {"pushes": arguments.pushes, "warm_up": arguments.warm_up, "rounds": arguments.rounds,
                     "java_heap": arguments.java_heap, "machine": machine.describe(), "versions": {}, "skipped": [],
                     "failed": [], "runs": []}

    def peers(self):
        """Those that were asked for and can be built."""
        if self.arguments.modes:
            peers = [Tricolor(self, f"tricolor-{mode}", mode) for mode in self.arguments.modes.split(",")]
        else:
            peers = [Tricolor(self, "tricolor", None)]
        peers += [Go(self, "go"), Java(self, "java-g1", "UseG1GC"), Java(self, "java-zgc", "UseZGC")]
        present = []
        for peer in chosen(peers, self.arguments.only):
            reason = peer.missing()
            if reason:
                self.skip(f"{peer.name}: {reason}")
                continue
            self.data["versions"][peer.name] = peer.build()
            present.append(peer)
        run([self.compiler, "-O2", "-std=c++17", "-Wall", "-Wextra", SOURCES / "idle.cpp", "-o", self.output / "idle"])
        return present

    def skip(self, text):
        print(f"skipped: {text}", file=sys.stderr, flush=True)
        self.data["skipped"].append(text)

    def save(self):
        if self.arguments.json:
            self.arguments.json.write_text(json.dumps(self.data) + "\n")

    def fits(self, peer, heap):
        need, available = peer.need(heap), machine.available_mib()
        if need > available:
            self.skip(f"{peer.name} with {heap_name(heap)}: it needs {need / 1024:.1f} GiB, and "
                      f"{available / 1024:.1f} are available")
        return need <= available

    def measure_heap(self, peers, heap):
        peers = [peer for peer in peers if self.fits(peer, heap)]
        for number in range(self.arguments.rounds):
            turn = number % len(peers) if peers else 0
            longest = 0
            for peer in peers[turn:] + peers[:turn]:
                try:
                    self.prepare(peer.need(heap))
                    result = peer.measure(heap)
                except Failure as failure:
                    print(f"{peer.name}, {heap_name(heap)}: {failure}", file=sys.stderr, flush=True)
                    self.data["failed"].append(f"{peer.name} with {heap_name(heap)}: {failure}")
                    peers = [other for other in peers if other is not peer]
                    continue
                longest = max(longest, result["total_ns"])
                self.keep(peer.name, heap, number, result)
            if longest:
                self.prepare(RING_MIB)
                self.keep("no allocation", heap, number, measured([self.output / "idle", longest / 1e9], {}))

    def prepare(self, need):
        """The same state of the machine for each program."""
        time.sleep(self.arguments.settle)
        touch(int(min(need, TOUCHED)))

    def keep(self, name, heap, number, result):
        result |= {"program": name, "heap": heap, "round": number}
        result["quantiles"] = {str(q): quantile(result["histogram"], q, result["max_ns"]) for q in (50, 99, 99.9, 99.99)}
        self.data["runs"].append(result)
        self.save()
        print(f"{heap_name(heap)}, round {number + 1}, {name}: worst {result['max_ns'] / 1e6:.3f} ms, "
              f"total {result['total_ns'] / 1e9:.2f} s", file=sys.stderr, flush=True)

    def measure(self):
        peers = self.peers()
        for heap in self.arguments.heap_sizes:
            self.measure_heap(peers, heap)
        self.check()
        self.save()
        return self.data

    def check(self):
        for what in ("ring_checksum", "heap_checksum"):
            for heap in self.arguments.heap_sizes:
                sums = {run["program"]: run[what] for run in self.data["runs"] if run["heap"] == heap and what in run}
                if len({run[what] for run in self.data["runs"] if run["heap"] == heap and what in run}) > 1:
                    self.data["failed"].append(f"{heap_name(heap)}: the programs' {what} differ: {sums}")


def quantile(histogram, percent, longest):
    """The time that `percent` percent of a histogram did not exceed, rounded up to its bucket's end."""
    rank, seen = math.ceil(sum(count for _, _, count in histogram) * percent / 100), 0
    for _, high, count in histogram:
        seen += count
        if seen >= rank:
            return min(high, longest)
    return longest


# Tables

# The name of a measure, how it is taken from a run, and by what it is divided to be printed.
TIMES = [("p50", lambda r: r["quantiles"]["50"], 1e3), ("p99", lambda r: r["quantiles"]["99"], 1e3),
         ("p99.9", lambda r: r["quantiles"]["99.9"], 1e3), ("p99.99", lambda r: r["quantiles"]["99.99"], 1e3),
         ("worst", lambda r: r["max_ns"], 1e3)]


def percentile(values, part):
    """The smallest of the values that so many of them are not above; 0 of none."""
    return sorted(values)[max(0, math.ceil(part * len(values)) - 1)] if values else 0


def pauses(run):
    if "holds" in run:
        return sum(count for _, _, count in run["holds"])
    return len(run["pauses_ns"]) if "pauses_ns" in run else None


def p99_pause(run):
    if "holds" in run:
        return quantile(run["holds"], 99, math.inf)
    return percentile(run["pauses_ns"], 0.99) if "pauses_ns" in run else None


def longest_pause(run):
    """Of a cycle that the end of the measurement finds under way, the histogram knows."""
    if "pauses_ns" not in run:
        return None
    return max([*run["pauses_ns"], *(low for low, _, _ in run.get("holds", [])[-1:])], default=0)


RUNS = [("total, s", lambda r: r["total_ns"], 1e9), ("processor, s", lambda r: r["cpu_ns"], 1e9),
        ("memory, MiB", lambda r: r["peak_rss_bytes"], 1 << 20), ("cycles", lambda r: r.get("collections"), 1),
        ("pauses", pauses, 1), ("p99 pause, us", p99_pause, 1e3),
        ("longest pause, us", longest_pause, 1e3)]
RATIOS = [("worst push", TIMES[4][1]), ("p99.99 push", TIMES[3][1]), ("total time", RUNS[0][1]),
          ("peak memory", RUNS[2][1])]


def cell(runs, take, unit):
    return tables.cell([take(run) / unit for run in runs if take(run) is not None])


def table(groups, measures):
    lines = tables.head(["program"], [name for name, _, _ in measures])
    for name, runs in groups.items():
        cells = [cell(runs, take, unit) for _, take, unit in measures]
        if any(cells):
            lines.append(f"| {name} | " + " | ".join(cells) + " |")
    return lines


def by_program(data, heap):
    groups = {name: [run for run in data["runs"] if run["heap"] == heap and run["program"] == name]
              for name in [*data["versions"], "no allocation"]}
    return {name: runs for name, runs in groups.items() if runs}


def ratio_rows(data, heap):
    groups = by_program(data, heap)
    reference = {run["round"]: run for run in groups.get("go", [])}
    for name, runs in groups.items():
        pairs = [(run, reference[run["round"]]) for run in runs if run["round"] in reference]
        if name not in ("go", "no allocation") and pairs:
            cells = [cell(pairs, lambda pair: take(pair[0]) / take(pair[1]), 1) for _, take in RATIOS]
            yield f"| {heap_name(heap)} | {name} | " + " | ".join(cells) + " |"


def heaps(data):
    return list(dict.fromkeys(run["heap"] for run in data["runs"]))


def few_cycles(groups):
    """Says which programs hardly collected while they were measured."""
    names = [name for name, runs in groups.items() if min(run.get("collections", 2) for run in runs) < 2]
    return ["", f"Fewer than two cycles ended in a run of {', '.join(names)}: such rows say little."] if names else []


def report(data):
    lines = [f"{data['pushes']:,} pushes after {data['warm_up']:,}, {data['rounds']} rounds: the median, and "
             f"(least..most) where they differ. {machine.described(data['machine'])}.", ""]
    lines += [f"- {name}: {version}" for name, version in data["versions"].items()]
    lines += [f"- skipped: {text}" for text in data["skipped"]]
    lines += [f"- failed: {text.splitlines()[0]}" for text in data["failed"]]
    for heap in heaps(data):
        groups = by_program(data, heap)
        title = "Ring alone" if heap == 0 else f"Ring, and {heap_name(heap)} of nodes"
        lines += ["", f"**{title}.** Time of a push in microseconds:", ""] + table(groups, TIMES)
        lines += ["", "The run:", ""] + table({n: g for n, g in groups.items() if n != "no allocation"}, RUNS)
        lines += few_cycles(groups)
    rows = [row for heap in heaps(data) for row in ratio_rows(data, heap)]
    if rows:
        lines += ["", "Ratios to Go in the same round:", "",
                  *tables.head(["heap", "program"], [name for name, _ in RATIOS]), *rows]
    return "\n".join(lines)


# Plots


def curve(runs):
    """Points (n, t): one push in n took at least t, all runs together. Those that a plot would not show apart
    are left out."""
    counts = {}
    for result in runs:
        for low, _, count in result["histogram"]:
            counts[low] = counts.get(low, 0) + count
    left = total = sum(counts.values())
    shown = (0, 0)
    for low, count in sorted(counts.items()):
        point = (total / left, low)
        if any(now > 1.03 * before for now, before in zip(point, shown)):
            shown = point
            yield point
        left -= count
    yield total, max(result["max_ns"] for result in runs)


def plot(data, heap, directory):
    file = directory / f"latency-{heap_name(heap).replace(' ', '-').lower()}.svg"
    groups = by_program(data, heap)
    title = "ring alone" if heap == 0 else f"ring and {heap_name(heap)} of nodes"
    script = ["set terminal svg size 860,500 background 'white'", f"set output '{file}'",
              f"set title 'Time of a push, {title}'",
              "set logscale xy", "set grid", "set key top left", "set format x '10^{%L}'",
              "set xlabel 'one push in so many'", "set ylabel 'takes at least, microseconds'"]
    lines = []
    for number, (name, runs) in enumerate(groups.items()):
        script += [f"$data{number} << EOD", *(f"{n} {max(t, 1) / 1e3}" for n, t in curve(runs)), "EOD"]
        style = "dashtype 2 linecolor 'gray40'" if name == "no allocation" else ""
        lines.append(f"$data{number} with steps linewidth 2 {style} title '{name}'")
    run(["gnuplot"], input="\n".join(script + ["plot " + ", ".join(lines), ""]))
    print(file, file=sys.stderr)


def main():
    parser = argparse.ArgumentParser(description="How long a program waits for its collector.")
    parser.add_argument("--build", type=pathlib.Path, help="a build directory of Tricolor")
    parser.add_argument("--output", type=pathlib.Path, help="where the programs go (default: in the build)")
    toolchains.add_arguments(parser)
    parser.add_argument("--rounds", type=int, help="runs of each program (default: 5, with --quick 3)")
    parser.add_argument("--quick", action="store_true", help="a tenth of the pushes, no heap above 1 GiB")
    parser.add_argument("--pushes", type=int, help=f"pushes that are measured (default: {PUSHES})")
    parser.add_argument("--warm-up", type=int, default=WARM_UP, help="pushes before them")
    parser.add_argument("--heaps", help="live heaps in MiB, separated by commas (default: 0,1024,4096)")
    parser.add_argument("--modes", help="run Tricolor in each of these modes (default: as TRICOLOR_OPTIONS says)")
    parser.add_argument("--only", help="these programs, separated by commas: tricolor, go, java-g1, java-zgc, java")
    parser.add_argument("--java-heap", type=float, default=2, help="Java's heap, in sizes of what is live")
    parser.add_argument("--settle", type=float, default=SETTLE, help=f"seconds before each run (default: {SETTLE})")
    parser.add_argument("--json", type=pathlib.Path, help="write the numbers there")
    parser.add_argument("--from", dest="source", type=pathlib.Path, help="take the numbers of this JSON file")
    parser.add_argument("--update", type=pathlib.Path, help="write the tables into this page")
    parser.add_argument("--plots", type=pathlib.Path, help="write a plot for each heap into this directory")
    arguments = parser.parse_args()
    arguments.pushes = arguments.pushes or (PUSHES // 10 if arguments.quick else PUSHES)
    arguments.rounds = arguments.rounds or (3 if arguments.quick else 5)
    if arguments.heaps:
        arguments.heap_sizes = [int(size) for size in arguments.heaps.split(",")]
    else:
        arguments.heap_sizes = [size for size in HEAPS if not arguments.quick or size <= 1024]
    if arguments.source:
        data = json.loads(arguments.source.read_text())
    elif not arguments.build:
        parser.error("--build or --from is needed")
    else:
        data = Bench(arguments).measure()
    text = report(data)
    print(text)
    if arguments.plots:
        if not shutil.which("gnuplot"):
            raise Failure("there is no gnuplot; it is in gnuplot-nox")
        arguments.plots.mkdir(parents=True, exist_ok=True)
        for heap in heaps(data):
            plot(data, heap, arguments.plots)
    if data["failed"]:
        raise Failure("failed:\n" + "\n".join(data["failed"]))
    if arguments.update:
        update(arguments.update, "latency", text)


if __name__ == "__main__":
    try:
        main()
    except Failure as failure:
        print(f"latency.py: {failure}", file=sys.stderr)
        sys.exit(1)
