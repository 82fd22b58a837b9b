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
/// How many words the code words in [code, end) describe. The cost is that of the code.
inline uint64_t described_words(const uint64_t *code, const uint64_t *end) {
  uint64_t words = 0;
  while (code < end) {
    uint64_t op = *code++;
    switch (op & 0xff) {
    case TRICOLOR_OP_SKIP:
      words += op >> 8;
      break;
    case TRICOLOR_OP_WORDS:
      words += (op >> 8) & 0xffffff;
      code += 2 * ((((op >> 8) & 0xffffff) + 63) / 64);
      break;
    case TRICOLOR_OP_REPEAT: {
      uint64_t body = (op >> 8) & 0xffffff;
      uint64_t count = *code++;
      words += count * described_words(code, code + body);
      code += body;
      break;
    }
    default: // TRICOLOR_OP_END
      return words;
    }
  }
  return words;
}

/// Runs the code words in [code, end) for words at `word`; returns the word behind. Calls f for
/// words in [from, limit) only. What lies before `from` is passed over: the cost is that of the code
/// and of the words from there on.
template <class F>
uintptr_t *run_layout(const uint64_t *code, const uint64_t *end, uintptr_t *word, uintptr_t *from,
                      uintptr_t *limit, F &f) {
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
      uint64_t first = word < from ? static_cast<uint64_t>(from - word) / 64 : 0;
      for (uint64_t s = first; s < sets && word + s * 64 < limit; ++s) {
        uint64_t exact = code[s], tolerant = code[sets + s];
        for (uint64_t rest = exact | tolerant; rest; rest &= rest - 1) {
          unsigned bit = static_cast<unsigned>(std::countr_zero(rest));
          uintptr_t *at = word + s * 64 + bit;
          if (at >= from && at < limit)
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
      if (word < from) {
        uint64_t one = described_words(code, code + body);
        uint64_t skipped = static_cast<uint64_t>(from - word) / one;
        skipped = skipped < count ? skipped : count;
        word += skipped * one;
        count -= skipped;
      }
      for (; count > 0 && word < limit; --count)
        word = run_layout(code, code + body, word, from, limit, f);
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
/// in order, for words in [from, limit) only.
template <class F>
void run_layout_program(const uint64_t *program, uint32_t program_words, uintptr_t *first,
                        uintptr_t *from, uintptr_t *limit, F &&f) {
  detail::run_layout(program, program + program_words, first, from, limit, f);
}

} // namespace tricolor::rt

#endif // TRICOLOR_RT_HEAP_LAYOUT_PROGRAM_H
