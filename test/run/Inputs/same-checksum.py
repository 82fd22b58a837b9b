#===- test/run/Inputs/same-checksum.py - Two programs that must print the same checksum ----------===
#
# Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===---------------------------------------------------------------------------------------------===
#
#   same-checksum.py FREED ARGUMENT... -- COLLECTED ARGUMENT...
#
# Runs two workloads of test/bench; fails if their checksums or counts differ, and if the second one, which
# may be a command with an environment, has not collected.
#
#===---------------------------------------------------------------------------------------------===

import json
import subprocess
import sys


def printed(command):
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"{' '.join(command)} ended with {done.returncode}\n{done.stdout}{done.stderr}")
    return json.loads(done.stdout)


middle = sys.argv.index("--")
freed, collected = printed(sys.argv[1:middle]), printed(sys.argv[middle + 1:])
for what in "checksum", "operations":
    if freed[what] != collected[what]:
        sys.exit(f"{what}: {freed[what]} and {collected[what]}")
if collected["collections"] == 0:
    sys.exit("no collection")
print(f"{collected['checksum']}, {collected['operations']} operations, {collected['collections']} collections")
