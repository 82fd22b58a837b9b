//===- llvm-pass/Statepoints.cpp - The pass that makes frames precise ---------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// Per function:
//  1. Check what cannot be described, mark the function.
//  2. Sort the calls (Safepoints.h). Where one has no map, arguments that lie in the caller's frame move
//     into this one.
//  3. Find the candidates, their roots (which inserts base phis), the roots' liveness.
//  4. Replay liveness: which roots are live after which safepoint. Beside those, a call lists the roots
//     of arguments that the callee finds in this frame and not in its own: passed in memory, or variadic.
//  5. Decide which roots are listed as values and which by slots (RootForms.h).
//  6. Find which local variables to list where; create slots and stores; zero what needs it.
//  7. Replace each call by one with a bundle. A value that is the result of a call replaced before is
//     listed as what replaced it.
//
//===------------------------------------------------------------------------------------------===//

#include "Statepoints.h"

#include "Allocas.h"
#include "BasePointers.h"
#include "Candidates.h"
#include "Diagnostics.h"
#include "FrameRemarks.h"
#include "Functions.h"
#include "Liveness.h"
#include "Pipeline.h"
#include "RootForms.h"
#include "RuntimeInterface.h"
#include "Safepoints.h"
#include "Slots.h"
#include "StackMemory.h"

#include <tricolor/abi.h>

#include "llvm/ADT/SetVector.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Analysis/CFG.h"
#include "llvm/Analysis/CaptureTracking.h"
#include "llvm/Analysis/LoopInfo.h"
#include "llvm/Analysis/ValueTracking.h"
#include "llvm/IR/Dominators.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/InlineAsm.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/Instructions.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/IR/Module.h"
#include "llvm/IR/Verifier.h"
#include "llvm/Support/raw_ostream.h"

using namespace llvm;

namespace tricolor {
namespace {

/// A function whose calls list more places than this in all, and more for each call, describes the rest of
/// its calls as whole frames. Higher: functions with hundreds of locals and calls cost seconds and hundreds of
/// megabytes in the back end; lower: such functions retain more.
constexpr size_t MaxPlaces = 10'000;
constexpr size_t MaxPlacesPerCall = 16;

/// Registers in which the C calling convention passes integers and pointers; and floating point.
constexpr unsigned IntegerArgumentRegisters = 6;
constexpr unsigned VectorArgumentRegisters = 8;

/// Where the C calling convention passes arguments, one after the other.
class ArgumentPlaces {
public:
  explicit ArgumentPlaces(const DataLayout &DL) : DL(DL) {}

  /// Of the next argument. Whatever is not surely in registers may be in memory.
  bool mayBeInMemory(Type *Ty) {
    if (Ty->isPointerTy() || Ty->isIntegerTy())
      Integers += Ty->isIntegerTy() && Ty->getIntegerBitWidth() > 64 ? 2 : 1;
    else if (Ty->isFloatingPointTy() || Ty->isVectorTy()) // in pieces, without AVX
      Vectors += divideCeil(DL.getTypeSizeInBits(Ty).getFixedValue(), 128);
    return Ty->isAggregateType() || Integers > IntegerArgumentRegisters ||
           Vectors > VectorArgumentRegisters;
  }

private:
  const DataLayout &DL;
  unsigned Integers = 0;
  unsigned Vectors = 0;
};

class FunctionRewriter {
public:
  FunctionRewriter(Function &F, AllowedForms Allowed) : F(F), Allowed(Allowed), DT(F) {}

