//===- rt/mark/marker.h - One thread's share of marking -----------------------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// A marker turns words into marked objects and grey objects into black ones. The rules:
//
//  - An object is found for any word (find_object is total), so a word that is no pointer costs time and
//    at worst keeps an object; it is never followed wrongly.
//  - The marker that sets an object's mark bit, and no other, makes it grey: each object is scanned once.
//  - A no-scan object goes straight to black.
//  - Traced objects are roots of their own (root_jobs.h scans every one of them), so a pointer to one
//    needs nothing.
//
// Grey entries (what a workbuf holds). An entry is the address of a grey object, or of a part of one:
//
//  - Bit 0 clear: the object that begins at the address (the low 48 bits), all of it. The bits above are the number of
//    its scan mask (scan_mask.h), which says all that is needed to scan it; or layout_decides.
//  - Bit 0 set: the address without its low 12 bits is a page inside the object; bits 1 to 6 are a
//    level. Level 0: from there to the end of the oblet, or of the object if it has none. Level n: 2^n
//    oblets from there, as far as the object goes.
//
// Objects above kOblet are scanned in oblets of that size, counted from the object's begin. Who takes an
// entry of level n pushes the upper half of it as an entry of its own and goes on with the lower, n times:
// at no time does an object have more entries than its size has bits, and the largest lie at the bottom
// of the buffer, the half that is given away. A marker that must stop in the middle pushes the rest as an
// entry of level 0. Two facts make it sound: only large objects have oblets, and they begin on a page;
// and objects above a page are the only ones that are cut.
//
// Words that a marker reads are not looked up at once: they pass a queue in batches (prefetch_queue.h), whose loads overlap.
// The object of a word that leaves it is marked, and asked for; objects that have been asked for pass a second queue
// (scan_queue.h), are scanned in their turn, and their words enter the first one. When the second queue is full the object
// is pushed to the buffer instead; when it has little, some are taken from there. So a marker holds grey objects and
// words that nobody has looked up: both are work, in every argument about its end. It gives up neither one without
// the other: publish() has the queue's words looked up, and puts what is grey in the buffer.
//
// Mark bits are set by an atomic operation, because others set bits in the same word: markers, and mutators that reserve black
// slots. A marker that is alone in a stopped world does without: where all is in a cache, that is a third of the time.
//
// A Marker is 5 KiB on the stack of whoever marks, which may be a mutator.
//
// Concurrent pass. Mutators run, so a grey object may have been freed explicitly, and its slot may be in use again. Then what is
// in the slot is scanned, by the mask of the span, which remains: that costs time and at worst keeps something. Or, where the
// layout decides, find_object does not know it any more and there is nothing to scan. Words are read while they are written
// (racing_word.h). A marker with a limit looks at it after every kWordsPerLook words, also inside an
// object, and stops there; what it holds is then published.
//
// Termination in the one-pause pass (drain_together): a marker without work counts itself idle and looks
// at the global list now and then, with pause, yield and sleep in turn so that an idle marker does not
// keep a mutator's core busy. A marker that works may hold grey objects; one that is idle holds none and
// there is nothing to find when all are idle and the global list is empty: new grey objects come only
// from scanning. The last one to go idle sees both, and tells the others by the idle count itself.
// (Termination of the concurrent pass is in concurrent_marking.h.)
//
// In the checkmark pass the same code walks the same roots with a second set of bits and requires of
// each object it reaches that the first pass marked it.
//
//===------------------------------------------------------------------------------------------===//

#ifndef TRICOLOR_RT_MARK_MARKER_H
#define TRICOLOR_RT_MARK_MARKER_H

#include "heap/find_object.h"
#include "heap/scan_mask.h"
#include "mark/prefetch_queue.h"
#include "mark/scan_queue.h"
#include "mark/workbuf.h"
#include "stack/frame_walk.h"

#include <atomic>
#include <cstddef>
#include <cstdint>

