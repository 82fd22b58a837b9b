//===- llvm-pass/Barriers.cpp - Write barriers -------------------------------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// Two steps: find the writes of a function (Write), then place a barrier before each. Placing
// splits blocks, which moves instructions but keeps them, so the list stays valid.
//
// A value of several words (vector, aggregate, wide integer) is taken apart in the cold block, one
// call a word: no stack memory is needed for it, and the path without a collection pays for the
// test alone.
//
// A write under a mask may touch only the lanes whose bit is set; the others may not even be
// readable. The barrier's slot of such a lane is `tricolor.no_slot`, a null word of ours.
//
//===------------------------------------------------------------------------------------------===//

#include "Barriers.h"
#include "Diagnostics.h"
#include "Functions.h"
#include "RuntimeInterface.h"

#include "llvm/ADT/SmallPtrSet.h"
#include "llvm/ADT/Statistic.h"
#include "llvm/Analysis/TargetLibraryInfo.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/IR/IntrinsicsX86.h"
#include "llvm/IR/Module.h"
#include "llvm/IR/Operator.h"

using namespace llvm;

#define DEBUG_TYPE "tricolor-barriers"

STATISTIC(WordBarriers, "writes guarded by a write barrier");
STATISTIC(BulkBarriers, "block writes guarded by a bulk barrier");
STATISTIC(ElidedForStack, "writes without barrier: to the stack");
STATISTIC(ElidedForSize, "block writes without barrier: shorter than a word");

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

bool isStackMemory(const Value &Pointer) {
  // Longer chains of phis are not worth the time; giving up costs a barrier.
  constexpr unsigned MaxVisited = 64;
  SmallPtrSet<const Value *, 8> Visited;
  SmallVector<const Value *, 8> Worklist{&Pointer};
  bool FoundAlloca = false;
  while (!Worklist.empty()) {
    const Value *V = Worklist.pop_back_val();
    if (!Visited.insert(V).second)
      continue;
    if (Visited.size() > MaxVisited)
      return false;
    if (isa<AllocaInst>(V)) {
      FoundAlloca = true;
    } else if (isa<UndefValue>(V)) { // poison too: no write happens through it
    } else if (const auto *GEP = dyn_cast<GEPOperator>(V)) {
      Worklist.push_back(GEP->getPointerOperand());
    } else if (isa<BitCastOperator, AddrSpaceCastOperator, FreezeInst>(V)) {
      Worklist.push_back(cast<User>(V)->getOperand(0));
    } else if (const auto *Phi = dyn_cast<PHINode>(V)) {
      append_range(Worklist, Phi->incoming_values());
    } else if (const auto *Select = dyn_cast<SelectInst>(V)) {
      Worklist.push_back(Select->getTrueValue());
      Worklist.push_back(Select->getFalseValue());
    } else {
      return false;
    }
  }
  return FoundAlloca;
}

namespace {

/// Pointers of these address spaces go through a segment register; nobody can tell the slot's
/// address.
constexpr unsigned FirstSegmentAddressSpace = 256;

enum class WriteKind : uint8_t {
  Value,      ///< Slot receives Stored
  Masked,     ///< Slot + lane receives Stored's lane where Mask's lane is set
  Compressed, ///< the lanes of Stored where Mask is set go to Slot, one after the other
  Scattered,  ///< as Masked, with one slot a lane
  Block,      ///< Bytes bytes at Slot are overwritten, from Source unless it is null
  Pattern,    ///< Bytes bytes at Slot are overwritten by copies of Stored
};

/// Where a write reaches the memory of others.
struct Write {
  Instruction *At = nullptr;
  WriteKind Kind = WriteKind::Value;
  Value *Slot = nullptr;
  Value *Stored = nullptr;
  Value *Mask = nullptr;
  Value *Source = nullptr;
  Value *Bytes = nullptr;
  Value *Count = nullptr; ///< the block is Count times Bytes bytes long, if not null
};

class WriteFinder {
public:
  WriteFinder(Function &F, const TargetLibraryInfo &TLI) : F(F), TLI(TLI) {}

  SmallVector<Write, 32> find() {
    for (Instruction &I : instructions(F))
      visit(I);
    return std::move(Writes);
  }

private:
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
      W.Kind = WriteKind::Masked;
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
    case Intrinsic::masked_scatter:
      W.Kind = WriteKind::Scattered;
      W.Stored = I.getArgOperand(0);
      W.Slot = I.getArgOperand(1);
      W.Mask = I.getArgOperand(I.arg_size() - 1);
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
      if (!isStackMemory(
              *I.getArgOperand(I.getIntrinsicID() == Intrinsic::x86_sse2_maskmov_dqu ? 2 : 1)))
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
    if (isStackMemory(*W.Slot)) {
      ++ElidedForStack;
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
    case LibFunc_qsort:
      // Permutes: afterwards the block holds what it held before.
      addBlock(Call, Argument(0), nullptr, Argument(2), Argument(1));
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
    if (!mayCarryPointer(*Stored->getType()))
      return;
    if (isStackMemory(*Slot)) {
      ++ElidedForStack;
      return;
    }
    if (refuseSegment(I, Slot))
      return;
    Write W;
    W.At = &I;
    W.Slot = Slot;
    W.Stored = Stored;
    Writes.push_back(W);
  }

