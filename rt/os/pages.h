//===- rt/os/pages.h - Address space and memory from the kernel ---------------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// The four things the runtime asks of the kernel about memory: address space without memory
// (reserve), memory behind a part of it (commit), giving the memory back but keeping the addresses
// (release), giving back the addresses too (unmap). Any thread, any time; no locks.
//
// Reserving is separate from committing so that a terabyte of addresses costs nothing, also where
// the kernel does not overcommit (vm.overcommit_memory=2) and in core dumps.
//
//===------------------------------------------------------------------------------------------===//

#ifndef TRICOLOR_RT_OS_PAGES_H
#define TRICOLOR_RT_OS_PAGES_H

#include <cstddef>
#include <cstdint>

namespace tricolor::rt {

/// The kernel's page. (x86-64; the heap's own pages are larger, see heap/geometry.h.)
inline constexpr size_t os_page_bytes = 4096;

/// Reserves `bytes` (a multiple of os_page_bytes) of address space, aligned to `alignment` (a power
/// of two). Accesses fault until committed. Null when there is not so much.
void *reserve_pages(size_t bytes, size_t alignment);

enum class CommitResult : uint8_t { Done, OutOfMemory };
/// Makes reserved pages readable and writable; they read as zero. Committing twice is allowed and
/// keeps the contents.
[[nodiscard]] CommitResult commit_pages(void *address, size_t bytes);

/// Gives the memory of committed pages back to the kernel. They stay committed and read as zero.
void release_pages(void *address, size_t bytes);

/// Reserves and commits in one go; null when there is no memory.
void *map_pages(size_t bytes);
/// Gives addresses and memory back.
void unmap_pages(void *address, size_t bytes);

/// Half of the process's limit on address space (ulimit -v), or SIZE_MAX without a limit: what the
/// heap may reserve and leave room for everything else.
size_t address_space_allowance();

} // namespace tricolor::rt

#endif // TRICOLOR_RT_OS_PAGES_H
