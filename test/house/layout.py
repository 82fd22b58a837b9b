#===- test/house/layout.py - What may lie at the top level --------------------------------------===
#
# Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===---------------------------------------------------------------------------------------------===
#
#   layout.py ROOT
#
# Looks at what git tracks or would (at everything, where there is no git).
#
#===---------------------------------------------------------------------------------------------===

import pathlib
import subprocess
import sys

REQUIRED = {
    "CMakeLists.txt", "CMakePresets.json", "LICENSE", "README.md",
    "clang-plugin", "docs", "llvm-pass", "rt", "scripts", "test",
}

root = pathlib.Path(sys.argv[1])
listing = subprocess.run(["git", "-C", root, "ls-files", "-z", "-co", "--exclude-standard"], capture_output=True, text=True)
if listing.returncode == 0 and listing.stdout:
    names = {name.split("/")[0] for name in listing.stdout.split("\0") if name}
else:
    names = {path.name for path in root.iterdir()} - {"build"}
names = {name for name in names if not name.startswith(".")}
found = [f"{name}: must not be at the top level" for name in sorted(names - REQUIRED)]
found += [f"{name}: missing at the top level" for name in sorted(REQUIRED - names)]
print("\n".join(found) if found else "layout: as documented")
sys.exit(1 if found else 0)
