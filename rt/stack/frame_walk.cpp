//===- rt/stack/frame_walk.cpp - The roots in a stack ---------------------------------------===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// Frames of the thread's own stack with Simple recipes, which is nearly all, are taken by the loop
// of walk(); everything else goes through unwind_frame().
//
//===------------------------------------------------------------------------------------------===//

#include "stack/frame_walk.h"

#include "stack/modules.h"
#include "stack/read_section.h"
#include "stack/recipe_cache.h"
#include "stack/root_list.h"
#include "stack/unwind.h"

#include <tricolor/abi.h>

#include <algorithm>
#include <utility>

namespace tricolor::rt {

namespace {

using namespace dwarf_register;

// Stack switches in one walk after which it is taken for a loop. Each needs a signal on another
// stack.
constexpr unsigned switch_limit = 16;
// The kernel's frame of a signal, the saved registers included, is smaller than this.
constexpr uintptr_t signal_frame_limit = uintptr_t{64} * 1024;
// Above an alternate signal stack of unknown size no more than this is searched when a walk is
// lost.
constexpr uintptr_t foreign_stack_limit = uintptr_t{1024} * 1024;

// Recipes of the walk itself, in front of the shared cache: deep stacks repeat few return
// addresses.
class RecentRecipes {
public:
  const Recipe &find(RecipeGeneration generation, uintptr_t return_address) {
    Entry &entry = entries_[return_address * 0x9e3779b97f4a7c15u >> (64 - count_log2)];
    if (entry.return_address != return_address) [[unlikely]] {
      fetch(generation, return_address, &entry.recipe);
      entry.return_address = return_address;
    }
    return entry.recipe;
  }

private:
  static void fetch(RecipeGeneration generation, uintptr_t return_address, Recipe *recipe) {
    if (find_cached_recipe(generation, return_address, recipe))
      return;
    *recipe = make_recipe(return_address);
    if (recipe->kind != RecipeKind::Unknown)
      cache_recipe(generation, return_address, *recipe);
  }

  // More: more distinct callers in turn without the shared cache; fewer: less to clear at each
  // walk.
  static constexpr unsigned count_log2 = 4;
  struct Entry {
    uintptr_t return_address;
    Recipe recipe;
  };
  Entry entries_[1 << count_log2] = {};
};

enum class Progress : uint8_t { Caller, Done, Lost };

class Walker {
public:
  Walker(const StackContext &context, const RootSink &sink)
      : memory_{context.stack_low, context.stack_high}, sink_(sink),
        runtime_cfa_(context.runtime_cfa),
        in_runtime_(context.place == StopPlace::RuntimeEntry && context.runtime_cfa != 0),
        generation_(recipe_generation()) {
    frame_.registers = context.registers;
    frame_.pc_kind =
        context.place == StopPlace::Signal ? PcKind::Interrupted : PcKind::ReturnAddress;
    if (context.place == StopPlace::TrapPoll)
      begin_at_trap();
  }

  WalkCounts walk() {
    for (;;) {
      // Return address 0, or the end of the stack: no frame here.
      if (frame_.pc_kind == PcKind::ReturnAddress &&
          (frame_.registers.pc == 0 || stack_pointer() == memory_.high))
        return end();
      Progress progress = take_frame();
      if (progress == Progress::Done)
        return end();
      if (progress == Progress::Lost) {
        scan_rest();
        return counts_;
      }
    }
  }

private:
  // A trap poll has a map as a call has, and its frame a red zone besides. Where linkers have left none,
  // or nobody knows which (module_tables.cpp), the frame is an interrupted one.
  [[gnu::cold]] void begin_at_trap() {
    size_t bytes;
    const uint8_t *list = find_root_list(frame_.registers.pc, &bytes);
    if (!list ||
        (bytes >= 2 && (list[0] & 7) == TRICOLOR_ROOT_FRAME && list[1] == TRICOLOR_ROOT_END))
      frame_.pc_kind = PcKind::Interrupted;
    else
      at_trap_ = true;
  }

  uintptr_t stack_pointer() const { return frame_.registers.gpr[rsp]; }
  bool on_own_stack() const { return memory_.contains(stack_pointer()); }

  // A walk that ends on another stack (a fiber's) has not seen this thread's own.
  WalkCounts end() {
    if (!on_own_stack() && stack_pointer() != memory_.high)
      scan_rest();
    return counts_;
  }

  Progress take_frame() {
    if (frame_.pc_kind == PcKind::Interrupted)
      return leaves_by_eh_return(frame_.registers.pc) ? Progress::Lost : take_frame_slowly(nullptr);
    const Recipe &recipe = recent_.find(generation_, frame_.registers.pc);
    if (recipe.kind != RecipeKind::Simple || !on_own_stack()) [[unlikely]]
      return take_frame_slowly(&recipe);

    RegisterState &registers = frame_.registers;
    uintptr_t sp = registers.gpr[rsp];
    uintptr_t cfa = registers.gpr[recipe.cfa_register] + static_cast<intptr_t>(recipe.cfa_offset);
    if (cfa <= sp || cfa > memory_.high || cfa % sizeof(uintptr_t) != 0 ||
        cfa + static_cast<intptr_t>(recipe.lowest_saved) < sp - red_zone_bytes) [[unlikely]]
      return Progress::Lost;
    scan(&recipe, cfa);
    if (recipe.caller == FrameCaller::None)
      return Progress::Done;
    for (unsigned mask = recipe.saved_mask; mask != 0; mask &= mask - 1) {
      unsigned i = static_cast<unsigned>(__builtin_ctz(mask));
      registers.gpr[callee_saved_registers[i]] =
          read_stack_word(cfa + static_cast<intptr_t>(recipe.saved[i]));
    }
    registers.pc = read_stack_word(cfa - sizeof(uintptr_t));
    registers.gpr[rsp] = cfa;
    return Progress::Caller;
  }

