//===- rt/stack/thread_local_block.h - An image's thread_locals in some thread ----*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// How glibc lays thread_locals out on x86-64, as far as a collector needs it
// (sysdeps/x86_64/nptl/tls.h, elf/dl-tls.c). The thread pointer points to a header whose second
// word is the thread's DTV, an array of 16-byte entries: entry 0 is the generation up to which the
// thread knows about images, entry m is the block of the image with module number m and what to
// free for it; the entry before the first is the array's length.
//
// Images that were loaded with the program, and those compiled for it (initial-exec), have their
// blocks at a fixed distance below the thread pointer. A thread's DTV need not say so: for an image
// loaded later it has no entry until the thread calls __tls_get_addr, which initial-exec code never
// does. So whether the block is at a fixed distance is found out when the image registers.
//
// Other blocks are allocated at the thread's first use; the entry is -1 until then. Module numbers
// are used again: a thread whose generation is older than the image's may still have the block of
// an image that is gone, which may be shorter. Such a block is read through the kernel, so that a
// wrong length is harmless; what is in it is at worst kept alive until the thread uses
// thread_locals again.
//
//===------------------------------------------------------------------------------------------===//

#ifndef TRICOLOR_RT_STACK_THREAD_LOCAL_BLOCK_H
#define TRICOLOR_RT_STACK_THREAD_LOCAL_BLOCK_H

#include "stack/loaded_image.h"
#include "stack/root_sink.h"

#include <cstddef>
#include <cstdint>

namespace tricolor::rt {

struct ThreadLocalBlock {
  size_t module; ///< the loader's number; 0: the image has no thread_locals
  size_t bytes;
  uintptr_t distance;   ///< below the thread pointer, 0: not at a fixed distance
  uintptr_t generation; ///< threads that know this generation know the image
};

/// Describes the image's thread_locals. May allocate the calling thread's block. Not while the
/// world is stopped.
ThreadLocalBlock locate_thread_locals(const LoadedImage &image);

/// Hands the words of the block in the thread with this thread pointer to the sink.
void visit_thread_local_block(const ThreadLocalBlock &block, uintptr_t thread_pointer,
                              const RootSink &sink);

} // namespace tricolor::rt

#endif // TRICOLOR_RT_STACK_THREAD_LOCAL_BLOCK_H
