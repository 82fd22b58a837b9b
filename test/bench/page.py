#===- test/bench/page.py - The numbers of a bench in a page of docs ---------------------------------===
#
# Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===-----------------------------------------------------------------------------------------------===
#
# A bench NAME writes its tables between the markers `<!-- NAME:begin -->` and `<!-- NAME:end -->`.
#
#===-----------------------------------------------------------------------------------------------===


class Failure(Exception):
    """Ends a driver with a message."""


def update(page, name, text):
    """Puts the text between the page's markers of that name."""
    begin, end = f"<!-- {name}:begin -->", f"<!-- {name}:end -->"
    old = page.read_text()
    if begin not in old or end not in old:
        raise Failure(f"{page} has no markers {begin} and {end}")
    before, rest = old.split(begin, 1)
    page.write_text(f"{before}{begin}\n{text}\n{end}{rest.split(end, 1)[1]}")
