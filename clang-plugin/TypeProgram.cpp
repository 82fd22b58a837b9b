//===- clang-plugin/TypeProgram.cpp - A layout as a program for the runtime -------------------===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//

#include "TypeProgram.h"

#include <tricolor/abi.h>

#include <algorithm>

namespace tricolor {

namespace {

/// A gap up to this length is zero bits, a longer one a SKIP. 64 bits are two code words, as many
/// as ending the bit sets, skipping and beginning new ones costs.
constexpr uint64_t PaddedWords = 64;

class Encoder {
public:
  explicit Encoder(std::vector<uint64_t> &Out) : Out(Out) {}

  void encode(const WordLayout &Layout) {
    for (const WordLayout::Item &I : Layout.items()) {
      advanceTo(I.First);
      if (I.Body)
        repeat(I.Words / I.Stride, *I.Body, I.Stride);
      else if (I.Words <= FlatWords)
        range(I.Words, I.Kind);
      else
        longRange(I.Words, I.Kind);
    }
  }

  /// Words [position, Word) hold no pointers.
  void advanceTo(uint64_t Word) {
    uint64_t Gap = Word - Position;
    if (Gap <= PaddedWords) {
      append(Gap, false, false);
    } else {
      flush();
      Out.push_back(TRICOLOR_OP_SKIP | Gap << 8);
      Position = Word;
    }
  }

  void flush() {
    if (size_t Words = Exact.size()) {
      Out.push_back(TRICOLOR_OP_WORDS | static_cast<uint64_t>(Words) << 8);
      pushBits(Exact);
      pushBits(Tolerant);
    }
    Exact.clear();
    Tolerant.clear();
  }

private:
  void append(uint64_t Words, bool IsExact, bool IsTolerant) {
    Exact.insert(Exact.end(), Words, IsExact);
    Tolerant.insert(Tolerant.end(), Words, IsTolerant);
    Position += Words;
    // bits 8..31 of WORDS count them.
    if (Exact.size() >= (1u << 20))
      flush();
  }

  void range(uint64_t Words, WordKind Kind) {
    append(Words, Kind == WordKind::Exact, Kind == WordKind::Tolerant);
  }

  void longRange(uint64_t Words, WordKind Kind) {
    WordLayout Unit;
    Unit.addRange(0, 64, Kind);
    repeat(Words / 64, Unit, 64);
    range(Words % 64, Kind);
  }

  void repeat(uint64_t Count, const WordLayout &Body, uint64_t Stride) {
    flush();
    std::vector<uint64_t> Code;
    Encoder Inner(Code);
    Inner.encode(Body);
    Inner.advanceTo(Stride);
    Inner.flush();
    Out.push_back(TRICOLOR_OP_REPEAT | static_cast<uint64_t>(Code.size()) << 8);
    Out.push_back(Count);
    Out.insert(Out.end(), Code.begin(), Code.end());
    Position += Count * Stride;
  }

  void pushBits(const std::vector<bool> &Bits) {
    for (size_t I = 0; I < Bits.size(); I += 64) {
      uint64_t Word = 0;
      for (size_t B = I; B != std::min(I + 64, Bits.size()); ++B)
        Word |= static_cast<uint64_t>(Bits[B]) << (B - I);
      Out.push_back(Word);
    }
  }

  std::vector<uint64_t> &Out;
  uint64_t Position = 0;
  std::vector<bool> Exact, Tolerant; // the words up to Position that are not in Out yet
};

} // namespace

std::vector<uint64_t> makeProgram(const WordLayout &Layout) {
  std::vector<uint64_t> Program;
  if (Layout.empty())
    return Program;
  Encoder E(Program);
  E.encode(Layout);
  E.flush();
  Program.push_back(TRICOLOR_OP_END);
  return Program;
}

} // namespace tricolor
