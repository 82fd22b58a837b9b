//===- rt/heap/layout_program.cpp - Layout programs, checked and run ----------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//

#include "heap/layout_program.h"

namespace tricolor::rt {

namespace {

struct Checker {
  const char *defect = nullptr;

  /// Checks code words [code, end) and returns how many words they describe; sets `defect`
  /// otherwise.
  uint64_t check(const uint64_t *code, const uint64_t *end, unsigned depth, uint64_t limit) {
    uint64_t described = 0;
    while (code < end && !defect) {
      uint64_t op = *code++;
      uint64_t n = 0;
      switch (op & 0xff) {
      case TRICOLOR_OP_END:
        return fail(depth > 0 ? "END inside a REPEAT" : "END before the last code word");
      case TRICOLOR_OP_SKIP:
        n = op >> 8;
        if (n == 0)
          return fail("SKIP of no words");
        break;
      case TRICOLOR_OP_WORDS: {
        n = (op >> 8) & 0xffffff;
        if (n == 0 || op >> 32 != 0)
          return fail("WORDS with a count out of range");
        uint64_t sets = (n + 63) / 64;
        if (static_cast<uint64_t>(end - code) < 2 * sets)
          return fail("WORDS whose bit sets are cut off");
        for (uint64_t s = 0; s < sets; ++s) {
          uint64_t both = code[s] | code[sets + s];
          if (code[s] & code[sets + s])
            return fail("a word that is both exact and tolerant");
          if (s == sets - 1 && n % 64 != 0 && both >> (n % 64) != 0)
            return fail("bits behind the last word of WORDS");
        }
        code += 2 * sets;
        break;
      }
      case TRICOLOR_OP_REPEAT: {
        uint64_t body = (op >> 8) & 0xffffff;
        if (depth == TRICOLOR_PROGRAM_DEPTH)
          return fail("REPEATs nested too deeply");
        if (body == 0 || op >> 32 != 0 || code == end ||
            static_cast<uint64_t>(end - code) - 1 < body)
          return fail("REPEAT whose body is empty or cut off");
        uint64_t count = *code++;
        if (count == 0)
          return fail("REPEAT of zero times");
        uint64_t one = check(code, code + body, depth + 1, limit - described);
        if (defect)
          return 0;
        // Every operation covers a word, so `one` is not 0 here; said for the analyzer.
        if (one == 0 || count > (limit - described) / one)
          return fail("more words than the type has");
        n = one * count;
        code += body;
        break;
      }
      default:
        return fail("an unknown operation");
      }
      if (n > limit - described)
        return fail("more words than the type has");
      described += n;
    }
    return described;
  }

  uint64_t fail(const char *what) {
    defect = what;
    return 0;
  }
};

} // namespace

const char *check_layout_program(const uint64_t *program, uint32_t program_words, uint64_t words) {
  if (!program || program_words == 0)
    return "no program";
  if ((program[program_words - 1] & 0xff) != TRICOLOR_OP_END)
    return "no END at the end";
  Checker checker;
  checker.check(program, program + program_words - 1, 0, words);
  return checker.defect;
}

} // namespace tricolor::rt
