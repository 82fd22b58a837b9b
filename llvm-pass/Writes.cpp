//===- llvm-pass/Writes.cpp - Instructions that can write a pointer -----------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//

#include "Writes.h"
#include "AccessTypes.h"
#include "Diagnostics.h"
#include "PointerMask.h"
#include "ReusedStorage.h"
#include "StackMemory.h"

#include "llvm/Analysis/TargetLibraryInfo.h"
#include "llvm/IR/DataLayout.h"
#include "llvm/IR/GlobalVariable.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/IR/IntrinsicsX86.h"

using namespace llvm;

namespace tricolor {

bool mayCarryPointer(const Type &Ty) {
  if (Ty.isPointerTy())
    return true;
  if (Ty.isIntegerTy())
    return Ty.getIntegerBitWidth() >= 64;
  if (const auto *Vector = dyn_cast<FixedVectorType>(&Ty))
    return mayCarryPointer(*Vector->getElementType());
  if (const auto *Array = dyn_cast<ArrayType>(&Ty))
    return Array->getNumElements() != 0 && mayCarryPointer(*Array->getElementType());
  if (const auto *Struct = dyn_cast<StructType>(&Ty))
    return any_of(Struct->elements(),
                  [](const Type *Element) { return mayCarryPointer(*Element); });
  return false;
}

namespace {

/// Pointers of these address spaces go through a segment register; nobody can tell the slot's
/// address.
constexpr unsigned FirstSegmentAddressSpace = 256;

/// Whether a store of a type that carries no pointer may cover one, in a union or in storage that is
/// used by bytes: a whole word, and the access does not say what it is of.
bool mayCoverPointer(const Instruction &I, const Type &Ty) {
  return isa<StoreInst>(I) &&
         I.getDataLayout().getTypeStoreSize(const_cast<Type *>(&Ty)).getKnownMinValue() >= 8 &&
         accessType(I) == AccessType::Unknown;
}

class WriteFinder {
public:
  WriteFinder(Function &F, const TargetLibraryInfo &TLI, WritesOmitted &Omitted)
      : F(F), TLI(TLI), Omitted(Omitted) {}

  SmallVector<Write, 32> find() {
    addArguments();
    for (Instruction &I : instructions(F))
      visit(I);
    Stack.markPrivate();
    return std::move(Writes);
  }

private:
  /// What the caller has put into arguments that lie in memory.
  void addArguments() {
    for (Argument &A : F.args()) {
      Type *Ty = A.getParamByValType();
      if (!Ty || !mayHoldPointers(Ty, F.getDataLayout()) || Stack.groundOf(A) != Ground::Shared)
        continue;
      Write W;
      W.At = &*F.getEntryBlock().getFirstNonPHIOrDbgOrAlloca();
      W.Kind = WriteKind::Block;
      W.Slot = &A;
      W.Bytes = ConstantInt::get(Type::getInt64Ty(F.getContext()),
                                 F.getDataLayout().getTypeStoreSize(Ty).getFixedValue());
      Writes.push_back(W);
    }
  }

  void visit(Instruction &I) {
    if (auto *Store = dyn_cast<StoreInst>(&I))
      addValue(I, Store->getPointerOperand(), Store->getValueOperand());
    else if (auto *Exchange = dyn_cast<AtomicCmpXchgInst>(&I))
      addValue(I, Exchange->getPointerOperand(), Exchange->getNewValOperand());
    else if (auto *RMW = dyn_cast<AtomicRMWInst>(&I)) {
      if (mayReplacePointer(RMW->getOperation()))
        addValue(I, RMW->getPointerOperand(), RMW->getValOperand());
    } else if (auto *Call = dyn_cast<CallBase>(&I))
      visitCall(*Call);
  }

  /// Whether an operation may leave another object's address in the slot. Addition, subtraction and
  /// the bitwise ones are how tags, counters and iterators are kept: the slot goes on referring to
  /// the object it referred to, or never did.
  static bool mayReplacePointer(AtomicRMWInst::BinOp Operation) {
    switch (Operation) {
    case AtomicRMWInst::Xchg:
    case AtomicRMWInst::Max:
    case AtomicRMWInst::Min:
    case AtomicRMWInst::UMax:
    case AtomicRMWInst::UMin:
      return true;
    default:
      return false;
    }
  }