namespace tricolor::rt {

enum class MarkPass : uint8_t {
  Mark,
  Concurrent,
  Checkmark,
  // After a concurrent pass: words of frames without maps are left out. They are other words than when the stack was
  // scanned, and one that is left over from dead frames may point to what is rightly white.
  LateCheckmark,
};

// How a marker sets bits: mark bits beside others, or as the only one in a stopped world; or checkmarks.
enum class MarkStore : uint8_t { Shared, Alone, Checked };

constexpr bool is_checkmark(MarkPass pass) { return pass >= MarkPass::Checkmark; }

// Larger objects are scanned in pieces of this size. Larger: fewer entries; smaller: more markers can
// share an object of a few hundred KiB.
inline constexpr size_t kOblet = size_t{128} << 10;

// What one marker did. Plain sums.
struct MarkCounts {
  uint64_t objects = 0;        // marked by this marker
  uint64_t bytes = 0;          // their slots
  uint64_t traced_bytes = 0;   // slots of traced objects scanned as roots
  uint64_t scanned_bytes = 0;  // looked through for pointers, roots included
  uint64_t worker_bytes = 0;   // of them by background workers
  uint64_t assist_bytes = 0;   // and by mutators that assist
  uint64_t root_jobs = 0;      // root jobs run
  uint64_t frames = 0;         // frames walked
  uint64_t precise_frames = 0; // of them with a map
  uint64_t handoffs = 0;       // half buffers given away to idle markers
  uint64_t steals = 0;         // buffers taken from the global list that another marker filled
  uint64_t yields = 0;
  uint64_t sleeps = 0;
  // In slices of the concurrent pass, idle workers' left out; of a worker, processor time.
  uint64_t busy_ns = 0;
  // Of idle workers: processor time that nobody else wanted.
  uint64_t idle_ns = 0;

  void add(const MarkCounts &other);
};

// What the markers of one pass share.
struct MarkTeam {
  constexpr MarkTeam(unsigned size, MarkPass kind, MarkStore bits = MarkStore::Shared)
      : markers(size), pass(kind), store(is_checkmark(kind) ? MarkStore::Checked : bits) {}
  alignas(64) std::atomic<uint32_t> idle{0}; // of the one-pause pass
  const unsigned markers;                    // 0 in the concurrent pass
  const MarkPass pass;
  const MarkStore store;
};

// An entry for all of an object.
struct GreyEntry {
  static constexpr unsigned kNumberShift = 48;

  static uintptr_t of(uintptr_t object, uint8_t number) {
    return object | uintptr_t{number} << kNumberShift;
  }
  static uintptr_t object_of(uintptr_t entry) {
    return entry & ((uintptr_t{1} << kNumberShift) - 1);
  }
  static uint8_t mask_of(uintptr_t entry) { return static_cast<uint8_t>(entry >> kNumberShift); }
};

// When a marker of the concurrent pass has to stop.
struct MarkLimit {
  uint64_t deadline_ns = UINT64_MAX;               // by now_ns()
  uint64_t bytes = UINT64_MAX;                     // scanned
  const std::atomic<uint32_t> *stop_now = nullptr; // stops when it is not 0
};

// The workbufs of the process; all lists are empty of grey objects between cycles.
WorkbufPool &workbuf_pool();

class Marker {
public:
  explicit Marker(MarkTeam &team) : team_(team) {}
  Marker(MarkTeam &team, const MarkLimit &limit);
  // Leaves no words behind: a marker often lies on the stack of a mutator, whose next frames may be scanned word by word.
  ~Marker();
  Marker(const Marker &) = delete;
  Marker &operator=(const Marker &) = delete;

  enum class Found : uint8_t { Nothing, White };
  // Marks the object that `word` points into, if there is one that is white, and makes it grey.
  Found visit(uintptr_t word);
  // The same for each of `count` words at `first`, at the latest by drain() or publish().
  void visit_words(const uintptr_t *first, size_t count);
  // Has an object scanned whose mark does not matter: a traced one.
  void scan_later(uintptr_t base) { push(GreyEntry::of(base, layout_decides)); }
  // Looks up and scans until this marker's own queue and buffer are empty or it has to stop; gives
  // some away when others are idle.
  void drain();
  // Exchanges its buffer, which must be empty, for one of the global list. False if that is empty.
  bool take_work();
  // Drains its own and others' grey objects until no marker of the team has any. Once per pass, after
  // the marker has run out of root jobs.
  void drain_together();
  // Gives the local buffer back; it must be empty.
  void finish();
  // The same with grey objects in it: others find them.
  void publish();

  // Whether the limit is reached.
  bool stopped() const { return stopped_; }

  // A sink for the walks of the stack layer that calls visit_words on this marker.
  RootSink sink();

  MarkPass pass() const { return team_.pass; }

