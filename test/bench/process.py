#===- test/bench/process.py - Programs that a bench builds and runs -------------------------------===
#
# Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===-----------------------------------------------------------------------------------------------===
#
# A compiler's command, or a measured program: what it printed, what memory and processor time it took.
#
#===-----------------------------------------------------------------------------------------------===

import json
import os
import subprocess
import sys
import tempfile
import threading

from page import Failure

# Seconds after which a measured program is killed.
TIMEOUT = 3600


def run(command, **options):
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, **options)
    if done.returncode != 0:
        text = " ".join(str(part) for part in command)
        raise Failure(f"{text}\nexited with {done.returncode}\n{done.stdout}{done.stderr}")
    return done.stdout + done.stderr


def measured(command, environment):
    """What a program printed, as JSON, with its peak of resident memory and its processor time."""
    with tempfile.TemporaryFile("w+") as out, tempfile.TemporaryFile("w+") as errors:
        child = subprocess.Popen([str(part) for part in command], stdout=out, stderr=errors,
                                 env=os.environ | environment)
        timer = threading.Timer(TIMEOUT, child.kill)
        timer.start()
        _, status, usage = os.wait4(child.pid, 0)
        timer.cancel()
        child.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        errors.seek(0)
        if child.returncode != 0:
            text = " ".join(str(part) for part in command)
            raise Failure(f"{text} ended with {child.returncode} (a signal if negative; killed after {TIMEOUT} s)\n"
                          f"{errors.read()[-4000:]}")
        result = json.loads(out.read())
    result["peak_rss_bytes"] = usage.ru_maxrss * 1024
    result["process_cpu"] = usage.ru_utime + usage.ru_stime
    return result


TOUCH = """
import mmap, sys
with mmap.mmap(-1, int(sys.argv[1]) << 20) as memory:
    memory[::mmap.PAGESIZE] = bytes(len(memory) // mmap.PAGESIZE)
"""


def touch(mib):
    """Uses so many MiB of memory for a moment. In another process: a child counts its parent's peak as its own."""
    run([sys.executable, "-c", TOUCH, mib])
