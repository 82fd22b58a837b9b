//===- rt/mark/marker.cpp - One thread's share of marking -------------------------------------===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//

#include "mark/marker.h"

#include "heap/layout.h"
#include "heap/mark_bits.h"
#include "os/clock.h"
#include "os/fatal.h"
#include "os/futex.h"
#include "os/output.h"

#include <string.h>
#include <unistd.h>

namespace tricolor::rt {

namespace {

// Rounds of an idle marker before it yields, and before it sleeps. More rounds find new work earlier
// and burn more of a core that a mutator (or the marker with the work) could use.
constexpr unsigned kPauseRounds = 64;
constexpr unsigned kYieldRounds = 128;
constexpr uint64_t kSleepNanoseconds = 20'000;
// A marker keeps at least this many objects when it gives some away: giving less is not worth the
// exchange.
constexpr uint64_t kLeastHandOff = 8;

constinit WorkbufPool g_pool;

[[noreturn]] void report_missed(const ObjectRef &object, const ObjectLayout &layout) {
  LineWriter line;
  line.str("tricolor: checkmark: object ").hex(object.base).str(" of ").dec(object.size);
  line.str(" bytes");
  if (layout.type)
    line.str(", type ").str(layout.type->name);
  line.str(", is reachable and was not marked\n");
  line.write_to(STDERR_FILENO);
  fatal("the marker missed a reachable object",
        "this is a defect of the collector: please report it with the program");
}

void add_words(void *context, const uintptr_t *first, size_t count, RootCertainty) {
  static_cast<Marker *>(context)->visit_words(first, count);
}

} // namespace

WorkbufPool &workbuf_pool() { return g_pool; }

void MarkCounts::add(const MarkCounts &other) {
  objects += other.objects;
  bytes += other.bytes;
  traced_bytes += other.traced_bytes;
  root_jobs += other.root_jobs;
  frames += other.frames;
  precise_frames += other.precise_frames;
  handoffs += other.handoffs;
  steals += other.steals;
  yields += other.yields;
  sleeps += other.sleeps;
}

RootSink Marker::sink() { return {this, add_words}; }

void Marker::visit(uintptr_t word) {
  ObjectRef object = find_object(word);
  if (!object)
    return;
  ObjectLayout layout = object_layout(object);
  if (layout.kind == ObjectKind::Traced)
    return;
  if (team_.pass == MarkPass::Mark) {
    if (!mark_object(object))
      return;
  } else {
    if (!checkmark_object(object))
      return;
    if (!is_marked(object))
      report_missed(object, layout);
  }
  ++counts.objects;
  counts.bytes += object.size;
  if (layout.kind != ObjectKind::Noscan)
    push(object.base);
}

// The words may lie in frames and in memory of any kind: other tools must not look at these reads.
__attribute__((no_sanitize("address", "thread"))) void Marker::visit_words(const uintptr_t *first,
                                                                           size_t count) {
  for (size_t i = 0; i < count; ++i)
    visit(first[i]);
}

void Marker::push(uintptr_t base) {
  if (!buffer_) {
    buffer_ = g_pool.take_empty();
  } else if (buffer_->full()) {
    g_pool.full.push(buffer_);
    buffer_ = g_pool.take_empty();
  }
  buffer_->objects[buffer_->count++] = base;
}

void Marker::scan(uintptr_t base) {
  ObjectRef object = find_object(base);
  TRICOLOR_CHECK(object && "a grey object is not in the heap any more");
  ObjectLayout layout = object_layout(object);
  if (layout.kind == ObjectKind::Typed) {
    for_each_pointer_word(*layout.type, layout.form, object.base, object.size,
                          [&](uintptr_t *word, WordKind) { visit(*word); });
    return;
  }
  visit_words(reinterpret_cast<const uintptr_t *>(object.base), object.size / sizeof(uintptr_t));
}

// Moves the older half of the local buffer to the global list: the oldest objects tend to have the most
// below them.
void Marker::hand_off() {
  uint64_t half = buffer_->count / 2;
  Workbuf *gift = g_pool.take_empty();
  memcpy(gift->objects, buffer_->objects, half * sizeof(uintptr_t));
  gift->count = half;
  memmove(buffer_->objects, buffer_->objects + half, (buffer_->count - half) * sizeof(uintptr_t));
  buffer_->count -= half;
  ++counts.handoffs;
  g_pool.full.push(gift);
}

void Marker::drain() {
  while (buffer_ && !buffer_->empty()) {
    if (buffer_->count > 2 * kLeastHandOff && team_.idle.load(std::memory_order_relaxed) != 0 &&
        g_pool.full.empty())
      hand_off();
    scan(buffer_->objects[--buffer_->count]);
  }
}

bool Marker::take_work() {
  Workbuf *work = g_pool.full.pop();
  if (!work)
    return false;
  ++counts.steals;
  if (buffer_)
    g_pool.empty.push(buffer_);
  buffer_ = work;
  return true;
}

void Marker::drain_together() {
  for (;;) {
    drain();
    if (take_work())
      continue;
    // Idle from here. The order of the two loads below matters: a marker leaves the idle count before
    // it takes work, so a full count with an empty list is the end.
    team_.idle.fetch_add(1, std::memory_order_seq_cst);
    for (unsigned round = 0;; ++round) {
      if (!g_pool.full.empty()) {
        team_.idle.fetch_sub(1, std::memory_order_seq_cst);
        if (take_work())
          break;
        team_.idle.fetch_add(1, std::memory_order_seq_cst);
      }
      if (team_.idle.load(std::memory_order_seq_cst) == team_.markers)
        return;
      if (round < kPauseRounds) {
        __builtin_ia32_pause();
      } else if (round < kYieldRounds) {
        ++counts.yields;
        yield_processor();
      } else {
        ++counts.sleeps;
        sleep_ns(kSleepNanoseconds);
      }
    }
  }
}

void Marker::finish() {
  if (!buffer_)
    return;
  TRICOLOR_CHECK(buffer_->empty() && "a marker ended with grey objects");
  g_pool.empty.push(buffer_);
  buffer_ = nullptr;
}

} // namespace tricolor::rt
