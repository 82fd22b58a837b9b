//===- rt/stack/root_sink.h - Who is told about roots -----------------------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// The layer knows where roots are and nothing about marking: it hands runs of words to a sink.
//
//===------------------------------------------------------------------------------------------===//

#ifndef TRICOLOR_RT_STACK_ROOT_SINK_H
#define TRICOLOR_RT_STACK_ROOT_SINK_H

#include <cstddef>
#include <cstdint>

namespace tricolor::rt {

/// What is known about a word. Every word may be asked for its object whatever this says; it is for
/// statistics and for reports on bad pointers.
enum class RootCertainty : uint8_t {
  Exact,        ///< a map says: it holds a pointer (or null)
  Tolerant,     ///< a map says: it may hold a pointer
  Conservative, ///< no map: any word
};

struct RootSink {
  void *context;
  /// `count` words from `first` are roots. They are 8-byte aligned and may lie in another thread's
  /// frames, so the reads must be hidden from sanitizers. Register values are passed as copies: the
  /// words are only valid during the call. Must not allocate with malloc nor wait for a mutator.
  void (*words)(void *context, const uintptr_t *first, size_t count, RootCertainty certainty);
  /// Unless null: the words that follow are of the frame whose code goes on at `pc`, for reports.
  void (*frame)(void *context, uintptr_t pc) = nullptr;
};

} // namespace tricolor::rt

#endif // TRICOLOR_RT_STACK_ROOT_SINK_H
