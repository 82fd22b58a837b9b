//===- rt/heap/config.h - Starting the heap -----------------------------------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//

#ifndef TRICOLOR_RT_HEAP_CONFIG_H
#define TRICOLOR_RT_HEAP_CONFIG_H

#include <cstddef>
#include <cstdint>

namespace tricolor::rt {

/// Whether freed memory is filled with a pattern that is checked when the memory is used again.
enum class Poison : uint8_t { Off, On };

/// The pattern.
inline constexpr unsigned char poison_byte = 0xdb;

/// What is reserved unless the process has less: enough for any machine of today, and its page
/// table is only touched where there is heap.
inline constexpr size_t default_reserve_bytes = size_t(1) << 40;

/// Whether it is recorded where objects are allocated and freed (allocation_sites.h).
enum class AllocationSites : uint8_t { Off, On };

struct HeapConfig {
  size_t reserve_bytes = default_reserve_bytes; // halved until the kernel and ulimit -v agree
  Poison poison = Poison::Off;
  AllocationSites sites = AllocationSites::Off; // the range is then a quarter of it
};

/// Reserves the heap's address range. Once, before anything else of the heap; later calls do
/// nothing. Ends the program with a message if not even a small range can be had.
void heap_initialize(const HeapConfig &config);
bool poison_enabled();

} // namespace tricolor::rt

#endif // TRICOLOR_RT_HEAP_CONFIG_H