  void visitCall(CallBase &Call) {
    if (auto *Transfer = dyn_cast<AnyMemTransferInst>(&Call))
      addBlock(Call, Transfer->getRawDest(), Transfer->getRawSource(), Transfer->getLength());
    else if (auto *Set = dyn_cast<AnyMemSetInst>(&Call))
      addBlock(Call, Set->getRawDest(), nullptr, Set->getLength());
    else if (reuseMark(Call) == ReuseMark::Words)
      addForgotten(Call);
    else if (reuseMark(Call) == ReuseMark::Block)
      addBlock(Call, Call.getArgOperand(0), nullptr, Call.getArgOperand(1));
    else if (auto *Intrinsic = dyn_cast<IntrinsicInst>(&Call))
      visitIntrinsic(*Intrinsic);
    else
      visitLibraryCall(Call);
  }

  void visitIntrinsic(IntrinsicInst &I) {
    Write W;
    W.At = &I;
    switch (I.getIntrinsicID()) {
    case Intrinsic::masked_store:
    case Intrinsic::masked_scatter:
      W.Kind =
          I.getIntrinsicID() == Intrinsic::masked_store ? WriteKind::Masked : WriteKind::Scattered;
      W.Stored = I.getArgOperand(0);
      W.Slot = I.getArgOperand(1);
      W.Mask = I.getArgOperand(I.arg_size() - 1);
      break;
    case Intrinsic::masked_compressstore:
      W.Kind = WriteKind::Compressed;
      W.Stored = I.getArgOperand(0);
      W.Slot = I.getArgOperand(1);
      W.Mask = I.getArgOperand(2);
      break;
    case Intrinsic::x86_avx2_maskstore_q:
    case Intrinsic::x86_avx2_maskstore_q_256:
      W.Kind = WriteKind::Masked;
      W.Slot = I.getArgOperand(0);
      W.Mask = I.getArgOperand(1);
      W.Stored = I.getArgOperand(2);
      break;
    case Intrinsic::experimental_memset_pattern:
      W.Kind = WriteKind::Pattern;
      W.Slot = I.getArgOperand(0);
      W.Stored = I.getArgOperand(1);
      W.Count = I.getArgOperand(2);
      break;
    case Intrinsic::vp_store:
    case Intrinsic::vp_scatter:
    case Intrinsic::x86_sse2_maskmov_dqu:
      if (Stack.groundOf(*I.getArgOperand(
              I.getIntrinsicID() == Intrinsic::x86_sse2_maskmov_dqu ? 2 : 1)) != Ground::Private)
        reportError(
            I, "no write barrier is known for " + I.getCalledFunction()->getName() +
                   "; store through a local variable instead, or compile this file without the "
                   "plugin");
      return;
    default:
      return;
    }
    if (W.Kind != WriteKind::Pattern && !mayCarryPointer(*W.Stored->getType()))
      return;
    // The lanes of a scattered write are checked together: getelementptr and splats of an alloca.
    if (Stack.groundOf(*W.Slot) == Ground::Private) {
      ++Omitted.Stack;
      return;
    }
    Writes.push_back(W);
  }

  void visitLibraryCall(CallBase &Call) {
    const Function *Callee = Call.getCalledFunction();
    LibFunc Func;
    if (!Callee || visitAtomicLibraryCall(Call, Callee->getName()) ||
        !TLI.getLibFunc(*Callee, Func))
      return;
    auto Argument = [&](unsigned I) { return Call.getArgOperand(I); };
    switch (Func) {
    case LibFunc_memcpy:
    case LibFunc_memmove:
    case LibFunc_mempcpy:
    case LibFunc_memcpy_chk:
    case LibFunc_memmove_chk:
    case LibFunc_mempcpy_chk:
      addBlock(Call, Argument(0), Argument(1), Argument(2));
      break;
    case LibFunc_bcopy:
      addBlock(Call, Argument(1), Argument(0), Argument(2));
      break;
    case LibFunc_memset:
    case LibFunc_memset_chk:
      addBlock(Call, Argument(0), nullptr, Argument(2));
      break;
    case LibFunc_bzero:
      addBlock(Call, Argument(0), nullptr, Argument(1));
      break;
    default:
      break;
    }
  }