  void addBlock(Instruction &I, Value *Destination, Value *Source, Value *Bytes,
                Value *Count = nullptr) {
    auto *Constant = dyn_cast<ConstantInt>(Bytes);
    if (Constant && !Count && Constant->getValue().ult(8)) {
      ++ElidedForSize;
      return;
    }
    if (isStackMemory(*Destination)) {
      ++ElidedForStack;
      return;
    }
    if (refuseSegment(I, Destination))
      return;
    Write W;
    W.At = &I;
    W.Kind = WriteKind::Block;
    W.Slot = Destination;
    W.Bytes = Bytes;
    W.Count = Count;
    // Constant data holds no pointer to anything collected.
    auto *Global = Source ? dyn_cast<GlobalVariable>(Source->stripInBoundsOffsets()) : nullptr;
    if (Source && !(Global && Global->isConstant()))
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
  SmallVector<Write, 32> Writes;
};

/// Writes the slow path of one barrier.
class BarrierWriter {
public:
  BarrierWriter(Instruction &Before, const DebugLoc &Loc)
      : Builder(&Before), M(*Before.getModule()), DL(M.getDataLayout()) {
    Builder.SetCurrentDebugLocation(Loc);
  }

  void write(const Write &W) {
    switch (W.Kind) {
    case WriteKind::Value:
      value(W.Stored, W.Slot, 0);
      break;
    case WriteKind::Masked:
    case WriteKind::Compressed:
    case WriteKind::Scattered:
      lanes(W);
      break;
    case WriteKind::Block:
      block(W.Slot, W.Source, bytes(W));
      break;
    case WriteKind::Pattern: {
      Value *Size = Builder.getInt64(DL.getTypeAllocSize(W.Stored->getType()).getFixedValue());
      block(W.Slot, nullptr,
            Builder.CreateMul(Builder.CreateZExtOrTrunc(W.Count, Size->getType()), Size));
      NoSlot = true;
      value(W.Stored, W.Slot, 0);
      break;
    }
    }
  }

private:
  Value *generic(Value *Pointer) {
    return Builder.CreateAddrSpaceCast(Pointer, Builder.getPtrTy());
  }

  Value *bytes(const Write &W) {
    Value *Bytes = Builder.CreateZExtOrTrunc(W.Bytes, Builder.getInt64Ty());
    return W.Count
               ? Builder.CreateMul(Bytes, Builder.CreateZExtOrTrunc(W.Count, Builder.getInt64Ty()))
               : Bytes;
  }

  void block(Value *Slot, Value *Source, Value *Bytes) {
    Value *From = Source ? generic(Source) : ConstantPointerNull::get(Builder.getPtrTy());
    Builder.CreateCall(getBulkBarrier(M), {generic(Slot), From, Bytes});
  }

  /// One call for a word at `Slot + Offset`, where `Enabled` (always, if null) says the word is
  /// written.
  void word(Value *Word, Value *Slot, uint64_t Offset) {
    Value *At = NoSlot ? noSlot() : generic(Slot);
    if (Offset != 0 && !NoSlot)
      At = Builder.CreatePtrAdd(At, Builder.getInt64(Offset));
    if (Enabled) {
      At = Builder.CreateSelect(Enabled, At, noSlot());
      Word = Builder.CreateSelect(Enabled, Word, Builder.getInt64(0));
    }
    Builder.CreateCall(getWriteBarrier(M), {At, Word});
  }

