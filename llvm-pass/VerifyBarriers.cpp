//===- llvm-pass/VerifyBarriers.cpp - Checks that every write has its barrier -------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// A write is taken apart into obligations: words of a slot, each with the value that it gets, or a
// block. A barrier call meets an obligation if its slot is the same address (base and constant
// offset) and its value is the same bits of the same IR value. Constants are no collected objects, so
// for them the slot is enough. Lanes under a mask are compared without the mask: the call's slot is a
// choice between the lane's address and a null word.
//
// Globals' masks are gone when the tables have been written, so a verification after that pass could
// not show that reason; the pipeline verifies before it.
//
//===------------------------------------------------------------------------------------------===//

#include "VerifyBarriers.h"
#include "AccessTypes.h"
#include "BarrierWords.h"
#include "FlagRegions.h"
#include "Functions.h"
#include "Globals.h"
#include "PointerMask.h"
#include "ReusedStorage.h"
#include "RuntimeInterface.h"
#include "StackMemory.h"
#include "Writes.h"

#include "llvm/ADT/SmallPtrSet.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/ADT/StringSwitch.h"
#include "llvm/Analysis/ValueTracking.h"
#include "llvm/IR/CFG.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/IR/IntrinsicsX86.h"
#include "llvm/IR/Module.h"
#include "llvm/IR/Operator.h"
#include "llvm/Support/ErrorHandling.h"
#include "llvm/Support/raw_ostream.h"

using namespace llvm;

namespace tricolor {
namespace {

/// What a barrier call must say of a write.
struct Obligation {
  Address Slot;
  Word Stored;
  bool AnySlot = false;          ///< compressed lanes and patterns: the value alone
  const Value *Bytes = nullptr;  ///< a block: its length, and its source if not null
  const Value *Source = nullptr; ///< stripped
  bool Met = false;
};

using Obligations = SmallVector<Obligation, 8>;

class Verifier {
public:
  Verifier(const Function &F, raw_ostream &Problems)
      : F(F), DL(F.getDataLayout()), Problems(Problems) {}

  bool run() {
    for (const Argument &A : F.args())
      if (A.hasByValAttr() && mayHoldPointers(A.getParamByValType(), DL) &&
          Stack.groundOf(A) == Ground::Shared && !isShown(A))
        report(F.getEntryBlock().front(), "nobody is told what an argument in memory brings:");
    for (const Instruction &I : instructions(F)) {
      if (isLibrarySort(I)) {
        report(I, "the C library moves references without barriers");
        continue;
      }
      Obligations Needed = obligationsOf(I);
      if (Needed.empty())
        continue;
      bool Covered = isCovered(I, Needed);
      auto *Call = dyn_cast<CallInst>(&I);
      if ((Covered && !(Call && Call->isTailCall())) || needsNone(I))
        continue;
      report(I, Covered ? "the frame is gone while its barrier's write is made:"
                        : "no barrier covers the write");
    }
    return Good;
  }

private:
  void report(const Instruction &I, StringRef What) {
    Problems << "tricolor-verify: in '" << F.getName() << "'";
    if (const DebugLoc &Loc = I.getDebugLoc())
      Problems << ", line " << Loc.getLine();
    Problems << ": " << What << I << '\n';
    Good = false;
  }

  /// Step 10: a block barrier that the function begins with.
  static bool isShown(const Value &Variable) {
    return any_of(Variable.users(), [&](const User *U) {
      const auto *Call = dyn_cast<CallBase>(U);
      return Call && isBarrierCall(*Call) && Call->getArgOperand(0) == &Variable &&
             isa<ConstantPointerNull>(Call->getArgOperand(1));
    });
  }

  /// A call that the barrier pass should have sent elsewhere (LibrarySorts.h).
  static bool isLibrarySort(const Instruction &I) {
    const auto *Call = dyn_cast<CallBase>(&I);
    const Function *Callee = Call ? Call->getCalledFunction() : nullptr;
    if (!Callee || !Callee->isDeclaration() || Callee->isVarArg())
      return false;
    return (Callee->getName() == "qsort" && Call->arg_size() == 4) ||
           (Callee->getName() == "qsort_r" && Call->arg_size() == 5);
  }

  //===--- What an instruction writes -----------------------------------------------------------===//

