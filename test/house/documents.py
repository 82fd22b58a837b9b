#===- test/house/documents.py - Links and commands of the documents lead somewhere --------------===
#
# Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===---------------------------------------------------------------------------------------------===
#
#   documents.py ROOT
#
# In every Markdown file: relative links point at files that exist; the scripts and sources named in code
# exist; a row of docs/features.md is either linked to a test or says "not yet".
#
#===---------------------------------------------------------------------------------------------===

import pathlib
import re
import sys

LINK = re.compile(r"\]\(([^)#]+)(#[^)]*)?\)")
CODE = re.compile(r"`((?:scripts|docs|test|rt|llvm-pass|clang-plugin)/[\w./-]*\w|\.ci/run)")
FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
COMMAND = re.compile(r"^(?:\./)?((?:scripts|docs|test)/[\w./-]*\w)", re.MULTILINE)


def problems(root):
    documents = [path for path in root.rglob("*.md") if "build" not in path.relative_to(root).parts]
    if not documents:
        yield "no documents found"
    for path in sorted(documents):
        name = path.relative_to(root)
        text = path.read_text()
        prose = FENCE.sub("", text)
        for target, _ in LINK.findall(prose):
            if not re.match(r"^[a-z]+:", target) and not (path.parent / target).exists():
                yield f"{name}: the link to {target} leads nowhere"
        named = CODE.findall(prose)
        for block in FENCE.findall(text):
            named += COMMAND.findall(block)
        for target in named:
            if not (root / target).exists():
                yield f"{name}: names {target}, which does not exist"
    features = root / "docs" / "features.md"
    rows = 0
    if features.exists():
        for line in features.read_text().splitlines():
            cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
            if cells[0].isdigit():
                rows += 1
                if int(cells[0]) != rows:
                    yield f"docs/features.md: row {cells[0]} stands where row {rows} belongs"
                if "](" not in cells[-1] and cells[-1] != "not yet":
                    yield f"docs/features.md: row {rows} has neither a link nor \"not yet\""
    if rows != 52:
        yield f"docs/features.md: {rows} rows, not 52"


found = list(problems(pathlib.Path(sys.argv[1])))
print("\n".join(found) if found else "documents: every link and name leads somewhere")
sys.exit(1 if found else 0)
