#===- test/codebases/comparison.py - Builds and tests code with the plugin and without -----------===
#
# Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===---------------------------------------------------------------------------------------------===
#
# What scripts/codebases runs. Each code base is a recipe, NAME.sh beside this file; checks.bash says how
# it is made. For each level of optimization it is built twice, by stock clang and with the plugin, and its
# tests run three times: without the plugin, with it, and with it while Inputs/ticker.c collects often. What
# a test says must be the same all three times.
#
# Sources come by apt-get with lists of its own: /etc/apt is not touched. A result is kept, and named by a
# digest of what it depends on: recipe, sources, compiler, plugin, runtime.
#
#===---------------------------------------------------------------------------------------------===

import argparse
import hashlib
import json
import os
import pathlib
import re
import resource
import shutil
import signal
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
RECIPES = ROOT / "test" / "codebases"
CHECKS = RECIPES / "checks.bash"
TICKER = RECIPES / "Inputs" / "ticker.c"
LLVM = pathlib.Path("/usr/lib/llvm-22/bin")
# How long a build and a run of all tests may take. More only delays the report of something that hangs.
SECONDS = 3600


class Failed(Exception):
    pass


def say(text):
    print(text, file=sys.stderr, flush=True)


def digest(*parts):
    """One name for everything that a result depends on."""
    whole = hashlib.sha256()
    for part in parts:
        whole.update(part.read_bytes() if isinstance(part, pathlib.Path) else str(part).encode())
        whole.update(b"\0")
    return whole.hexdigest()


def install(packages):
    status = subprocess.run(
        ["dpkg-query", "-W", "-f=${Package} ${db:Status-Status}\n", *packages], capture_output=True, text=True
    )
    present = {line.split()[0] for line in status.stdout.splitlines() if line.endswith(" installed")}
    missing = sorted(set(packages) - present)
    if not missing:
        return
    say(f"Installing {' '.join(missing)}")
    as_root = [] if os.geteuid() == 0 else ["sudo"]
    environment = ["env", "DEBIAN_FRONTEND=noninteractive"]
    subprocess.run([*as_root, "apt-get", "-qq", "update"], check=True)
    command = [*as_root, *environment, "apt-get", "-qq", "-y", "--no-install-recommends", "install", *missing]
    if subprocess.run(command, stdout=subprocess.DEVNULL).returncode:
        raise Failed(f"apt-get could not install {' '.join(missing)}")


class Sources:
    """Debian's source packages, through an apt whose lists and caches lie in the work directory."""

    def __init__(self, work):
        self.apt = work / "apt"
        self.sources = work / "sources"
        self.updated = False

    def options(self):
        settings = {
            "Dir::Etc::SourceList": self.apt / "sources.list",
            "Dir::Etc::SourceParts": "-",
            "Dir::State::Lists": self.apt / "lists",
            "Dir::Cache": self.apt / "cache",
            "APT::Sandbox::User": "",
        }
        return [word for name, value in settings.items() for word in ("-o", f"{name}={value}")]

    def update(self):
        if self.updated:
            return
        for directory in ("lists/partial", "cache/archives/partial"):
            (self.apt / directory).mkdir(parents=True, exist_ok=True)
        targets = subprocess.run(
            ["apt-get", "indextargets", "--format", "$(REPO_URI) $(RELEASE) $(COMPONENT)", "Created-By: Packages"],
            capture_output=True, text=True,
        ).stdout
        # The mirrors of the machine's own packages; not those of updates, which not every mirror has the
        # sources of.
        lines = {line for line in targets.splitlines() if re.fullmatch(r"\S*/debian/? \w+ main", line)}
        keys = "[signed-by=/usr/share/keyrings/debian-archive-keyring.gpg]"
        text = "".join(f"deb-src {keys} {line}\n" for line in sorted(lines))
        if not text:
            text = f"deb-src {keys} http://deb.debian.org/debian bookworm main\n"
        (self.apt / "sources.list").write_text(text)
        say("Reading the lists of Debian's source packages")
        subprocess.run(["apt-get", "-qq", *self.options(), "update"], check=True)
        self.updated = True

    def fetch(self, package):
        """The directory of the package's sources and its version."""
        place = self.sources / package
        stamp = place / "version"
        if not stamp.exists():
            self.update()
            shutil.rmtree(place, ignore_errors=True)
            place.mkdir(parents=True)
            command = ["apt-get", "-qq", *self.options(), "--only-source", "--download-only", "source", package]
            for attempt in range(3):
                got = subprocess.run(command, cwd=place, capture_output=True, text=True)
                if not got.returncode:
                    break
                time.sleep(2 * attempt)
            if got.returncode:
                raise Failed(f"apt-get source {package}: {got.stderr.strip()}")
            description = next(place.glob("*.dsc"))
            unpacked = subprocess.run(
                ["dpkg-source", "--no-check", "-x", description.name, "tree"], cwd=place, capture_output=True, text=True
            )
            if unpacked.returncode:
                raise Failed(f"dpkg-source -x {description.name}: {unpacked.stderr.strip()}")
            stamp.write_text(re.search(r"^Version: (.*)$", description.read_text(), re.M).group(1) + "\n")
        return place / "tree", stamp.read_text().strip()


