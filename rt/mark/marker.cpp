//===- rt/mark/marker.cpp - One thread's share of marking -------------------------------------===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//

#define TRICOLOR_LOOP_TARGET
#include "mark/marker.h"
#include "mark/marking_loop.h"

#include "heap/layout.h"
#include "heap/mark_bits.h"
#include "mark/bad_pointer.h"
#include "mark/racing_word.h"
#include "mark/sleeping_workers.h"
#include "os/clock.h"
#include "os/fatal.h"
#include "os/futex.h"
#include "os/lock.h"
#include "os/output.h"
#include "threads/world.h"

#include <algorithm>
#include <bit>
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

// How many words a marker with a limit visits between two looks at it: a hundred microseconds if each is
// a pointer to an object that no cache has. Larger: whoever waits for markers waits longer; smaller: more
// of the time goes to the clock.
constexpr int64_t kWordsPerLook = 1024;
// What finding an object to scan costs, in words.
constexpr size_t kWordsPerObject = 4;

// The low bits of an entry's address that are free when bit 0 is set.
constexpr uintptr_t kEntryPage = 4096;
static_assert(page_bytes % kEntryPage == 0 && kOblet % kEntryPage == 0 && kOblet > max_small_bytes);

uintptr_t part_entry(uintptr_t address, unsigned level) { return address | level << 1 | 1; }

constinit WorkbufPool g_pool;

enum class Kernel : uint8_t { Unknown, Scalar, Avx512 };
constinit std::atomic<Kernel> g_kernel{Kernel::Unknown};

// What this processor can do. Asking it takes microseconds where there is a hypervisor.
Kernel kernel() {
  Kernel known = g_kernel.load(std::memory_order_relaxed);
  if (known == Kernel::Unknown) [[unlikely]] {
    known = Avx512Filter::usable() ? Kernel::Avx512 : Kernel::Scalar;
    g_kernel.store(known, std::memory_order_relaxed);
  }
  return known;
}

[[noreturn]] void report_missed(const ObjectRef &object, const ObjectLayout &layout) {
  LineWriter line;
  line.str("tricolor: checkmark: object ").hex(object.base).str(" of ").dec(object.size);
  line.str(" bytes");
  if (layout.type)
    line.str(", type ").str(layout.type->name);
  line.str(", is reachable and was not marked\n");
  RootChain chain = find_root_chain(object.base, SearchWorld::Stopped, nullptr);
  // The program ends here: names of functions need locks that stopped threads may hold. Others that find something
  // meanwhile wait for the end.
  static constinit Mutex reporting;
  reporting.lock();
  if (world_stopping())
    start_the_world();
  line.write_to(STDERR_FILENO);
  report_root_chain(chain);
  fatal("the marker missed a reachable object",
        "this is a defect of the collector: please report it with the program");
}

void add_words(void *context, const uintptr_t *first, size_t count, RootCertainty certainty) {
  auto *marker = static_cast<Marker *>(context);
  if (certainty != RootCertainty::Conservative || marker->pass() != MarkPass::LateCheckmark)
    marker->visit_words(first, count);
}

} // namespace

WorkbufPool &workbuf_pool() { return g_pool; }

void MarkCounts::add(const MarkCounts &other) {
  objects += other.objects;
  bytes += other.bytes;
  traced_bytes += other.traced_bytes;
  scanned_bytes += other.scanned_bytes;
  worker_bytes += other.worker_bytes;
  assist_bytes += other.assist_bytes;
  root_jobs += other.root_jobs;
  frames += other.frames;
  precise_frames += other.precise_frames;
  handoffs += other.handoffs;
  steals += other.steals;
  yields += other.yields;
  sleeps += other.sleeps;
  busy_ns += other.busy_ns;
  idle_ns += other.idle_ns;
}

RootSink Marker::sink() { return {this, add_words}; }

Marker::Marker(MarkTeam &team, const MarkLimit &limit)
    : team_(team), budget_(kWordsPerLook), limit_(limit) {
  if (limit.bytes / sizeof(uintptr_t) < static_cast<uint64_t>(kWordsPerLook))
    budget_ = static_cast<int64_t>(limit.bytes / sizeof(uintptr_t));
}

Marker::~Marker() {
  memset(static_cast<void *>(&queue_), 0, sizeof queue_);
  memset(static_cast<void *>(&scans_), 0, sizeof scans_);
  __asm__ volatile("" : : "r"(this) : "memory"); // the compiler must not take them for useless
}

void Marker::look() {
  budget_ = kWordsPerLook;
  if (counts.scanned_bytes >= limit_.bytes ||
      (limit_.stop_now && limit_.stop_now->load(std::memory_order_relaxed) != 0) ||
      (limit_.deadline_ns != UINT64_MAX && now_ns() >= limit_.deadline_ns))
    stopped_ = true;
  else
    budget_ = static_cast<int64_t>(std::min<uint64_t>(
        kWordsPerLook, (limit_.bytes - counts.scanned_bytes) / sizeof(uintptr_t)));
}

