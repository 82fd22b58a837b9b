"""Runs a program as a set-uid program of another user: with AT_SECURE set."""

import os
import shutil
import subprocess
import sys
import tempfile


def main():
    if os.geteuid() != 0:
        print("cannot be tested here: not root")
        return 0
    # Not in $TMPDIR, which the other user need not be able to enter.
    with tempfile.TemporaryDirectory(dir="/tmp") as directory:
        os.chmod(directory, 0o755)
        copy = os.path.join(directory, "program")
        shutil.copyfile(sys.argv[1], copy)
        os.chmod(copy, 0o4755)
        if os.statvfs(directory).f_flag & os.ST_NOSUID:
            print("cannot be tested here: the temporary directory is mounted nosuid")
            return 0
        return subprocess.run([copy], user=65534, group=65534, extra_groups=[]).returncode


sys.exit(main())
