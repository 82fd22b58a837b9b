#===- test/fuzz/toolchain.py - The compilers and the runtime that are fuzzed ---------------------===
#
# Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===---------------------------------------------------------------------------------------------===
#
# A build directory or an installation, seen as compiler commands; and the way in which programs are
# run: with a limit of processor time, which other load on the machine does not shorten, and a longer
# limit of time for what hangs without computing.
#
#===---------------------------------------------------------------------------------------------===

import dataclasses
import fcntl
import hashlib
import os
import pathlib
import resource
import shutil
import signal
import subprocess
import tempfile

LLVM_ROOT = os.environ.get("TRICOLOR_LLVM_ROOT", "/usr/lib/llvm-22")
# What is kept between runs: copies of compilers and runtimes, precompiled preludes.
CACHE = pathlib.Path(tempfile.gettempdir()) / f"tricolor-fuzz-cache-{os.getuid()}"
SOURCE = pathlib.Path(__file__).resolve().parents[2]


@dataclasses.dataclass
class Toolchain:
    plugin: str
    include: str
    library: str
    clang: str = f"{LLVM_ROOT}/bin/clang"
    clangxx: str = f"{LLVM_ROOT}/bin/clang++"

    @classmethod
    def find(cls, directory):
        """Of a build directory, or of a prefix that scripts/install filled."""
        directory = pathlib.Path(directory).resolve()
        build = (directory / "TricolorClang.so", SOURCE / "rt/include", directory / "libtricolor.a")
        prefix = (
            directory / "lib/tricolor/TricolorClang.so",
            directory / "include",
            directory / "lib/libtricolor.a",
        )
        for found in (build, prefix):
            if all(path.exists() for path in found):
                return cls(*map(str, found)).copied()
        raise SystemExit(f"{directory} is neither a build directory nor an installation of Tricolor")

    def copied(self):
        """The same with copies of the binaries, which a build meanwhile does not change."""
        files = [pathlib.Path(self.plugin), pathlib.Path(self.library)]
        directory = CACHE / hashlib.sha256(b"".join(path.read_bytes() for path in files)).hexdigest()[:16]
        directory.mkdir(parents=True, exist_ok=True)
        for path in files:
            if not (directory / path.name).exists():
                # Whole or not at all, whoever else copies.
                part = directory / f"{path.name}.{os.getpid()}"
                shutil.copy(path, part)
                part.rename(directory / path.name)
        return dataclasses.replace(
            self, plugin=str(directory / files[0].name), library=str(directory / files[1].name))

    def made_once(self, what, make):
        """The directory of the cache for this compiler and `what`, a string that names all that goes into it. Who is first
        fills it by make(directory); the others wait."""
        key = hashlib.sha256(f"{self}{what}".encode()).hexdigest()[:24]
        directory = CACHE / key
        if (directory / "complete").exists():
            return directory
        CACHE.mkdir(parents=True, exist_ok=True)
        with open(CACHE / f"{key}.lock", "w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if (directory / "complete").exists():
                return directory
            shutil.rmtree(directory, ignore_errors=True)
            directory.mkdir()
            make(directory)
            (directory / "complete").touch()
        return directory

    def plugin_flags(self):
        return [f"-fplugin={self.plugin}", "-fplugin-arg-tricolor-verify-ir", f"-I{self.include}"]

    def libraries(self):
        return [self.library, "-lpthread", "-ldl"]


@dataclasses.dataclass
class Ended:
    """How a process ended. `code` is negative for a signal."""

    code: int
    output: str
    hung: bool

    def describe(self):
        if self.hung:
            return "did not end in time"
        if self.code < 0:
            return f"killed by {signal.Signals(-self.code).name}"
        return f"exit status {self.code}"


def contents(paths):
    """A string that is another one if a file is."""
    return hashlib.sha256(b"".join(path.read_bytes() for path in paths)).hexdigest()


def run_or_raise(command, seconds, directory):
    """Returns the output of a command that must succeed; raises RuntimeError with it if it does not."""
    ended = run(command, seconds, directory)
    if ended.code != 0:
        raise RuntimeError(f"{' '.join(map(str, command))}\n{ended.output}")
    return ended.output


def run(command, seconds, directory, options=None):
    """Runs with at most `seconds` of processor time, and TRICOLOR_OPTIONS set to `options`."""
    environment = {key: value for key, value in os.environ.items() if key != "TRICOLOR_OPTIONS"}
    if options:
        environment["TRICOLOR_OPTIONS"] = options

    def limit():
        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))

    process = subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, cwd=directory,
        env=environment, preexec_fn=limit, start_new_session=True,
    )
    try:
        # The rest of the machine may take most of the processors.
        output, _ = process.communicate(timeout=seconds * 10 + 20)
        hung = process.returncode in (-signal.SIGXCPU, -signal.SIGKILL)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        output, _ = process.communicate()
        hung = True
    return Ended(process.returncode, output.decode(errors="replace"), hung)
