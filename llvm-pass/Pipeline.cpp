//===- llvm-pass/Pipeline.cpp - The order of the passes ----------------------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// Why this order. Exceptions first: the calls it redirects are ordinary calls to everybody else.
// Barriers before polls: a poll put before a store's barrier is harmless, one between them is not.
// Statepoints after both: polls are calls that need a map, and slow paths of barriers are calls
// that need none. Addresses of locals are copied when no pass looks at locals any more. Tables after
// that: statepoints decides nothing about them, but may add functions (thunks). The pending marker
// last: it says that all of the others ran.
// Behind the verifier, what only changes the form of the code.
//
//===------------------------------------------------------------------------------------------===//

#include "Pipeline.h"
#include "Allocas.h"
#include "Barriers.h"
#include "Diagnostics.h"
#include "EncodedBarriers.h"
#include "Exceptions.h"
#include "Functions.h"
#include "Globals.h"
#include "InlineAllocation.h"
#include "MachineMaps.h"
#include "MapPrinter.h"
#include "MeasuredParts.h"
#include "MemoryCallees.h"
#include "ModuleConstructor.h"
#include "PendingMarker.h"
#include "Polls.h"
#include "ReusedStorage.h"
#include "SlowPathPlaces.h"
#include "Statepoints.h"
#include "Statistics.h"
#include "Strategy.h"
#include "TargetCheck.h"
#include "TrapPolls.h"
#include "TypeDescriptors.h"
#include "UnmappedCalls.h"
#include "Verify.h"
#include "VerifyBarriers.h"

#include "llvm/IR/Module.h"
#include "llvm/IR/Verifier.h"
#include "llvm/Passes/PassBuilder.h"
#include "llvm/Support/CommandLine.h"
#include "llvm/Support/ErrorHandling.h"
#include "llvm/Support/raw_ostream.h"
#include "llvm/Transforms/IPO/GlobalDCE.h"

using namespace llvm;

namespace tricolor {
namespace {

constexpr StringLiteral DoneMetadata = "tricolor.done";
constexpr StringLiteral LinkedMetadata = "tricolor.linked";
constexpr StringLiteral VerifyOptionName = "tricolor-verify-ir";

VerifyIR VerifyMode = VerifyIR::Off;

/// The option, or the one of another module of ours in this process: LLVM allows a name once.
class VerifyOption {
public:
  VerifyOption() {
    auto &Registered = cl::getRegisteredOptions();
    if (auto Found = Registered.find(VerifyOptionName); Found != Registered.end())
      Option = static_cast<cl::opt<bool> *>(Found->second);
    else
      Option = new cl::opt<bool>(StringRef(VerifyOptionName), cl::Hidden,
                                 cl::desc("verify the IR after each Tricolor pass"));
  }
  bool isSet() const { return *Option; }

private:
  cl::opt<bool> *Option; ///< never deleted: the command line outlives the plugin's statics
};

const VerifyOption VerifyFlag;

class Runner {
public:
  Runner(Module &M, ModuleAnalysisManager &MAM) : M(M), MAM(MAM) {}

  template <class PassT> void run(StringRef Name, PassT Pass) {
    PreservedAnalyses Preserved = Pass.run(M, MAM);
    MAM.invalidate(M, Preserved);
    All.intersect(Preserved);
    if (!verifiesIR())
      return;
    std::string Problem;
    raw_string_ostream Out(Problem);
    if (verifyModule(M, &Out))
      reportFatalInternalError("tricolor: invalid IR after " + Twine(Name) + " in " +
                               M.getModuleIdentifier() + ":\n" + Problem);
  }

  /// Whether every write still has its barrier.
  void verifyBarriers() {
    if (verifiesIR() && isCompiledIn(Part::Barriers))
      VerifyBarriersPass().run(M, MAM);
  }

