//===- rt/stack/guarded_read.h - Reading memory that may not be there -------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// The walker reads a stopped thread's stack directly, since it knows its bounds. In the rare places
// where it does not (alternate signal stacks, a thread's outdated TLS block, addresses that a DWARF
// expression computed) it asks the kernel to copy: a wrong address is then an answer, not a fault.
//
// Async-signal-safe; errno is kept. A system call each, some hundred nanoseconds.
//
//===------------------------------------------------------------------------------------------===//

#ifndef TRICOLOR_RT_STACK_GUARDED_READ_H
#define TRICOLOR_RT_STACK_GUARDED_READ_H

#include "stack/root_sink.h"

#include <cstddef>
#include <cstdint>

namespace tricolor::rt {

/// Copies `bytes` from `address`; false if not all of it is readable. Where the kernel refuses the
/// call itself (a seccomp filter), it reads directly.
bool guarded_read(uintptr_t address, void *to, size_t bytes);

/// Hands the words of [begin, end) to the sink, conservatively, from copies, page by page upwards,
/// up to the first page that is not readable.
void guarded_scan_upwards(uintptr_t begin, uintptr_t end, const RootSink &sink);
/// The same downwards from end.
void guarded_scan_downwards(uintptr_t begin, uintptr_t end, const RootSink &sink);

} // namespace tricolor::rt

#endif // TRICOLOR_RT_STACK_GUARDED_READ_H
