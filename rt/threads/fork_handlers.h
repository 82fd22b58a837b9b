//===- rt/threads/fork_handlers.h - What is called around fork ----------------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// pthread_atfork; but not in a sanitized build. There libc's fork, and with it the handlers, runs inside
// the sanitizer's, which has taken all of its own locks before: a thread for which the first handler waits
// would wait for one of those. Such a build defines fork (and vfork) for the process and calls the handlers around the
// sanitizer's.
//
//===------------------------------------------------------------------------------------------===//

#ifndef TRICOLOR_RT_THREADS_FORK_HANDLERS_H
#define TRICOLOR_RT_THREADS_FORK_HANDLERS_H

namespace tricolor::rt {

struct ForkHandlers {
  void (*before)();
  void (*in_parent)();
  void (*in_child)();
};

// Registers them; once, by initialization. 0, or an error number.
int add_fork_handlers(const ForkHandlers &handlers);

} // namespace tricolor::rt

#endif // TRICOLOR_RT_THREADS_FORK_HANDLERS_H