bool Marker::mark(const ObjectRef &object, const ObjectLayout &layout) {
  if (layout.kind == ObjectKind::Traced)
    return false;
  if (!is_checkmark(team_.pass)) {
    if (!mark_object(object))
      return false;
  } else {
    if (!checkmark_object(object))
      return false;
    if (!is_marked(object))
      report_missed(object, layout);
  }
  ++counts.objects;
  counts.bytes += object.size;
  return true;
}

Marker::Found Marker::visit(uintptr_t word) {
  ObjectRef object = find_object(word);
  if (!object)
    return Found::Nothing;
  ObjectLayout layout = object_layout(object);
  if (!mark(object, layout))
    return Found::Nothing;
  if (layout.kind != ObjectKind::Noscan)
    push(GreyEntry::of(object.base, object.span->scan_mask));
  return Found::White;
}

void Marker::enter(uintptr_t word) {
  if (!page_table.contains(word))
    return;
  if (queue_.full())
    advance();
  queue_.enter(word);
}

void Marker::enter_words(const uintptr_t *first, size_t count) {
  HeapRange range = HeapRange::now();
  auto copy_all = kernel() == Kernel::Avx512 ? Avx512Filter::copy_all : ScalarFilter::copy_all;
  while (count != 0) {
    auto some = static_cast<uint32_t>(std::min<size_t>(count, PrefetchQueue::kAtOnce));
    if (queue_.full())
      advance();
    queue_.entered(copy_all(first, some, range, queue_.place()));
    first += some;
    count -= some;
  }
}

void Marker::visit_words(const uintptr_t *first, size_t count) {
  enter_words(first, count);
  counts.scanned_bytes += count * sizeof(uintptr_t);
  spend(count);
}

void Marker::advance() {
  switch (team_.store) {
  case MarkStore::Shared:
    return advance_by<MarkStore::Shared>();
  case MarkStore::Alone:
    return advance_by<MarkStore::Alone>();
  case MarkStore::Checked:
    return advance_by<MarkStore::Checked>();
  }
}

void Marker::take_up_checked(const PrefetchQueue::Located &at) {
  Span *span = at.span;
  auto index = static_cast<uint32_t>(at.index);
  if (!span->is_allocated(index))
    return;
  ObjectRef object = {span, index, span->object_at(index), span->object_bytes};
  ObjectLayout layout = object_layout(object);
  if (mark(object, layout) && layout.kind != ObjectKind::Noscan)
    // By the layout, so that a mask that is wrong is found.
    scan_soon(span, index, object.base, layout_decides);
}

void Marker::empty_queues() {
  while (!queue_.empty())
    advance();
  while (!scans_.empty())
    push(scans_.pop());
}

void Marker::wake_if_concurrent() {
  if (team_.pass == MarkPass::Concurrent && workers_asleep() != 0)
    wake_worker();
}

void Marker::push(uintptr_t entry) {
  if (!buffer_) {
    buffer_ = g_pool.take_empty();
  } else if (buffer_->full()) {
    g_pool.full.push(buffer_);
    wake_if_concurrent();
    buffer_ = g_pool.take_empty();
  }
  buffer_->objects[buffer_->count++] = entry;
}

// A pointer, or what is laid out like one.
static bool is_one_word(const TypeInfo &type) {
  return type.size == sizeof(uintptr_t) && (type.exact_mask | type.tolerant_mask) == 1;
}

void Marker::scan_part(const ObjectRef &object, const ObjectLayout &layout, uintptr_t begin,
                       uintptr_t end) {
  if (layout.kind != ObjectKind::Typed)
    return visit_words(reinterpret_cast<const uintptr_t *>(begin),
                       (end - begin) / sizeof(uintptr_t));
  const TypeInfo &type = *layout.type;
  if (layout.form == ArrayForm::One && type.has_masks() && end - begin == object.size) {
    // Most objects. Where nothing is cut, the masks say it all.
    auto *words = reinterpret_cast<const uintptr_t *>(begin);
    for (uint64_t rest = type.exact_mask | type.tolerant_mask; rest; rest &= rest - 1)
      enter(racing_word(words + std::countr_zero(rest)));
  } else if (layout.form != ArrayForm::One && is_one_word(type)) {
    uintptr_t elements = object.base + first_element_offset(type, layout.form);
    uintptr_t from = std::max(begin, elements), to = std::min(end, object.base + object.size);
    if (from < to)
      enter_words(reinterpret_cast<const uintptr_t *>(from), (to - from) / sizeof(uintptr_t));
  } else {
    auto enter_word = [&](uintptr_t *word, WordKind) { enter(racing_word(word)); };
    for_each_pointer_word_in(type, layout.form, object.base, object.size, begin, end, enter_word);
  }
  counts.scanned_bytes += end - begin;
  spend((end - begin) / sizeof(uintptr_t));
}