  void run() {
    gatherStaticAllocas(F);
    if (any_of(instructions(F), [&](const Instruction &I) { return hasNoMap(I); }))
      moveArgumentsIntoFrame();
    SmallVector<StoreInst *, 2> Homes = gatherParameterHomes();
    collectCalls();
    if (Calls.empty())
      return keepInFrame(Homes);
    for (CallBase *Call : Calls)
      keepCopiedArguments(*Call);
    Candidates Values(F);
    BasePointers Bases(F, Values, DT);
    Liveness Live(F, Bases);
    RootForms Forms(F, Live, Allowed);
    Slots Places(F, Bases, Live);

    collectRoots(Live, Forms, Places);
    Allocas Locals(F, Values);
    const size_t Limit = MaxPlaces + MaxPlacesPerCall * Calls.size();
    auto Listed = Locals.listings(Calls, Limit);
    Locals.zero();
    Places.create(DT);

    // Where the registers with variadic arguments are saved is known to the back end alone. Their caller
    // may list them no longer (it made a jump of the call), or be compiled by somebody else.
    bool WholeFrame = Locals.hasDynamicRoots() || F.callsFunctionThatReturnsTwice() || F.isVarArg();
    size_t Total = 0;
    for (unsigned I = 0; I != Calls.size(); ++I) {
      if (Kinds[I] != CallKind::Safepoint)
        continue;
      RootBundleWriter Bundle(F.getContext());
      for (const Allocas::Listing &L : Listed[I].Places)
        Bundle.addMask(operandFor(*L.Variable->Memory), L.Variable->Mask, L.Trust);
      bool Complete = Listed[I].Complete && Total <= Limit;
      if (Complete)
        for (unsigned Root : RootsAt[I]) {
          if (Forms.form(Root) == RootForm::Value)
            Bundle.addValue(Live.root(Root));
          else
            Places.list(Root, Bundle);
        }
      if (WholeFrame || !Complete)
        Bundle.addFrame();
      // A whole frame is all of its memory, and not all registers: that is what a call leaves.
      if (!Complete && isTrapPoll(*Calls[I]))
        Calls[I]->setCalledFunction(getPoll(*F.getParent()));
      Total += Bundle.size();
      Replacements.push_back({Calls[I], Bundle.take()});
    }
    for (auto &[Call, Operands] : Replacements)
      addBundle(*Call, Operands);
    keepInFrame(Homes);
    dropEffects();
  }

private:
  /// Whether a collection may see this frame at an instruction without a map: at a call that cannot carry
  /// one, or (a signal parks the thread) in a function of the C library.
  bool hasNoMap(const Instruction &I) const {
    // Optimized code copies so much without a call, whatever it is optimized for and may use: four registers of 8
    // bytes. Higher: a root is lost while a signal holds the thread in memcpy; lower: more arguments are copied.
    constexpr uint64_t InlineBytes = 32;
    auto *Call = dyn_cast<CallBase>(&I);
    if (!Call)
      return false;
    if (auto *Memory = dyn_cast<MemIntrinsic>(Call)) {
      auto *Length = dyn_cast<ConstantInt>(Memory->getLength());
      bool Optimized = Allowed == AllowedForms::Values && !F.hasOptNone();
      return !Optimized || !Length || Length->getValue().ugt(InlineBytes);
    }
    return isLibraryLeaf(*Call) || classifyCall(*Call) == CallKind::Unmapped;
  }

  /// Copies what is passed by value into variables. Without a map the frame is all that is scanned: it
  /// ends where the arguments begin, which are this function's to change.
  void moveArgumentsIntoFrame() {
    // A musttail call is given this function's own arguments, as they are then.
    auto IsHandedOn = [](const Use &U) {
      auto *Call = dyn_cast<CallInst>(U.getUser());
      return Call && Call->isMustTailCall() && Call->isDataOperand(&U) &&
             Call->isByValArgument(Call->getDataOperandNo(&U));
    };
    for (Argument &A : F.args()) {
      Type *Ty = A.getParamByValType();
      if (!Ty || A.use_empty())
        continue;
      const DataLayout &DL = F.getDataLayout();
      Align Alignment = std::max(A.getParamAlign().valueOrOne(), DL.getABITypeAlign(Ty));
      BasicBlock &Entry = F.getEntryBlock();
      IRBuilder<> Builder(&Entry, Entry.begin());
      AllocaInst *Copy = Builder.CreateAlloca(Ty, nullptr, A.getName() + ".copy");
      Copy->setAlignment(Alignment);
      copyPrivateMark(A, *Copy);
      uint64_t Bytes = DL.getTypeAllocSize(Ty).getFixedValue();
      SmallSetVector<Instruction *, 2> HandedOn;
      for (Use &U : A.uses())
        if (IsHandedOn(U))
          HandedOn.insert(cast<Instruction>(U.getUser()));
      A.replaceUsesWithIf(Copy, [&](Use &U) { return !IsHandedOn(U); });
      for (Instruction *I : HandedOn) {
        Builder.SetInsertPoint(I);
        Builder.CreateMemCpy(&A, A.getParamAlign(), Copy, Alignment, Bytes);
      }
      Builder.SetInsertPoint(&Entry, Entry.getFirstNonPHIOrDbgOrAlloca());
      Builder.CreateMemCpy(Copy, Alignment, &A, A.getParamAlign(), Bytes);
    }
  }

