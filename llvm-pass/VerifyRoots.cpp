//===- llvm-pass/VerifyRoots.cpp - Checks that maps list the live pointers ---------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// Liveness is found use by use: from each use the blocks are walked backward to the definition. Uses by
// dead code and by the stores to slots do not count: they are not the program's.
//
//===------------------------------------------------------------------------------------------===//

#include "VerifyRoots.h"

#include "Derivations.h"
#include "ListedRoots.h"
#include "PointerMask.h"
#include "Safepoints.h"
#include "SlotContents.h"
#include "VerifyLocals.h"

#include "llvm/ADT/BitVector.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/ADT/SmallPtrSet.h"
#include "llvm/IR/CFG.h"
#include "llvm/IR/DataLayout.h"
#include "llvm/IR/Function.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/Instructions.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/Support/raw_ostream.h"

using namespace llvm;

namespace tricolor {
namespace {

/// After this many findings in a function the rest is most likely the same.
constexpr unsigned MaxFindings = 20;

/// Registers in which the C calling convention passes integers and pointers.
constexpr unsigned IntegerArgumentRegisters = 6;

class RootVerifier {
public:
  RootVerifier(Function &F, raw_ostream &Problems)
      : F(F), Problems(Problems), Slots(F), Values(F) {}

  bool run() {
    readMaps();
    if (Maps.empty())
      return Findings != 0;
    checkLocals();
    checkSlotsAreWhole();
    findContents();
    markUsed();
    findLiveOut();
    for (const BasicBlock &BB : F)
      checkBlock(BB);
    return Findings != 0;
  }

private:
  /// Begins a finding; false if there were enough.
  bool find(const CallBase *Call) {
    if (++Findings > MaxFindings)
      return false;
    Problems << "tricolor-verify: in '" << F.getName() << "'";
    if (!Call)
      return true;
    if (const DebugLoc &Loc = Call->getDebugLoc())
      Problems << ", line " << Loc.getLine();
    Problems << ": at the call of ";
    if (const Function *Callee = Call->getCalledFunction())
      Problems << "'" << Callee->getName() << "'";
    else
      Call->getCalledOperand()->printAsOperand(Problems, /*PrintType=*/false);
    if (Call->hasName() || !Call->getType()->isVoidTy()) {
      Problems << " (";
      Call->printAsOperand(Problems, /*PrintType=*/false);
      Problems << ")";
    }
    Problems << " in block ";
    Call->getParent()->printAsOperand(Problems, /*PrintType=*/false);
    Problems << ": ";
    return true;
  }

  static std::string name(const Value &V) {
    std::string Text;
    raw_string_ostream(Text) << V.getNameOrAsOperand();
    return (V.hasName() ? "%" : "") + Text;
  }

  void readMaps() {
    for (const Instruction &I : instructions(F)) {
      auto *Call = dyn_cast<CallBase>(&I);
      if (!Call)
        continue;
      if (!ListedRoots::hasMap(*Call)) {
        if (classifyCall(*Call) == CallKind::Safepoint && find(Call))
          Problems << "it has no map, although it can have one\n";
        continue;
      }
      ListedRoots Map(*Call);
      if (!Map.problem().empty()) {
        if (find(Call))
          Problems << Map.problem() << "\n";
        continue;
      }
      Maps.try_emplace(Call, std::move(Map));
    }
  }

  void checkLocals() {
    VerifyLocals Locals(F, Slots);
    for (auto &[Call, Map] : Maps)
      if (Locals.needsWholeFrame() && !Map.wholeFrame() && find(Call))
        Problems
            << "it does not list the whole frame, although the function has variable arguments, a "
               "dynamic array that may hold pointers, or a call that returns twice\n";
    Locals.check(Maps, [&](const CallBase &Call, const Value &Memory, uint64_t Word) {
      if (find(&Call))
        Problems << "word " << Word << " of the local variable " << name(Memory)
                 << " may hold a pointer that is read later and is not listed\n";
    });
  }

