#===- test/house/options.py - The documented options are the program's --------------------------===
#
# Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===---------------------------------------------------------------------------------------------===
#
#   options.py HELP DOCUMENT
#
# HELP is what TRICOLOR_OPTIONS=help=1 prints: "  name=default", then "      text (values)". DOCUMENT has a
# table with the columns name, values, default, text.
#
#===---------------------------------------------------------------------------------------------===

import re
import sys

printed = {
    name: (values, default, text)
    for name, default, text, values in re.findall(
        r"^  (\w+)=(.*)\n      (.*) \(([^()]*)\)$", open(sys.argv[1]).read(), re.MULTILINE
    )
}
documented = {
    name: (values, default, text)
    for name, values, default, text in re.findall(
        r"^\| `(\w+)` \| (.*?) \| `(.*?)` \| (.*?) \|$", open(sys.argv[2]).read(), re.MULTILINE
    )
}
found = [f"only in {sys.argv[1]}: {name}" for name in sorted(printed.keys() - documented.keys())]
found += [f"only in {sys.argv[2]}: {name}" for name in sorted(documented.keys() - printed.keys())]
for name in sorted(printed.keys() & documented.keys()):
    if printed[name] != documented[name]:
        found.append(f"{name}: the program says {printed[name]}, the document {documented[name]}")
if not printed:
    found.append(f"{sys.argv[1]} lists no options")
print("\n".join(found) if found else f"options: {len(printed)} documented as printed")
sys.exit(1 if found else 0)
