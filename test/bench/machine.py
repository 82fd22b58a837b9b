#===- test/bench/machine.py - The machine that a bench runs on ------------------------------------===
#
# Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===-----------------------------------------------------------------------------------------------===
#
# What its tables say of it, and how much memory it has left.
#
#===-----------------------------------------------------------------------------------------------===

import os
import pathlib
import platform

from page import Failure


def describe():
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return {"processors": len(os.sched_getaffinity(0)), "memory_bytes": memory, "kernel": platform.release()}


def described(machine):
    return (f"{machine['processors']} processors, {machine['memory_bytes'] / 2**30:.0f} GiB, "
            f"Linux {machine['kernel']}")


def available_mib():
    """What the kernel would give without swapping."""
    for line in pathlib.Path("/proc/meminfo").read_text().splitlines():
        if line.startswith("MemAvailable:"):
            return int(line.split()[1]) / 1024
    raise Failure("/proc/meminfo has no MemAvailable")