  /// Calls for every word of `V` that may carry a pointer.
  void value(Value *V, Value *Slot, uint64_t Offset) {
    Type *Ty = V->getType();
    if (!mayCarryPointer(*Ty))
      return;
    if (Ty->isPointerTy()) {
      word(Builder.CreatePtrToInt(V, Builder.getInt64Ty()), Slot, Offset);
    } else if (Ty->isIntegerTy()) {
      for (unsigned Bit = 0; Bit + 64 <= Ty->getIntegerBitWidth(); Bit += 64)
        word(Builder.CreateTrunc(Bit ? Builder.CreateLShr(V, Bit) : V, Builder.getInt64Ty()), Slot,
             Offset + Bit / 8);
    } else if (auto *Vector = dyn_cast<FixedVectorType>(Ty)) {
      uint64_t Stride = laneBytes(*Vector);
      for (unsigned Lane = 0; Lane != Vector->getNumElements(); ++Lane)
        value(Builder.CreateExtractElement(V, Lane), Slot, Offset + Lane * Stride);
    } else if (auto *Array = dyn_cast<ArrayType>(Ty)) {
      uint64_t Stride = DL.getTypeAllocSize(Array->getElementType()).getFixedValue();
      for (unsigned I = 0; I != Array->getNumElements(); ++I)
        value(Builder.CreateExtractValue(V, I), Slot, Offset + I * Stride);
    } else {
      auto *Struct = cast<StructType>(Ty);
      const StructLayout *Layout = DL.getStructLayout(Struct);
      for (unsigned I = 0; I != Struct->getNumElements(); ++I)
        value(Builder.CreateExtractValue(V, I), Slot,
              Offset + Layout->getElementOffset(I).getFixedValue());
    }
  }

  /// Vector lanes lie side by side, without padding.
  uint64_t laneBytes(const FixedVectorType &Vector) {
    return DL.getTypeSizeInBits(Vector.getElementType()).getFixedValue() / 8;
  }

  void lanes(const Write &W) {
    auto *Vector = cast<FixedVectorType>(W.Stored->getType());
    uint64_t Stride = laneBytes(*Vector);
    Value *Mask = W.Mask;
    auto *MaskType = cast<FixedVectorType>(Mask->getType());
    if (!MaskType->getElementType()->isIntegerTy(1)) // x86: the sign bit of each lane
      Mask = Builder.CreateICmpSLT(Mask, Constant::getNullValue(MaskType));
    Value *Selected = nullptr;
    if (W.Kind == WriteKind::Compressed) {
      Type *Bits = Builder.getIntNTy(Vector->getNumElements());
      Selected = Builder.CreateZExtOrTrunc(
          Builder.CreateUnaryIntrinsic(Intrinsic::ctpop, Builder.CreateBitCast(Mask, Bits)),
          Builder.getInt64Ty());
    }
    for (unsigned Lane = 0; Lane != Vector->getNumElements(); ++Lane) {
      Value *Stored = Builder.CreateExtractElement(W.Stored, Lane);
      Value *InMask = Builder.CreateExtractElement(Mask, Lane);
      switch (W.Kind) {
      case WriteKind::Masked:
        Enabled = InMask;
        value(Stored, W.Slot, Lane * Stride);
        break;
      case WriteKind::Scattered:
        Enabled = InMask;
        value(Stored, Builder.CreateExtractElement(W.Slot, Lane), 0);
        break;
      default: // the lane's value, and apart from it the Lane-th slot that is overwritten
        Enabled = InMask;
        NoSlot = true;
        value(Stored, W.Slot, 0);
        NoSlot = false;
        Enabled = Builder.CreateICmpUGT(Selected, Builder.getInt64(Lane));
        value(Constant::getNullValue(Stored->getType()), W.Slot, Lane * Stride);
        break;
      }
    }
    Enabled = nullptr;
  }

  /// A null word, for a barrier that has a value but no slot.
  Value *noSlot() {
    constexpr StringLiteral Name = "tricolor.no_slot";
    if (GlobalVariable *Existing = M.getGlobalVariable(Name, /*AllowInternal=*/true))
      return Existing;
    auto *Null = Constant::getNullValue(Builder.getInt64Ty());
    return new GlobalVariable(M, Null->getType(), /*isConstant=*/true, GlobalValue::InternalLinkage,
                              Null, Name);
  }

  IRBuilder<> Builder;
  Module &M;
  const DataLayout &DL;
  Value *Enabled = nullptr;
  bool NoSlot = false;
};

void guard(const Write &W) {
  (W.Kind == WriteKind::Block || W.Kind == WriteKind::Pattern ? ++BulkBarriers : ++WordBarriers);
  DebugLoc Loc = locationFor(*W.At);
  BarrierWriter(*insertFlagTest(*W.At, ControlFlag::Barrier), Loc).write(W);
}

} // namespace

PreservedAnalyses BarriersPass::run(Module &M, ModuleAnalysisManager &MAM) {
  auto &FAM = MAM.getResult<FunctionAnalysisManagerModuleProxy>(M).getManager();
  bool Changed = false;
  for (Function &F : M) {
    if (!isManaged(F))
      continue;
    for (const Write &W : WriteFinder(F, FAM.getResult<TargetLibraryAnalysis>(F)).find()) {
      guard(W);
      Changed = true;
    }
  }
  if (!Changed)
    return PreservedAnalyses::all();
  dropStaleAttributes(M);
  return PreservedAnalyses::none();
}

} // namespace tricolor