  /// A slot holds all of a value, so the words of the value's type must be listed.
  void checkSlotsAreWhole() {
    const DataLayout &DL = F.getDataLayout();
    DenseMap<const Value *, BitVector> Needed;
    for (auto &[Call, Map] : Maps)
      for (const Value *Memory : Map.memory()) {
        if (!Slots.isSlot(Memory))
          continue;
        auto [It, New] = Needed.try_emplace(Memory);
        if (New) {
          Type *Ty = cast<AllocaInst>(Memory)->getAllocatedType();
          PointerMask Mask = pointerMask(Ty, DL);
          if (!Mask.mayHoldPointers())
            Mask = tolerantMask(DL.getTypeStoreSize(Ty).getFixedValue());
          BitVector Tolerant;
          Mask.flatten(It->second, Tolerant);
          It->second |= Tolerant;
        }
        for (unsigned Word : It->second.set_bits())
          if (!Map.lists(Memory, Word)) {
            if (find(Call))
              Problems << "word " << Word << " of the slot " << name(*Memory) << " is not listed\n";
            break;
          }
      }
  }

  void findContents() {
    Slots.visitCalls([&](const CallBase &Call, SlotContents::Contents Content) {
      auto It = Maps.find(&Call);
      if (It == Maps.end())
        return;
      SmallSetVector<const Value *, 8> &Here = Covering[&Call];
      for (const Value *V : It->second.values())
        Here.insert(V);
      for (const Value *Memory : It->second.memory())
        if (const Value *V = Content(Memory))
          Here.insert(V);
    });
  }

  /// Marks what the program needs: what has an effect, and its operands.
  void markUsed() {
    SmallVector<const Instruction *, 32> Work;
    auto Mark = [&](const Instruction &I) {
      if (Used.insert(&I).second)
        Work.push_back(&I);
    };
    for (const Instruction &I : instructions(F)) {
      if (auto *Store = dyn_cast<StoreInst>(&I); Store && Slots.isSlot(Store->getPointerOperand()))
        continue;
      if (I.isTerminator() || I.mayHaveSideEffects() || I.mayReadFromMemory())
        Mark(I);
    }
    while (!Work.empty())
      forEachOperand(*Work.pop_back_val(), [&](const Use &U) {
        if (auto *I = dyn_cast<Instruction>(U.get()))
          Mark(*I);
      });
  }

  /// The operands that the program has use for.
  template <class Visitor> static void forEachOperand(const Instruction &I, Visitor Visit) {
    auto *II = dyn_cast<IntrinsicInst>(&I);
    if (II && II->isAssumeLikeIntrinsic() && II->getType()->isVoidTy())
      return;
    auto *Call = dyn_cast<CallBase>(&I);
    bool HasMap = Call && ListedRoots::hasMap(*Call);
    for (const Use &U : I.operands())
      if (!HasMap || !Call->isBundleOperand(&U))
        Visit(U);
  }

  template <class Visitor> void forEachUse(const Instruction &I, Visitor Visit) const {
    if (Used.contains(&I))
      forEachOperand(I, [&](const Use &U) {
        if (Values.needsObject(U.get()))
          Visit(*U.get(), U);
      });
  }

  unsigned number(const Value &V) {
    auto [It, New] = Numbers.try_emplace(&V, Crossing.size());
    if (New)
      Crossing.push_back(&V);
    return It->second;
  }

  const BasicBlock *home(const Value &V) const {
    auto *I = dyn_cast<Instruction>(&V);
    return I ? I->getParent() : &F.getEntryBlock();
  }

  void findLiveOut() {
    DenseMap<const BasicBlock *, SmallVector<unsigned, 8>> Seeds; // live at the end of a block
    SmallVector<std::pair<const BasicBlock *, unsigned>, 32> Work;
    auto LiveAtEnd = [&](const BasicBlock &BB, const Value &V) {
      unsigned N = number(V);
      BitVector &Out = LiveOut[&BB];
      if (Out.size() <= N)
        Out.resize(std::max<size_t>(Crossing.size(), Out.size() * 2));
      if (Out.test(N))
        return;
      Out.set(N);
      if (home(V) != &BB)
        Work.push_back({&BB, N});
    };
    for (const BasicBlock &BB : F)
      for (const Instruction &I : BB)
        forEachUse(I, [&](const Value &V, const Use &U) {
          if (auto *Phi = dyn_cast<PHINode>(&I))
            LiveAtEnd(*Phi->getIncomingBlock(U), V);
          else if (home(V) != &BB)
            for (const BasicBlock *Before : predecessors(&BB))
              LiveAtEnd(*Before, V);
          while (!Work.empty()) {
            auto [At, N] = Work.pop_back_val();
            for (const BasicBlock *Before : predecessors(At))
              LiveAtEnd(*Before, *Crossing[N]);
          }
        });
  }

