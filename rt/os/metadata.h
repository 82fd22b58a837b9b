//===- rt/os/metadata.h - Memory for the runtime's own structures -------------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// The runtime never calls malloc; its tables come from here. Blocks are rounded up to a power of
// two; freed ones go to a list of their size. Blocks of up to metadata_stable_bytes are never given
// back to the kernel, so a lock-free reader that holds a stale pointer to one reads old bytes, it
// does not fault. Larger ones are mapped and unmapped one by one. Any thread (a Mutex inside), not
// in signal handlers.
//
//===------------------------------------------------------------------------------------------===//

#ifndef TRICOLOR_RT_OS_METADATA_H
#define TRICOLOR_RT_OS_METADATA_H

#include <cstddef>
#include <cstdint>

namespace tricolor::rt {

inline constexpr size_t metadata_stable_bytes = size_t{256} * 1024;

/// Zeroed memory, aligned to `align` (a power of two, at most 4096). Ends the program when there is
/// none.
void *metadata_allocate(size_t bytes, size_t align = 16);
/// The same, but null when there is none.
void *metadata_try_allocate(size_t bytes, size_t align = 16);
/// Takes it back; `bytes` and `align` as at allocation. Null does nothing.
void metadata_free(void *block, size_t bytes, size_t align = 16);
/// What metadata occupies, in bytes obtained from the kernel.
size_t metadata_bytes();

template <class T> T *metadata_new_array(size_t count) {
  return static_cast<T *>(metadata_allocate(count * sizeof(T), alignof(T) < 16 ? 16 : alignof(T)));
}

} // namespace tricolor::rt

#endif // TRICOLOR_RT_OS_METADATA_H
