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

// Words that a procedure linkage table may have pushed upon the return address of the call.
constexpr unsigned kMostPushed = 2;

bool is_leaf_site(uintptr_t return_address) {
  size_t bytes;
  return pc_in_managed_code(return_address - 1) && !find_root_list(return_address, &bytes);
}

// Whether an interrupted place that cannot be unwound is on the way into a leaf: lld describes no linkage table.
bool may_lead_into_leaf(const Frame &frame, const StackMemory &memory) {
  uintptr_t sp = frame.registers.gpr[dwarf_register::rsp];
  for (unsigned i = 0; i <= kMostPushed; ++i) {
    uintptr_t place = sp + i * sizeof(uintptr_t);
    if (place % sizeof(uintptr_t) == 0 && memory.contains(place) &&
        is_leaf_site(read_stack_word(place)))
      return true;
  }
  return false;
}

} // namespace

void note_signal_handler() { g_handlers.store(Handlers::Some, std::memory_order_relaxed); }

PlaceKind place_kind(const StackContext &context) {
  bool whole = g_handlers.load(std::memory_order_relaxed) == Handlers::Some;
  // No frame of compiled code has been passed since the place where a signal came.
  bool innermost = context.place == StopPlace::Signal;
  if (context.stack_high == 0 || (!whole && !innermost))
    return PlaceKind::Safepoint;
  ReadSection section;
  StackMemory memory = {context.stack_low, context.stack_high};
  Frame frame;
  frame.registers = context.registers;
  frame.pc_kind = innermost ? PcKind::Interrupted : PcKind::ReturnAddress;
  // What a leaf call means here: one that a handler has interrupted lasts as long as the handler.
  PlaceKind leaf = PlaceKind::LeafCall;
  for (unsigned i = 0; i < kMostFrames; ++i) {
    uintptr_t pc = frame.registers.pc;
    if (pc == 0)
      return PlaceKind::Safepoint;
    bool interrupted = frame.pc_kind == PcKind::Interrupted;
    if (interrupted)
      innermost = true;
    if (interrupted && i != 0)
      leaf = PlaceKind::InHandler;
    if (pc_in_managed_code(interrupted ? pc : pc - 1)) {
      if (interrupted)
        return PlaceKind::InHandler;
      if (innermost && is_leaf_site(pc))
        return leaf;
      innermost = false;
      if (!whole)
        return PlaceKind::Safepoint;
    }
    if (interrupted && leaves_by_eh_return(pc))
      return PlaceKind::Safepoint;
    UnwindResult result;
    if (!unwind_frame(frame, memory, &result))
      return interrupted && may_lead_into_leaf(frame, memory) ? leaf : PlaceKind::Safepoint;
    if (!result.has_caller)
      return PlaceKind::Safepoint;
    frame = result.caller;
  }
  return PlaceKind::Safepoint;
}

} // namespace tricolor::rt
