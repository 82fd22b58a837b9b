#===- test/bench/overhead.py - What maps, polls and idle barriers cost ----------------------------===
#
# Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===-----------------------------------------------------------------------------------------------===
#
#   overhead.py --build BUILD [--output DIR] [--opt O2] [--pairs 11] [--quick] [--only NAME,...]
#               [--no-time] [--no-instructions] [--json FILE] [--update PAGE] [--from FILE]
#
# Builds each program of test/bench/overhead four times: without the plugin, with maps, with maps and
# polls, and with everything. Nothing is collected and malloc is libc's in all four, so what differs is the
# compiled code alone. Four measures:
#
#   time          processor time (user and system) of the process, pinned to one processor. The four
#                 programs run one after the other, in an order that turns from round to round; each round
#                 gives one ratio to the run without the plugin, and the median of the ratios counts.
#   instructions  callgrind's count, of a run of smaller size, minus that of a run of size 0 (libc's and the
#                 runtime's start). Exact: two runs differ by nothing but addresses of the stack.
#   text, maps    bytes of the object's code sections, and of its sections of maps and tables, both as a share
#                 of the code without the plugin.
#   compile       processor time of compiling, the median of several compilations.
#
# Every run prints a checksum; if two differ, the driver fails. --update writes the tables between the markers
# `<!-- overhead:begin -->` and `<!-- overhead:end -->` of a page; --from takes the numbers of an earlier
# --json instead of measuring.
#
#===-----------------------------------------------------------------------------------------------===

import argparse
import json
import math
import os
import pathlib
import re
import resource
import shutil
import statistics
import subprocess
import sys

from page import Failure, update

HERE = pathlib.Path(__file__).resolve().parent
SOURCE = HERE.parent.parent

# What is compiled in, each a step further than the one before.
VARIANTS = ["none", "maps", "polls", "barriers"]
MEASURE = {"maps": "maps", "polls": "maps,polls", "barriers": "maps,polls,barriers"}

# Size of the run that is timed, and of the one whose instructions are counted.
PROGRAMS = {
    "bigint.c": (1200, 6),
    "bytecode_goto.c": (2200, 30),
    "bytecode_switch.c": (2400, 10),
    "calls.c": (1400, 15),
    "closures.cpp": (1400, 15),
    "compress.c": (560, 6),
    "graph.c": (480, 5),
    "hash_table.c": (96, 2),
    "json.c": (1000, 8),
    "life.c": (10000, 200),
    "lisp.c": (620, 10),
    "numeric.c": (600, 5),
    "red_black_tree.c": (170, 4),
    "regex.c": (760, 8),
    "sort.c": (370, 4),
    "words.cpp": (140, 2),
}


def run(command, **options):
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, **options)
    if done.returncode != 0:
        text = " ".join(str(part) for part in command)
        raise Failure(f"{text}\nexited with {done.returncode}\n{done.stdout}{done.stderr}")
    return done