  /// The words of a value at an address, by the same rule for what a word is as the stack maps.
  void words(Obligations &Out, const Value *V, Type *Ty, Address Slot, uint64_t Bit, bool Whole) {
    if (const auto *Struct = dyn_cast<StructType>(Ty)) {
      const StructLayout *Layout = DL.getStructLayout(const_cast<StructType *>(Struct));
      for (unsigned I = 0; I != Struct->getNumElements(); ++I) {
        uint64_t Offset = Layout->getElementOffset(I).getFixedValue();
        words(Out, V, Struct->getElementType(I), {Slot.Base, Slot.Offset + int64_t(Offset)},
              Bit + Offset * 8, /*Whole=*/false);
      }
      return;
    }
    if (const auto *Array = dyn_cast<ArrayType>(Ty)) {
      uint64_t Stride = DL.getTypeAllocSize(Array->getElementType()).getFixedValue();
      for (uint64_t I = 0; I != Array->getNumElements(); ++I)
        words(Out, V, Array->getElementType(), {Slot.Base, Slot.Offset + int64_t(I * Stride)},
              Bit + I * Stride * 8, /*Whole=*/false);
      return;
    }
    bool Carries = mayCarryPointer(*Ty);
    if (!Carries && !Whole)
      return;
    uint64_t Bytes = DL.getTypeStoreSize(Ty).getFixedValue();
    bool Brings = Carries || (!Ty->isX86_FP80Ty() && Bytes % 8 == 0);
    for (uint64_t At = 0; At + 8 <= Bytes; At += 8) {
      Obligation O;
      O.Slot = {Slot.Base, Slot.Offset + int64_t(At)};
      if (Brings && !isa<Constant>(V))
        O.Stored = {V, Bit + At * 8};
      Out.push_back(O);
    }
  }

  /// The value and its word numbers may be hidden behind casts that wordOf() looks through.
  void store(Obligations &Out, const Instruction &I, const Value *V, const Value *Slot) {
    Ground Under = Stack.groundOf(*Slot);
    if (Under == Ground::Private || (Under == Ground::Shared && !showsObject(I, *V)))
      return;
    words(Out, V, V->getType(), addressOf(Slot, DL), 0, /*Whole=*/true);
    for (Obligation &O : Out)
      if (O.Stored.Of) {
        // Bitcasts between the value and what is stored change nothing.
        Word Root = wordOf(O.Stored.Of, DL);
        O.Stored = Root.Of ? Word{Root.Of, Root.Bit + O.Stored.Bit} : Word{};
      }
    if (Under != Ground::Shared)
      return;
    erase_if(Out, [](const Obligation &O) { return !O.Stored.Of; });
    for (Obligation &O : Out)
      O.AnySlot = true;
  }

  void block(Obligations &Out, const Value *Slot, const Value *Source, const Value *Bytes) {
    const auto *Constant = dyn_cast<ConstantInt>(Bytes);
    Ground Under = Stack.groundOf(*Slot);
    if ((Constant && Constant->getValue().ult(8)) || Under == Ground::Private)
      return;
    Obligation O;
    O.Slot = addressOf(Slot, DL);
    O.Bytes = Bytes;
    const auto *Global =
        dyn_cast_or_null<GlobalVariable>(Source ? Source->stripInBoundsOffsets() : nullptr);
    if (Source && !(Global && Global->isConstant()))
      O.Source = Source->stripPointerCasts();
    // A variable that takes the place of an argument is shown where the argument would be.
    const auto *Argument = dyn_cast_or_null<llvm::Argument>(O.Source);
    bool Replaces = Argument && Argument->hasByValAttr() && isShown(*Slot);
    if (Under == Ground::Shared && (!O.Source || Replaces))
      return;
    Out.push_back(O);
  }

  void lanes(Obligations &Out, const Value *V, const Value *Slot, WriteKind Kind) {
    const auto *Vector = cast<FixedVectorType>(V->getType());
    if (!mayCarryPointer(*Vector) || Stack.groundOf(*Slot) == Ground::Private)
      return;
    uint64_t Stride = DL.getTypeSizeInBits(Vector->getElementType()).getFixedValue() / 8;
    for (unsigned Lane = 0; Lane != Vector->getNumElements(); ++Lane) {
      Obligation O;
      O.Stored = isa<Constant>(V) ? Word{} : Word{V, Lane * Stride * 8};
      O.Slot = addressOf(Slot, DL);
      O.Slot.Offset += int64_t(Lane * Stride);
      O.AnySlot = Kind != WriteKind::Masked;
      Out.push_back(O);
      if (Kind == WriteKind::Compressed) { // the slots, apart from the values
        O.AnySlot = false;
        O.Stored = {};
        Out.push_back(O);
      }
    }
  }