  PreservedAnalyses preserved() const { return All; }

private:
  Module &M;
  ModuleAnalysisManager &MAM;
  PreservedAnalyses All = PreservedAnalyses::all();
};

/// Marks what the late passes must leave alone, and keeps them from splitting a block of allocas.
struct MarkPass : PassInfoMixin<MarkPass> {
  PreservedAnalyses run(Module &M, ModuleAnalysisManager &) {
    markUnmanaged(M);
    for (Function &F : M)
      if (isManaged(F))
        gatherStaticAllocas(F);
    // Allocas that lie elsewhere in their block change no answer.
    return PreservedAnalyses::all();
  }
  static bool isRequired() { return true; }
};

struct NamedPass {
  StringLiteral Name;
  void (*Add)(ModulePassManager &);
};

template <class PassT> void add(ModulePassManager &PM) { PM.addPass(PassT()); }
template <class PassT, AllowedForms Allowed> void addWith(ModulePassManager &PM) {
  PM.addPass(PassT(Allowed));
}

void addLatePasses(ModulePassManager &PM, OptimizationLevel Level, BackEnd Where) {
  // The tables keep every function alive that is still there.
  if (Level != OptimizationLevel::O0)
    PM.addPass(GlobalDCEPass());
  PM.addPass(
      LatePass(Level == OptimizationLevel::O0 ? AllowedForms::Slots : AllowedForms::Values, Where));
}

constexpr NamedPass NamedPasses[] = {
    {"tricolor-early", add<EarlyPass>},
    {"tricolor", addWith<LatePass, AllowedForms::Values>},
    {"tricolor<slots>", addWith<LatePass, AllowedForms::Slots>},
    {"tricolor-types", add<TypeDescriptorsPass>},
    {"tricolor-global-masks", add<GlobalMasksPass>},
    {"tricolor-reused-storage", add<ReusedStoragePass>},
    {"tricolor-exceptions", add<ExceptionsPass>},
    {"tricolor-barriers", add<BarriersPass>},
    {"tricolor-polls", add<PollsPass>},
    {"tricolor-verify-barriers", add<VerifyBarriersPass>},
    {"tricolor-inline-allocation", add<InlineAllocationPass>},
    {"tricolor-statepoints", addWith<StatepointPass, AllowedForms::Slots>},
    {"tricolor-statepoints<values>", addWith<StatepointPass, AllowedForms::Values>},
    {"tricolor-globals", add<GlobalsPass>},
    {"tricolor-functions", add<FunctionsPass>},
    {"tricolor-module", add<ModuleConstructorPass>},
    {"tricolor-pending", add<PendingMarkerPass>},
    {"tricolor-verify", add<VerifyPass>},
    {"tricolor-slow-path-places", add<SlowPathPlacesPass>},
    {"tricolor-encoded-barriers", add<EncodedBarriersPass>},
};

} // namespace

void setVerifyIR(VerifyIR Mode) { VerifyMode = Mode; }

bool verifiesIR() { return VerifyMode == VerifyIR::On || VerifyFlag.isSet(); }

PreservedAnalyses EarlyPass::run(Module &M, ModuleAnalysisManager &MAM) {
  if (M.getNamedMetadata(DoneMetadata))
    return PreservedAnalyses::all();
  Runner R(M, MAM);
  R.run("tricolor-types", TypeDescriptorsPass());
  R.run("tricolor-global-masks", GlobalMasksPass());
  R.run("tricolor-reused-storage", ReusedStoragePass());
  return R.preserved();
}

PreservedAnalyses LatePass::run(Module &M, ModuleAnalysisManager &MAM) {
  if (M.getNamedMetadata(LinkedMetadata))
    return PreservedAnalyses::all();
  if (M.getNamedMetadata(DoneMetadata)) {
    if (Where == BackEnd::Linker)
      reportError(M, "a bitcode file of this link has its maps already, and link-time optimization "
                     "moved its code; compile it with -flto, or to an object file");
    return PreservedAnalyses::all();
  }
  M.getOrInsertNamedMetadata(Where == BackEnd::Linker ? LinkedMetadata : DoneMetadata);
  if (checkModule(M) == Verdict::Refused)
    return PreservedAnalyses::none();
  Runner R(M, MAM);
  R.run("tricolor-mark", MarkPass());
  R.run("tricolor-types", TypeDescriptorsPass());
  R.run("tricolor-exceptions", ExceptionsPass());
  if (isCompiledIn(Part::Barriers)) {
    R.run("tricolor-barriers", BarriersPass());
    R.verifyBarriers();
  } else {
    eraseReuseMarks(M);
  }
  if (isCompiledIn(Part::Polls)) {
    R.run("tricolor-polls", PollsPass(Allowed));
    R.verifyBarriers();
  }
  R.run("tricolor-statepoints", StatepointPass(Allowed));
  R.run("tricolor-globals", GlobalsPass());
  R.run("tricolor-functions", FunctionsPass());
  if (Where == BackEnd::Compiler)
    R.run("tricolor-module", ModuleConstructorPass());
  R.run("tricolor-pending", PendingMarkerPass(Where));
  if (verifiesIR())
    R.run("tricolor-verify", VerifyPass());
  if (Allowed == AllowedForms::Values) {
    R.run("tricolor-inline-allocation", InlineAllocationPass());
    R.run("tricolor-slow-path-places", SlowPathPlacesPass());
    R.run("tricolor-encoded-barriers", EncodedBarriersPass());
  }
  printStatistics();
  return PreservedAnalyses::none();
}

PreservedAnalyses PreLinkPass::run(Module &M, ModuleAnalysisManager &) {
  if (M.getNamedMetadata(DoneMetadata) || checkModule(M) == Verdict::Refused)
    return PreservedAnalyses::all();
  addModuleConstructor(M);
  leavePendingToLinker(M);
  return PreservedAnalyses::none();
}

void registerPasses(PassBuilder &PB) {
  linkStrategy();
  linkMapPrinter();
  linkTrapPolls();
  linkMemoryCallees();
  linkUnmappedCalls();
  linkSlowPathPlaces();
  linkMachineMaps();
  // Once more: clang resets all options before it starts a compilation.
  leaveValuesInRegisters();
  PB.registerPipelineParsingCallback(
      [](StringRef Name, ModulePassManager &PM, ArrayRef<PassBuilder::PipelineElement>) {
        for (const NamedPass &Pass : NamedPasses)
          if (Name == Pass.Name) {
            Pass.Add(PM);
            return true;
          }
        return false;
      });
  PB.registerPipelineStartEPCallback(
      [](ModulePassManager &PM, OptimizationLevel) { PM.addPass(EarlyPass()); });
  PB.registerOptimizerLastEPCallback([](ModulePassManager &PM, OptimizationLevel Level,
                                        ThinOrFullLTOPhase Phase) {
    if (Phase == ThinOrFullLTOPhase::ThinLTOPreLink || Phase == ThinOrFullLTOPhase::FullLTOPreLink)
      PM.addPass(PreLinkPass());
    else
      addLatePasses(PM, Level,
                    Phase == ThinOrFullLTOPhase::None ? BackEnd::Compiler : BackEnd::Linker);
  });
  PB.registerFullLinkTimeOptimizationLastEPCallback(
      [](ModulePassManager &PM, OptimizationLevel Level) {
        addLatePasses(PM, Level, BackEnd::Linker);
      });
}

} // namespace tricolor
