#===- test/house/sources.py - Sources are short, headed and named by what they hold -------------===
#
# Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===---------------------------------------------------------------------------------------------===
#
#   sources.py ROOT
#
# Every source of the product: at most 600 lines; begins with a banner that names the file, the license,
# and (in a header) what the thing is; the name is a noun of the domain, not of housekeeping. Text files
# end with a newline and hold no trailing blanks and no tabs.
#
#===---------------------------------------------------------------------------------------------===

import pathlib
import re
import sys

MOST_LINES = 600
DIRECTORIES = ["llvm-pass", "clang-plugin", "rt", "test", "docs", "scripts"]
SOURCES = {".h", ".cpp", ".c", ".def", ".S", ".py"}
# What lit reads begins with what it tests; the inputs of tests are small on purpose.
HEADED = re.compile(r"^(llvm-pass|clang-plugin|rt|test/unit|docs/examples|test/house|scripts)/")
EMPTY_NAMES = re.compile(r"(^|[_-])(util|utils|misc|common|helpers?|manager|stuff)([_.-]|$)", re.I)
BANNER = re.compile(r"^(?://|/\*|#)===- (\S+) - (\S.*?) -*(?:\*- C(?:\+\+)? -\*-*)?===(?:\S*)$")


def display_name(name):
    """How a banner may call a file: public headers as they are included."""
    return {name, name.removeprefix("rt/include/")}


def header_problems(name, text):
    lines = text.splitlines()
    if lines and lines[0].startswith("#!"):
        lines = lines[1:]
    banner = BANNER.match(lines[0]) if lines else None
    if not banner:
        yield "does not begin with a banner (//===- path - what it is ---===//)"
    elif banner.group(1) not in display_name(name):
        yield f"the banner names {banner.group(1)}"
    top = "\n".join(lines[:6])
    if "Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions." not in top:
        yield "has no license line under the banner"
    if "SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception" not in top:
        yield "has no SPDX line under the banner"
    if name.endswith(".h"):
        prose = [line for line in lines[5:60] if re.match(r"^(///?|\|\*) \w", line)]
        if not prose:
            yield "no comment says what the thing is"


def problems(root):
    for path in sorted(root.rglob("*")):
        name = path.relative_to(root).as_posix()
        if not path.is_file() or name.split("/")[0] not in DIRECTORIES or "__pycache__" in name:
            continue
        if EMPTY_NAMES.search(path.name):
            yield f"{name}: the name does not say what is in it"
        try:
            text = path.read_text()
        except UnicodeDecodeError:
            yield f"{name}: not a text file"
            continue
        if text and not text.endswith("\n"):
            yield f"{name}: no newline at the end"
        script = text.startswith("#!")
        if path.suffix not in SOURCES and path.name != "CMakeLists.txt" and not script:
            continue
        lines = text.splitlines()
        if len(lines) > MOST_LINES:
            yield f"{name}: {len(lines)} lines, more than {MOST_LINES}"
        for number, line in enumerate(lines, 1):
            if line.rstrip() != line:
                yield f"{name}:{number}: blanks at the end of the line"
            if "\t" in line:
                yield f"{name}:{number}: a tab"
        if HEADED.match(name) and "/Inputs/" not in name:
            for problem in header_problems(name, text):
                yield f"{name}: {problem}"


found = list(problems(pathlib.Path(sys.argv[1])))
print("\n".join(found) if found else "sources: all well formed")
sys.exit(1 if found else 0)