  Obligations obligationsOf(const Instruction &I) {
    Obligations Out;
    if (const auto *Store = dyn_cast<StoreInst>(&I)) {
      const Value *V = Store->getValueOperand();
      bool Covers = DL.getTypeStoreSize(V->getType()).getFixedValue() >= 8 &&
                    accessType(*Store) == AccessType::Unknown;
      if (mayCarryPointer(*V->getType()) || Covers)
        store(Out, I, V, Store->getPointerOperand());
    } else if (const auto *Exchange = dyn_cast<AtomicCmpXchgInst>(&I)) {
      if (mayCarryPointer(*Exchange->getNewValOperand()->getType()))
        store(Out, I, Exchange->getNewValOperand(), Exchange->getPointerOperand());
    } else if (const auto *RMW = dyn_cast<AtomicRMWInst>(&I)) {
      if (mayCarryPointer(*RMW->getValOperand()->getType()) && replaces(RMW->getOperation()))
        store(Out, I, RMW->getValOperand(), RMW->getPointerOperand());
    } else if (const auto *Call = dyn_cast<CallBase>(&I)) {
      callObligations(Out, *Call);
    }
    return Out;
  }

  static bool replaces(AtomicRMWInst::BinOp Operation) {
    return Operation == AtomicRMWInst::Xchg || Operation == AtomicRMWInst::Max ||
           Operation == AtomicRMWInst::Min || Operation == AtomicRMWInst::UMax ||
           Operation == AtomicRMWInst::UMin;
  }

  void callObligations(Obligations &Out, const CallBase &Call) {
    auto Argument = [&](unsigned N) { return Call.getArgOperand(N); };
    if (const auto *Transfer = dyn_cast<AnyMemTransferInst>(&Call))
      return block(Out, Transfer->getRawDest(), Transfer->getRawSource(), Transfer->getLength());
    if (const auto *Set = dyn_cast<AnyMemSetInst>(&Call))
      return block(Out, Set->getRawDest(), nullptr, Set->getLength());
    switch (Call.getIntrinsicID()) {
    case Intrinsic::masked_store:
      return lanes(Out, Argument(0), Argument(1), WriteKind::Masked);
    case Intrinsic::masked_compressstore:
      return lanes(Out, Argument(0), Argument(1), WriteKind::Compressed);
    case Intrinsic::masked_scatter:
      return lanes(Out, Argument(0), Argument(1), WriteKind::Scattered);
    case Intrinsic::x86_avx2_maskstore_q:
    case Intrinsic::x86_avx2_maskstore_q_256:
      return lanes(Out, Argument(2), Argument(0), WriteKind::Masked);
    default:
      break;
    }
    const Function *Callee = Call.getCalledFunction();
    if (!Callee || !Callee->isDeclaration() || Callee->isIntrinsic() || Call.arg_size() < 2)
      return;
    enum class Form : uint8_t { None, Copy, Set, ToSecond, Zero };
    Form Shape = StringSwitch<Form>(Callee->getName())
                     .Cases({"memcpy", "memmove", "mempcpy"}, Form::Copy)
                     .Cases({"__memcpy_chk", "__memmove_chk", "__mempcpy_chk"}, Form::Copy)
                     .Cases({"memset", "__memset_chk"}, Form::Set)
                     .Case("bcopy", Form::ToSecond)
                     .Case("bzero", Form::Zero)
                     .Default(Form::None);
    if (Shape == Form::None || !Argument(0)->getType()->isPointerTy() ||
        (Shape != Form::Zero && Call.arg_size() < 3))
      return;
    if (Shape == Form::Copy)
      block(Out, Argument(0), Argument(1), Argument(2));
    else if (Shape == Form::Set)
      block(Out, Argument(0), nullptr, Argument(2));
    else if (Shape == Form::ToSecond)
      block(Out, Argument(1), Argument(0), Argument(2));
    else
      block(Out, Argument(0), nullptr, Argument(1));
  }

  //===--- Barriers -----------------------------------------------------------------------------===//

  /// What a choice under a mask takes. The program stores results of selections too.
  static const Value *chosen(const Value *V) {
    const auto *Select = dyn_cast<SelectInst>(V);
    return Select ? Select->getTrueValue() : V;
  }

