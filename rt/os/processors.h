//===- rt/os/processors.h - How many processors there are ---------------------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//

#ifndef TRICOLOR_RT_OS_PROCESSORS_H
#define TRICOLOR_RT_OS_PROCESSORS_H

namespace tricolor::rt {

/// Processors that this process may run on (its affinity mask at the first call), at least 1.
unsigned processor_count();

} // namespace tricolor::rt

#endif // TRICOLOR_RT_OS_PROCESSORS_H
