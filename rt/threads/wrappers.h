//===- rt/threads/wrappers.h - Functions of libc that the runtime defines ------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// What creation.cpp (threads), signal_masks.cpp (masks and waiting for signals), poll_trap.cpp (actions) and unloading.cpp
// (dlclose) define is the process's. Linked from the static library they would be left out of a program
// that calls them only inside other shared objects (std::thread does), so initialization refers to each.
//
//===------------------------------------------------------------------------------------------===//

#ifndef TRICOLOR_RT_THREADS_WRAPPERS_H
#define TRICOLOR_RT_THREADS_WRAPPERS_H

namespace tricolor::rt {

// Each finds the originals that its file needs. Called once, by initialization: later the loader's lock
// may be in the hands of a parked thread.
void wrap_thread_creation();
void wrap_signal_masks();
void wrap_signal_actions();
void wrap_unloading();

} // namespace tricolor::rt

#endif // TRICOLOR_RT_THREADS_WRAPPERS_H
