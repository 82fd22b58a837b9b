#===- test/bench/tables.py - Numbers as they stand in a bench's tables ----------------------------===
#
# Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===-----------------------------------------------------------------------------------------------===
#
# The median of some runs, with the least and the most.
#
#===-----------------------------------------------------------------------------------------------===

import math
import statistics


def digits(value):
    """Three digits that count, or all before the point; a count as it is."""
    if value == int(value) or value >= 100:
        return f"{value:.0f}"
    return f"{value:.{max(0, 2 - math.floor(math.log10(value)))}f}"


def cell(values):
    if not values:
        return ""
    middle, least, most = digits(statistics.median(values)), digits(min(values)), digits(max(values))
    return middle if least == most else f"{middle} ({least}..{most})"


def head(first, names):
    """The first two lines of a table whose columns but the first are numbers."""
    return ["| " + " | ".join([*first, *names]) + " |", "|" + "---|" * len(first) + "--:|" * len(names)]
