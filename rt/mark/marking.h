//===- rt/mark/marking.h - One pass of marking --------------------------------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// Marks everything reachable from the roots, with a team of markers, while the world is stopped.
//
//===------------------------------------------------------------------------------------------===//

#ifndef TRICOLOR_RT_MARK_MARKING_H
#define TRICOLOR_RT_MARK_MARKING_H

#include "mark/marker.h"

namespace tricolor::rt {

struct MarkSummary {
  MarkCounts counts; // of all markers together
  unsigned markers;  // how many took part
};

// What a word given to mark_more() says.
enum class MarkStart : uint8_t {
  Object,   // it points to an object: mark that
  Contents, // it is the base of one: mark what the object holds, not the object
};

// Marks further objects and everything reachable from them, after a Mark pass and before the sweep. As
// mark_from_roots(); few words are marked by the caller alone.
MarkCounts mark_more(MarkStart start, const uintptr_t *words, size_t count, unsigned markers);

// Runs one pass with `markers` threads, reserved with reserve_workers() before the world was stopped. In
// the Mark pass all mark bits must be clear; the Checkmark pass ends the program if it reaches an object
// that is not marked.
MarkSummary mark_from_roots(MarkPass pass, unsigned markers);

} // namespace tricolor::rt

#endif // TRICOLOR_RT_MARK_MARKING_H
