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
// Termination (drain_together): a marker without work counts itself idle and looks at the global list
// now and then, with pause, yield and sleep in turn so that an idle marker does not keep a mutator's
// core busy. A marker that works may hold grey objects; one that is idle holds none and there is nothing
// to find when all are idle and the global list is empty: new grey objects come only from scanning. The
// last one to go idle sees both, and tells the others by the idle count itself.
//
// In the checkmark pass the same code walks the same roots with a second set of bits and requires of
// each object it reaches that the first pass marked it.
//
//===------------------------------------------------------------------------------------------===//

#ifndef TRICOLOR_RT_MARK_MARKER_H
#define TRICOLOR_RT_MARK_MARKER_H

#include "heap/find_object.h"
#include "mark/workbuf.h"
#include "stack/frame_walk.h"

#include <atomic>
#include <cstddef>
#include <cstdint>

namespace tricolor::rt {

enum class MarkPass : uint8_t { Mark, Checkmark };

// What one marker did. Plain sums.
struct MarkCounts {
  uint64_t objects = 0;        // marked by this marker
  uint64_t bytes = 0;          // their slots
  uint64_t traced_bytes = 0;   // slots of traced objects scanned as roots
  uint64_t root_jobs = 0;      // root jobs run
  uint64_t frames = 0;         // frames walked
  uint64_t precise_frames = 0; // of them with a map
  uint64_t handoffs = 0;       // half buffers given away to idle markers
  uint64_t steals = 0;         // buffers taken from the global list that another marker filled
  uint64_t yields = 0;
  uint64_t sleeps = 0;

  void add(const MarkCounts &other);
};

// What the markers of one pass share.
struct MarkTeam {
  explicit MarkTeam(unsigned size, MarkPass kind) : markers(size), pass(kind) {}
  alignas(64) std::atomic<uint32_t> idle{0};
  const unsigned markers;
  const MarkPass pass;
};

// The workbufs of the process; all lists are empty of grey objects between cycles.
WorkbufPool &workbuf_pool();

class Marker {
public:
  explicit Marker(MarkTeam &team) : team_(team) {}
  Marker(const Marker &) = delete;
  Marker &operator=(const Marker &) = delete;

  // Marks the object that `word` points into, if there is one, and makes it grey.
  void visit(uintptr_t word);
  // visit() for each of `count` words at `first`.
  void visit_words(const uintptr_t *first, size_t count);
  // visit() for each word of the object at `base` that may hold a pointer; the object itself stays as it is.
  void visit_contents(uintptr_t base) { scan(base); }
  // Scans what has been made grey by this marker until its own buffer is empty; gives some away when
  // others are idle.
  void drain();
  // Drains its own and others' grey objects until no marker of the team has any. Once per pass, after
  // the marker has run out of root jobs.
  void drain_together();
  // Gives the local buffer back; it must be empty.
  void finish();

  // A sink for the walks of the stack layer that calls visit_words on this marker.
  RootSink sink();

  MarkCounts counts;

private:
  void push(uintptr_t base);
  void scan(uintptr_t base);
  void hand_off();
  bool take_work();

  MarkTeam &team_;
  Workbuf *buffer_ = nullptr;
};

} // namespace tricolor::rt

#endif // TRICOLOR_RT_MARK_MARKER_H