  void meet(Obligations &Needed, const CallBase &Call) const {
    bool Bulk = Call.getCalledFunction()->getName() == BulkBarrierName;
    const Value *At = Call.getArgOperand(0);
    const Value *Value = Call.getArgOperand(1);
    for (Obligation &O : Needed) {
      if (Bulk != (O.Bytes != nullptr) ||
          (!O.AnySlot && O.Slot != addressOf(At, DL) && O.Slot != addressOf(chosen(At), DL)))
        continue;
      if (Bulk) {
        const llvm::Value *Bytes = Call.getArgOperand(2);
        if (const auto *Extended = dyn_cast<ZExtInst>(Bytes))
          Bytes = Extended->getOperand(0);
        bool Length =
            Bytes == O.Bytes || Call.getArgOperand(2) == O.Bytes || sameNumber(Bytes, O.Bytes);
        if (Length && (!O.Source || Value->stripPointerCasts() == O.Source))
          O.Met = true;
      } else if (!O.Stored.Of || wordOf(Value, DL) == O.Stored ||
                 wordOf(chosen(Value), DL) == O.Stored) {
        O.Met = true;
      }
    }
  }

  static bool sameNumber(const Value *A, const Value *B) {
    const auto *X = dyn_cast<ConstantInt>(A);
    const auto *Y = dyn_cast<ConstantInt>(B);
    return X && Y && X->getLimitedValue() == Y->getLimitedValue();
  }

  /// Walks back from the write. Obligations that a path has met stay met beyond; the paths are
  /// followed one by one, a block again only with fewer of them met than before.
  bool isCovered(const Instruction &Write, const Obligations &Needed) const {
    SmallVector<std::pair<const Instruction *, Obligations>, 8> Work{{&Write, Needed}};
    SmallDenseMap<const BasicBlock *, uint64_t, 8> Seen;
    while (!Work.empty()) {
      auto [At, Open] = Work.pop_back_val();
      const BasicBlock *BB = At->getParent();
      bool Done = false;
      for (const Instruction *I = At->getPrevNode(); I && !Done; I = I->getPrevNode()) {
        if (const auto *Call = dyn_cast<CallBase>(I); Call && isBarrierCall(*Call)) {
          meet(Open, *Call);
          Done = all_of(Open, [](const Obligation &O) { return O.Met; });
        } else if (mayChangeFlag(*I)) {
          return false;
        }
      }
      if (Done)
        continue;
      if (pred_empty(BB))
        return false;
      for (const BasicBlock *Predecessor : predecessors(BB)) {
        if (comesOverClearEdge(*Predecessor, *BB))
          continue;
        const Instruction *Last = Predecessor->getTerminator();
        if (mayChangeFlag(*Last)) // an invoke
          return false;
        uint64_t Met = 0;
        for (auto [N, O] : enumerate(Open))
          if (O.Met)
            Met |= uint64_t(1) << (N % 64);
        auto [Before, New] = Seen.try_emplace(Predecessor, Met);
        if (!New && (Before->second & ~Met) == 0)
          continue;
        Before->second &= Met;
        Work.push_back({Last, Open});
      }
    }
    return true;
  }

  static bool comesOverClearEdge(const BasicBlock &From, const BasicBlock &To) {
    auto &Block = const_cast<BasicBlock &>(From);
    const BranchInst *Test = flagTest(Block, ControlFlag::Barrier);
    if (!Test)
      Test = flagTest(Block, ControlFlag::Either);
    return Test && Test->getSuccessor(1) == &To && Test->getSuccessor(0) != &To;
  }

  //===--- Writes that need none ----------------------------------------------------------------===//

  /// Walks back from `I` on all paths until `Stop` is true of an instruction. False if `Bad` is true of
  /// one before, or a path comes to the function's entry.
  static bool allPaths(const Instruction &From, function_ref<bool(const Instruction &)> Stop,
                       function_ref<bool(const Instruction &)> Bad) {
    SmallVector<const Instruction *, 8> Work{&From};
    SmallPtrSet<const BasicBlock *, 8> Seen;
    while (!Work.empty()) {
      const Instruction *At = Work.pop_back_val();
      const BasicBlock *BB = At->getParent();
      bool Stopped = false;
      for (const Instruction *I = At->getPrevNode(); I && !Stopped; I = I->getPrevNode()) {
        Stopped = Stop(*I);
        if (!Stopped && Bad(*I))
          return false;
      }
      if (Stopped)
        continue;
      if (pred_empty(BB))
        return false;
      for (const BasicBlock *Predecessor : predecessors(BB)) {
        const Instruction *Last = Predecessor->getTerminator();
        if (Stop(*Last))
          continue;
        if (Bad(*Last))
          return false;
        if (Seen.insert(Predecessor).second)
          Work.push_back(Last);
      }
    }
    return true;
  }

