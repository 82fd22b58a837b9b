//===- rt/threads/initialization.h - The first thing that happens -------------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// The runtime initializes itself when it is first called: by an image's constructor, by an allocation
// of a static constructor, or by a thread's attachment, whichever comes first. This layer only says
// that it must have happened; what it consists of is known above (api/initialization.cpp).
//
//===------------------------------------------------------------------------------------------===//

#ifndef TRICOLOR_RT_THREADS_INITIALIZATION_H
#define TRICOLOR_RT_THREADS_INITIALIZATION_H

namespace tricolor::rt {

// Initializes options, heap, registry and collector, once. Any thread; returns when it is done. Defined
// by the api layer.
void ensure_initialized();

} // namespace tricolor::rt

#endif // TRICOLOR_RT_THREADS_INITIALIZATION_H
