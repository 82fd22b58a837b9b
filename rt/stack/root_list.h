//===- rt/stack/root_list.h - The roots of one call -------------------------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// Decodes root lists (tricolor/abi.h). A list is trusted to say which words are roots, but not to
// be well-formed: entries that run past the list's end, of unknown kind, relative to a register
// that is no base, or outside the stack end the program with a message. A root that is passed over
// in silence would be an object freed too early.
//
//===------------------------------------------------------------------------------------------===//

#ifndef TRICOLOR_RT_STACK_ROOT_LIST_H
#define TRICOLOR_RT_STACK_ROOT_LIST_H

#include "stack/byte_reader.h"
#include "stack/register_state.h"
#include "stack/root_sink.h"

#include <cstddef>
#include <cstdint>

namespace tricolor::rt {

/// The frame that a list is about: its registers as they were at the call, its CFA, and the memory
/// in which its words must lie.
struct RootListFrame {
  const RegisterState *registers;
  uintptr_t cfa;
  uintptr_t low, high;
};

/// Passes over a list; false if it is cut off or has an entry of an unknown kind. What an entry says about
/// a frame is not looked at.
bool skip_root_list(ByteReader &code);

void visit_root_list(const uint8_t *list, size_t bytes, const RootListFrame &frame,
                     const RootSink &sink);

/// The callee-saved registers of a frame, as conservative roots.
void visit_callee_saved(const RegisterState &registers, const RootSink &sink);
/// The words of [begin, end), as conservative roots.
void visit_words_between(uintptr_t begin, uintptr_t end, const RootSink &sink);

} // namespace tricolor::rt

#endif // TRICOLOR_RT_STACK_ROOT_LIST_H
