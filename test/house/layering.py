#===- test/house/layering.py - A layer includes only itself and what is below it ----------------===
#
# Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===---------------------------------------------------------------------------------------------===
#
#   layering.py RT-DIRECTORY
#
# Prints every include of a source of the runtime that goes up, and every directory that is no layer.
#
#===---------------------------------------------------------------------------------------------===

import pathlib
import re
import sys

LAYERS = ["os", "heap", "stack", "threads", "mark", "sweep", "collector", "report", "api"]
NO_LAYERS = ["include", "package"]
INCLUDE = re.compile(r'^\s*#\s*include\s*"([^"/]+)/[^"]*"', re.MULTILINE)
SOURCES = {".h", ".cpp", ".def", ".S"}


def violations(rt):
    for directory in sorted(path for path in rt.iterdir() if path.is_dir()):
        if directory.name in NO_LAYERS:
            continue
        if directory.name not in LAYERS:
            yield f"{directory}: not a layer; the layers are {', '.join(LAYERS)}"
            continue
        if not (directory / "README.md").is_file():
            yield f"{directory}: a layer has a README.md"
        height = LAYERS.index(directory.name)
        for source in sorted(directory.rglob("*")):
            if source.suffix not in SOURCES:
                continue
            for included in INCLUDE.findall(source.read_text()):
                if included not in LAYERS:
                    yield f"{source}: includes \"{included}/...\", which is no layer"
                elif LAYERS.index(included) > height:
                    yield f"{source}: {directory.name} includes {included}, which is above it"


found = list(violations(pathlib.Path(sys.argv[1])))
print("\n".join(found) if found else "layering: every include goes down")
sys.exit(1 if found else 0)
