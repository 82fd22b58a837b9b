/*===- test/run/Inputs/overwritten-word.h - A union whose pointer is overwritten -------*- C -*-===*\
|*
|* Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
|* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
|*
|*===------------------------------------------------------------------------------------------===*|
|*
|* For programs that write a number over the pointer in a collected union with the barrier's flag raised by
|* hand: the barrier must have remembered the pointer, so its object survives the next cycle and no more.
|* The program defines `union Word`, with a member `pointer`, before it includes this.
|*
\*===------------------------------------------------------------------------------------------===*/

#ifndef TRICOLOR_TEST_OVERWRITTEN_WORD_H
#define TRICOLOR_TEST_OVERWRITTEN_WORD_H

#include <stdint.h>
#include <stdio.h>
#include <tricolor/abi.h>
#include <tricolor/c.h>

static union Word *word;

__attribute__((noinline)) static uintptr_t prepare(void (*overwrite)(long)) {
  word = tricolor_new_conservative(sizeof *word);
  word->pointer = tricolor_new_conservative(64);
  uintptr_t hidden = ~(uintptr_t)word->pointer;
  __atomic_store_n(&tricolor_control.barrier, 1, __ATOMIC_SEQ_CST);
  overwrite(5);
  __atomic_store_n(&tricolor_control.barrier, 0, __ATOMIC_SEQ_CST);
  return hidden;
}

__attribute__((noinline)) static int alive(uintptr_t hidden) {
  return tricolor_is_collected((void *)~hidden);
}

/* Overwrites the pointer in the way that is named. Returns how much went wrong. */
static int failures_of(const char *way, void (*overwrite)(long)) {
  int failures = 0;
  uintptr_t hidden = prepare(overwrite);
  tricolor_collect();
  if (!alive(hidden)) {
    printf("%s: the object is gone\n", way);
    ++failures;
  }
  tricolor_collect();
  if (alive(hidden)) {
    printf("%s: the object is alive after the second cycle\n", way);
    ++failures;
  }
  return failures;
}

#endif /* TRICOLOR_TEST_OVERWRITTEN_WORD_H */
