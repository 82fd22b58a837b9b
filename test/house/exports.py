#===- test/house/exports.py - The symbols that the shared runtime shows -------------------------===
#
# Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===---------------------------------------------------------------------------------------------===
#
#   exports.py LIBRARY HEADERS
#
# A defined dynamic symbol is one of: a function or variable that the public headers declare, a form of
# operator new or delete, or a function of libc that the runtime wraps (rt/threads/wrappers.h says why).
#
#===---------------------------------------------------------------------------------------------===

import pathlib
import re
import subprocess
import sys

WRAPPED = {
    "dlclose", "pthread_create", "pthread_detach", "pthread_exit", "pthread_join", "pthread_sigmask",
    "sigaction", "signal", "sigprocmask", "sigsuspend", "sigtimedwait", "sigwait", "sigwaitinfo",
}
OPERATORS = re.compile(r"^_Z(nw|na|dl|da)")
# Classes and functions of namespace tricolor, in C++'s spelling.
PUBLIC = re.compile(r"^_ZNK?8tricolor(?!2rt)")

library, headers = sys.argv[1:3]
declared = set()
for header in pathlib.Path(headers).glob("*.h"):
    declared |= set(re.findall(r"\btricolor_\w+", header.read_text()))
listing = subprocess.run(
    ["nm", "-D", "--defined-only", "--format=posix", library], capture_output=True, text=True, check=True
).stdout
symbols = [line.split()[0].split("@")[0] for line in listing.splitlines()]
if not symbols:
    sys.exit(f"{library} shows no symbols")
found = [
    symbol
    for symbol in symbols
    if not (symbol in declared or symbol in WRAPPED or OPERATORS.match(symbol) or PUBLIC.match(symbol))
]
for symbol in found:
    print(f"{library}: shows {symbol}, which no public header declares")
sys.exit(1 if found else 0)
