#===- test/bench/toolchains.py - The compilers of the languages that a bench compares -------------===
#
# Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===-----------------------------------------------------------------------------------------------===
#
# Where they are: in the directories that the command line names, else in PATH.
#
#===-----------------------------------------------------------------------------------------------===

import os
import shutil

from process import run


def add_arguments(parser):
    parser.add_argument("--llvm", default="/usr/lib/llvm-22/bin", help="the directory of LLVM's tools")
    parser.add_argument("--go", default="/usr/lib/go-1.19/bin", help="the directory of go, else that of PATH")
    parser.add_argument("--java", default="/usr/lib/jvm/java-17-openjdk-amd64/bin",
                        help="the directory of java and javac, else those of PATH")


class Go:
    def __init__(self, arguments):
        self.go = shutil.which("go", path=f"{arguments.go}:{os.environ.get('PATH', '')}")

    def missing(self):
        return None if self.go else "there is no go; it is in golang-1.19-go, or --go DIR"

    def version(self):
        return run([self.go, "version"]).strip()

    def build(self, sources, program):
        """A program of these files, with a cache beside it."""
        environment = os.environ | {"GOCACHE": str(program.parent / "go-cache"), "GO111MODULE": "off"}
        run([self.go, "build", "-o", program, *sources], env=environment)


class Java:
    def __init__(self, arguments):
        path = f"{arguments.java}:{os.environ.get('PATH', '')}"
        self.java, self.javac = shutil.which("java", path=path), shutil.which("javac", path=path)

    def missing(self):
        if self.java and self.javac:
            return None
        return "there are no java and javac; they are in openjdk-17-jdk-headless, or --java DIR"

    def version(self):
        return run([self.java, "-version"]).splitlines()[0]

    def build(self, sources, directory):
        run([self.javac, "-d", directory, *sources])