  bool needsNone(const Instruction &I) const {
    const Value *Slot = nullptr;
    if (const auto *Store = dyn_cast<StoreInst>(&I)) {
      if (isNumberOverNumber(*Store) || isUpdate(*Store))
        return true;
      Slot = Store->getPointerOperand();
    } else if (const auto *Memory = dyn_cast<AnyMemIntrinsic>(&I)) {
      Slot = Memory->getRawDest();
    } else if (const auto *RMW = dyn_cast<AtomicRMWInst>(&I)) {
      Slot = RMW->getPointerOperand();
    } else if (const auto *Exchange = dyn_cast<AtomicCmpXchgInst>(&I)) {
      Slot = Exchange->getPointerOperand();
    } else if (const auto *Call = dyn_cast<CallBase>(&I)) {
      const Value *First = Call->getArgOperand(0);
      const Value *Second = Call->getArgOperand(1);
      bool ToSecond = I.getType()->isVoidTy() && isa<IntrinsicInst>(Call) &&
                      Second->getType()->isPointerTy() && !First->getType()->isPointerTy();
      Slot = ToSecond ? Second : First;
    }
    return Slot && (isGlobalNumber(I, *Slot) || isFresh(I, *Slot));
  }

  /// Steps 7 and 8 by a read: the slot was read just before, as a number or as what is stored now.
  bool isUpdate(const StoreInst &Store) const {
    if (!Store.isSimple())
      return false;
    const Value *V = Store.getValueOperand();
    Address Slot = addressOf(Store.getPointerOperand(), DL);
    auto Size = int64_t(DL.getTypeStoreSize(V->getType()).getFixedValue());
    bool Number = accessType(Store) == AccessType::Number;
    auto Reads = [&](const Instruction &I) {
      const auto *Load = dyn_cast<LoadInst>(&I);
      return Load && Load->isSimple() && Load->getType() == V->getType() &&
             addressOf(Load->getPointerOperand(), DL) == Slot &&
             (Load == V || (Number && accessType(*Load) == AccessType::Number));
    };
    auto Disturbs = [&](const Instruction &I) {
      if (const auto *Call = dyn_cast<CallBase>(&I))
        if (isBarrierCall(*Call) || isPollCall(*Call))
          return false;
      if (const auto *Other = dyn_cast<StoreInst>(&I); Other && Other->isSimple()) {
        if (isStackMemory(*Other->getPointerOperand()) && !isStackMemory(*Slot.Base))
          return false;
        Address At = addressOf(Other->getPointerOperand(), DL);
        auto Width =
            int64_t(DL.getTypeStoreSize(Other->getValueOperand()->getType()).getFixedValue());
        return At.Base != Slot.Base ||
               !(At.Offset + Width <= Slot.Offset || Slot.Offset + Size <= At.Offset);
      }
      return isa<CallBase>(I) ? mayChangeFlag(I) || I.mayWriteToMemory() : isOtherWrite(I);
    };
    return allPaths(Store, Reads, Disturbs);
  }

  /// The flag's load is volatile, which counts as a write elsewhere.
  static bool isOtherWrite(const Instruction &I) {
    if (const auto *Load = dyn_cast<LoadInst>(&I))
      return !Load->isUnordered() &&
             Load->getPointerOperand()->stripInBoundsOffsets()->getName() != "tricolor_control";
    return I.mayWriteToMemory();
  }

  static bool isPollCall(const CallBase &Call) {
    const Function *Callee = Call.getCalledFunction();
    return Callee && (Callee->getName() == PollName || Callee->getName() == TrapPollName);
  }

