//===- llvm-pass/CallCycles.cpp - Polls that cut every cycle of calls ---------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// A declared libc function (TargetLibraryInfo knows it by name and prototype) without a function
// among its arguments does not call back, nor does a callee that says `nocallback`; operator new
// may call a new-handler, but a recursion through it that never ends is no program's plan. The C++
// library's functions that throw do not call back either: frames are left, not entered.
//
//===------------------------------------------------------------------------------------------===//

#include "CallCycles.h"
#include "Functions.h"
#include "LibrarySorts.h"

#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/Analysis/TargetLibraryInfo.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/IR/Module.h"

using namespace llvm;

namespace tricolor {
namespace {

/// Whether the callee takes a function it might call: those libc functions call back.
bool mayCallItsArguments(LibFunc Func) {
  return Func == LibFunc_qsort || Func == LibFunc_atexit || Func == LibFunc_cxa_atexit;
}

/// Whether a call may lead back into the function that makes it.
bool mayLeadBack(const CallBase &Call, const TargetLibraryInfo &TLI) {
  if (Call.isInlineAsm() || isa<IntrinsicInst>(Call))
    return false;
  if (Call.hasFnAttr(Attribute::NoRecurse) || Call.hasFnAttr(Attribute::NoCallback))
    return false;
  const Function *Callee = Call.getCalledFunction();
  if (!Callee)
    return true;
  if (!Callee->isDeclaration())
    return true;
  StringRef Name = Callee->getName();
  if (isRuntimeSort(*Callee))
    return true;
  if (Name.starts_with("tricolor_") || (Name.starts_with("_ZSt") && Name.contains("__throw_")))
    return false;
  LibFunc Func;
  if (TLI.getLibFunc(*Callee, Func))
    return mayCallItsArguments(Func);
  return true;
}

/// A call that is not made where it matters what a poll costs.
bool isCold(const CallBase &Call) {
  return Call.doesNotReturn() || Call.hasFnAttr(Attribute::Cold) ||
         isa<UnreachableInst>(Call.getParent()->getTerminator());
}

/// The graph inside the module, without what has been cut.
class Graph {
public:
  SmallSetVector<const Function *, 8> &edgesOf(const Function &F) { return Edges[&F]; }

  /// Chooses functions until no cycle is left. The recursive ones among a cycle's functions first,
  /// then the one that most of the others call.
  void cut(DenseSet<const Function *> &Chosen, ArrayRef<const Function *> Order) {
    SmallVector<const Function *, 16> Cycle;
    while (findComponent(Chosen, Order, Cycle))
      Chosen.insert(best(Cycle));
  }

private:
  struct State {
    unsigned Index = 0;
    unsigned Low = 0;
    bool OnStack = false;
  };

  const Function *best(ArrayRef<const Function *> Cycle) {
    const Function *Best = Cycle.front();
    size_t Most = 0;
    for (const Function *F : Cycle) {
      if (Edges[F].contains(F))
        return F;
      size_t Callers = count_if(Cycle, [&](const Function *G) { return Edges[G].contains(F); });
      if (Callers > Most) {
        Best = F;
        Most = Callers;
      }
    }
    return Best;
  }

  /// Tarjan's algorithm, without recursion, until the first component that has a cycle.
  bool findComponent(const DenseSet<const Function *> &Removed, ArrayRef<const Function *> Order,
                     SmallVectorImpl<const Function *> &Component) {
    DenseMap<const Function *, State> States;
    SmallVector<const Function *, 16> Stack;
    SmallVector<std::pair<const Function *, unsigned>, 16> Path;
    unsigned Counter = 0;
    auto Enter = [&](const Function *F) {
      State &S = States[F];
      S.Index = S.Low = ++Counter;
      S.OnStack = true;
      Stack.push_back(F);
      Path.push_back({F, 0});
    };
    for (const Function *Start : Order) {
      if (Removed.contains(Start) || States.contains(Start))
        continue;
      Enter(Start);
      while (!Path.empty()) {
        auto [F, Next] = Path.back();
        auto &Out = Edges[F];
        if (Next < Out.size()) {
          ++Path.back().second;
          const Function *To = Out[Next];
          if (Removed.contains(To))
            continue;
          if (!States.contains(To))
            Enter(To);
          else if (States[To].OnStack)
            States[F].Low = std::min(States[F].Low, States[To].Index);
          continue;
        }
        Path.pop_back();
        if (!Path.empty()) {
          State &Up = States[Path.back().first];
          Up.Low = std::min(Up.Low, States[F].Low);
        }
        if (States[F].Low != States[F].Index)
          continue;
        Component.clear();
        const Function *Member;
        do {
          Member = Stack.pop_back_val();
          States[Member].OnStack = false;
          Component.push_back(Member);
        } while (Member != F);
        if (Component.size() > 1 || Edges[F].contains(F))
          return true;
      }
    }
    return false;
  }

  DenseMap<const Function *, SmallSetVector<const Function *, 8>> Edges;
};

} // namespace

CallPolls findCallPolls(ArrayRef<Function *> Functions,
                        function_ref<const TargetLibraryInfo &(Function &)> LibraryOf) {
  CallPolls Polls;
  Graph Inside;
  SmallVector<const Function *, 32> Order;
  DenseSet<const Function *> Known(Functions.begin(), Functions.end());
  for (Function *F : Functions) {
    Order.push_back(F);
    Inside.edgesOf(*F);
  }
  for (Function *F : Functions) {
    if (F->doesNotRecurse())
      continue;
    const TargetLibraryInfo &TLI = LibraryOf(*F);
    for (Instruction &I : instructions(*F)) {
      auto *Call = dyn_cast<CallBase>(&I);
      if (!Call || !mayLeadBack(*Call, TLI))
        continue;
      const Function *Callee = Call->getCalledFunction();
      if (isCold(*Call)) {
        Polls.ColdCalls.push_back(Call);
        continue;
      }
      Polls.Leaving[F].push_back(Call);
      if (!Callee || !Known.contains(Callee) || !Callee->hasExactDefinition())
        Polls.Entries.insert(F);
      else if (!Callee->doesNotRecurse())
        Inside.edgesOf(*F).insert(Callee);
    }
  }
  Inside.cut(Polls.Entries, Order);
  return Polls;
}

} // namespace tricolor