void Marker::scan_pagewise(const ObjectRef &object, const ObjectLayout &layout, uintptr_t entry) {
  uintptr_t at = object.base, end = object.base + object.size;
  unsigned level = 0;
  if (entry & 1) {
    at = entry & ~(kEntryPage - 1);
    level = entry >> 1 & 63;
  } else if (object.size > kOblet) {
    level = static_cast<unsigned>(std::bit_width((object.size - 1) / kOblet));
  }
  while (level > 0) {
    --level;
    uintptr_t upper = at + (kOblet << level);
    if (upper < end)
      push(part_entry(upper, level));
  }
  end = std::min(end, object.base + ((at - object.base) / kOblet + 1) * kOblet);
  while (at < end) {
    uintptr_t next = std::min(end, (at & ~(kEntryPage - 1)) + kEntryPage);
    scan_part(object, layout, at, next);
    at = next;
    if (stopped_ && at < end)
      return push(part_entry(at, 0));
  }
}

void Marker::scan(const ObjectRef &object) {
  ObjectLayout layout = object_layout(object);
  if (object.size <= kEntryPage)
    scan_part(object, layout, object.base, object.base + object.size);
  else
    scan_pagewise(object, layout, object.base);
}

// The entry's object; nothing if it is gone.
ObjectRef Marker::find_grey(uintptr_t address) const {
  ObjectRef object = find_object(address);
  TRICOLOR_CHECK((object || team_.pass == MarkPass::Concurrent) &&
                 "a grey object is not in the heap any more");
  return object;
}

void Marker::scan_by_layout(uintptr_t entry) {
  if (ObjectRef object = find_grey(GreyEntry::object_of(entry)))
    scan(object);
}

void Marker::take_part(uintptr_t entry) {
  if (ObjectRef object = find_grey(entry & ~(kEntryPage - 1)))
    scan_pagewise(object, object_layout(object), entry);
}

void Marker::refill() {
  if (!buffer_ || buffer_->empty())
    return;
  if (buffer_->count > 2 * kLeastHandOff && others_wait() && g_pool.full.empty())
    hand_off();
  if (scans_.size() >= kOnTheirWay)
    return;
  size_t taken = 0;
  uint32_t first = scans_.end();
  for (; !buffer_->empty() && scans_.size() < kOnTheirWay; ++taken) {
    uintptr_t entry = buffer_->objects[--buffer_->count];
    if (entry & 1) {
      // Its words may fill the queues, and the buffer, before it ends.
      ask_for(first);
      take_part(entry);
      first = scans_.end();
      ++taken;
      break;
    }
    if (GreyEntry::mask_of(entry) == layout_decides)
      __builtin_prefetch(page_table.span_of(GreyEntry::object_of(entry)));
    scans_.push(entry);
  }
  ask_for(first);
  spend(taken * kWordsPerObject);
}

void Marker::hand_off() {
  uint64_t half = buffer_->count / 2;
  Workbuf *gift = g_pool.take_empty();
  memcpy(gift->objects, buffer_->objects, half * sizeof(uintptr_t));
  gift->count = half;
  memmove(buffer_->objects, buffer_->objects + half, (buffer_->count - half) * sizeof(uintptr_t));
  buffer_->count -= half;
  ++counts.handoffs;
  g_pool.full.push(gift);
  wake_if_concurrent();
}

bool Marker::others_wait() const {
  return team_.pass == MarkPass::Concurrent ? workers_asleep() != 0
                                            : team_.idle.load(std::memory_order_relaxed) != 0;
}

void Marker::drain() {
  if (team_.store == MarkStore::Checked)
    return drain_by<ScalarFilter, MarkStore::Checked>();
  if (kernel() == Kernel::Avx512)
    return drain_avx512(team_.store);
  if (team_.store == MarkStore::Alone)
    drain_by<ScalarFilter, MarkStore::Alone>();
  else
    drain_by<ScalarFilter, MarkStore::Shared>();
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

void Marker::publish() {
  empty_queues();
  if (!buffer_)
    return;
  if (buffer_->empty()) {
    g_pool.empty.push(buffer_);
  } else {
    g_pool.full.push(buffer_);
    wake_if_concurrent();
  }
  buffer_ = nullptr;
}

void Marker::finish() {
  TRICOLOR_CHECK(queue_.empty() && scans_.empty() && "a marker ended with words not looked up");
  if (!buffer_)
    return;
  TRICOLOR_CHECK(buffer_->empty() && "a marker ended with grey objects");
  g_pool.empty.push(buffer_);
  buffer_ = nullptr;
}

} // namespace tricolor::rt
