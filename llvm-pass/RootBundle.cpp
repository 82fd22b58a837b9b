//===- llvm-pass/RootBundle.cpp - How a deopt bundle spells a root list --------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===--------------------------------------------------------------------------------------===//

#include "RootBundle.h"

#include "llvm/IR/Constants.h"
#include "llvm/IR/Type.h"
#include "llvm/Support/ErrorHandling.h"

using namespace llvm;

namespace tricolor {

RootBundleWriter::RootBundleWriter(LLVMContext &Context) : Context(Context) {}

void RootBundleWriter::push(int64_t Number) {
  if (!isInt<32>(Number) && !isUInt<32>(Number))
    reportFatalUsageError("tricolor: a local variable of 2 GiB or more cannot be described");
  Rest.push_back(ConstantInt::getSigned(Type::getInt32Ty(Context), static_cast<int32_t>(Number)));
}

void RootBundleWriter::pushSets(const BitVector &Exact, const BitVector &Tolerant) {
  for (const BitVector *Set : {&Exact, &Tolerant})
    for (unsigned First = 0; First < Set->size(); First += 32) {
      uint32_t Chunk = 0;
      for (unsigned Bit = First; Bit < std::min(First + 32, Set->size()); ++Bit)
        Chunk |= static_cast<uint32_t>(Set->test(Bit)) << (Bit - First);
      push(Chunk);
    }
}

static int64_t head(RootGroup Kind, size_t Number) {
  return static_cast<int64_t>(Kind) | static_cast<int64_t>(Number) << 8;
}

void RootBundleWriter::addMask(Value *Alloca, const PointerMask &Mask, RootTrust Trust) {
  for (const PointerSegment &Segment : Mask.Segments) {
    BitVector Exact = Segment.Exact, Tolerant = Segment.Tolerant;
    if (Trust == RootTrust::Tolerant) {
      Tolerant |= Exact;
      Exact.reset();
    }
    bool OneWord = Segment.words() == 1;
    if (OneWord && Segment.Count == 1 && Segment.Offset == 0) {
      (Exact.test(0) ? Slots : Tolerants).push_back(Alloca);
    } else if (OneWord && Tolerant.test(0)) {
      push(head(RootGroup::Range, 1));
      Rest.push_back(Alloca);
      push(Segment.Offset);
      push(Segment.Count);
    } else if (Segment.Count == 1) {
      push(head(RootGroup::Mask, 1));
      Rest.push_back(Alloca);
      push(Segment.Offset);
      push(Segment.words());
      pushSets(Exact, Tolerant);
    } else {
      push(head(RootGroup::Repeat, 1));
      Rest.push_back(Alloca);
      push(Segment.Offset);
      push(Segment.Count);
      push(Segment.words());
      pushSets(Exact, Tolerant);
    }
  }
}

SmallVector<Value *, 16> RootBundleWriter::take() {
  SmallVector<Value *, 16> Groups = std::move(Rest);
  Rest.clear();
  push(RootBundleHeader);
  if (WholeFrame)
    push(head(RootGroup::Frame, 1));
  if (!Slots.empty()) {
    push(head(RootGroup::Slots, Slots.size()));
    Rest.append(Slots);
  }
  if (!Tolerants.empty()) {
    push(head(RootGroup::Tolerants, Tolerants.size()));
    Rest.append(Tolerants);
  }
  Rest.append(Groups);
  Slots.clear();
  Tolerants.clear();
  WholeFrame = false;
  return std::exchange(Rest, {});
}

} // namespace tricolor
