//===- rt/heap/colour.h - What a free slot is born as -------------------------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// While markers run, what a scanned mutator allocates is born marked: nobody scans it. The mark bit
// of a slot is decided when a cache reserves the slot, not when the object is made, so allocation
// does nothing. Both ways:
//
//   black  the bits are set. All of it happens before the slot can be handed out, so no object is
//          ever seen white that should be black.
//   white  the bits are cleared. A slot that a black mutator used and freed still has its bit; a
//          mutator that is not scanned yet and gets that slot would put an object into it that the
//          markers take for done, with stores that no barrier has seen.
//
// A colour is black in one sweep generation only: that of the spans that are being marked. A
// mutator that has not heard yet that the sweep began is black in the generation before, so in a
// span that was swept (or made) in the new generation it sets no bit. One set there would not be
// cleared by this sweep, which is done with the span, and the next marking would take the object
// for marked and never scan it.
//
// Traced objects are roots: no colour, their bits stay clear.
//
//===------------------------------------------------------------------------------------------===//

#ifndef TRICOLOR_RT_HEAP_COLOUR_H
#define TRICOLOR_RT_HEAP_COLOUR_H

#include <cstdint>

namespace tricolor::rt {

class Colour {
public:
  constexpr Colour() = default; // white
  /// All bytes zero. Black in no generation.
  static constexpr Colour white() { return Colour(0); }
  /// Black in spans of this sweep generation (even), white in all others.
  static constexpr Colour black(uint32_t generation) { return Colour(generation + 1); }

  constexpr bool is_black_in(uint32_t generation) const { return value_ == generation + 1; }
  constexpr bool is_white() const { return value_ == 0; }

private:
  explicit constexpr Colour(uint32_t value) : value_(value) {}
  uint32_t value_ = 0; // generation + 1: odd, so that no generation is white, also after it wrapped
};

} // namespace tricolor::rt

#endif // TRICOLOR_RT_HEAP_COLOUR_H
