//===- rt/heap/span_hold.h - Keeping spans from ending ------------------------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// A marker looks an object up and uses its span a moment later, without a lock. Meanwhile a mutator
// may free the object, and the last free ends the span: its bits would be somebody else's memory.
// So spans do not end while they are held. An empty one stays in its place, Partial or Large, with
// no object; small ones are taken again by caches of their kind, the others wait for the next sweep.
//
// The flag is a plain check by whoever is about to end a span. That one may have looked before the
// flag was raised is no matter:
//
//   1. A mutator looks at it, and ends the span, within one stay in the runtime, where no handshake
//      is answered. After one handshake that follows hold_spans() every mutator has either ended
//      what it was about to, or sees the flag. Without the handshake a marker could start before.
//   2. A sweeper ends spans too, and the background one is no mutator. So the last sweep must be
//      done before hold_spans(), and the next begin after let_spans_go().
//   3. The other way round, a mutator that still sees the flag after let_spans_go() keeps an empty
//      span. That span is of the generation before the next sweep (who reads the new generation
//      sees the flag down, which fell before), so that sweep meets it and ends it: nothing leaks.
//
// Memory of empty spans cannot be used for anything else while they are held: an allocation may
// then fail that would succeed after the cycle. Who allocates for the program finishes the cycle and
// tries again.
//
//===------------------------------------------------------------------------------------------===//

#ifndef TRICOLOR_RT_HEAP_SPAN_HOLD_H
#define TRICOLOR_RT_HEAP_SPAN_HOLD_H

#include "heap/span.h"

namespace tricolor::rt {

/// From here on no span ends, once every mutator has answered a handshake. All spans swept. Returns the
/// generation that is going to be marked: what allocate_black() wants, until the sweep of this cycle
/// has begun. The collector only.
uint32_t hold_spans();
/// Empty spans may end again. After the last marker is done, before the sweep begins.
void let_spans_go();
bool spans_are_held();

/// What the last hold_spans() returned; 0: there was none.
uint32_t marked_generation();
/// Whether the span may be without an object though it is in no hand: it is held, or was, and has
/// not been swept since. For heap_verify().
bool may_be_empty(const Span *span);

} // namespace tricolor::rt

#endif // TRICOLOR_RT_HEAP_SPAN_HOLD_H
