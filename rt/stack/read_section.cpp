//===- rt/stack/read_section.cpp - Reading what may be replaced meanwhile -------------------===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//

#include "stack/read_section.h"

#include "os/futex.h"

#include <atomic>
#include <cstdint>

namespace tricolor::rt {

namespace {

constinit std::atomic<unsigned> g_side{0};
// A cache line each: readers of one side must not disturb the writer that watches the other.
struct alignas(64) ReaderCount {
  std::atomic<uint32_t> readers{0};
};
constinit ReaderCount g_counts[2];

} // namespace

ReadSection::ReadSection() : side_(g_side.load(std::memory_order_relaxed)) {
  g_counts[side_].readers.fetch_add(1, std::memory_order_seq_cst);
}

ReadSection::~ReadSection() { g_counts[side_].readers.fetch_sub(1, std::memory_order_seq_cst); }

void wait_for_readers() {
  for (int round = 0; round < 2; ++round) {
    unsigned left = g_side.load(std::memory_order_relaxed);
    g_side.store(1 - left, std::memory_order_seq_cst);
    while (g_counts[left].readers.load(std::memory_order_seq_cst) != 0)
      yield_processor();
  }
}

} // namespace tricolor::rt