  /// Arguments that lie in this frame during the call.
  template <class Visitor> static void visitArgumentsInMemory(const CallBase &Call, Visitor Visit) {
    unsigned Integers = 0;
    for (unsigned I = 0; I != Call.arg_size(); ++I) {
      const Value *A = Call.getArgOperand(I);
      if (A->getType()->isPointerTy())
        ++Integers;
      else if (A->getType()->isIntegerTy())
        Integers += A->getType()->getIntegerBitWidth() > 64 ? 2 : 1;
      if (I >= Call.getFunctionType()->getNumParams() || Integers > IntegerArgumentRegisters)
        Visit(*A);
    }
  }

  void checkBlock(const BasicBlock &BB) {
    if (none_of(BB, [&](const Instruction &I) {
          auto *Call = dyn_cast<CallBase>(&I);
          return Call && Covering.contains(Call);
        }))
      return;
    SmallPtrSet<const Value *, 32> Live;
    if (auto It = LiveOut.find(&BB); It != LiveOut.end())
      for (unsigned N : It->second.set_bits())
        Live.insert(Crossing[N]);
    for (const Instruction &I : reverse(BB)) {
      Live.erase(&I);
      auto *Call = dyn_cast<CallBase>(&I);
      if (Call && Covering.contains(Call) && !Maps.find(Call)->second.wholeFrame()) {
        for (const Value *V : Live)
          check(*Call, *V, "is used after it");
        visitArgumentsInMemory(*Call, [&](const Value &A) {
          if (Values.needsObject(&A))
            check(*Call, A, "lies in memory of this frame as an argument");
        });
      }
      if (!isa<PHINode>(I))
        forEachUse(I, [&](const Value &V, const Use &) { Live.insert(&V); });
    }
  }

  void check(const CallBase &Call, const Value &V, StringRef Why) {
    if (isCovered(Covering.find(&Call)->second, V) || !find(&Call))
      return;
    Problems << "the pointer " << name(V) << " " << Why
             << ", and neither it nor what it is derived from is listed\n";
    for (const Value *Memory : Maps.find(&Call)->second.memory())
      if (Slots.isSlot(Memory) && storesCover(*Memory, V))
        Problems << "  the slot " << name(*Memory)
                 << " is listed there, but does not hold it on every way to the call\n";
  }

  /// Whether a store to the slot would cover the value.
  bool storesCover(const Value &Slot, const Value &V) {
    return any_of(Slot.users(), [&](const User *U) {
      auto *Store = dyn_cast<StoreInst>(U);
      return Store && !isa<Constant>(Store->getValueOperand()) &&
             Values.derives(&V, Store->getValueOperand());
    });
  }

  bool isCovered(const SmallSetVector<const Value *, 8> &Listed, const Value &V) {
    const Value *Start = &V;
    for (const Value *Next = Start; Next; Next = Values.step(Next)) {
      if (Listed.contains(Next))
        return true;
      Start = Next;
    }
    // A vector or aggregate that is put together in registers: each of its parts.
    if (isa<InsertElementInst, InsertValueInst, ShuffleVectorInst>(Start)) {
      auto *I = cast<Instruction>(Start);
      return all_of(ArrayRef({I->getOperand(0), I->getOperand(1)}), [&](const Value *Part) {
        return !Values.needsObject(Part) || isCovered(Listed, *Part);
      });
    }
    return any_of(Listed, [&](const Value *B) { return Values.derives(Start, B); });
  }

  Function &F;
  raw_ostream &Problems;
  unsigned Findings = 0;
  SlotContents Slots;
  Derivations Values;
  MapsOfCalls Maps;
  /// What a map's slots hold, and what it lists itself; of the calls that can be reached.
  DenseMap<const CallBase *, SmallSetVector<const Value *, 8>> Covering;
  SmallPtrSet<const Instruction *, 32> Used;
  DenseMap<const Value *, unsigned> Numbers; ///< of values that are live at the end of a block
  SmallVector<const Value *, 32> Crossing;
  DenseMap<const BasicBlock *, BitVector> LiveOut;
};

} // namespace

bool verifyRoots(Function &F, raw_ostream &Problems) { return RootVerifier(F, Problems).run(); }

} // namespace tricolor
