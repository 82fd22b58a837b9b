//===- llvm-pass/RootBundle.cpp - How a deopt bundle spells a root list -------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//

#include "RootBundle.h"

#include "llvm/ADT/STLExtras.h"
#include "llvm/IR/Constants.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/IR/LLVMContext.h"
#include "llvm/IR/Type.h"
#include "llvm/Support/ErrorHandling.h"
#include "llvm/Support/MathExtras.h"

using namespace llvm;

namespace tricolor {
namespace {

int32_t checked(uint64_t Number) {
  if (!isUInt<32>(Number))
    reportFatalUsageError("tricolor: a local variable of 2 GiB or more cannot be described");
  return static_cast<int32_t>(Number);
}

} // namespace

std::optional<GroupShape> shapeOf(RootGroup Kind) {
  switch (Kind) {
  case RootGroup::Slots:
  case RootGroup::Tolerants:
  case RootGroup::Frame:
  case RootGroup::Values:
    return GroupShape{0, 0};
  case RootGroup::Range:
    return GroupShape{2, 0};
  case RootGroup::Mask:
    return GroupShape{2, 2};
  case RootGroup::Repeat:
    return GroupShape{3, 2};
  }
  return std::nullopt;
}

RootBundleWriter::RootBundleWriter(LLVMContext &Context) : Context(Context) {}

void RootBundleWriter::add(RootGroup Kind, ArrayRef<uint64_t> Numbers, const BitVector *Exact,
                           const BitVector *Tolerant, Value *Alloca) {
  GroupKey Key{static_cast<int32_t>(Kind)};
  for (uint64_t Number : Numbers)
    Key.push_back(checked(Number));
  for (const BitVector *Set : {Exact, Tolerant})
    for (unsigned First = 0; Set && First < Set->size(); First += 32) {
      uint32_t Chunk = 0;
      for (unsigned Bit = First; Bit < std::min(First + 32, Set->size()); ++Bit)
        Chunk |= static_cast<uint32_t>(Set->test(Bit)) << (Bit - First);
      Key.push_back(static_cast<int32_t>(Chunk));
    }
  Groups[Key].push_back(Alloca);
  ++NumPlaces;
}

void RootBundleWriter::addSlot(Value *Alloca, RootTrust Trust) {
  add(Trust == RootTrust::AsTyped ? RootGroup::Slots : RootGroup::Tolerants, {}, nullptr, nullptr,
      Alloca);
}

void RootBundleWriter::addValue(Value *Root) { add(RootGroup::Values, {}, nullptr, nullptr, Root); }

void RootBundleWriter::addMask(Value *Alloca, const PointerMask &Mask, RootTrust Trust) {
  for (const PointerSegment &Segment : Mask.Segments) {
    BitVector Exact = Segment.Exact, Tolerant = Segment.Tolerant;
    if (Trust == RootTrust::Tolerant) {
      Tolerant |= Exact;
      Exact.reset();
    }
    uint64_t Offset = Segment.Offset, Count = Segment.Count, Words = Segment.words();
    if (Words == 1 && Count == 1 && Offset == 0)
      addSlot(Alloca, Exact.test(0) ? RootTrust::AsTyped : RootTrust::Tolerant);
    else if (Words == 1 && Tolerant.test(0))
      add(RootGroup::Range, {Offset, Count}, nullptr, nullptr, Alloca);
    else if (Count == 1)
      add(RootGroup::Mask, {Offset, Words}, &Exact, &Tolerant, Alloca);
    else
      add(RootGroup::Repeat, {Offset, Count, Words}, &Exact, &Tolerant, Alloca);
  }
}

SmallVector<Value *, 16> RootBundleWriter::take() {
  SmallVector<Value *, 16> Operands;
  auto Push = [&](int32_t Number) {
    Operands.push_back(ConstantInt::getSigned(Type::getInt32Ty(Context), Number));
  };
  auto Head = [](int32_t Kind, size_t Number) {
    return checked(static_cast<uint64_t>(Kind) | Number << 8);
  };
  Push(RootBundleHeader);
  if (WholeFrame)
    Push(Head(static_cast<int32_t>(RootGroup::Frame), 0));
  for (const auto &[Key, Allocas] : Groups) {
    Push(Head(Key.front(), Allocas.size()));
    for (int32_t Number : drop_begin(Key))
      Push(Number);
    Operands.append(Allocas);
  }
  Groups.clear();
  NumPlaces = 0;
  WholeFrame = false;
  return Operands;
}

namespace {

/// Reads the operands of one bundle.
class BundleReader {
public:
  explicit BundleReader(OperandBundleUse Bundle) : Operands(Bundle.Inputs) {}

  BundleKind read(function_ref<void(const BundleRoot &)> Callback) {
    if (number() != static_cast<uint32_t>(RootBundleHeader))
      return BundleKind::Foreign;
    while (!Failed && Next != Operands.size())
      readGroup(Callback);
    return Failed ? BundleKind::Foreign : BundleKind::Tricolor;
  }

private:
  void readGroup(function_ref<void(const BundleRoot &)> Callback) {
    uint32_t Head = number();
    BundleRoot Root{static_cast<RootGroup>(Head & 0xff), nullptr, {}, {}};
    std::optional<GroupShape> Shape = shapeOf(Root.Kind);
    uint32_t Number = Head >> 8;
    if (!Shape || Failed) {
      Failed = true;
      return;
    }
    if (Shape->Numbers >= 2)
      Root.Offset = number();
    if (Shape->Numbers == 3 || Root.Kind == RootGroup::Range)
      Root.Count = number();
    if (Shape->Sets != 0)
      Root.Words = number();
    SmallVector<uint32_t, 4> Exact, Tolerant;
    for (auto *Set : {&Exact, &Tolerant})
      for (uint64_t I = 0; Shape->Sets != 0 && I != divideCeil(Root.Words, 32) && !Failed; ++I)
        Set->push_back(number());
    Root.Exact = Exact;
    Root.Tolerant = Tolerant;
    if (Root.Kind == RootGroup::Frame)
      Callback(Root);
    for (; Number != 0 && !Failed; --Number) {
      if (Next == Operands.size()) {
        Failed = true;
        return;
      }
      Root.Operand = Operands[Next++].get();
      // A variable may be listed by another name (Statepoints.cpp).
      if (auto *Name = dyn_cast<IntrinsicInst>(Root.Operand);
          Name && Root.Kind != RootGroup::Values &&
          Name->getIntrinsicID() == Intrinsic::launder_invariant_group)
        Root.Operand = Name->getArgOperand(0);
      Callback(Root);
    }
  }

  uint32_t number() {
    auto *Constant =
        Next != Operands.size() ? dyn_cast<ConstantInt>(Operands[Next].get()) : nullptr;
    if (!Constant || !Constant->getType()->isIntegerTy(32)) {
      Failed = true;
      return 0;
    }
    ++Next;
    return static_cast<uint32_t>(Constant->getZExtValue());
  }

  ArrayRef<Use> Operands;
  size_t Next = 0;
  bool Failed = false;
};

} // namespace

BundleKind forEachRoot(const CallBase &Call, function_ref<void(const BundleRoot &)> Callback) {
  std::optional<OperandBundleUse> Bundle = Call.getOperandBundle(LLVMContext::OB_deopt);
  return Bundle ? BundleReader(*Bundle).read(Callback) : BundleKind::None;
}

} // namespace tricolor
