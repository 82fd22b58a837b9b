#===- test/bench/peers.py - The programs of a workload, one for each way to manage memory ---------===
#
# Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===-----------------------------------------------------------------------------------------------===
#
# The C++ source of a workload is compiled for Tricolor, Boehm's collector, mimalloc and malloc; the other programs are in Go and
# Java. Java's heap has a size: -Xms and -Xmx are twice what is live, as cases.py says, and at least 64 MiB.
#
#===-----------------------------------------------------------------------------------------------===

import math
import os
import pathlib
import shutil

import toolchains
from process import measured, run

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
SOURCES = ROOT / "test/bench/workloads"
# MiB of the smallest heap of Java.
JAVA_LEAST = 64
# Java's heap, in sizes of what is live.
JAVA_HEAP = 2
FLAGS = ["-O2", "-std=c++20", "-Wall", "-Wextra"]


class Peer:
    """How the programs of one column are built and run."""

    def __init__(self, bench, name):
        self.bench, self.name, self.family = bench, name, name
        self.output = bench.output / self.directory()
        self.output.mkdir(parents=True, exist_ok=True)

    def directory(self):
        """Where its programs are; peers with the same programs share it."""
        return self.name

    def missing(self):
        return None

    def version(self):
        return run([self.bench.compiler, "--version"]).splitlines()[0]

    def need(self, case):
        """MiB at most, which the driver touches before."""
        return 1.25 * self.live(case) * (1 + (case.gc_percent or 100) / 100) + 30

    def targets(self, programs):
        """What build() is called with, for these workloads."""
        return programs

    def live(self, case):
        return case.quick_live if self.bench.arguments.quick else case.live

    def arguments(self, case):
        return case.quick if self.bench.arguments.quick else case.arguments


class Native(Peer):
    """C++ with a collector or an allocator that Debian has."""

    def __init__(self, bench, name, header=None, package=None, flags=(), libraries=()):
        super().__init__(bench, name)
        self.header, self.package, self.flags, self.libraries = header, package, flags, libraries

    def missing(self):
        if self.header and not pathlib.Path("/usr/include", self.header).exists():
            return f"there is no {self.header}; it is in {self.package}"
        return None

    def version(self):
        if not shutil.which("dpkg-query"):
            return Peer.version(self)
        return f"{self.package} " + run(["dpkg-query", "-W", "-f=${Version}", self.package])

    def build(self, program):
        run([self.bench.compiler, *FLAGS, *self.flags, SOURCES / f"{program}.cpp", "-o", self.output / program,
             *self.libraries, "-lpthread"])

    def environment(self, case):
        return {"GC_MARKERS": str(case.markers)} if case.markers else {}

    def measure(self, case):
        return measured([self.output / case.program, *self.arguments(case)], self.environment(case))


class Tricolor(Native):
    def __init__(self, bench, name, mode, family="tricolor"):
        build = bench.build
        super().__init__(bench, name,
                         flags=("-DBENCH_TRICOLOR", f"-fplugin={build}/TricolorClang.so", f"-I{ROOT}/rt/include"),
                         libraries=(build / "libtricolor.a", "-lpthread", "-ldl"))
        self.family, self.mode = family, mode

    def directory(self):
        return "tricolor"

    def options(self, case=None):
        options = [os.environ.get("TRICOLOR_OPTIONS", "")]
        options += [f"mode={self.mode}"] if self.mode else []
        options += [f"gcpercent={case.gc_percent}"] if case and case.gc_percent else []
        options += [f"markers={case.markers}"] if case and case.markers else []
        return ":".join(filter(None, options))

    def version(self):
        return ", ".join(filter(None, [Peer.version(self), self.options()]))

    def environment(self, case):
        return {"TRICOLOR_OPTIONS": self.options(case)}


class BareMarker(Native):
    """No way to manage memory: what marking costs at least on this machine."""

    def version(self):
        return Peer.version(self)

    def targets(self, programs):
        return ["bare_marker"] if "full_mark" in programs else []

    def measure(self, case):
        return measured([self.output / "bare_marker", *self.arguments(case), case.markers], {})


class Go(Peer):
    def __init__(self, bench, name):
        super().__init__(bench, name)
        self.toolchain = toolchains.Go(bench.arguments)
        self.missing, self.version = self.toolchain.missing, self.toolchain.version

    def build(self, program):
        # Files that several programs share are beside each of them.
        shared = {"full_mark": ["graph"], "pointer_writes": ["graph"]}.get(program, [])
        sources = [SOURCES / f"{name}.go" for name in [program, *shared, "measurement"]]
        self.toolchain.build(sources, self.output / program)

    def measure(self, case):
        environment = {"GOGC": str(case.gc_percent)} if case.gc_percent else {}
        environment |= {"GOMAXPROCS": str(case.markers)} if case.markers else {}
        return measured([self.output / case.program, *self.arguments(case)], environment)


class Java(Peer):
    def __init__(self, bench, name, collector):
        super().__init__(bench, name)
        self.toolchain, self.collector = toolchains.Java(bench.arguments), collector
        self.missing, self.version = self.toolchain.missing, self.toolchain.version

    def directory(self):
        return "java"

    def targets(self, programs):
        return ["every workload"]

    def build(self, _target):
        self.toolchain.build(sorted(SOURCES.glob("*.java")), self.output)

    def heap(self, case):
        return max(JAVA_LEAST, math.ceil(JAVA_HEAP * case.java * self.live(case)))

    def need(self, case):
        return self.heap(case) * 1.1 + 60

    def measure(self, case):
        size = self.heap(case)
        flags = [f"-Xms{size}m", f"-Xmx{size}m", f"-XX:+{self.collector}", "-XX:+ExplicitGCInvokesConcurrent"]
        if case.markers and self.collector != "UseSerialGC":
            flags.append(f"-XX:ParallelGCThreads={case.markers}")
        return measured([self.toolchain.java, *flags, "-cp", self.output, class_name(case.program),
                         *self.arguments(case)], {})


def class_name(program):
    return "".join(part.capitalize() for part in program.split("_"))


def peers(bench):
    """All that there are, installed or not."""
    modes = bench.arguments.modes
    if modes:
        tricolor = [Tricolor(bench, f"tricolor-{mode}", mode) for mode in modes.split(",")]
    else:
        tricolor = [Tricolor(bench, "tricolor", None), Tricolor(bench, "tricolor-stw", "stw", "tricolor-stw")]
    return [
        *tricolor,
        Go(bench, "go"),
        Native(bench, "boehm", "gc/gc.h", "libgc-dev", ("-DBENCH_BOEHM",), ("-lgc",)),
        Java(bench, "java-serial", "UseSerialGC"),
        Java(bench, "java-parallel", "UseParallelGC"),
        Java(bench, "java-g1", "UseG1GC"),
        Java(bench, "java-zgc", "UseZGC"),
        Native(bench, "mimalloc", "mimalloc.h", "libmimalloc-dev", ("-DBENCH_MIMALLOC",), ("-lmimalloc",)),
        Native(bench, "malloc", package="libc6"),
        BareMarker(bench, "bare-marker"),
    ]
