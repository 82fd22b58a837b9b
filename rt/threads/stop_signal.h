//===- rt/threads/stop_signal.h - The signal that stops external code ---------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// SIGURG, for the reasons for which Go's runtime takes it: debuggers pass it on silently, libc does not
// use it, its default action is to do nothing (so one that arrives before the handler is installed, or
// after an exec, is harmless), and programs hardly ever want it for themselves.
//
// A thread that blocked it could not be stopped in external code. The runtime therefore defines
// pthread_sigmask and sigprocmask and leaves it out of the sets that they block.
//
//===------------------------------------------------------------------------------------------===//

#ifndef TRICOLOR_RT_THREADS_STOP_SIGNAL_H
#define TRICOLOR_RT_THREADS_STOP_SIGNAL_H

#include <signal.h>

namespace tricolor::rt {

inline constexpr int kStopSignal = SIGURG;

} // namespace tricolor::rt

#endif // TRICOLOR_RT_THREADS_STOP_SIGNAL_H