class Tricolor:
    """The plugin and the runtime of a build directory or of an installed prefix."""

    def __init__(self, place):
        installed = place / "lib" / "tricolor" / "TricolorClang.so"
        if installed.exists():
            self.plugin, self.library, self.include = installed, place / "lib", place / "include"
        else:
            self.plugin, self.library = place / "TricolorClang.so", place
            self.include = ROOT / "rt" / "include"
        self.runtime = self.library / "libtricolor.so"
        for needed in (self.plugin, self.runtime):
            if not needed.exists():
                raise Failed(f"{needed} is missing: --tricolor names a build directory or an installed prefix")

    def configuration(self):
        # A line that begins with $ counts where clang links, behind the program's own objects.
        return (
            f"-fplugin={self.plugin}\n-fplugin-arg-tricolor-verify-ir\n-I{self.include}\n-L{self.library}\n"
            f"-Wl,-rpath,{self.library}\n$-ltricolor\n"
        )


def end_session(leader):
    """Ends what a recipe has left running: it would write where the next one tests."""
    for _ in range(2):  # what is started while this looks
        for stat in pathlib.Path("/proc").glob("[0-9]*/stat"):
            try:
                if stat.read_text(errors="replace").rpartition(")")[2].split()[3] == str(leader):
                    os.kill(int(stat.parent.name), signal.SIGKILL)
            except (OSError, IndexError):
                pass


def write_compilers(directory, level, configuration):
    """cc and c++ that a build system cannot talk out of the level, of the plugin and of the runtime."""
    directory.mkdir(parents=True)
    extra = "--no-default-config"
    if configuration is not None:
        (directory / "tricolor.cfg").write_text(configuration)
        extra = f"--config={directory / 'tricolor.cfg'}"
    for name, compiler in (("cc", "clang"), ("c++", "clang++")):
        path = directory / name
        path.write_text(f'#!/bin/sh\nexec {LLVM / compiler} {extra} "$@" -O{level}\n')
        path.chmod(0o755)


def build_ticker(work):
    """The library whose thread collects; without the plugin, for programs with the runtime."""
    library = work / "ticker.so"
    work.mkdir(parents=True, exist_ok=True)
    subprocess.run([LLVM / "clang", "-O2", "-shared", "-fPIC", "-o", library, TICKER], check=True)
    return library


def children_seconds():
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def section_sizes(programs):
    sizes = {".text": 0, "tricolor_maps": 0}
    listing = subprocess.run(["size", "-A", *programs], capture_output=True, text=True).stdout
    for line in listing.splitlines():
        words = line.split()
        if len(words) > 1 and words[0] in sizes:
            sizes[words[0]] += int(words[1])
    return sizes


