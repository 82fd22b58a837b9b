#===- test/bench/compile_time.py - What compiling with the plugin costs ---------------------------===#
#
# Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===-----------------------------------------------------------------------------------------------===#
#
#   compile_time.py --build BUILD [--rounds 7] [--levels O0,O2] [--only NAME,...] [--source FILE,...]
#                   [--plugin FILE] [--output DIR]
#
# Compiles each input to an object file with and without the plugin, by the same clang with the same other
# options. The inputs: an empty file (what loading the plugin costs), the programs of test/bench/overhead,
# and two generated ones: a function with 300 std::string locals, and an interpreter that is one switch of 3000
# cases. --source adds others, sqlite3.c for example. Programs of test/run and docs/examples are not among them:
# the headers of the collector do not compile without the plugin.
#
# The time is the processor time of the compiler's process, user and system: the sum is measured, how it is
# divided only sampled. Each round compiles once without and once with the plugin, in turns first; the least of
# all rounds counts, because whatever else runs only adds. What takes long is repeated less often: after
# --seconds of one input no further round is begun, but three are always made.
#
# The last lines are the geometric means of the rows of each level, the empty file left out.
#
#===-----------------------------------------------------------------------------------------------===#

import argparse
import pathlib
import resource
import statistics
import subprocess
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent
SOURCE = HERE.parent.parent

MIN_ROUNDS = 3


class Failure(Exception):
    pass


# Generated inputs


def strings():
    """One function with 300 locals that have destructors, and a call for each."""
    locals_ = "".join(f'  std::string s{i} = make({i});\n  use(s{i});\n' for i in range(300))
    uses = "".join(f"  total += s{i}.size();\n" for i in range(300))
    return ("#include <string>\nstd::string make(int);\nvoid use(const std::string &);\n"
            f"unsigned long all() {{\n{locals_}  unsigned long total = 0;\n{uses}  return total;\n}}\n")


def interpreter():
    """A loop around a switch of 3000 cases with calls, loads and stores of pointers."""
    bodies = [
        "r[a] = r[b]; p = r[a]->left; break;",
        "if (!r[b]) return 1; r[a] = step(m, r[b]); break;",
        "r[a]->left = r[b]; r[a]->right = p; break;",
        "p = step(m, p); if (p->tag > {i}) m->depth += helper(m, r[b], {i}); break;",
        "m->top = r[a]; m->depth = r[b]->tag + {i}; break;",
        "for (q = r[a]; q; q = q->left) m->depth += q->tag; break;",
    ]
    cases = "".join(f"    case {i}: {bodies[i % len(bodies)].replace('{i}', str(i))}\n" for i in range(3000))
    return ("struct node { struct node *left, *right; long tag; };\n"
            "struct machine { struct node *top; struct node *r[16]; long depth; const unsigned *code; };\n"
            "struct node *step(struct machine *, struct node *);\n"
            "long helper(struct machine *, struct node *, long);\n"
            "int interpret(struct machine *m) {\n  struct node **r = m->r, *p = m->top, *q;\n"
            "  for (;;) {\n    unsigned word = *m->code++;\n    unsigned a = word >> 24 & 15, b = word >> 28;\n"
            f"    switch (word & 0xffff) {{\n{cases}    default: return 0;\n    }}\n  }}\n}}\n")


