//===- rt/heap/large_object.h - Objects with a span of their own --------------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// Objects above max_small_bytes, or aligned to more than a page, come straight from the page heap.
// Clean pages are not zeroed again.
//
//===------------------------------------------------------------------------------------------===//

#ifndef TRICOLOR_RT_HEAP_LARGE_OBJECT_H
#define TRICOLOR_RT_HEAP_LARGE_OBJECT_H

#include "heap/object_kind.h"
#include "heap/page_heap.h"
#include "heap/span.h"

namespace tricolor::rt {

/// A zeroed object, or 0 when memory is exhausted. Any thread; `colour` is its mutator's.
uintptr_t allocate_large(size_t bytes, size_t align, ObjectKind kind, const TypeInfo *type,
                         ArrayForm form, Colour colour);

/// Pages for a span, `pages` or, where they can be had with less effort, `least`, after sweeping what is unswept: first from free runs; then sweeps until enough
/// pages came back, or for some time; then grows the heap. Nothing when memory is exhausted: also while spans are held
/// or a sweep has begun and is not open, when there may be pages that cannot be had yet. Who
/// allocates for the program then lets the collector finish its cycle, and tries again. No central
/// list's lock may be held.
PageRun allocate_pages_after_sweep(size_t pages, size_t least, size_t align);

/// Ends the life of a large object's span if the object is gone; returns the pages that came back.
/// Called by free_object() after it freed the object, and by the sweeper when it is done with the
/// span.
///
/// A thread has the span to itself while `place` is Sweeping. The race: the one who frees clears
/// the object and then looks at the place; the one who leaves the span writes the place and then
/// looks at the object (both sequentially consistent). One of them sees the other. Whoever comes
/// late may find the span in its next life, with an object: then it puts it back, and looks again,
/// since it was in the way of that object's end. (It may be in the way of the sweep of that object
/// too: the sweeper waits, see reclaim.h.)
///
/// While spans are held it does nothing; the next sweep ends the span.
size_t retire_if_empty(Span *span);

/// Ends the life of a span without objects that is in no list, and gives its pages back.
void free_span(Span *span);

} // namespace tricolor::rt

#endif // TRICOLOR_RT_HEAP_LARGE_OBJECT_H
