//===- rt/heap/span_hold.cpp - Keeping spans from ending ----------------------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//

#include "heap/span_hold.h"
#include "heap/reclaim.h"
#include "os/fatal.h"

namespace tricolor::rt {

namespace {
enum class Hold : uint8_t { Off, On };
constinit std::atomic<Hold> hold{Hold::Off};
constinit std::atomic<uint32_t> held_generation{0}; // of the last hold
} // namespace

uint32_t hold_spans() {
  TRICOLOR_CHECK(hold.load(std::memory_order_relaxed) == Hold::Off);
  uint32_t generation = heap_sweep_generation();
  held_generation.store(generation, std::memory_order_relaxed);
  hold.store(Hold::On, std::memory_order_seq_cst);
  return generation;
}

uint32_t marked_generation() { return held_generation.load(std::memory_order_relaxed); }

void let_spans_go() { hold.store(Hold::Off, std::memory_order_seq_cst); }

bool spans_are_held() { return hold.load(std::memory_order_seq_cst) == Hold::On; }

bool may_be_empty(const Span *span) {
  return span->generation.load(std::memory_order_relaxed) == marked_generation();
}

} // namespace tricolor::rt
