//===- rt/stack/root_list.cpp - The roots of one call ---------------------------------------===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//

#include "stack/root_list.h"

#include "os/fatal.h"
#include "os/output.h"
#include "stack/recipe.h"
#include "stack/word_sets.h"

#include <tricolor/abi.h>

#include <dlfcn.h>
#include <link.h>

namespace tricolor::rt {

namespace {

constexpr uintptr_t word_bytes = sizeof(uintptr_t);

[[noreturn, gnu::cold]] void malformed(const RootListFrame &frame, const char *cause) {
  LineWriter line;
  uintptr_t pc = frame.registers->pc;
  line.str("the stack map of the call that returns to ").hex(pc);
  dl_find_object found;
  if (_dl_find_object(reinterpret_cast<void *>(pc), &found) == 0) {
    const char *name = found.dlfo_link_map->l_name;
    line.str(" in ").str(name && *name ? name : "the executable");
    line.str(" (at ").hex(pc - found.dlfo_link_map->l_addr).str(" of the file)");
  }
  line.str(" is malformed: ").str(cause);
  fatal(line,
        "the image is damaged, or its plugin and this runtime do not belong together: rebuild it");
}

class Decoder {
public:
  Decoder(const uint8_t *list, size_t bytes, const RootListFrame &frame, const RootSink &sink)
      : code_(list, list + bytes), frame_(frame), sink_(sink) {}

  void run() {
    for (;;) {
      uint8_t head = code_.byte();
      if (code_.failed())
        malformed(frame_, "a root list has no end");
      if (head == TRICOLOR_ROOT_END)
        return;
      entry(head & 7, head >> 3);
    }
  }

private:
  void entry(unsigned kind, unsigned base) {
    switch (kind) {
    case TRICOLOR_ROOT_SLOT:
      return report(words(base, 1), 1, RootCertainty::Exact);
    case TRICOLOR_ROOT_TOLERANT:
      return report(words(base, 1), 1, RootCertainty::Tolerant);
    case TRICOLOR_ROOT_RANGE:
      return range(base);
    case TRICOLOR_ROOT_MASK:
      return elements(base, Repeated::No);
    case TRICOLOR_ROOT_REPEAT:
      return elements(base, Repeated::Yes);
    case TRICOLOR_ROOT_REGISTER: {
      if (base >= dwarf_register::return_address || base == dwarf_register::rsp)
        malformed(frame_, "a root is in no general register");
      uintptr_t value = frame_.registers->gpr[base];
      return report(&value, 1, RootCertainty::Tolerant);
    }
    case TRICOLOR_ROOT_FRAME:
      visit_words_between(frame_.registers->gpr[dwarf_register::rsp], frame_.cfa, sink_);
      return visit_callee_saved(*frame_.registers, sink_);
    default:
      malformed(frame_, "a root is of an unknown kind");
    }
  }

  void report(const uintptr_t *first, size_t count, RootCertainty certainty) {
    sink_.words(sink_.context, first, count, certainty);
  }

  uintptr_t base_register(unsigned number) const {
    if (is_callee_saved(number) || number == dwarf_register::rsp)
      return frame_.registers->gpr[number];
    malformed(frame_, "a root is relative to a register that does not survive calls");
  }

  // The address `offset` from the base, with room for `count` words.
  const uintptr_t *place(unsigned base, int64_t offset, uint64_t count) {
    uintptr_t address = base_register(base) + static_cast<uintptr_t>(offset);
    if (code_.failed())
      malformed(frame_, "a root list is cut off");
    if (address % word_bytes != 0)
      malformed(frame_, "a root is not aligned");
    if (address < frame_.low || address > frame_.high ||
        count > (frame_.high - address) / word_bytes)
      malformed(frame_, "a root lies outside the stack");
    return reinterpret_cast<const uintptr_t *>(address);
  }
  const uintptr_t *words(unsigned base, uint64_t count) {
    int64_t offset = code_.sleb();
    return place(base, offset, count);
  }

  void range(unsigned base) {
    int64_t offset = code_.sleb();
    uint64_t count = code_.uleb();
    const uintptr_t *first = place(base, offset, count);
    if (count != 0)
      report(first, count, RootCertainty::Tolerant);
  }

  enum class Repeated : uint8_t { No, Yes };
  void elements(unsigned base, Repeated repeated) {
    int64_t offset = code_.sleb();
    uint64_t count = repeated == Repeated::Yes ? code_.uleb() : 1;
    uint64_t stride = code_.uleb();
    uint64_t total;
    if (__builtin_mul_overflow(count, stride, &total))
      malformed(frame_, "a root lies outside the stack");
    const uintptr_t *first = place(base, offset, total);
    if (stride > code_.left() * 8)
      malformed(frame_, "a root list is cut off");
    const uint8_t *exact = code_.skip((stride + 7) / 8);
    const uint8_t *tolerant = code_.skip((stride + 7) / 8);
    if (code_.failed())
      malformed(frame_, "a root list is cut off");
    if (stride == 0)
      malformed(frame_, "a root describes elements of no words");
    visit_elements(first, count, stride, exact, tolerant, sink_);
  }

  ByteReader code_;
  const RootListFrame &frame_;
  const RootSink &sink_;
};

} // namespace

bool skip_root_list(ByteReader &code) {
  for (;;) {
    uint8_t head = code.byte();
    if (code.failed())
      return false;
    switch (head & 7) {
    case TRICOLOR_ROOT_END:
      return head == TRICOLOR_ROOT_END;
    case TRICOLOR_ROOT_REGISTER:
    case TRICOLOR_ROOT_FRAME:
      break;
    case TRICOLOR_ROOT_SLOT:
    case TRICOLOR_ROOT_TOLERANT:
      code.sleb();
      break;
    case TRICOLOR_ROOT_RANGE:
      code.sleb();
      code.uleb();
      break;
    case TRICOLOR_ROOT_MASK:
    case TRICOLOR_ROOT_REPEAT: {
      code.sleb();
      if ((head & 7) == TRICOLOR_ROOT_REPEAT)
        code.uleb();
      uint64_t words = code.uleb();
      if (words > code.left() * 8)
        return false;
      code.skip((words + 7) / 8);
      code.skip((words + 7) / 8);
      break;
    }
    }
  }
}

void visit_root_list(const uint8_t *list, size_t bytes, const RootListFrame &frame,
                     const RootSink &sink) {
  Decoder(list, bytes, frame, sink).run();
}

void visit_callee_saved(const RegisterState &registers, const RootSink &sink) {
  uintptr_t values[callee_saved_count];
  for (unsigned i = 0; i < callee_saved_count; ++i)
    values[i] = registers.gpr[callee_saved_registers[i]];
  sink.words(sink.context, values, callee_saved_count, RootCertainty::Conservative);
}

void visit_words_between(uintptr_t begin, uintptr_t end, const RootSink &sink) {
  begin = (begin + word_bytes - 1) & ~(word_bytes - 1);
  if (begin < end && end - begin >= word_bytes)
    sink.words(sink.context, reinterpret_cast<const uintptr_t *>(begin), (end - begin) / word_bytes,
               RootCertainty::Conservative);
}

} // namespace tricolor::rt