  /// The calls that clang makes for atomic objects larger than the machine's: size, object, then the
  /// addresses of values, and the memory orders.
  bool visitAtomicLibraryCall(CallBase &Call, StringRef Name) {
    if (!Name.consume_front("__atomic_"))
      return false;
    auto Copy = [&](unsigned To, unsigned From) {
      addBlock(Call, Call.getArgOperand(To), Call.getArgOperand(From), Call.getArgOperand(0));
    };
    if (Name == "load" && Call.arg_size() == 4) {
      Copy(2, 1);
    } else if (Name == "store" && Call.arg_size() == 4) {
      Copy(1, 2);
    } else if (Name == "exchange" && Call.arg_size() == 5) {
      Copy(1, 2);
      Copy(3, 1);
    } else if (Name == "compare_exchange" && Call.arg_size() == 6) {
      Copy(1, 3);
      Copy(2, 1);
    } else {
      return false;
    }
    return true;
  }

  void addValue(Instruction &I, Value *Slot, Value *Stored) {
    if (!mayCarryPointer(*Stored->getType()) && !mayCoverPointer(I, *Stored->getType()))
      return;
    Ground Under = Stack.groundOf(*Slot);
    if (Under == Ground::Private || (Under == Ground::Shared && !showsObject(I, *Stored))) {
      ++Omitted.Stack;
      return;
    }
    if (refuseSegment(I, Slot))
      return;
    Write W;
    W.At = &I;
    W.Kind = Under == Ground::Shared ? WriteKind::Shown : WriteKind::Value;
    W.Slot = Under == Ground::Shared ? nullptr : Slot;
    W.Stored = Stored;
    Writes.push_back(W);
  }

  void addForgotten(CallBase &Mark) {
    for (Value *Word : Mark.args()) {
      const auto *Load = dyn_cast<LoadInst>(Word);
      if (Load && isStackMemory(*Load->getPointerOperand())) {
        ++Omitted.Stack;
        continue;
      }
      if (isa<Constant>(Word))
        continue;
      Write W;
      W.At = &Mark;
      W.Kind = WriteKind::Forgotten;
      W.Stored = Word;
      Writes.push_back(W);
    }
  }

  void addBlock(Instruction &I, Value *Destination, Value *Source, Value *Bytes) {
    auto *Constant = dyn_cast<ConstantInt>(Bytes);
    if (Constant && Constant->getValue().ult(8)) {
      ++Omitted.Short;
      return;
    }
    // Constant data holds no pointer to anything collected.
    auto *Global = Source ? dyn_cast<GlobalVariable>(Source->stripInBoundsOffsets()) : nullptr;
    if (Global && Global->isConstant())
      Source = nullptr;
    Ground Under = Stack.groundOf(*Destination);
    if (Under == Ground::Private || (Under == Ground::Shared && !Source)) {
      ++Omitted.Stack;
      return;
    }
    if (refuseSegment(I, Destination))
      return;
    Write W;
    W.At = &I;
    W.Kind = WriteKind::Block;
    W.Slot = Destination;
    W.Bytes = Bytes;
    W.Source = Source;
    Writes.push_back(W);
  }

  bool refuseSegment(Instruction &I, Value *Slot) {
    if (Slot->getType()->getPointerAddressSpace() < FirstSegmentAddressSpace)
      return false;
    reportError(I, "a pointer is stored through a segment register (address space " +
                       Twine(Slot->getType()->getPointerAddressSpace()) +
                       "), where no write barrier can follow; use an ordinary pointer");
    return true;
  }

  Function &F;
  const TargetLibraryInfo &TLI;
  WritesOmitted &Omitted;
  StackMemory Stack;
  SmallVector<Write, 32> Writes;
};

} // namespace

SmallVector<Write, 32> findWrites(Function &F, const TargetLibraryInfo &TLI,
                                  WritesOmitted &Omitted) {
  return WriteFinder(F, TLI, Omitted).find();
}

} // namespace tricolor