  /// Step 9.
  bool isGlobalNumber(const Instruction &I, const Value &Slot) const {
    const auto *Global = dyn_cast<GlobalVariable>(getUnderlyingObject(&Slot));
    std::optional<PointerMask> Mask;
    if (Global && !Global->isThreadLocal())
      Mask = attachedMask(*Global);
    if (!Mask)
      return false;
    if (!Mask->mayHoldPointers())
      return true;
    const auto *Store = dyn_cast<StoreInst>(&I);
    Address At = addressOf(&Slot, DL);
    if (!Store || At.Base != Global || At.Offset < 0 || Mask->Bytes > MaxFlattened)
      return false;
    BitVector Exact, Tolerant;
    Mask->flatten(Exact, Tolerant);
    Exact |= Tolerant;
    uint64_t Bytes = DL.getTypeStoreSize(Store->getValueOperand()->getType()).getFixedValue();
    uint64_t Last = (uint64_t(At.Offset) + Bytes - 1) / 8;
    if (Last >= Exact.size())
      return false;
    for (uint64_t Word = uint64_t(At.Offset) / 8; Word <= Last; ++Word)
      if (Exact.test(Word))
        return false;
    return true;
  }

  /// Globals larger than this are taken to need their barriers.
  static constexpr uint64_t MaxFlattened = 1 << 20;

  /// Step 6: from the allocation on, every path is free of safepoints and the object stays ours.
  bool isFresh(const Instruction &I, const Value &Slot) const {
    const Value *Object = getUnderlyingObject(&Slot);
    const auto *Allocation = dyn_cast<CallBase>(Object);
    const Function *Allocator = Allocation ? Allocation->getCalledFunction() : nullptr;
    if (!Allocator || !Allocator->isDeclaration())
      return false;
    static const StringSet<> Allocators = {"malloc",
                                           "calloc",
                                           "_Znwm",
                                           "_Znam",
                                           "_ZnwmRKSt9nothrow_t",
                                           "_ZnamRKSt9nothrow_t",
                                           "tricolor_new",
                                           "tricolor_new_array",
                                           "tricolor_new_conservative",
                                           "tricolor_new_noscan"};
    if (!Allocators.contains(Allocator->getName()))
      return false;
    return allPaths(
        I, [&](const Instruction &At) { return &At == Allocation; },
        [&](const Instruction &At) { return mayChangeFlag(At) || givesAway(At, *Object); });
  }

  bool givesAway(const Instruction &I, const Value &Object) const {
    if (isa<GetElementPtrInst, ICmpInst, LoadInst>(I))
      return false;
    if (const auto *Call = dyn_cast<CallBase>(&I); Call && isBarrierCall(*Call))
      return false;
    // A slot of the maps: written, never read.
    if (const auto *Store = dyn_cast<StoreInst>(&I))
      if (const auto *Local = dyn_cast<AllocaInst>(Store->getPointerOperand());
          Local && all_of(Local->users(), [&](const User *U) {
            const auto *Other = dyn_cast<StoreInst>(U);
            const auto *Call = dyn_cast<CallBase>(U);
            return (Other && Other->getPointerOperand() == Local) ||
                   (Call && !is_contained(Call->args(), Local));
          }))
        return false;
    for (const Use &Operand : I.operands()) {
      const Value *From = Operand.get();
      if (const auto *Number = dyn_cast<PtrToIntInst>(From))
        From = Number->getPointerOperand();
      if (getUnderlyingObject(From) != &Object)
        continue;
      bool Through =
          (isa<StoreInst>(I) && Operand.getOperandNo() == StoreInst::getPointerOperandIndex()) ||
          (isa<MemIntrinsic>(I) && Operand.getOperandNo() < 2);
      if (!Through && !isForBarrierOrStore(I))
        return true;
    }
    return false;
  }

  /// What computes a barrier call's operand, and perhaps the value of a store, which gives the object away itself.
  static bool isForBarrierOrStore(const Instruction &I) {
    return isa<PtrToIntInst>(I) && all_of(I.users(), [](const User *U) {
             const auto *Call = dyn_cast<CallBase>(U);
             return isa<StoreInst>(U) || (Call && isBarrierCall(*Call));
           });
  }

  const Function &F;
  const DataLayout &DL;
  raw_ostream &Problems;
  StackMemory Stack;
  bool Good = true;
};

} // namespace

bool verifyBarriers(const Function &F, raw_ostream &Problems) {
  return Verifier(F, Problems).run();
}

PreservedAnalyses VerifyBarriersPass::run(Module &M, ModuleAnalysisManager &) {
  std::string Text;
  raw_string_ostream Problems(Text);
  bool Good = true;
  for (const Function &F : M)
    if (isManaged(F))
      Good &= verifyBarriers(F, Problems);
  if (!Good)
    reportFatalUsageError("tricolor: barriers are wrong in " + Twine(M.getModuleIdentifier()) +
                          ":\n" + Text);
  return PreservedAnalyses::all();
}

} // namespace tricolor
