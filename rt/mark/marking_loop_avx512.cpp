//===- rt/mark/marking_loop_avx512.cpp - The inner loop of marking, with AVX-512 --------------===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//

#define TRICOLOR_LOOP_TARGET TRICOLOR_AVX512
#include "mark/marking_loop.h"

namespace tricolor::rt {

void Marker::drain_avx512(MarkStore store) {
  if (store == MarkStore::Alone)
    drain_by<Avx512Filter, MarkStore::Alone>();
  else
    drain_by<Avx512Filter, MarkStore::Shared>();
}

TRICOLOR_AVX512 uint32_t Avx512Filter::copy_all(const uintptr_t *first, uint32_t count,
                                                HeapRange range, uintptr_t *to) {
  return copy(first, ~uint64_t{0} >> (WordFilter::kWords - count), range, to);
}

} // namespace tricolor::rt