class CodeBase:
    def __init__(self, name):
        self.name = name
        self.recipe = RECIPES / f"{name}.sh"
        if not self.recipe.exists():
            raise Failed(f"no code base '{name}'; --list names them")
        shown = self.bash("describe", {}, capture=True)
        values = dict(line.split("=", 1) for line in shown.splitlines() if "=" in line)
        self.sources, self.packages = values["source"].split(), values["packages"].split()
        self.tests, self.collecting, self.interval = values["tests"], values["collecting"], values["interval"]

    def bash(self, function, environment, capture=False, **options):
        command = ["bash", "-euo", "pipefail", "-c", '. "$0"; . "$1"; "$2"', CHECKS, self.recipe, function]
        whole = {key: value for key, value in os.environ.items() if key not in ("CFLAGS", "CXXFLAGS", "LDFLAGS")}
        whole |= {"LC_ALL": "C", "RECIPES": str(RECIPES)} | environment
        if capture:
            return subprocess.run(command, env=whole, check=True, stdout=subprocess.PIPE, text=True, **options).stdout
        process = subprocess.Popen(command, env=whole, stdin=subprocess.DEVNULL, start_new_session=True, **options)
        try:
            return process.wait(SECONDS)
        except BaseException:
            end_session(process.pid)
            process.wait()
            raise

    def build(self, place, trees, level, jobs, configuration):
        shutil.rmtree(place, ignore_errors=True)
        write_compilers(place / "bin", level, configuration)
        shutil.copytree(trees[0], place / "tree", symlinks=True)
        for package, tree in zip(self.sources[1:], trees[1:]):
            shutil.copytree(tree, place / "tree" / package, symlinks=True)
        environment = {
            "CC": str(place / "bin" / "cc"), "CXX": str(place / "bin" / "c++"), "JOBS": str(jobs),
            "SRC": str(place / "tree"), "TRICOLOR_OPTIONS": "",
        }
        before, log = children_seconds(), place / "build.log"
        with open(log, "wb") as output:
            status = self.bash("build", environment, cwd=place / "tree", stdout=output, stderr=subprocess.STDOUT)
        result = {"built": status == 0, "log": str(log), "seconds": round(children_seconds() - before, 1)}
        if status == 0:
            listed = self.bash("programs", environment, capture=True, cwd=place / "tree").split()
            result["sizes"] = section_sizes([place / "tree" / name for name in listed])
        return result

    def check(self, place, run, options, preload=None):
        logs = place / f"log-{run}"
        shutil.rmtree(logs, ignore_errors=True)
        logs.mkdir()
        environment = {
            "CC": str(place / "bin" / "cc"), "CXX": str(place / "bin" / "c++"), "SRC": str(place / "tree"),
            "LOGS": str(logs), "TRICOLOR_OPTIONS": options,
        }
        if preload:
            environment |= {"LD_PRELOAD": str(preload), "TICKER_MICROSECONDS": self.interval}
        before = children_seconds()
        with open(logs / "check.log", "wb") as output:
            self.bash("check", environment, cwd=place / "tree", stdout=output, stderr=subprocess.STDOUT)
        results = {}
        verdicts = logs / "verdicts"
        for line in verdicts.read_text(errors="replace").splitlines() if verdicts.exists() else []:
            verdict, _, name = line.partition(" ")
            results[name] = verdict
        cycles = sum(
            len(re.findall(r"^gc \d+ ", path.read_text(errors="replace"), re.M))
            for path in logs.glob("*.err")
        )
        return {"results": results, "cycles": cycles, "seconds": round(children_seconds() - before, 1)}


def cached(path, key, again, make):
    if not again and path.exists():
        old = json.loads(path.read_text())
        if old.get("key") == key:
            return old
    value = make() | {"key": key}
    path.write_text(json.dumps(value, indent=1) + "\n")
    return value


def differences(plain, other):
    names = sorted(plain.keys() | other.keys())
    return [name for name in names if plain.get(name, "absent") != other.get(name, "absent")]


def count(results):
    passed = sum(verdict == "ok" for verdict in results.values())
    return f"{passed}/{len(results) - passed}"


def examine(base, level, sources, tricolor, arguments):
    """One row of the table, and whether it is as it should be."""
    trees, versions = zip(*(sources.fetch(package) for package in base.sources))
    version = versions[0]
    place = arguments.work / base.name
    place.mkdir(parents=True, exist_ok=True)
    compiler = LLVM / "clang"
    options = arguments.options or base.collecting
    common = digest(base.recipe, CHECKS, *versions, level, os.stat(compiler).st_mtime_ns)

    def plain():
        here = place / f"O{level}-plain"
        result = base.build(here, trees, level, arguments.jobs, None)
        if result["built"]:
            result["plain"] = base.check(here, "plain", "")
        return result

    def plugin():
        here = place / f"O{level}-plugin"
        result = base.build(here, trees, level, arguments.jobs, tricolor.configuration())
        if result["built"]:
            result["default"] = base.check(here, "default", "")
            result["collecting"] = base.check(here, "collecting", options, build_ticker(arguments.work))
        return result

    without = cached(place / f"O{level}-plain.json", common, arguments.again, plain)
    key = digest(common, tricolor.plugin, tricolor.runtime, TICKER, base.interval, options)
    with_it = cached(place / f"O{level}-plugin.json", key, arguments.again, plugin)
    row = {"name": base.name, "version": version, "level": level, "without": without, "with": with_it}
    problems = []
    for what, result in (("without the plugin", without), ("with the plugin", with_it)):
        if not result["built"]:
            problems.append(f"does not build {what}: {result['log']}")
    if not problems:
        expected = without["plain"]["results"]
        if not any(verdict == "ok" for verdict in expected.values()):
            problems.append("no test passes without the plugin")
        for run in ("default", "collecting"):
            for test in differences(expected, with_it[run]["results"]):
                was, now = expected.get(test, "absent"), with_it[run]["results"].get(test, "absent")
                problems.append(f"{run}: {test}: {was} without the plugin, {now} with it")
    return row | {"problems": problems}


