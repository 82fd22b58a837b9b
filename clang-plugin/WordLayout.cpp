//===- clang-plugin/WordLayout.cpp - Which words of a type hold pointers ----------------------===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//

#include "WordLayout.h"

#include <tricolor/abi.h>

#include <algorithm>

namespace tricolor {

namespace {

using Item = WordLayout::Item;

/// What ranges that overlap say together, in order.
void mergeRanges(std::vector<Item> &Cluster, std::vector<Item> &Out) {
  std::vector<uint64_t> Borders;
  for (const Item &I : Cluster) {
    Borders.push_back(I.First);
    Borders.push_back(I.end());
  }
  std::sort(Borders.begin(), Borders.end());
  Borders.erase(std::unique(Borders.begin(), Borders.end()), Borders.end());
  for (size_t B = 0; B + 1 < Borders.size(); ++B) {
    bool Exact = false, Tolerant = false;
    for (const Item &I : Cluster)
      if (I.First <= Borders[B] && Borders[B] < I.end())
        (I.Kind == WordKind::Exact ? Exact : Tolerant) = true;
    if (Exact || Tolerant)
      Out.push_back({Borders[B], Borders[B + 1] - Borders[B],
                     Tolerant ? WordKind::Tolerant : WordKind::Exact, nullptr, 0});
  }
}

} // namespace

unsigned WordLayout::depth() const {
  unsigned Depth = 0;
  for (const Item &I : Items) {
    if (I.Body)
      Depth = std::max(Depth, I.Body->depth() + 1);
    else if (I.Words > FlatWords)
      Depth = std::max(Depth, 1u);
  }
  return Depth;
}

void WordLayout::addRange(uint64_t First, uint64_t Words, WordKind Kind) {
  if (Words)
    Items.push_back({First, Words, Kind, nullptr, 0});
}

void WordLayout::addRepeat(uint64_t First, uint64_t Count, uint64_t Stride,
                           const WordLayout &Body) {
  if (Body.empty() || !Count)
    return;
  const Item &Only = Body.Items.front();
  if (Body.Items.size() == 1 && !Only.Body && Only.Words == Stride)
    return addRange(First, Count * Stride, Only.Kind);
  if (Count == 1 || Count * Stride <= FlatWords) {
    for (uint64_t I = 0; I != Count; ++I)
      addAll(First + I * Stride, Body);
    return;
  }
  // The innermost structure of what is nested more deeply than the runtime walks is given up.
  if (Body.depth() + 1 > TRICOLOR_PROGRAM_DEPTH)
    return addRange(First, Count * Stride, WordKind::Tolerant);
  Items.push_back({First, Count * Stride, WordKind::Tolerant,
                   std::make_shared<const WordLayout>(Body), Stride});
}

void WordLayout::addAll(uint64_t First, const WordLayout &Other) {
  for (Item I : Other.Items) {
    I.First += First;
    Items.push_back(std::move(I));
  }
}

WordLayout WordLayout::asTolerant() const {
  WordLayout Result;
  for (Item I : Items) {
    I.Kind = WordKind::Tolerant;
    if (I.Body)
      I.Body = std::make_shared<const WordLayout>(I.Body->asTolerant());
    Result.Items.push_back(std::move(I));
  }
  return Result;
}

void WordLayout::normalize() {
  std::sort(Items.begin(), Items.end(),
            [](const Item &A, const Item &B) { return A.First < B.First; });
  std::vector<Item> Result;
  for (size_t I = 0; I != Items.size();) {
    size_t Next = I + 1;
    for (uint64_t End = Items[I].end(); Next != Items.size() && Items[Next].First < End; ++Next)
      End = std::max(End, Items[Next].end());
    if (Next == I + 1) {
      Result.push_back(Items[I]);
    } else {
      // A repetition that overlaps something else, in a union: all its words are tolerant.
      std::vector<Item> Cluster(Items.begin() + I, Items.begin() + Next);
      for (Item &C : Cluster)
        if (C.Body)
          C = {C.First, C.Words, WordKind::Tolerant, nullptr, 0};
      mergeRanges(Cluster, Result);
    }
    I = Next;
  }
  Items.clear();
  for (Item &I : Result) {
    if (!Items.empty()) {
      Item &Last = Items.back();
      if (!Last.Body && !I.Body && Last.Kind == I.Kind && Last.end() == I.First) {
        Last.Words += I.Words;
        continue;
      }
    }
    Items.push_back(std::move(I));
  }
}

} // namespace tricolor
