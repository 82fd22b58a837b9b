#===- test/bench/comparison.py - The tables and plots of the bench of workloads -------------------===
#
# Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===-----------------------------------------------------------------------------------------------===
#
# Made of the numbers that workloads.py keeps. Ratios are ratios of medians.
#
#===-----------------------------------------------------------------------------------------------===

import statistics
import sys

import goals
import machine
from process import run
from tables import cell, digits, head

# Of the bars, in the order of the programs.
COLOURS = ["#c0392b", "#e59866", "#2e86c1", "#1e8449", "#a9cce3", "#7fb3d5", "#5499c7", "#2471a3", "#7d6608", "#d4ac0d",
           "#616a6b", "#17202a"]
REFERENCES = ["go", "boehm", "mimalloc", "bare-marker"]


def time_of(run):
    """Seconds of processor time that count: of the process, or of the one thread that does the work."""
    return run.get("thread_cpu", run["cpu"])


# The name of a measure and how it is taken from a run.
MEASURES = [("wall, s", lambda r: r["seconds"]), ("processor, s", lambda r: r["cpu"]),
            ("ns / {unit}", lambda r: time_of(r) * 1e9 / r["operations"]),
            ("million a second", lambda r: r["operations"] / r["seconds"] / 1e6),
            ("memory, MiB", lambda r: r["peak_rss_bytes"] / 2**20), ("cycles", lambda r: r["collections"])]


def by_program(data, case):
    groups = {name: [run for run in data["runs"] if run["case"] == case["name"] and run["program"] == name]
              for name in data["versions"]}
    return {name: runs for name, runs in groups.items() if runs}


def median(runs, take):
    return statistics.median(take(run) for run in runs)


def limits(data, case):
    """What the machine did beside the case."""
    runs = [run for run in data["machine_runs"] if run["case"] == case["name"]]
    if not runs:
        return []
    one, two, latency, page = (cell([run[what] for run in runs])
                               for what in ("bandwidth", "bandwidth_2", "latency_ns", "page_ns"))
    return [f"The machine meanwhile: reads {one} GB/s with one thread and {two} with two; a read at random takes {latency} ns, a "
            f"new page {page} ns."]


def case_table(data, case):
    groups = by_program(data, case)
    if not groups:
        return []
    operations = next(iter(groups.values()))[0]["operations"]
    lines = ["", f"**{case['title']}.** `{case['program']} {' '.join(map(str, case['arguments']))}`, "
             f"{operations:,} {case['unit']}s. " + "".join(limits(data, case)), ""]
    references = [name for name in REFERENCES if name in groups]
    titles = [name.format(unit=case["unit"]) for name, _ in MEASURES]
    lines += head(["program"], titles + [f"time / {name}" for name in references])
    for name, runs in groups.items():
        cells = [cell([take(run) for run in runs]) for _, take in MEASURES]
        cells += [digits(median(runs, time_of) / median(groups[other], time_of)) for other in references]
        lines.append(f"| {name} | " + " | ".join(cells) + " |")
    return lines


def report(data):
    rounds = "1 round" if data["rounds"] == 1 else f"{data['rounds']} rounds"
    lines = [f"{'`--quick`, ' if data['quick'] else ''}{rounds}: the median, and (least..most) where they differ. "
             f"{machine.described(data['machine'])}.", ""]
    lines += [f"- {name}: {version}" for name, version in data["versions"].items()]
    lines += [f"- skipped: {text}" for text in data["skipped"]]
    lines += [f"- failed: {text.splitlines()[0]}" for text in data["failed"]]
    lines += ["", *goals.table(data)]
    for case in data["cases"]:
        lines += case_table(data, case)
    return "\n".join(lines)


def plot(data, program, directory):
    """Bars: the cases of one program, the time of an operation in each peer."""
    cases = [case for case in data["cases"] if case["program"] == program and by_program(data, case)]
    names = [name for name in data["versions"] if any(name in by_program(data, case) for case in cases)]
    if not cases:
        return
    file = directory / f"workloads-{program.replace('_', '-')}.svg"
    script = [f"set terminal svg size {400 + 12 * len(cases) * len(names)},480 background 'white'",
              f"set output '{file}'", "set style data histograms", "set style histogram errorbars gap 2 linewidth 1",
              "set style fill solid 0.8", "set grid ytics", "set key outside right", "set yrange [0:*]",
              f"set title '{cases[0]['title'].split(',')[0]}: processor time'",
              f"set ylabel 'ns / {cases[0]['unit']}: median, least, most'", "set xtics rotate by -20", "$data << EOD"]
    take = MEASURES[2][1]
    for case in cases:
        groups = by_program(data, case)
        row = [f'"{", ".join(case["title"].split(", ")[1:]) or case["title"]}"']
        for name in names:
            values = [take(run) for run in groups.get(name, [])]
            row += [f"{statistics.median(values)} {min(values)} {max(values)}"] if values else ["NaN NaN NaN"]
        script.append(" ".join(row))
    columns = [f"$data using {3 * i + 2}:{3 * i + 3}:{3 * i + 4}:xtic(1) title '{name}' linecolor rgb '{COLOURS[i % len(COLOURS)]}'"
               for i, name in enumerate(names)]
    run(["gnuplot"], input="\n".join([*script, "EOD", "plot " + ", ".join(columns), ""]))
    print(file, file=sys.stderr)


def plots(data, directory):
    directory.mkdir(parents=True, exist_ok=True)
    for program in dict.fromkeys(case["program"] for case in data["cases"]):
        plot(data, program, directory)
