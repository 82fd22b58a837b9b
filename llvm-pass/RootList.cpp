//===- llvm-pass/RootList.cpp - The bytes of one root list --------------------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//

#include "RootList.h"

#include <tricolor/abi.h>

#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/LEB128.h"
#include "llvm/Support/MathExtras.h"

#include <tuple>

using namespace llvm;

namespace tricolor {
namespace {

constexpr int64_t WordBytes = 8;

/// Ranges up to this many words join their neighbours' bit sets, longer ones are entries of their own.
constexpr uint64_t ShortRange = 16;

/// Words further apart than this never share a bit set: below, the gap's zero bits (two sets of them)
/// are not longer than the head of another entry.
constexpr int64_t MaxGapWords = 12;

using Bytes = SmallVectorImpl<char>;

void appendUnsigned(Bytes &Out, uint64_t Value) {
  uint8_t Buffer[10];
  unsigned Size = encodeULEB128(Value, Buffer);
  Out.append(Buffer, Buffer + Size);
}

void appendSigned(Bytes &Out, int64_t Value) {
  uint8_t Buffer[10];
  unsigned Size = encodeSLEB128(Value, Buffer);
  Out.append(Buffer, Buffer + Size);
}

void appendHead(Bytes &Out, unsigned Kind, FramePlace Place) {
  Out.push_back(static_cast<char>(Kind | Place.Register << 3));
  appendSigned(Out, Place.Offset);
}

void appendSet(Bytes &Out, ArrayRef<uint32_t> Chunks, uint64_t Words) {
  for (uint64_t Byte = 0; Byte * 8 < Words; ++Byte)
    Out.push_back(static_cast<char>(Chunks[Byte / 4] >> Byte % 4 * 8));
}

bool isSet(ArrayRef<uint32_t> Chunks, uint64_t Bit) { return Chunks[Bit / 32] >> Bit % 32 & 1; }

} // namespace

void RootList::addWord(FramePlace Place, bool Exact) { Words.push_back({Place, Exact}); }

void RootList::addRange(FramePlace Place, uint64_t Count) {
  if (Count > ShortRange) {
    Runs.push_back({Place, Count, 1, {}, {}});
    return;
  }
  for (uint64_t I = 0; I != Count; ++I)
    addWord({Place.Register, Place.Offset + WordBytes * static_cast<int64_t>(I)}, false);
}

void RootList::addMask(FramePlace Place, uint64_t Count, ArrayRef<uint32_t> Exact,
                       ArrayRef<uint32_t> Tolerant) {
  for (uint64_t I = 0; I != Count; ++I)
    if (isSet(Exact, I) || isSet(Tolerant, I))
      addWord({Place.Register, Place.Offset + WordBytes * static_cast<int64_t>(I)},
              isSet(Exact, I));
}

void RootList::addRepeat(FramePlace Place, uint64_t Count, uint64_t Words, ArrayRef<uint32_t> Exact,
                         ArrayRef<uint32_t> Tolerant) {
  Run R{Place, Count, Words, {}, {}};
  R.Exact.append(Exact.begin(), Exact.end());
  R.Tolerant.append(Tolerant.begin(), Tolerant.end());
  Runs.push_back(std::move(R));
}

/// One entry for words that lie close together, sorted, without duplicates.
void RootList::encodeWords(ArrayRef<Word> Neighbours, Bytes &Out) const {
  FramePlace First = Neighbours.front().Place;
  uint64_t Span = (Neighbours.back().Place.Offset - First.Offset) / WordBytes + 1;
  if (Neighbours.size() <= 2 || Neighbours.size() * 3 <= 2 * divideCeil(Span, 8)) {
    for (const Word &W : Neighbours)
      appendHead(Out, W.Exact ? TRICOLOR_ROOT_SLOT : TRICOLOR_ROOT_TOLERANT, W.Place);
    return;
  }
  if (Neighbours.size() == Span && none_of(Neighbours, [](const Word &W) { return W.Exact; })) {
    appendHead(Out, TRICOLOR_ROOT_RANGE, First);
    appendUnsigned(Out, Span);
    return;
  }
  SmallVector<uint32_t, 4> Exact(divideCeil(Span, 32)), Tolerant(Exact.size());
  for (const Word &W : Neighbours) {
    uint64_t Bit = (W.Place.Offset - First.Offset) / WordBytes;
    (W.Exact ? Exact : Tolerant)[Bit / 32] |= 1u << Bit % 32;
  }
  appendHead(Out, TRICOLOR_ROOT_MASK, First);
  appendUnsigned(Out, Span);
  appendSet(Out, Exact, Span);
  appendSet(Out, Tolerant, Span);
}

SmallString<64> RootList::encode() {
  SmallString<64> Out;
  if (WholeFrame)
    Out.push_back(static_cast<char>(TRICOLOR_ROOT_FRAME | 7 << 3));
  for (unsigned Register = 0; Register != 16; ++Register)
    if (Registers >> Register & 1)
      Out.push_back(static_cast<char>(TRICOLOR_ROOT_REGISTER | Register << 3));

  // Words that can share a bit set: same register, same place within a word; tolerant sorts first, so
  // that it is the one that stays of a pair.
  auto Key = [](const Word &W) {
    return std::tuple(W.Place.Register, (W.Place.Offset % WordBytes + WordBytes) % WordBytes,
                      W.Place.Offset, W.Exact);
  };
  sort(Words, [&](const Word &A, const Word &B) { return Key(A) < Key(B); });
  Words.erase(unique(Words,
                     [](const Word &A, const Word &B) {
                       return A.Place.Register == B.Place.Register &&
                              A.Place.Offset == B.Place.Offset;
                     }),
              Words.end());
  for (size_t Begin = 0, End; Begin != Words.size(); Begin = End) {
    for (End = Begin + 1; End != Words.size(); ++End) {
      FramePlace Last = Words[End - 1].Place, Next = Words[End].Place;
      int64_t Gap = Next.Offset - Last.Offset;
      if (Next.Register != Last.Register || Gap % WordBytes != 0 || Gap < 0 ||
          Gap > MaxGapWords * WordBytes)
        break;
    }
    encodeWords(ArrayRef(Words).slice(Begin, End - Begin), Out);
  }

  sort(Runs, [](const Run &A, const Run &B) {
    return std::tuple(A.Place.Register, A.Place.Offset, A.Count, A.Words, A.Exact, A.Tolerant) <
           std::tuple(B.Place.Register, B.Place.Offset, B.Count, B.Words, B.Exact, B.Tolerant);
  });
  for (const Run &R : Runs) {
    if (R.Exact.empty()) {
      appendHead(Out, TRICOLOR_ROOT_RANGE, R.Place);
      appendUnsigned(Out, R.Count);
      continue;
    }
    appendHead(Out, TRICOLOR_ROOT_REPEAT, R.Place);
    appendUnsigned(Out, R.Count);
    appendUnsigned(Out, R.Words);
    appendSet(Out, R.Exact, R.Words);
    appendSet(Out, R.Tolerant, R.Words);
  }
  Out.push_back(TRICOLOR_ROOT_END);
  return Out;
}

} // namespace tricolor
