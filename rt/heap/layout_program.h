//===- rt/heap/layout_program.h - Layout programs, checked and run ------------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// A layout program (tricolor/abi.h) says word by word where one T holds pointers. It is checked
// once, when the type is interned, so that the interpreter, which the marker runs, has nothing to
// check.
//
//===------------------------------------------------------------------------------------------===//

#ifndef TRICOLOR_RT_HEAP_LAYOUT_PROGRAM_H
#define TRICOLOR_RT_HEAP_LAYOUT_PROGRAM_H

#include <bit>
#include <cstddef>
#include <cstdint>
#include <tricolor/abi.h>

namespace tricolor::rt {

/// Exact words hold a pointer or null; tolerant words may hold anything.
enum class WordKind : uint8_t { Exact, Tolerant };

/// Null when the program is well-formed and describes at most `words` words; otherwise what is
/// wrong with it.
const char *check_layout_program(const uint64_t *program, uint32_t program_words, uint64_t words);

namespace detail {
/// Runs the code words in [code, end) for words at `word`; returns the word behind. Calls f for
/// words below `limit` only.
template <class F>
uintptr_t *run_layout(const uint64_t *code, const uint64_t *end, uintptr_t *word, uintptr_t *limit,
                      F &f) {
  while (code < end && word < limit) {
    uint64_t op = *code++;
    switch (op & 0xff) {
    case TRICOLOR_OP_SKIP: {
      uint64_t n = op >> 8;
      if (n >= static_cast<uint64_t>(limit - word))
        return limit;
      word += n;
      break;
    }
    case TRICOLOR_OP_WORDS: {
      uint64_t n = (op >> 8) & 0xffffff;
      uint64_t sets = (n + 63) / 64;
      for (uint64_t s = 0; s < sets; ++s) {
        uint64_t exact = code[s], tolerant = code[sets + s];
        for (uint64_t rest = exact | tolerant; rest; rest &= rest - 1) {
          unsigned bit = static_cast<unsigned>(std::countr_zero(rest));
          uintptr_t *at = word + s * 64 + bit;
          if (at < limit)
            f(at, exact >> bit & 1 ? WordKind::Exact : WordKind::Tolerant);
        }
      }
      code += 2 * sets;
      word += n;
      break;
    }
    case TRICOLOR_OP_REPEAT: {
      uint64_t body = (op >> 8) & 0xffffff;
      uint64_t count = *code++;
      for (; count > 0 && word < limit; --count)
        word = run_layout(code, code + body, word, limit, f);
      code += body;
      break;
    }
    default: // TRICOLOR_OP_END
      return word;
    }
  }
  return word;
}
} // namespace detail

/// Calls f(uintptr_t *word, WordKind) for every word of one T at `first` that may hold a pointer,
/// in order, for words below `limit` only.
template <class F>
void run_layout_program(const uint64_t *program, uint32_t program_words, uintptr_t *first,
                        uintptr_t *limit, F &&f) {
  detail::run_layout(program, program + program_words, first, limit, f);
}

} // namespace tricolor::rt

#endif // TRICOLOR_RT_HEAP_LAYOUT_PROGRAM_H
