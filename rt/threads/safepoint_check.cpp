//===- rt/threads/safepoint_check.cpp - Whether a stopped place is a safepoint ----------------===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//

#include "threads/safepoint_check.h"

#include "stack/modules.h"
#include "stack/read_section.h"
#include "stack/unwind.h"

#include <atomic>

namespace tricolor::rt {

namespace {

enum class Handlers : uint8_t { None, Some };
constinit std::atomic<Handlers> g_handlers{Handlers::None};

// More frames than any stack that works has; a loop in damaged unwind information ends here.
constexpr unsigned kMostFrames = 1 << 20;

} // namespace

void note_signal_handler() { g_handlers.store(Handlers::Some, std::memory_order_relaxed); }

PlaceKind place_kind(const StackContext &context) {
  bool whole = g_handlers.load(std::memory_order_relaxed) == Handlers::Some;
  bool innermost = context.place == StopPlace::Signal;
  if (context.stack_high == 0 || (!whole && !innermost))
    return PlaceKind::Safepoint;
  ReadSection section;
  StackMemory memory = {context.stack_low, context.stack_high};
  Frame frame;
  frame.registers = context.registers;
  frame.pc_kind = innermost ? PcKind::Interrupted : PcKind::ReturnAddress;
  for (unsigned i = 0; i < kMostFrames; ++i) {
    uintptr_t pc = frame.registers.pc;
    if (pc == 0)
      return PlaceKind::Safepoint;
    bool interrupted = frame.pc_kind == PcKind::Interrupted;
    if (pc_in_managed_code(interrupted ? pc : pc - 1)) {
      size_t bytes;
      if (interrupted)
        return PlaceKind::InHandler;
      if (innermost && !find_root_list(pc, &bytes))
        return PlaceKind::LeafCall;
      innermost = false;
      if (!whole)
        return PlaceKind::Safepoint;
    }
    if (interrupted && leaves_by_eh_return(pc))
      return PlaceKind::Safepoint;
    UnwindResult result;
    if (!unwind_frame(frame, memory, &result) || !result.has_caller)
      return PlaceKind::Safepoint;
    frame = result.caller;
  }
  return PlaceKind::Safepoint;
}

} // namespace tricolor::rt