  /// The back end copies what is passed by value to the end of this frame, where no map can show it. A
  /// callee with maps shows it, but the frame of one without ends before it: there a variable of this
  /// function keeps what was passed, unless the original is one that nobody changes meanwhile.
  void keepCopiedArguments(CallBase &Call) {
    const Function *Callee = Call.getCalledFunction();
    if (Callee && isManaged(*Callee) && Callee->isDefinitionExact())
      return;
    const DataLayout &DL = F.getDataLayout();
    for (unsigned I = 0; I != Call.arg_size(); ++I) {
      if (!Call.isByValArgument(I))
        continue;
      Type *Ty = Call.getParamByValType(I);
      if (!mayHoldPointers(Ty, DL) ||
          isUnchangedByOthers(*getUnderlyingObject(Call.getArgOperand(I))))
        continue;
      Align Alignment = std::max(Call.getParamAlign(I).valueOrOne(), DL.getABITypeAlign(Ty));
      BasicBlock &Entry = F.getEntryBlock();
      auto *Copy = new AllocaInst(Ty, DL.getAllocaAddrSpace(), nullptr, Alignment, "argument.copy",
                                  Entry.begin());
      markPrivate(*Copy);
      IRBuilder<> Builder(&Call);
      Builder.CreateMemCpy(Copy, Alignment, Call.getArgOperand(I), Call.getParamAlign(I),
                           DL.getTypeAllocSize(Ty).getFixedValue());
      Call.setArgOperand(I, Copy);
    }
  }

  static bool isUnchangedByOthers(const Value &Object) {
    auto *A = dyn_cast<Argument>(&Object);
    return (isa<AllocaInst>(Object) || (A && A->hasByValAttr())) &&
           !PointerMayBeCaptured(&Object, /*ReturnCaptures=*/false);
  }

  void collectCalls() {
    for (Instruction &I : instructions(F)) {
      auto *Call = dyn_cast<CallBase>(&I);
      if (!Call)
        continue;
      CallKind Kind = classifyCall(*Call);
      if (!isSafepoint(Kind))
        continue;
      Calls.push_back(Call);
      Kinds.push_back(Kind);
    }
  }

  /// Arguments that lie in this frame during the call, outside any variable: their roots stay listed.
  static void visitArgumentsInMemory(CallBase &Call, function_ref<void(Value *)> Visit) {
    unsigned Fixed = Call.getFunctionType()->getNumParams();
    ArgumentPlaces Places(Call.getDataLayout());
    for (unsigned I = 0; I != Call.arg_size(); ++I) {
      Value *Argument = Call.getArgOperand(I);
      if (Places.mayBeInMemory(Argument->getType()) || I >= Fixed || Call.isByValArgument(I))
        Visit(Argument);
    }
  }

