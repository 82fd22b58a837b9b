"""Checks that one program has less of Tricolor's sections than another.

usage: smaller-sections.py COUNT SMALLER LARGER

tricolor_functions must be smaller by COUNT entries or more, tricolor_maps and tricolor_globals by at
least the smallest records of COUNT functions and globals.
"""

import subprocess
import sys

# Bytes of the smallest record of each section.
RECORD = {"tricolor_functions": 4, "tricolor_maps": 4 + 1 + 1 + 1, "tricolor_globals": 16 + 8}


def sizes(program):
    result = dict.fromkeys(RECORD, 0)
    text = subprocess.run(["readelf", "-SW", program], check=True, capture_output=True, text=True).stdout
    for line in text.splitlines():
        fields = line.partition("]")[2].split()
        if fields and fields[0] in result:
            result[fields[0]] = int(fields[4], 16)
    return result


def main():
    count = int(sys.argv[1])
    smaller, larger = sizes(sys.argv[2]), sizes(sys.argv[3])
    failures = 0
    for section, record in RECORD.items():
        print(f"{section}: {smaller[section]} of {larger[section]} bytes")
        if smaller[section] == 0 or larger[section] - smaller[section] < count * record:
            print(f"FAILED: {section} still describes what was removed, or nothing at all")
            failures += 1
    return failures


sys.exit(main())
