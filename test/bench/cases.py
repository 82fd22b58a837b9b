#===- test/bench/cases.py - What the bench of workloads runs --------------------------------------===
#
# Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===-----------------------------------------------------------------------------------------------===
#
# A case is a program of test/bench/workloads with its arguments and with the settings of the collectors. What
# the programs do stands in the headers of their C++ sources.
#
#===-----------------------------------------------------------------------------------------------===

import dataclasses

COLLECTED = ("tricolor", "go", "boehm", "java-serial", "java-parallel", "java-g1", "java-zgc")
BY_HAND = ("mimalloc", "malloc")
EVERY = COLLECTED + BY_HAND
# What the goals compare with: the peers of the longest case under --quick.
REFERENCES = ("tricolor", "go", "boehm", "mimalloc")


# The nodes of a graph, and the array of references from which it is made.
GRAPH = 1.125


@dataclasses.dataclass(frozen=True)
class Case:
    name: str
    title: str
    program: str
    # What an operation is.
    unit: str
    arguments: tuple
    # Under --quick; None: not at all.
    quick: tuple | None
    # MiB that are alive at most, in C++; under --quick.
    live: float
    quick_live: float
    peers: tuple = EVERY
    quick_peers: tuple | None = None
    # TRICOLOR_OPTIONS, GOGC.
    gc_percent: int | None = None
    # Threads that mark: markers, GOMAXPROCS, GC_MARKERS, ParallelGCThreads.
    markers: int | None = None
    # How much is alive in Java, in sizes of what is in C++: a reference is 4 bytes there but with ZGC, an object has a header.
    java: float = 1.25
    # Not more than so many rounds of a case that takes minutes.
    rounds: int = 100


def binary_trees():
    live = {18: 17, 21: 136}
    for depth in 18, 21:
        for threads in 1, 2:
            quick = (depth, threads) if (depth, threads) != (21, 2) else None
            yield Case(f"binary-trees-{depth}-{threads}", f"Binary trees, depth {depth}, {count(threads, 'thread')}",
                       "binary_trees", "node", (depth, threads), quick, live[depth], live[depth], java=1.5,
                       quick_peers=REFERENCES if depth == 21 else None)


def allocate():
    kinds = [("pointers", 16), ("pointers", 32), ("pointers", 64), ("pointers", 128), ("bytes", 32)]
    for percent in None, 800:
        for kind, size in kinds:
            for threads in 1, 2:
                what = f"{size} bytes" + (" without pointers" if kind == "bytes" else "")
                setting = f", gcpercent {percent}" if percent else ""
                name = f"allocate-{kind}-{size}-{threads}" + (f"-{percent}" if percent else "")
                quick = (kind, size, threads, 10_000_000, 10)
                if percent and (threads == 2 or kind == "bytes" or size == 128):
                    quick = None
                yield Case(name, f"Allocate and drop, {what}, {count(threads, 'thread')}{setting}", "allocate",
                           "object", (kind, size, threads, 50_000_000, 10), quick, 10, 10,
                           peers=("tricolor", "go", "mimalloc", "malloc") if percent else EVERY, gc_percent=percent)


def full_mark():
    for markers in 1, 2:
        serial = ("java-serial",) if markers == 1 else ()
        yield Case(f"full-mark-{markers}", f"Full mark, {count(markers, 'marker')}", "full_mark", "object",
                   (2048, 3), (128, 3), 2048 * GRAPH, 128 * GRAPH,
                   peers=("tricolor", "tricolor-stw", "go", "boehm", *serial, "java-parallel", "bare-marker"),
                   markers=markers, rounds=3)


def others():
    yield Case("gcbench", "GCBench", "gcbench", "node", (18,), (16,), 68, 17, java=1.5)
    yield Case("pointer-writes-idle", "Pointer writes, the collector idle", "pointer_writes", "store",
               ("idle", 256, 1_000_000_000), ("idle", 64, 200_000_000), 256 * GRAPH, 64 * GRAPH)
    yield Case("pointer-writes-marking", "Pointer writes while it marks", "pointer_writes", "store",
               ("marking", 256, 100_000_000), ("marking", 64, 50_000_000), 256 * GRAPH, 64 * GRAPH,
               peers=("tricolor", "go", "java-g1", "java-zgc"))
    yield Case("string-map", "String map churn", "string_map", "operation", (5_000_000, 5_000_000),
               (1_000_000, 1_000_000), 440, 100, java=1)
    yield Case("lru-cache", "LRU cache", "lru_cache", "lookup", (500_000, 10_000_000), (100_000, 2_000_000), 120, 24)
    yield Case("json-document", "JSON documents", "json_document", "value", (20_000, 100), (20_000, 10), 40, 40)
    yield Case("pipeline", "Pipeline", "pipeline", "message", (10_000_000, 100_000), (2_000_000, 100_000), 20, 20)


def count(number, noun):
    return f"one {noun}" if number == 1 else f"two {noun}s"


CASES = [*binary_trees(), *allocate(), *full_mark(), *others()]