  MarkCounts counts;

private:
  void push(uintptr_t entry);
  // Whether this marker has made the object, which was white, grey or black.
  bool mark(const ObjectRef &object, const ObjectLayout &layout);
  // Has words looked up, soon.
  void enter(uintptr_t word);
  void enter_words(const uintptr_t *first, size_t count);
  // Moves the words of the queue on by a step.
  void advance();
  template <MarkStore Store> void advance_by() {
    uint32_t first = scans_.end();
    queue_.move_on([this](const PrefetchQueue::Located &at)
                       __attribute__((always_inline)) { take_up<Store>(at); },
                   [this, first]() __attribute__((always_inline)) { ask_for(first); });
  }
  // What becomes of a word that leaves the queue: its object is marked, and scanned soon or later.
  template <MarkStore Store> void take_up(const PrefetchQueue::Located &at);
  void take_up_checked(const PrefetchQueue::Located &at);
  void scan_soon(Span *span, uint64_t index, uintptr_t object, uint8_t number);
  // Asks for what is scanned of the objects that have been put on their way since `first`.
  void ask_for(uint32_t first) const;
  template <class Filter, MarkStore Store> void drain_by();
  void drain_avx512(MarkStore store);
  // Takes some entries of the buffer, if few objects are on their way.
  void refill();
  void empty_queues();
  // Scans what an entry says, or has it scanned.
  ObjectRef find_grey(uintptr_t address) const;
  void scan_by_layout(uintptr_t entry);
  void take_part(uintptr_t entry);
  void scan(const ObjectRef &object);
  void scan_part(const ObjectRef &object, const ObjectLayout &layout, uintptr_t begin,
                 uintptr_t end);
  void scan_pagewise(const ObjectRef &object, const ObjectLayout &layout, uintptr_t entry);
  void hand_off();
  void wake_if_concurrent();
  bool others_wait() const;
  void spend(size_t words) {
    budget_ -= static_cast<int64_t>(words);
    if (budget_ < 0) [[unlikely]]
      look();
  }
  void look();

  // How many objects are asked for behind one before it is scanned, if there are so many; and how many are to be on their
  // way. More: the loads have more time; fewer: lines that stay in the first-level cache until they are used.
  static constexpr uint32_t kScanAhead = 32, kOnTheirWay = 64;
  // How many are scanned between two looks at the limit. More: fewer looks; fewer: a marker stops earlier.
  static constexpr uint32_t kScanAtOnce = 16;
  static_assert(kScanAhead < kOnTheirWay && kOnTheirWay <= ScanQueue::kCapacity);

  MarkTeam &team_;
  Workbuf *buffer_ = nullptr;
  PrefetchQueue queue_;
  ScanQueue scans_;
  // Words until the next look at the limit.
  int64_t budget_ = INT64_MAX;
  MarkLimit limit_;
  bool stopped_ = false;
};

// A loop of its own: as long as the page of one of them is looked for, a processor has room for some hundred instructions behind.
[[gnu::always_inline]] inline void Marker::ask_for(uint32_t first) const {
  for (uint32_t end = scans_.end(); first != end; ++first) {
    uintptr_t entry = scans_.at(first);
    uintptr_t object = GreyEntry::object_of(entry);
    __builtin_prefetch(reinterpret_cast<const void *>(object));
    // Two lines at most, for most objects. Not the same one twice: it would be looked for twice.
    uintptr_t last = object + scan_masks[GreyEntry::mask_of(entry)].last;
    if ((object ^ last) & ~uintptr_t{63})
      __builtin_prefetch(reinterpret_cast<const void *>(last));
  }
}

inline void Marker::scan_soon(Span *span, uint64_t index, uintptr_t object, uint8_t number) {
  uintptr_t entry = GreyEntry::of(object, number);
  if (scans_.full()) [[unlikely]]
    return push(entry);
  if (number == layout_decides) [[unlikely]]
    if (std::atomic<uint32_t> *descriptors = span->descriptors)
      __builtin_prefetch(descriptors + index);
  scans_.push(entry);
}

template <MarkStore Store>
[[gnu::always_inline]] inline void Marker::take_up(const PrefetchQueue::Located &at) {
  auto [span, index] = at;
  uint64_t bit = uint64_t{1} << (index % 64);
  BitWord &marks = span->mark_bits.settled()[index / 64];
  uint64_t marked = marks.load(std::memory_order_relaxed);
  if (marked & bit) // most often: no need to own the line
    return;
  if (!(span->allocation_bits.settled()[index / 64].load(std::memory_order_acquire) & bit))
      [[unlikely]]
    return;
  uintptr_t object = span->base.settled() + index * span->object_bytes.settled();
  if (span->run.get() && span->in_unused_run(object)) [[unlikely]]
    return;
  uint8_t number = span->scan_mask.settled();
  if (number == layout_decides && span->kind == ObjectKind::Traced) [[unlikely]]
    return;
  if constexpr (Store == MarkStore::Alone)
    marks.store(marked | bit, std::memory_order_relaxed);
  else if (marks.fetch_or(bit, std::memory_order_acq_rel) & bit)
    return;
  ++counts.objects;
  counts.bytes += span->object_bytes.settled();
  if (number != holds_nothing)
    scan_soon(span, index, object, number);
}

template <> inline void Marker::take_up<MarkStore::Checked>(const PrefetchQueue::Located &at) {
  take_up_checked(at);
}

} // namespace tricolor::rt

#endif // TRICOLOR_RT_MARK_MARKER_H
