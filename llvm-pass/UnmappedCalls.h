//===- llvm-pass/UnmappedCalls.h - Sites of calls that can have no map --------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// A call that cannot carry a bundle (Safepoints.h: its result is a long double, it returns twice, ...) is a
// safepoint as any other: its callee may block for ever. The runtime knows a safepoint by the site of its return
// address (rt/threads/safepoint_check.h), so such a call gets a STACKMAP behind it, whose list is the whole
// frame: what is scanned where there is no map.
//
// Without a site stay
//
//   - calls of leaves, of the barriers and of what the back end made up (memcpy, __atomic_store_16,
//     __tls_get_addr): a barrier's test may stand in front of them whose writes they make;
//   - jumps: the frame is gone;
//   - calls in inline assembly: no STACKMAP can be put into it.
//
// A call instruction has no link to the IR. One of a function gets a site if the IR calls that function, and not as
// a leaf; one through a register if the IR calls anything that is no leaf. Where the address of a leaf is loaded
// (-fno-plt), a register may hold that, and no call through one gets a site.
//
// Behind the last pass that moves instructions, in functions that are optimized and in those that are not, and
// also where the back end has lost a map (MachineMaps.h). The order among TrapPolls.h, MemoryCallees.h, MachineMaps.h
// and this makes no difference.
//
//===------------------------------------------------------------------------------------------===//

#ifndef TRICOLOR_LLVM_PASS_UNMAPPEDCALLS_H
#define TRICOLOR_LLVM_PASS_UNMAPPEDCALLS_H

namespace tricolor {

/// Does nothing; makes the linker keep the registration (see Strategy.h).
void linkUnmappedCalls();

} // namespace tricolor

#endif // TRICOLOR_LLVM_PASS_UNMAPPEDCALLS_H