def processor_time(command):
    """Seconds of processor time of a child, and what it printed."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = run(command)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime, done.stdout


class Bench:
    def __init__(self, arguments):
        self.arguments = arguments
        self.build = arguments.build.resolve()
        self.output = (arguments.output or self.build / "bench-overhead").resolve()
        self.output.mkdir(parents=True, exist_ok=True)
        self.llvm = pathlib.Path(arguments.llvm)
        # The last processor: the first one takes most of the machine's interrupts.
        self.pin = ["taskset", "-c", str(max(os.sched_getaffinity(0)))] if shutil.which("taskset") else []
        self.stacks = ["setarch", "--addr-no-randomize"] if shutil.which("setarch") else []

    # Compilation

    def flags(self, source, variant):
        flags = [f"-{self.arguments.opt}", "-Wall", "-Wextra"]
        flags += ["-std=c++17", "-fno-exceptions"] if source.suffix == ".cpp" else ["-std=c11", "-D_GNU_SOURCE"]
        if variant != "none":
            flags += [f"-fplugin={self.build}/TricolorClang.so", f"-I{SOURCE}/rt/include",
                      f"-fplugin-arg-tricolor-measure={MEASURE[variant]}"]
            flags += [f"-fplugin-arg-tricolor-{argument}" for argument in self.arguments.plugin_arg]
        return flags

    def compiler(self, source):
        return self.llvm / ("clang++" if source.suffix == ".cpp" else "clang")

    def compile(self, source, variant):
        """Compiles and links. Returns the object and the program."""
        directory = self.output / self.arguments.opt / variant
        directory.mkdir(parents=True, exist_ok=True)
        object_file = directory / (source.stem + ".o")
        program = directory / source.stem
        run([self.compiler(source), *self.flags(source, variant), "-c", source, "-o", object_file])
        libraries = [] if variant == "none" else [self.build / "libtricolor.a", "-lpthread"]
        run([self.llvm / "clang++", object_file, "-o", program, *libraries, "-lm"])
        return object_file, program

    def compile_time(self, source, variant, times):
        command = [self.compiler(source), *self.flags(source, variant), "-c", source, "-o", os.devnull]
        return statistics.median(processor_time(self.pin + command)[0] for _ in range(times))

    # Measures

    def sizes(self, object_file):
        """Bytes of code, and of the sections that the plugin adds."""
        text = maps = 0
        for line in run([self.llvm / "llvm-size", "-A", object_file]).stdout.splitlines():
            fields = line.split()
            if len(fields) != 3 or not fields[1].isdigit():
                continue
            if fields[0].startswith(".text"):
                text += int(fields[1])
            elif fields[0].startswith("tricolor_"):
                maps += int(fields[1])
        return text, maps

    def instructions(self, program, size):
        def count(argument):
            done = run([*self.stacks, "valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", program,
                        str(argument)])
            return int(re.search(r"Collected : (\d+)", done.stderr).group(1)), done.stdout

        total, printed = count(size)
        return total - count(0)[0], printed

    def times(self, programs, size, pairs):
        """Seconds of each variant, one list entry a round."""
        seconds = {variant: [] for variant in VARIANTS}
        checksums = set()
        for round_number in range(pairs + 1):
            turn = round_number % len(VARIANTS)
            for variant in VARIANTS[turn:] + VARIANTS[:turn]:
                took, printed = processor_time([*self.pin, programs[variant], str(size)])
                checksums.add(printed)
                if round_number != 0:  # the first one warms up
                    seconds[variant].append(took)
        return seconds, checksums

    def measure(self, name):
        source = HERE / "overhead" / name
        time_size, count_size = PROGRAMS[name]
        quick = self.arguments.quick
        checksums, programs, objects = set(), {}, {}
        for variant in VARIANTS:
            objects[variant], programs[variant] = self.compile(source, variant)
        result = {"sizes": {v: self.sizes(objects[v]) for v in VARIANTS}}
        if not self.arguments.no_instructions:
            result["instructions"] = {}
            for variant in VARIANTS:
                result["instructions"][variant], printed = self.instructions(programs[variant], count_size)
                checksums.add(printed)
            self.check(name, checksums)
        if not self.arguments.no_time:
            pairs = 3 if quick else self.arguments.pairs
            result["seconds"], printed = self.times(programs, time_size, pairs)
            self.check(name, printed)
            result["compile"] = {v: self.compile_time(source, v, 3 if quick else 9) for v in ("none", "barriers")}
        return result

    @staticmethod
    def check(name, checksums):
        if len(checksums) != 1 or not next(iter(checksums)).strip():
            raise Failure(f"{name}: the variants print different results: {sorted(checksums)}")


# Tables


def percent(ratio):
    return f"{(ratio - 1) * 100:+.1f}"


def geometric_mean(ratios):
    return math.exp(statistics.fmean(math.log(ratio) for ratio in ratios))


def ratios(result, measure):
    """The ratio of each variant to the program without the plugin, or none."""
    if measure not in result:
        return None
    values = result[measure]
    if measure == "seconds":
        return {v: statistics.median(a / b for a, b in zip(values[v], values["none"])) for v in VARIANTS[1:]}
    return {v: values[v] / values["none"] for v in VARIANTS[1:] if v in values}


def table(results, measure, title, absolute):
    rows = {name: ratios(result, measure) for name, result in results.items() if ratios(result, measure)}
    if not rows:
        return []
    lines = ["", f"{title}, without the plugin and, in percent more, with maps, with polls too, with barriers too:",
             "", "| program | without | maps | + polls | + barriers |", "|---|--:|--:|--:|--:|"]
    for name, row in rows.items():
        lines.append(f"| {name} | {absolute(results[name][measure]['none'])} | " +
                     " | ".join(percent(row[v]) for v in VARIANTS[1:]) + " |")
    for label, reduce in (("geometric mean", geometric_mean), ("worst", max)):
        lines.append(f"| **{label}** | | " +
                     " | ".join(f"**{percent(reduce([row[v] for row in rows.values()]))}**" for v in VARIANTS[1:]) +
                     " |")
    return lines


def size_table(results):
    lines = ["", "Code and tables, and the time to compile. Code in percent more with maps, with polls too, with barriers too:", "",
             "| program | code, bytes | maps | + polls | + barriers | maps and tables, % of code | compiling, % more |",
             "|---|--:|--:|--:|--:|--:|--:|"]
    columns = [[], [], [], [], []]
    for name, result in results.items():
        text = result["sizes"]["none"][0]
        row = [result["sizes"][v][0] / text for v in VARIANTS[1:]] + [1 + result["sizes"]["barriers"][1] / text]
        compiling = ratios(result, "compile")
        if compiling:
            row.append(compiling["barriers"])
        for column, ratio in zip(columns, row):
            column.append(ratio)
        cells = [percent(ratio) for ratio in row]
        cells[3] = cells[3].removeprefix("+")
        lines.append(f"| {name} | {text} | " + " | ".join(cells + [""] * (5 - len(cells))) + " |")
    means = [percent(geometric_mean(column)) if column else "" for column in columns]
    means[3] = means[3].removeprefix("+")
    lines.append("| **geometric mean** | | " + " | ".join(f"**{m}**" if m else "" for m in means) + " |")
    return lines


def report(data):
    results = data["results"]
    return "\n".join(
        [f"`-{data['opt']}`, {len(results)} programs."] +
        table(results, "seconds", "Processor time in milliseconds",
              lambda values: f"{statistics.median(values) * 1000:.0f}") +
        table(results, "instructions", "Instructions in millions", lambda count: f"{count / 1e6:.1f}") +
        size_table(results))


def main():
    parser = argparse.ArgumentParser(description="What maps, polls and idle barriers cost.")
    parser.add_argument("--build", type=pathlib.Path, help="a build directory of Tricolor")
    parser.add_argument("--output", type=pathlib.Path, help="where the programs go (default: in the build)")
    parser.add_argument("--llvm", default="/usr/lib/llvm-22/bin", help="the directory of LLVM's tools")
    parser.add_argument("--opt", default="O2", choices=["O1", "O2", "O3", "Os"])
    parser.add_argument("--plugin-arg", action="append", default=[], metavar="ARGUMENT",
                        help="another argument of the plugin, as polls=trap; may be repeated")
    parser.add_argument("--pairs", type=int, default=11, help="rounds of runs")
    parser.add_argument("--only", help="these programs, separated by commas")
    parser.add_argument("--quick", action="store_true", help="three rounds")
    parser.add_argument("--no-time", action="store_true")
    parser.add_argument("--no-instructions", action="store_true")
    parser.add_argument("--json", type=pathlib.Path, help="write the numbers there")
    parser.add_argument("--from", dest="source", type=pathlib.Path, help="take the numbers of this JSON file")
    parser.add_argument("--update", type=pathlib.Path, help="write the tables into this page")
    arguments = parser.parse_args()
    if arguments.source:
        data = json.loads(arguments.source.read_text())
    elif not arguments.build:
        parser.error("--build or --from is needed")
    else:
        bench = Bench(arguments)
        names = sorted(PROGRAMS)
        if arguments.only:
            wanted = arguments.only.split(",")
            names = [name for name in names if name in wanted or name.rsplit(".", 1)[0] in wanted]
        data = {"opt": arguments.opt, "results": {}}
        for name in names:
            print(f"{name} ...", file=sys.stderr, flush=True)
            data["results"][name] = bench.measure(name)
            if arguments.json:
                arguments.json.write_text(json.dumps(data, indent=1) + "\n")
    text = report(data)
    if arguments.update:
        update(arguments.update, "overhead", text)
    print(text)


if __name__ == "__main__":
    try:
        main()
    except Failure as failure:
        print(f"overhead.py: {failure}", file=sys.stderr)
        sys.exit(1)
