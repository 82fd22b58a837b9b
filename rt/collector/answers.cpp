//===- rt/collector/answers.cpp - What mutators answer ----------------------------------------===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//

#include "collector/answers.h"

#include "mark/barrier_log.h"
#include "os/fatal.h"
#include "stack/frame_walk.h"
#include "stack/modules.h"
#include "threads/registry.h"

#include <atomic>

namespace tricolor::rt {

namespace {

constinit std::atomic<uint32_t> g_newcomers{0};

struct Scans {
  std::atomic<uint64_t> frames{0}, precise_frames{0}, stack_bytes{0};
};
constinit Scans g_scans;

uint64_t used_stack(const StackContext &context) {
  uintptr_t low = context.registers.gpr[dwarf_register::rsp];
  return low >= context.stack_low && low < context.stack_high ? context.stack_high - low : 0;
}

void comes(Mutator &mutator) {
  if (uint32_t generation = g_newcomers.load(std::memory_order_relaxed))
    mutator.cache.allocate_black(generation);
}

void goes(Mutator &mutator) {
  if (departing_roots() == DepartingRoots::Logged && mutator.thread_pointer) {
    LogAppender log;
    visit_thread_locals(mutator.thread_pointer, log.sink());
  }
  if (mutator.barrier_buffer.count)
    barrier_flush(mutator);
}

void passes(Mutator &, void *word) {
  auto number = reinterpret_cast<uintptr_t>(word);
  if (departing_roots() == DepartingRoots::Logged)
    log_words(&number, 1);
}

} // namespace

void acknowledge(Mutator &) {}

namespace {

WalkCounts log_roots(Mutator &mutator) {
  LogAppender log;
  RootSink sink = log.sink();
  WalkCounts walk = walk_stack(mutator.context, sink);
  uintptr_t passed[] = {reinterpret_cast<uintptr_t>(mutator.handover),
                        reinterpret_cast<uintptr_t>(mutator.result)};
  log.add(passed, 2);
  if (mutator.thread_pointer)
    visit_thread_locals(mutator.thread_pointer, sink);
  return walk;
}

} // namespace

void scan(Mutator &mutator) {
  WalkCounts walk = log_roots(mutator);
  mutator.cache.allocate_black(g_newcomers.load(std::memory_order_relaxed));
  mutator.barrier_buffer.remembered.clear();
  g_scans.frames.fetch_add(walk.frames, std::memory_order_relaxed);
  g_scans.precise_frames.fetch_add(walk.precise, std::memory_order_relaxed);
  g_scans.stack_bytes.fetch_add(used_stack(mutator.context), std::memory_order_relaxed);
}

void snapshot(Mutator &mutator) { log_roots(mutator); }

void flush(Mutator &mutator) { barrier_flush(mutator); }

void discard(Mutator &mutator) { mutator.barrier_buffer.count = 0; }

void release_cache(Mutator &mutator) { mutator.cache.allocate_white(); }

void set_newcomers_colour(uint32_t generation) {
  TRICOLOR_ASSERT(registry_lock().is_locked());
  g_newcomers.store(generation, std::memory_order_relaxed);
}

ScanCounts take_scan_counts() {
  return {g_scans.frames.exchange(0, std::memory_order_relaxed),
          g_scans.precise_frames.exchange(0, std::memory_order_relaxed),
          g_scans.stack_bytes.exchange(0, std::memory_order_relaxed)};
}

void answers_initialize() { set_mutator_hooks({comes, goes, passes}); }

} // namespace tricolor::rt
