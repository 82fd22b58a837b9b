#===- test/bench/selection.py - The programs that a bench was asked for ---------------------------===
#
# Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#
#===-----------------------------------------------------------------------------------------------===
#
# --only names programs, or all whose names begin alike: java for java-g1 and java-zgc.
#
#===-----------------------------------------------------------------------------------------------===

from page import Failure


def chosen(peers, only):
    """Those of the peers that the option names; without it, all."""
    if not only:
        return peers
    wanted = only.split(",")
    for name in wanted:
        if not any(name in (peer.name, peer.name.split("-")[0]) for peer in peers):
            raise Failure(f"--only: there is no {name}; there are {', '.join(peer.name for peer in peers)}")
    return [peer for peer in peers if peer.name in wanted or peer.name.split("-")[0] in wanted]