HEADINGS = (
    "code base", "version", "-O", "without", "with", "collecting", "cycles", "build s", "tests s", "text", "maps", "verdict",
)


def cells(row):
    without, with_it = row["without"], row["with"]
    shown = [row["name"], row["version"], row["level"]]
    if "plain" in without and "default" in with_it:
        text = [result["sizes"][".text"] // 1024 for result in (without, with_it)]
        runs = (without["plain"], with_it["default"], with_it["collecting"])
        shown += [
            count(without["plain"]["results"]), count(with_it["default"]["results"]),
            count(with_it["collecting"]["results"]), with_it["collecting"]["cycles"],
            f"{without['seconds']:.0f}>{with_it['seconds']:.0f}", ">".join(f"{run['seconds']:.0f}" for run in runs),
            f"{text[0]}>{text[1]}K",
            f"{with_it['sizes']['tricolor_maps'] // 1024}K",
        ]
    else:
        shown += ["-"] * 8
    return [str(cell) for cell in [*shown, "DIFFERS" if row["problems"] else "same"]]


def print_table(rows):
    lines = [HEADINGS, *(cells(row) for row in rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(HEADINGS))]
    for line in lines:
        print("  ".join(cell.ljust(width) for cell, width in zip(line, widths)).rstrip())
    print("\nwithout, with, collecting: tests passed/failed; seconds of processor time; text and maps: "
          "bytes of the programs' sections")
    for row in rows:
        for problem in row["problems"][:20]:
            print(f"{row['name']} -O{row['level']}: {problem}")


def main():
    parser = argparse.ArgumentParser(
        prog="scripts/codebases", description="Code of Debian's source packages, with the plugin and without."
    )
    parser.add_argument("names", nargs="*", help="code bases, all if none is named")
    parser.add_argument("--levels", default="2,3", help="levels of optimization, 2,3 if not given")
    parser.add_argument("--tricolor", type=pathlib.Path, help="a build directory or an installed prefix")
    parser.add_argument("--work", type=pathlib.Path, default=ROOT / "build" / "codebases")
    parser.add_argument("--options", help="TRICOLOR_OPTIONS of the collecting run, instead of the recipe's")
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("--list", action="store_true", help="name the code bases and their tests")
    parser.add_argument("--again", action="store_true", help="run also what has a result already")
    arguments = parser.parse_args()
    names = arguments.names or sorted(path.stem for path in RECIPES.glob("*.sh"))
    bases = [CodeBase(name) for name in names]
    if arguments.list:
        for base in bases:
            print(f"{base.name}: {base.tests}")
        return 0
    arguments.work = arguments.work.resolve()
    install(["dpkg-dev", "make", "binutils", "patch", *(name for base in bases for name in base.packages)])
    if not arguments.tricolor:
        # Installed, because later builds would replace what results depend on; and without the tests, which
        # take more packages.
        arguments.tricolor = arguments.work / "tricolor"
        say(f"Installing Tricolor into {arguments.tricolor}")
        subprocess.run([ROOT / "scripts" / "install", arguments.tricolor], check=True, stdout=sys.stderr)
    tricolor = Tricolor(arguments.tricolor.resolve())
    sources = Sources(arguments.work)
    rows = []
    unavailable = []
    for base in bases:
        for level in arguments.levels.split(","):
            say(f"{base.name} -O{level}")
            try:
                rows.append(examine(base, level, sources, tricolor, arguments))
            except (Failed, subprocess.TimeoutExpired) as failure:
                unavailable.append(f"{base.name} -O{level}: {failure}")
    print_table(rows)
    print("\n".join(unavailable))
    return 1 if unavailable or any(row["problems"] for row in rows) else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Failed as failure:
        sys.exit(f"scripts/codebases: {failure}")