  void collectRoots(Liveness &Live, RootForms &Forms, Slots &Places) {
    DenseMap<const CallBase *, unsigned> Index;
    for (auto [I, Call] : enumerate(Calls))
      Index[Call] = I;
    RootsAt.resize(Calls.size());
    SmallVector<std::pair<CallBase *, SmallVector<unsigned, 8>>, 2> AfterReturnsTwice;
    BitVector At;
    Live.visit(
        [&](CallBase &Call, const BitVector &After) {
          if (Call.hasFnAttr(Attribute::ReturnsTwice)) {
            AfterReturnsTwice.push_back({&Call, {}});
            AfterReturnsTwice.back().second.append(After.set_bits_begin(), After.set_bits_end());
          }
          auto It = Index.find(&Call);
          if (It == Index.end())
            return;
          At = After;
          visitArgumentsInMemory(Call, [&](Value *Argument) {
            for (unsigned Root : Live.rootsUsedBy(Argument)) {
              if (!At.test(Root))
                Forms.needInFrame(Root);
              At.set(Root);
            }
          });
          RootsAt[It->second].append(At.set_bits_begin(), At.set_bits_end());
        },
        [](unsigned, const BitVector &) {});

    for (auto &[Twice, Roots] : AfterReturnsTwice)
      for (auto [I, Call] : enumerate(Calls))
        if (Call == Twice || isPotentiallyReachable(Twice, Call, nullptr, &DT)) {
          RootsAt[I].append(Roots);
          sort(RootsAt[I]);
          RootsAt[I].erase(unique(RootsAt[I]), RootsAt[I].end());
        }

    for (unsigned I = 0; I != Calls.size(); ++I) {
      // The back end cannot spill an operand that is the callee as well.
      Forms.needInFrame(Live.rootsUsedBy(Calls[I]->getCalledOperand()));
      if (Kinds[I] == CallKind::Safepoint)
        Forms.need(*Calls[I], RootsAt[I]);
      else
        Forms.needInFrame(RootsAt[I]);
    }
    Forms.decide(DT);
    for (auto [Call, Roots] : zip_equal(Calls, RootsAt))
      for (unsigned Root : Roots)
        if (Forms.form(Root) == RootForm::Slot)
          Places.need(Root, *Call);
    if (!Places.needsAny())
      return;
    Live.visit(
        [](CallBase &, const BitVector &) {},
        [&](unsigned Root, const BitVector &LiveThere) { Places.noteConflicts(Root, LiveThere); });
  }

  /// Where variables begin as parameters that may be passed in memory. The back end keeps such a variable where
  /// the caller put it, in the caller's frame, which no scan of this frame as a whole reaches.
  SmallVector<StoreInst *, 2> gatherParameterHomes() {
    SmallVector<StoreInst *, 2> Homes;
    ArgumentPlaces Places(F.getDataLayout());
    SmallPtrSet<const Value *, 4> InMemory;
    for (Argument &A : F.args())
      if (Places.mayBeInMemory(A.getType()))
        InMemory.insert(&A);
    for (Instruction &I : F.getEntryBlock())
      if (auto *Store = dyn_cast<StoreInst>(&I);
          Store && InMemory.contains(Store->getValueOperand()))
        if (auto *Home = dyn_cast<AllocaInst>(Store->getPointerOperand()->stripPointerCasts());
            Home && Home->isStaticAlloca() &&
            none_of(Home->users(), [](const User *U) { return isa<LifetimeIntrinsic>(U); }))
          Homes.push_back(Store);
    return Homes;
  }

  /// Gives these variables memory of this frame: the back end leaves them alone if anything but stores uses them
  /// before.
  static void keepInFrame(ArrayRef<StoreInst *> Homes) {
    for (StoreInst *Store : Homes)
      IRBuilder<>(Store).CreateLifetimeStart(Store->getPointerOperand()->stripPointerCasts());
  }

  /// What bundles call a variable by. Loop strength reduction, which runs in the back end, computes a
  /// variable's address from another one in any operand behind a loop, a bundle's as well, and no map
  /// could say where the variable lies. It leaves instructions before the loop alone, and looks through no
  /// launder_invariant_group; CodeGenPrepare puts the variable back.
  Value *operandFor(Value &Variable) {
    if (Allowed == AllowedForms::Slots || F.hasOptNone())
      return &Variable; // neither of the two passes runs
    if (!HasLoops)
      HasLoops = !LoopInfo(DT).empty();
    if (!*HasLoops)
      return &Variable;
    Value *&Name = Names[&Variable];
    if (!Name) {
      BasicBlock &Entry = F.getEntryBlock();
      auto *Memory = dyn_cast<AllocaInst>(&Variable);
      IRBuilder<> Builder(&Entry, Memory ? std::next(Memory->getIterator())
                                         : Entry.getFirstNonPHIOrDbgOrAlloca());
      Builder.SetCurrentDebugLocation(DebugLoc());
      Name = Builder.CreateLaunderInvariantGroup(&Variable);
      Name->setName("tricolor.variable");
    }
    return Name;
  }

  /// Makes a value that the back end cannot look through.
  static Value *opaqueCopy(Value *V, Instruction *Before) {
    auto *Ty = FunctionType::get(V->getType(), {V->getType()}, false);
    InlineAsm *Copy = InlineAsm::get(Ty, "", "=r,0", /*hasSideEffects=*/false);
    return CallInst::Create(Ty, Copy, {V}, "callee", Before->getIterator());
  }

