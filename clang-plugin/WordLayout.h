//===- clang-plugin/WordLayout.h - Which words of a type hold pointers --------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// A type's layout in 8-byte words: ranges of words that hold a pointer, ranges of words that may
// hold one, and repetitions, so that an array takes the same space whatever its length. Words in no
// item hold no pointers.
//
// Items may be added in any order and may overlap (members of unions, empty bases, reused padding);
// normalize() sorts them and resolves overlaps: where one item says "exactly" and another
// "perhaps", the word is tolerant.
//
//===------------------------------------------------------------------------------------------===//

#ifndef TRICOLOR_CLANG_PLUGIN_WORDLAYOUT_H
#define TRICOLOR_CLANG_PLUGIN_WORDLAYOUT_H

#include <cstdint>
#include <memory>
#include <vector>

namespace tricolor {

constexpr uint64_t WordBytes = 8;

enum class WordKind : uint8_t {
  Exact,    ///< the word holds a pointer or null
  Tolerant, ///< the word holds a pointer or anything else
};

class WordLayout {
public:
  struct Item {
    uint64_t First; ///< word
    uint64_t Words; ///< of the whole item
    WordKind Kind;  ///< of a range
    /// Null for a range; otherwise the item is Words / Stride times Body.
    std::shared_ptr<const WordLayout> Body;
    uint64_t Stride; ///< words from one Body to the next

    uint64_t end() const { return First + Words; }
  };

  bool empty() const { return Items.empty(); }
  const std::vector<Item> &items() const { return Items; }

  /// REPEAT operations within each other that a program of this layout needs at most.
  unsigned depth() const;

  void addRange(uint64_t First, uint64_t Words, WordKind Kind);

  /// `Count` times `Body`, which is normalized and at most `Stride` words long.
  void addRepeat(uint64_t First, uint64_t Count, uint64_t Stride, const WordLayout &Body);

  /// All of `Other`, `First` words further on.
  void addAll(uint64_t First, const WordLayout &Other);

  /// The same words, all of them tolerant.
  WordLayout asTolerant() const;

  void normalize();

private:
  std::vector<Item> Items;
};

/// Ranges up to this length are bits of a program, arrays up to it are written out; longer ones
/// become repetitions. Larger: longer programs, which the runtime keeps and walks; smaller: more
/// operations for ordinary records, and no single bit set for them.
constexpr uint64_t FlatWords = 256;

} // namespace tricolor

#endif // TRICOLOR_CLANG_PLUGIN_WORDLAYOUT_H
