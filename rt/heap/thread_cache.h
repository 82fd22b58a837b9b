//===- rt/heap/thread_cache.h - Allocation without locks ----------------------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// Each mutator has a ThreadCache: for each run index a span that it owns and in it a run of free
// slots, reserved and zeroed, from which objects are taken by advancing a pointer. When a run is
// used up the span is searched for the next one; when the span is used up it goes to the central
// list and another one comes.
//
// A cache has a colour (colour.h), white unless told otherwise. next_run() and allocate_large() give
// it to what they reserve.
//
// All bytes zero is a valid, empty, white cache. Its memory must stay readable for good, because
// find_object() follows Span::run into it and may come late; what is there after flush() does not
// matter (Span::in_unused_run). A cache that is not flushed keeps its spans out of the sweep, so the
// sweep by number begins when all have been flushed (reclaim.h).
//
// "The owner" below is the cache's thread, or the collector while it keeps that thread from running
// (world stopped, or the mutator Held).
//
//===------------------------------------------------------------------------------------------===//

#ifndef TRICOLOR_RT_HEAP_THREAD_CACHE_H
#define TRICOLOR_RT_HEAP_THREAD_CACHE_H

#include "heap/black_ranges.h"
#include "heap/colour.h"
#include "heap/find_object.h"
#include "heap/free_object.h"
#include "heap/object_kind.h"
#include "heap/run_index.h"
#include "heap/span.h"

namespace tricolor::rt {

class ThreadCache {
public:
  /// A zeroed object of at least `bytes` bytes, aligned to `align` (a power of two; Traced and
  /// Conservative objects at least to 16), or 0 when memory is exhausted. `type` is null unless the
  /// kind is Typed; a type without pointers makes the object Noscan. Owner only.
  uintptr_t allocate(size_t bytes, size_t align, ObjectKind kind, const TypeInfo *type,
                     ArrayForm form) {
    if (uintptr_t object = allocate_fast(bytes, align, kind, type, form)) [[likely]]
      return object;
    return allocate_slow(bytes, align, kind, type, form);
  }

  /// The same, but 0 also when the central lists or the page heap would have to be asked: the
  /// caller may then run the collector's trigger before it calls allocate(). Large objects always
  /// answer 0.
  uintptr_t allocate_fast(size_t bytes, size_t align, ObjectKind kind, const TypeInfo *type,
                          ArrayForm form) {
    unsigned index = index_for(bytes, align, kind, type, form);
    if (index == no_run) [[unlikely]]
      return 0;
    return take(runs_[index], type, form);
  }

  /// As free_object(). If the object is the last one that its run gave, the run has its slot again (another thread that frees
  /// it at the very same time is not noticed then). Owner only.
  FreeResult free(uintptr_t address);

  /// Tells the heap's counters of all frees so far. By the owner.
  void count_frees() { frees_.flush(); }

  /// Gives back all spans, and the slots not handed out. By the owner.
  void flush();

  /// What is allocated from here on is black in spans of this sweep generation: the free slots of all
  /// its runs now, others when they are reserved. By the owner, when it is scanned; for a thread that
  /// begins after the first scan, before it allocates. Others may be marking already (only of threads
  /// that are scanned, so nobody marks before all are).
  ///
  /// The generation is the one that hold_spans() returned, which is checked. heap_sweep_generation()
  /// would be that of the next marking once the sweep has begun: what a thread that begins then marks
  /// would stay marked.
  void allocate_black(uint32_t generation);
  /// Flushes, and allocates white from here on. By the owner: with runs it would go on to hand out
  /// slots of spans that the sweep must get.
  void allocate_white();
  Colour colour() const { return colour_; }
  /// Whether the word points to a slot that this cache has reserved black, as far as it remembers: an object there
  /// is marked. Owner only.
  [[gnu::always_inline]] bool surely_black(uintptr_t word) const { return black_.contain(word); }

  /// The runs, for compiled code (tricolor_runs in abi.h).
  static constexpr size_t runs_bytes = run_index_count * sizeof(Run);
  char *runs() { return reinterpret_cast<char *>(runs_); }

private:
  static unsigned index_for(size_t bytes, size_t align, ObjectKind kind, const TypeInfo *type,
                            ArrayForm form) {
    if (kind == ObjectKind::Typed) {
      if (form == ArrayForm::One && type->run() != no_run && bytes == type->size) [[likely]]
        return type->run();
      if (type->noscan())
        kind = ObjectKind::Noscan;
      if (align < type->align)
        align = type->align;
    } else if (kind != ObjectKind::Noscan && align < 16) {
      align = 16;
    }
    unsigned size_class = size_class_for(bytes, align);
    return size_class == 0 ? unsigned(no_run) : run_index_of(kind, size_class);
  }

  static uintptr_t take(Run &run, const TypeInfo *type, ArrayForm form) {
    uintptr_t object = run.cur;
    if (object == run.end) [[unlikely]]
      return 0;
    // The descriptor is there before the object counts as allocated.
    if (run.shared_types && type) [[unlikely]] // shared typed spans are only asked for with a type
      run.span->descriptors.get()[run.span->index_of(object)].store(
          type->index << 2 | static_cast<uint32_t>(form), std::memory_order_relaxed);
    std::atomic_signal_fence(std::memory_order_release); // x86-64 keeps stores in order by itself
    run.cur = object + run.object_bytes;
    return object;
  }

  uintptr_t allocate_slow(size_t bytes, size_t align, ObjectKind kind, const TypeInfo *type,
                          ArrayForm form);
  /// Makes runs_[index] not empty; false when memory is exhausted.
  bool refill(unsigned index);
  bool next_run(Run &run);
  void release(Run &run);

  Run runs_[run_index_count];
  Relaxed<Colour> colour_;
  BlackRanges black_; // empty while white
  FreeCounts frees_;
};

} // namespace tricolor::rt

#endif // TRICOLOR_RT_HEAP_THREAD_CACHE_H
