//===- rt/os/process_mark.h - Whether this process is the one that was initialized --*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// A process that clone() or a system call made with a copy of this one's memory runs none of the handlers of
// fork, and nothing in its memory tells it from its parent, but for a page that the kernel empties in such copies
// (MADV_WIPEONFORK). A child that shares the memory (vfork) sees the mark.
//
//===------------------------------------------------------------------------------------------===//

#ifndef TRICOLOR_RT_OS_PROCESS_MARK_H
#define TRICOLOR_RT_OS_PROCESS_MARK_H

namespace tricolor::rt {

/// Marks this process. At initialization, and in a child of fork when the runtime is fit for it.
void mark_process();

/// False in a copy of a marked process that has not been marked itself. Any thread, any time, also in signal
/// handlers. True in copies too where the kernel does not know the advice (before Linux 4.14).
bool is_marked_process();

} // namespace tricolor::rt

#endif // TRICOLOR_RT_OS_PROCESS_MARK_H