  [[gnu::noinline]] Progress take_frame_slowly(const Recipe *recipe) {
    UnwindResult result;
    if (!unwind_frame(frame_, memory_, &result))
      return Progress::Lost;
    uintptr_t sp = stack_pointer();
    bool goes_up = result.cfa > sp &&
                   memory_.contains(sp) == (result.cfa <= memory_.high && result.cfa > memory_.low);
    if (result.cfa % sizeof(uintptr_t) != 0)
      return Progress::Lost;
    if (!goes_up && (result.kind != FrameKind::Signal || ++switches_ > switch_limit))
      return Progress::Lost;
    if (goes_up)
      scan(recipe, result.cfa);
    else
      scan_signal_frame();
    if (!result.has_caller)
      return Progress::Done;
    frame_ = result.caller;
    return Progress::Caller;
  }

  // Hands over the roots of a frame. `recipe` is null for interrupted frames.
  void scan(const Recipe *recipe, uintptr_t cfa) {
    ++counts_.frames;
    bool at_trap = std::exchange(at_trap_, false);
    if (in_runtime_) [[unlikely]] {
      in_runtime_ = cfa < runtime_cfa_;
      if (cfa <= runtime_cfa_)
        return;
    }
    if (sink_.frame) [[unlikely]]
      sink_.frame(sink_.context, frame_.registers.pc);
    if (recipe && recipe->root_list) {
      ++counts_.precise;
      if (*recipe->root_list == TRICOLOR_ROOT_END)
        return;
      bool bounded = on_own_stack();
      uintptr_t lowest = stack_pointer() - (at_trap ? red_zone_bytes : 0);
      RootListFrame frame = {&frame_.registers, cfa, bounded ? lowest : 0,
                             bounded ? memory_.high : ~uintptr_t{0}};
      visit_root_list(recipe->root_list, recipe->root_list_bytes, frame, sink_);
      return;
    }
    ++counts_.conservative;
    if (on_own_stack())
      visit_words_between(lowest_word(), cfa, sink_);
    else
      guarded_scan_upwards(lowest_word(), cfa, sink_);
    scan_registers();
  }

  uintptr_t lowest_word() const {
    return frame_.pc_kind == PcKind::Interrupted ? stack_pointer() - red_zone_bytes
                                                 : stack_pointer();
  }

  void scan_registers() {
    const RegisterState &registers = frame_.registers;
    if (frame_.pc_kind == PcKind::ReturnAddress)
      return visit_callee_saved(registers, sink_);
    sink_.words(sink_.context, registers.gpr, 16, RootCertainty::Conservative);
    if (registers.vector_words != 0)
      sink_.words(sink_.context, registers.vector_state, registers.vector_words,
                  RootCertainty::Conservative);
  }

  // The kernel's frame of a signal on another stack: it has the interrupted registers, general and
  // vector.
  void scan_signal_frame() {
    ++counts_.frames;
    ++counts_.conservative;
    RegisterState interrupted;
    registers_from_ucontext(&interrupted, reinterpret_cast<const void *>(stack_pointer()));
    uintptr_t begin = stack_pointer();
    auto vectors = reinterpret_cast<uintptr_t>(interrupted.vector_state);
    if (vectors > begin && vectors - begin < signal_frame_limit)
      guarded_scan_upwards(begin, vectors + interrupted.vector_words * sizeof(uintptr_t), sink_);
  }

  // The walk cannot go on at this frame.
  [[gnu::cold]] void scan_rest() {
    ++counts_.frames;
    ++counts_.conservative;
    counts_.cut = 1;
    scan_registers();
    if (on_own_stack())
      return visit_words_between(std::max(lowest_word(), memory_.low), memory_.high, sink_);
    guarded_scan_upwards(lowest_word(), stack_pointer() + foreign_stack_limit, sink_);
    guarded_scan_downwards(memory_.low, memory_.high, sink_);
  }

  StackMemory memory_;
  const RootSink &sink_;
  uintptr_t runtime_cfa_;
  bool in_runtime_;
  bool at_trap_ = false; ///< this frame is at a trap poll
  RecipeGeneration generation_;
  Frame frame_;
  WalkCounts counts_ = {};
  unsigned switches_ = 0;
  RecentRecipes recent_;
};

} // namespace

WalkCounts walk_stack(const StackContext &context, const RootSink &sink) {
  if (context.stack_high == 0)
    return {};
  ReadSection section;
  return Walker(context, sink).walk();
}

} // namespace tricolor::rt
