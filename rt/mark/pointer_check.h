//===- rt/mark/pointer_check.h - Looking for bad pointers ---------------------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// The option badptr: pointers are checked when they are stored, and once more where they are behind each
// marking. What is checked is only what a map calls exact, since any other word may be a number: members of
// pointer type in collected objects, globals of pointer type. Exact words of frames are not: a local variable may be
// copied, and be listed, before the program has set all of it.
//
//  - Stored words. Every barrier of compiled code takes its slow path, also between cycles (barrier_log.h), and
//    a word that judge_pointer() faults ends the program, or is reported. The store has not happened yet.
//    Overwritten words are not looked at. Of words that are stored into memory of operator new, where they may be
//    numbers, the very addresses of dead objects with types are reported, a few times, and the program goes on.
//  - Words behind a marking, with the world stopped. An exact word of a marked object or a global keeps its object,
//    so it can point to what a collection has freed only if it came there without a barrier (from code without
//    the plugin), or if the collector is wrong. What the program has freed itself it may go on to point to.
//
//===------------------------------------------------------------------------------------------===//

#ifndef TRICOLOR_RT_MARK_POINTER_CHECK_H
#define TRICOLOR_RT_MARK_POINTER_CHECK_H

#include "threads/mutator.h"

#include <cstddef>
#include <cstdint>

namespace tricolor::rt {

enum class BadPointers : uint8_t { Ignored, Fatal, Reported };
// Set once, by initialization. The heap records allocation sites if they are not ignored.
void set_bad_pointers(BadPointers policy);

// By a barrier whose flag asks for it, before it remembers anything. `self` is the caller's, in state Runtime;
// `cfa` is that of the barrier's entry.
void check_stored_word(Mutator &self, const void *slot, uintptr_t word, uintptr_t cfa);
// The words that a copy of `bytes` bytes brings.
void check_copied_words(Mutator &self, const void *destination, const void *source, size_t bytes,
                        uintptr_t cfa);

// Looks at what is marked and at the globals, and keeps what it finds. World stopped, a marking is complete
// and its sweep has not begun. By the collector.
void check_marked_words();
// Reports what the last call has found, with the world started.
void report_marked_words();

} // namespace tricolor::rt

#endif // TRICOLOR_RT_MARK_POINTER_CHECK_H