def processor_time():
    """Seconds of all children that have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


class Bench:
    def __init__(self, arguments):
        self.arguments = arguments
        build = arguments.build.resolve()
        self.output = (arguments.output or build / "bench-compile-time").resolve()
        self.output.mkdir(parents=True, exist_ok=True)
        self.plugin = (arguments.plugin or build / "TricolorClang.so").resolve()
        self.llvm = pathlib.Path(arguments.llvm)

    def inputs(self):
        files = {"empty": self.generate("empty.cpp", "")}
        files |= {path.name: path for path in sorted((HERE / "overhead").glob("*.c*"))}
        files["300 strings"] = self.generate("strings.cpp", strings())
        files["3000 cases"] = self.generate("interpreter.c", interpreter())
        for name in self.arguments.source.split(",") if self.arguments.source else []:
            files[pathlib.Path(name).name] = pathlib.Path(name).resolve()
        if self.arguments.only:
            wanted = self.arguments.only.split(",")
            files = {name: path for name, path in files.items() if name in wanted or path.stem in wanted}
        return files

    def generate(self, name, text):
        path = self.output / name
        path.write_text(text)
        return path

    def command(self, path, level, plugin):
        compiler, standard = ("clang", "-std=gnu11") if path.suffix == ".c" else ("clang++", "-std=c++20")
        with_plugin = [f"-fplugin={self.plugin}"] if plugin else []
        return [str(self.llvm / compiler), standard, f"-{level}", "-w", "-D_GNU_SOURCE", *with_plugin,
                f"-I{SOURCE / 'rt' / 'include'}", "-c", str(path), "-o", str(self.output / "object.o")]

    def seconds(self, path, level, plugin):
        """Processor time of one compilation."""
        before = processor_time()
        done = subprocess.run(self.command(path, level, plugin), capture_output=True, text=True)
        took = processor_time() - before
        if done.returncode != 0:
            raise Failure(f"{' '.join(done.args)}\nexited with {done.returncode}\n{done.stderr}")
        return took

    def measure(self, path, level):
        """The least time without and with the plugin."""
        self.seconds(path, level, True)  # warms up the files
        times = {False: [], True: []}
        begin = time.monotonic()
        for round_number in range(self.arguments.rounds):
            if round_number >= MIN_ROUNDS and time.monotonic() - begin > self.arguments.seconds:
                break
            first = round_number % 2 == 1
            for plugin in (first, not first):
                times[plugin].append(self.seconds(path, level, plugin))
        return min(times[False]), min(times[True])


def percent(ratio):
    return f"{(ratio - 1) * 100:+.1f}"


def main():
    parser = argparse.ArgumentParser(description="What compiling with the plugin costs.")
    parser.add_argument("--build", type=pathlib.Path, required=True, help="a build directory of Tricolor")
    parser.add_argument("--plugin", type=pathlib.Path, help="another TricolorClang.so")
    parser.add_argument("--output", type=pathlib.Path, help="where files go (default: in the build)")
    parser.add_argument("--llvm", default="/usr/lib/llvm-22/bin", help="the directory of LLVM's tools")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--seconds", type=float, default=20, help="of one input, after which no round begins")
    parser.add_argument("--levels", default="O0,O2")
    parser.add_argument("--only", help="these inputs, separated by commas")
    parser.add_argument("--source", help="other inputs, separated by commas")
    arguments = parser.parse_args()
    bench = Bench(arguments)
    levels = arguments.levels.split(",")
    ratios = {level: [] for level in levels}
    print("Processor time of the compiler in milliseconds without the plugin, and percent more with it:\n")
    print("| input | " + " | ".join(f"-{level} | more" for level in levels) + " |")
    print("|---|" + "--:|--:|" * len(levels))
    for name, path in bench.inputs().items():
        cells = []
        for level in levels:
            pair = bench.measure(path, level)
            cells += [f"{pair[0] * 1000:.0f}", percent(pair[1] / pair[0])]
            if name != "empty":
                ratios[level].append(pair[1] / pair[0])
        print(f"| {name} | " + " | ".join(cells) + " |", flush=True)
    for label, reduce in (("geometric mean", statistics.geometric_mean), ("worst", max)):
        print(f"| **{label}** | " +
              " | ".join(f"| **{percent(reduce(r))}**" for r in ratios.values()) + " |")


if __name__ == "__main__":
    try:
        main()
    except Failure as failure:
        print(f"compile_time.py: {failure}", file=sys.stderr)
        sys.exit(1)
