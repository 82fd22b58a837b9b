#===- test/house/format.py - clang-format over every source -------------------------------------===
#
# Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===---------------------------------------------------------------------------------------------===
#
#   format.py ROOT CLANG-FORMAT [--fix]
#
#===---------------------------------------------------------------------------------------------===

import pathlib
import subprocess
import sys

DIRECTORIES = ["llvm-pass", "clang-plugin", "rt", "test", "docs"]

root = pathlib.Path(sys.argv[1])
sources = sorted(
    path
    for directory in DIRECTORIES
    for path in (root / directory).rglob("*")
    if path.suffix in {".h", ".cpp", ".c"}
)
if not sources:
    sys.exit("format: no sources found")
mode = ["-i"] if "--fix" in sys.argv else ["--dry-run", "-Werror"]
sys.exit(subprocess.run([sys.argv[2], *mode, *sources]).returncode)
