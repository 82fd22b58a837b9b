//===- rt/stack/loaded_image.h - What the loader knows about an image -------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// Asked once, when an image registers. Takes the loader's lock.
//
//===------------------------------------------------------------------------------------------===//

#ifndef TRICOLOR_RT_STACK_LOADED_IMAGE_H
#define TRICOLOR_RT_STACK_LOADED_IMAGE_H

#include <cstddef>
#include <cstdint>
#include <link.h>

namespace tricolor::rt {

enum class SegmentUse : uint8_t { Any, Code };

struct LoadedImage {
  uintptr_t base;
  const ElfW(Phdr) * segments;
  size_t segment_count;
  /// Its thread_locals: 0 bytes if it has none. The block of the calling thread, null if that
  /// thread has not used it yet.
  size_t tls_module, tls_bytes;
  void *tls_block;
  /// For messages. A copy, cut if it is too long.
  char name[256];

  /// Whether [begin, begin + bytes) lies in one loaded segment (one with code).
  bool contains(uintptr_t begin, uint64_t bytes, SegmentUse use) const;
};

/// The image that contains the address; false if there is none.
bool find_loaded_image(uintptr_t address, LoadedImage *image);

/// How often images have come and gone.
struct LoaderCounts {
  unsigned long long loads, unloads;
  bool operator==(const LoaderCounts &) const = default;
};
LoaderCounts loader_counts();

} // namespace tricolor::rt

#endif // TRICOLOR_RT_STACK_LOADED_IMAGE_H
