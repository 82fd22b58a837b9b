//===- rt/api/finalizers.h - Running what the finalizer queue holds -----------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// The calls of the finalizer queue are made here, in state Running, by a thread that has its turn
// (collector/finalizer_thread.h). An exception that leaves one ends the program, as one that leaves a
// destructor: the frame that calls has a personality of its own for that, since the runtime is compiled without
// exceptions.
//
//===------------------------------------------------------------------------------------------===//

#ifndef TRICOLOR_RT_API_FINALIZERS_H
#define TRICOLOR_RT_API_FINALIZERS_H

#include "heap/find_object.h"

#include <cstddef>

namespace tricolor::rt {

// The body of the finalizer thread. Does not return.
void finalizer_main(void *);

// Where an array of form Array whose elements have destructors holds their number.
inline size_t *array_count(const ObjectRef &object) {
  return reinterpret_cast<size_t *>(object.base + object.size) - 1;
}

} // namespace tricolor::rt

#endif // TRICOLOR_RT_API_FINALIZERS_H
