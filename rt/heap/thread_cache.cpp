//===- rt/heap/thread_cache.cpp - Allocation without locks --------------------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//

#include "heap/thread_cache.h"
#include "heap/accounting.h"
#include "heap/black_runs.h"
#include "heap/central_list.h"
#include "heap/config.h"
#include "heap/large_object.h"
#include "heap/mark_bits.h"
#include "heap/poison.h"
#include "heap/reclaim.h"
#include "heap/span_hold.h"
#include "os/fatal.h"
#include "os/handover.h"
#include <algorithm>
#include <cstring>

namespace tricolor::rt {

namespace {

constinit std::atomic<AllBlack> all_black{AllBlack::No};

// The most that is reserved, zeroed and paid for at once (at least one object). Larger: fewer refills;
// smaller: zeroed memory is still in the first-level cache when the program gets it, and less is
// reserved but unused.
constexpr size_t max_run_bytes = size_t{8} * 1024;

/// The mask of bits [bit, bit + n) of a word, n >= 1.
uint64_t bit_range(uint32_t bit, uint32_t n) {
  return (n == 64 ? ~uint64_t(0) : (uint64_t(1) << n) - 1) << bit;
}

/// Calls f(word, mask) for the words that hold bits [first, end).
template <class F> void for_bit_words(uint32_t first, uint32_t end, F &&f) {
  while (first < end) {
    uint32_t bit = first % 64;
    uint32_t n = 64 - bit < end - first ? 64 - bit : end - first;
    f(first / 64, bit_range(bit, n));
    first += n;
  }
}

/// The first bit at or behind `from` that is `value`, or `end`.
uint32_t find_bit(const BitWord *bits, uint32_t from, uint32_t end, bool value) {
  while (from < end) {
    uint64_t word = bits[from / 64].load(std::memory_order_acquire);
    if (!value)
      word = ~word;
    word >>= from % 64;
    if (word != 0) {
      uint32_t found = from + static_cast<uint32_t>(std::countr_zero(word));
      return found < end ? found : end;
    }
    from = (from / 64 + 1) * 64;
  }
  return end;
}

void count_allocated(const Span *span, uint32_t objects) {
  HeapCounters &counters = heap_counters();
  counters.by_size[span->class_index].mallocs.fetch_add(objects, std::memory_order_relaxed);
  counters.allocated_bytes.fetch_add(objects * span->object_bytes, std::memory_order_relaxed);
}

void uncount_allocated(const Span *span, uint32_t objects) {
  HeapCounters &counters = heap_counters();
  counters.by_size[span->class_index].mallocs.fetch_sub(objects, std::memory_order_relaxed);
  counters.allocated_bytes.fetch_sub(objects * span->object_bytes, std::memory_order_relaxed);
}

/// Gives slots [first, end), which are reserved or about to be, the colour. Words are shared with
/// other slots, which markers may be marking. Black ones are noted in `ranges`.
void paint(const Span *span, uint32_t first, uint32_t end, Colour colour, BlackRanges &ranges) {
  bool black = colour.is_black_in(span->generation.load(std::memory_order_relaxed));
  if (black) {
    note_black_run(span->object_at(first), span->object_at(end));
    if (all_black.load(std::memory_order_relaxed) == AllBlack::Yes)
      ranges.add(span->object_at(first), span->object_at(end));
  }
  if (span->kind == ObjectKind::Traced)
    return;
  BitWord *marks = span->mark_bits;
  for_bit_words(first, end, [&](uint32_t word, uint64_t mask) {
    if (black)
      marks[word].fetch_or(mask, std::memory_order_acq_rel);
    else if (marks[word].load(std::memory_order_relaxed) & mask) [[unlikely]]
      marks[word].fetch_and(~mask, std::memory_order_acq_rel);
  });
}

// Larger objects do not go back to their run, because they would have to be zeroed for that, perhaps in vain. More: more of what
// is deleted soon is used again at once.
constexpr size_t most_given_back = 1024;

// What is asked for of the memory behind a run that was zeroed, in lines of the processor's cache. More: less of the
// next run has to be waited for; fewer: less that other objects need is pushed out of the cache, and less in vain where
// the next slots are not free.
constexpr size_t cache_line = 64, lines_ahead = 32;

void ask_for_next(uintptr_t from, uintptr_t limit) {
  uintptr_t end = std::min(limit, from + lines_ahead * cache_line);
  for (uintptr_t line = from; line < end; line += cache_line)
    __builtin_prefetch(reinterpret_cast<const void *>(line), 1);
}

// A run that covers nothing, also for a reader that still has the end of the run before: the beginning
// goes first, and lies behind every address (see Span::in_unused_run).
void make_empty(Run &run) {
  run.cur = UINTPTR_MAX;
  std::atomic_signal_fence(std::memory_order_seq_cst);
  run.end = UINTPTR_MAX;
}

} // namespace

void set_all_black(AllBlack all) { all_black.store(all, std::memory_order_seq_cst); }

bool ThreadCache::next_run(Run &run) {
  Span *span = run.span;
  BitWord *bits = span->allocation_bits;
  uint32_t first = find_bit(bits, run.scan, span->count, false);
  if (first == span->count) {
    run.scan = first;
    return false;
  }
  size_t object_bytes = span->object_bytes;
  uint32_t limit = span->count;
  bool needs_zero = span->needs_zero;
  uint32_t most = static_cast<uint32_t>(max_run_bytes / object_bytes);
  if (most == 0)
    most = 1;
  if (limit - first > most)
    limit = first + most;
  uint32_t end = find_bit(bits, first, limit, true);
  run.scan = end;

  uintptr_t low = span->object_at(first), high = span->object_at(end);
  if (poison_enabled())
    poison_check(low, high - low, object_bytes);
  program_gets(&span->base);
  // Before the slots can be handed out: an object is never of the wrong colour.
  paint(span, first, end, colour_, black_);

  // At no moment does [cur, end) cover objects that exist, nor the bits show objects that do not:
  // an empty run that compares as empty whatever `end` is, then its end, then its beginning, then
  // the bits.
  run.cur = UINTPTR_MAX;
  std::atomic_signal_fence(std::memory_order_seq_cst);
  run.end = high;
  std::atomic_signal_fence(std::memory_order_seq_cst);
  run.cur = low;
  run.object_bytes = static_cast<uint16_t>(object_bytes);
  run.shared_types = span->descriptors.get() != nullptr;
  for_bit_words(first, end, [&](uint32_t word, uint64_t mask) {
    uint64_t old = bits[word].fetch_or(mask, std::memory_order_acq_rel);
    TRICOLOR_CHECK((old & mask) == 0);
  });
  span->allocated.fetch_add(end - first, std::memory_order_seq_cst);
  count_allocated(span, end - first);
  // Last: nobody looks into slots of a run, and an atomic operation behind these stores would wait for all of them.
  if (needs_zero) {
    std::memset(reinterpret_cast<void *>(low), 0, high - low);
    ask_for_next(high, span->limit);
  }
  return true;
}

void ThreadCache::release(Run &run) {
  Span *span = run.span;
  uintptr_t cur = run.cur;
  uint32_t unused = static_cast<uint32_t>((run.end - cur) / span->object_bytes);
  if (unused != 0) {
    uint32_t first = span->index_of(cur);
    if (poison_enabled())
      poison_fill(cur, unused * span->object_bytes);
    // The bits first: while `run` still covers the slots they count as free.
    for_bit_words(first, first + unused, [&](uint32_t word, uint64_t mask) {
      span->allocation_bits.get()[word].fetch_and(~mask, std::memory_order_acq_rel);
    });
    span->allocated.fetch_sub(unused, std::memory_order_seq_cst);
    uncount_allocated(span, unused);
  }
  span->run = nullptr;
  make_empty(run);
  run.span = nullptr;
  central_list(span->run_index).give_back(span);
}

bool ThreadCache::refill(unsigned index) {
  Run &run = runs_[index];
  for (;;) {
    if (run.span) {
      if (next_run(run))
        return true;
      release(run);
    }
    reclaim_pay_duty();
    Span *span = central_list(index).take();
    if (!span)
      return false;
    run.span = span;
    run.scan = 0;
    make_empty(run);
    span->run = &run;
  }
}

uintptr_t ThreadCache::allocate_slow(size_t bytes, size_t align, ObjectKind kind,
                                     const TypeInfo *type, ArrayForm form) {
  unsigned index = index_for(bytes, align, kind, type, form);
  if (index == no_run) {
    if (kind == ObjectKind::Typed) {
      if (type->noscan())
        kind = ObjectKind::Noscan;
      if (align < type->align)
        align = type->align;
    }
    return allocate_large(bytes, align, kind, type, form, colour_);
  }
  if (!refill(index))
    return 0;
  return take(runs_[index], type, form);
}

FreeResult ThreadCache::free(uintptr_t address) {
  if (address - page_table.base >= page_table.reserved)
    return FreeResult::Foreign;
  ObjectRef object = find_object(address);
  if (!object)
    return FreeResult::NotAllocated;
  if (object.base != address)
    return FreeResult::Interior;
  Span *span = object.span;
  Run *run = span->run;
  // What a free slot of a run must be: zero, and of the cache's colour. A black cache's run may have begun
  // white; what it gave before is white unless a marker has found it. (While the cache is white nobody marks.)
  // Poison would not see a use of what goes back at once.
  if (run >= runs_ && run < runs_ + run_index_count && run->cur == address + object.size &&
      object.size <= most_given_back && !span->specials.load(std::memory_order_acquire) &&
      !poison_enabled() &&
      (colour_.get().is_white() || span->kind == ObjectKind::Traced || is_marked(object))) {
    // Behind the beginning of what was noted when the cache became black, perhaps.
    if (!colour_.get().is_white())
      note_black_run(address, address + object.size);
    std::memset(reinterpret_cast<void *>(address), 0, object.size);
    std::atomic_signal_fence(std::memory_order_release); // x86-64 keeps stores in order by itself
    run->cur = address;
    frees_.add(span->class_index, object.size, FreeCounts::Slot::Again);
    return FreeResult::Freed;
  }
  return free_found_object(object, frees_) ? FreeResult::Freed : FreeResult::NotAllocated;
}

void ThreadCache::flush() {
  frees_.flush();
  for (Run &run : runs_)
    if (run.span)
      release(run);
}

void ThreadCache::allocate_black(uint32_t generation) {
  TRICOLOR_CHECK(generation == marked_generation());
  colour_ = Colour::black(generation);
  black_.clear();
  for (const Run &run : runs_)
    if (run.span && run.cur != run.end) {
      auto unused = static_cast<uint32_t>((run.end - run.cur) / run.object_bytes);
      uint32_t first = run.span->index_of(run.cur);
      paint(run.span, first, first + unused, colour_, black_);
    }
}

void ThreadCache::allocate_white() {
  flush();
  colour_ = Colour::white();
  black_.clear();
}

} // namespace tricolor::rt