  void addBundle(CallBase &Call, MutableArrayRef<Value *> Operands) {
    for (Value *&Operand : Operands)
      if (auto It = Replaced.find(Operand); It != Replaced.end())
        Operand = It->second;
    if (calleeNeedsCopy(Call))
      Call.setCalledOperand(opaqueCopy(Call.getCalledOperand(), &Call));
    CallBase *New = CallBase::addOperandBundle(
        &Call, LLVMContext::OB_deopt, OperandBundleDef("deopt", Operands), Call.getIterator());
    if (auto *CI = dyn_cast<CallInst>(New))
      if (CI->getTailCallKind() == CallInst::TCK_Tail)
        CI->setTailCallKind(CallInst::TCK_None);
    if (isPoll(*New) || isTrapPoll(*New))
      New->addFnAttr(Attribute::get(F.getContext(), "statepoint-id", utostr(PollSiteID)));
    // The collector runs: memory is read, other threads are waited for.
    New->removeFnAttr(Attribute::Memory);
    New->removeFnAttr(Attribute::NoSync);
    New->takeName(&Call);
    Call.replaceAllUsesWith(New);
    Replaced[&Call] = New;
    Call.eraseFromParent();
  }

  /// The function now waits for the collector, whatever it computes.
  void dropEffects() {
    F.removeFnAttr(Attribute::Memory);
    F.removeFnAttr(Attribute::NoSync);
    F.removeFnAttr(Attribute::Speculatable);
  }

  Function &F;
  AllowedForms Allowed;
  DominatorTree DT;
  SmallVector<CallBase *, 16> Calls;
  SmallVector<CallKind, 16> Kinds;
  SmallVector<SmallVector<unsigned, 4>, 0> RootsAt;
  SmallVector<std::pair<CallBase *, SmallVector<Value *, 16>>, 0> Replacements;
  std::optional<bool> HasLoops;
  DenseMap<const Value *, Value *> Names; ///< by variable, see operandFor()
  /// By the call that was, whose memory another one may have by now: asked once for an operand.
  DenseMap<const Value *, CallBase *> Replaced;
};

/// Reports what cannot be described; true if nothing stands in the way.
bool check(Function &F) {
  bool Good = true;
  if (F.hasGC() && F.getGC() != TRICOLOR_GC_NAME) {
    reportError(F, "function '" + F.getName() + "' has gc \"" + F.getGC() +
                       "\"; it cannot be mixed with Tricolor's in one module");
    Good = false;
  }
  for (Instruction &I : instructions(F)) {
    auto *Call = dyn_cast<CallBase>(&I);
    if (!Call)
      continue;
    if (Call->getOperandBundle(LLVMContext::OB_deopt)) {
      reportError(I, "a call in '" + F.getName() +
                         "' already has a deopt bundle; Tricolor needs it for its own maps");
      Good = false;
    }
    switch (Call->getIntrinsicID()) {
    case Intrinsic::experimental_gc_statepoint:
    case Intrinsic::experimental_deoptimize:
    case Intrinsic::experimental_patchpoint:
    case Intrinsic::experimental_patchpoint_void:
    case Intrinsic::experimental_stackmap:
      reportError(I, "'" + F.getName() + "' uses " + Call->getCalledFunction()->getName() +
                         ", whose stack maps cannot be mixed with Tricolor's");
      Good = false;
      break;
    default:
      break;
    }
  }
  return Good;
}

} // namespace

PreservedAnalyses StatepointPass::run(Module &M, ModuleAnalysisManager &) {
  bool Verify = verifiesIR();
  for (Function &F : M) {
    if (!isManaged(F) || !check(F))
      continue;
    F.setGC(TRICOLOR_GC_NAME);
    // The runtime walks by unwind tables, whatever the program wanted them for.
    F.setUWTableKind(UWTableKind::Async);
    FunctionRewriter(F, Allowed).run();
    remarkOnFrame(F);
    if (Verify && verifyFunction(F, &errs()))
      reportFatalInternalError("tricolor-statepoints broke function '" + F.getName() + "'");
  }
  return PreservedAnalyses::none();
}

} // namespace tricolor
