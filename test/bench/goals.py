#===- test/bench/goals.py - What the bench of workloads should reach ------------------------------===
#
# Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===-----------------------------------------------------------------------------------------------===
#
# A goal is a number that is computed from the medians of one run of the bench, and what it should be. One that
# the run has not measured says so.
#
#===-----------------------------------------------------------------------------------------------===

import dataclasses
import statistics
import typing

from tables import digits


class Medians:
    """Of the runs of a case by a program; None where there is none. `tricolor` is the first of its modes."""

    def __init__(self, data):
        self.data = data
        names = [name for name in data["versions"] if name.split("-")[0] == "tricolor"]
        self.names = {"tricolor": names[0]} if names else {}

    def of(self, case, program, take):
        name = self.names.get(program, program)
        values = [take(run) for run in self.data["runs"] if run["case"] == case and run["program"] == name]
        values = [value for value in values if value is not None]
        return statistics.median(values) if values else None

    def cpu(self, case, program):
        """Nanoseconds of processor time for an operation."""
        return self.of(case, program, lambda run: run.get("thread_cpu", run["cpu"]) * 1e9 / run["operations"])

    def wall(self, case, program):
        return self.of(case, program, lambda run: run["seconds"] * 1e9 / run["operations"])

    def memory(self, case, program):
        return self.of(case, program, lambda run: run["peak_rss_bytes"])


def ratio(one, other):
    return one / other if one is not None and other else None


@dataclasses.dataclass(frozen=True)
class Goal:
    text: str
    limit: float
    value: typing.Callable[[Medians], float | None]
    at_least: bool = False

    def reached(self, value):
        return value >= self.limit if self.at_least else value <= self.limit


def cpu_goal(text, limit, case, peer):
    return Goal(text, limit, lambda m: ratio(m.cpu(case, "tricolor"), m.cpu(case, peer)))


def memory_goal(text, limit, case, peer):
    return Goal(text, limit, lambda m: ratio(m.memory(case, "tricolor"), m.memory(case, peer)))


def share(part, whole):
    """In percent, of what the runtime tells in any case: the largest median."""
    def value(medians):
        cases = {run["case"] for run in medians.data["runs"]}
        shares = [medians.of(case, "tricolor", lambda run: 100 * run[part] / run[whole] if run.get(whole) and part in run
                             else None) for case in cases]
        return max((s for s in shares if s is not None), default=None)
    return value


def plus(medians):
    """What a store costs more than in plain C++, in ns."""
    idle, plain = (medians.cpu("pointer-writes-idle", program) for program in ("tricolor", "malloc"))
    return idle - plain if idle is not None and plain is not None else None


def goals():
    for size, limit in (16, 0.25), (32, 0.25), (64, 0.30):
        yield cpu_goal(f"allocate and drop {size} bytes: processor time to Go's", limit, f"allocate-pointers-{size}-1", "go")
    yield cpu_goal("allocate and drop 16 bytes: processor time to mimalloc's", 1.1, "allocate-pointers-16-1", "mimalloc")
    for size in 16, 32, 64:
        yield cpu_goal(f"allocate and drop {size} bytes, gcpercent 800: processor time to mimalloc's", 0.8,
                       f"allocate-pointers-{size}-1-800", "mimalloc")
    for size in 16, 32, 64, 128:
        yield Goal(f"allocate and drop {size} bytes: two threads' throughput to one's", 1.8,
                   lambda m, size=size: ratio(m.wall(f"allocate-pointers-{size}-1", "tricolor"),
                                              m.wall(f"allocate-pointers-{size}-2", "tricolor")), at_least=True)
    for peer, limit in ("go", 0.32), ("boehm", 0.5), ("mimalloc", 1.7):
        yield cpu_goal(f"binary trees 21: processor time to {called(peer)}", limit, "binary-trees-21-1", peer)
    yield memory_goal("binary trees 21: peak memory to Go's", 1.3, "binary-trees-21-1", "go")
    for peer, limit in ("go", 0.35), ("boehm", 0.75):
        yield cpu_goal(f"GCBench: processor time to {called(peer)}", limit, "gcbench", peer)
    yield cpu_goal("full mark, one marker: processor time to the bare marker's", 1.7, "full-mark-1", "bare-marker")
    yield Goal("full mark, one marker: objects a second of a processor to Go's", 4,
               lambda m: ratio(m.cpu("full-mark-1", "go"), m.cpu("full-mark-1", "tricolor")), at_least=True)
    yield Goal("full mark: two markers' rate to one's", 1.7,
               lambda m: ratio(m.wall("full-mark-1", "tricolor"), m.wall("full-mark-2", "tricolor")), at_least=True)
    yield Goal("pointer writes, idle: ns more than plain C++", 0.4, plus)
    yield cpu_goal("pointer writes while marking: processor time to Go's", 0.5, "pointer-writes-marking", "go")
    for peer, limit in ("go", 1), ("mimalloc", 0.9):
        yield Goal(f"string map churn: rate to {called(peer)}", limit,
                   lambda m, peer=peer: ratio(m.wall("string-map", peer), m.wall("string-map", "tricolor")), at_least=True)
    yield memory_goal("string map churn: peak memory to Go's", 1, "string-map", "go")
    yield Goal("sweeping, percent of the collector's processor time, in the worst case", 3,
               share("sweep_cpu_ns", "collector_cpu_ns"))
    yield Goal("metadata, percent of the heap, in the worst case", 4, share("metadata_bytes", "heap_sys_bytes"))


def called(peer):
    return {"go": "Go's", "boehm": "Boehm's collector's"}.get(peer, f"{peer}'s")


def table(data):
    medians = Medians(data)
    lines = ["| goal | should be | is | |", "|---|--:|--:|---|"]
    for goal in goals():
        value = goal.value(medians)
        verdict = "not measured" if value is None else "reached" if goal.reached(value) else "missed"
        bound = f"at {'least' if goal.at_least else 'most'} {goal.limit:g}"
        lines.append(f"| {goal.text} | {bound} | {'' if value is None else number(value)} | {verdict} |")
    return lines


def number(value):
    return f"-{digits(-value)}" if value < 0 else digits(value) if value else "0"
