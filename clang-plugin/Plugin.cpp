//===- clang-plugin/Plugin.cpp - The entry point of TricolorClang.so --------------------------===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// `clang++ -fplugin=TricolorClang.so` is all that a user needs: the action registered here runs
// beside every compilation, puts the passes into the optimizer's pipeline, predefines __TRICOLOR__,
// and watches the translation unit for collected types.
//
// Arguments, each as -fplugin-arg-tricolor-<argument>: see Arguments below, or `help`.
//
//===------------------------------------------------------------------------------------------===//

#include "CompilationCheck.h"
#include "GlobalAllocation.h"
#include "HostCheck.h"
#include "MeasuredParts.h"
#include "PendingVariable.h"
#include "Pipeline.h"
#include "PollForm.h"
#include "Predefines.h"
#include "ReuseMarkers.h"
#include "SerializedOperators.h"
#include "TypeAnnotations.h"

#include "clang/AST/ASTConsumer.h"
#include "clang/AST/ASTMutationListener.h"
#include "clang/AST/DeclCXX.h"
#include "clang/Frontend/CompilerInstance.h"
#include "clang/Frontend/FrontendAction.h"
#include "clang/Frontend/FrontendPluginRegistry.h"

#include "llvm/Support/raw_ostream.h"

#include <cstdio>
#include <cstdlib>

using namespace clang;

namespace tricolor {

namespace {

/// A foreign clang has registries of its own and would ignore the plugin silently, or crash. So
/// this is checked when the library is loaded, before anything of clang's is touched.
struct LoadCheck {
  LoadCheck() {
    std::string Problem = checkHost();
    if (Problem.empty())
      return;
    std::fprintf(stderr, "%s\n", Problem.c_str());
    std::_Exit(1);
  }
} const CheckedAtLoad;

struct Settings {
  DestructorWarning Destructors = DestructorWarning::On;
};

struct Argument {
  llvm::StringLiteral Name;
  llvm::StringLiteral Help;
  void (*Apply)(Settings &);
};

constexpr Argument Arguments[] = {
    {"help", "list the arguments and compile nothing", nullptr},
    {"no-warn-destructors",
     "do not warn about collected types whose destructor the collector cannot run",
     [](Settings &S) { S.Destructors = DestructorWarning::Off; }},
    {"measure=maps", "for measuring only: leave out polls and barriers; must not collect",
     [](Settings &) { setMeasuredParts("maps"); }},
    {"measure=maps,polls", "for measuring only: leave out barriers; must not collect",
     [](Settings &) { setMeasuredParts("maps,polls"); }},
    {"measure=maps,barriers", "for measuring only: leave out polls; must not collect",
     [](Settings &) { setMeasuredParts("maps,barriers"); }},
    {"measure=maps,polls,barriers", "everything, as without an argument",
     [](Settings &) { setMeasuredParts("maps,polls,barriers"); }},
    {"polls=test", "polls test a flag and branch, as always at -O0",
     [](Settings &) { setPollForm(PollForm::Test); }},
    {"polls=trap",
     "polls read a page that the collector protects (from -O1 on), as without an argument",
     [](Settings &) { setPollForm(PollForm::Trap); }},
    {"verify-ir",
     "verify the LLVM IR after each of the plugin's passes, and the maps and barriers they made",
     [](Settings &) { setVerifyIR(VerifyIR::On); }},
};

/// Watches one translation unit. Stands before the code generator in the line of consumers.
class Consumer : public ASTConsumer, public ASTMutationListener {
public:
  Consumer(CompilerInstance &CI, Settings S) : CI(CI), S(S) {}

  bool HandleTopLevelDecl(DeclGroupRef Group) override {
    for (Decl *D : Group)
      markReuse(CI, *D);
    return true;
  }

  void HandleInlineFunctionDefinition(FunctionDecl *Function) override { markReuse(CI, *Function); }

  void HandleCXXStaticMemberVarInstantiation(VarDecl *Variable) override {
    annotateDescriptor(CI, *Variable, S.Destructors);
    markReuse(CI, *Variable);
  }

  void CompletedImplicitDefinition(const FunctionDecl *Function) override {
    markReuse(CI, *const_cast<FunctionDecl *>(Function));
  }

  void HandleTranslationUnit(ASTContext &Context) override {
    finishReuseMarkers(CI);
    checkGlobalAllocation(Context, CI.getDiagnostics());
    plantPendingVariable(CI);
  }

  ASTMutationListener *GetASTMutationListener() override { return this; }
  ASTDeserializationListener *GetASTDeserializationListener() override { return &Operators; }

private:
  CompilerInstance &CI;
  Settings S;
  SerializedOperators Operators;
};

class Action : public PluginASTAction {
  std::unique_ptr<ASTConsumer> CreateASTConsumer(CompilerInstance &CI, StringRef) override {
    if (checkCompilation(CI) == Compilation::Refused)
      return std::make_unique<ASTConsumer>();
    addPredefines(CI.getPreprocessor());
    announceReuseMarkers();
    CI.getCodeGenOpts().PassBuilderCallbacks.push_back(registerPasses);
    return std::make_unique<Consumer>(CI, S);
  }

  bool ParseArgs(const CompilerInstance &CI, const std::vector<std::string> &Given) override {
    for (const std::string &Text : Given) {
      const Argument *Found =
          llvm::find_if(Arguments, [&](const Argument &A) { return A.Name == Text; });
      if (Found == std::end(Arguments)) {
        reportUnknown(CI.getDiagnostics(), Text);
        return false;
      }
      if (!Found->Apply) {
        printHelp();
        std::exit(0);
      }
      Found->Apply(S);
    }
    return true;
  }

  ActionType getActionType() override { return AddBeforeMainAction; }

  static void reportUnknown(DiagnosticsEngine &Diagnostics, StringRef Text) {
    std::string Valid;
    for (const Argument &A : Arguments)
      Valid += (Valid.empty() ? "" : ", ") + A.Name.str();
    unsigned Error = Diagnostics.getCustomDiagID(
        DiagnosticsEngine::Error, "unknown argument '%0' of the tricolor plugin; valid are: %1");
    Diagnostics.Report(Error) << Text << Valid;
  }

  static void printHelp() {
    llvm::outs() << "Arguments of the tricolor plugin:\n";
    for (const Argument &A : Arguments)
      llvm::outs() << "  -fplugin-arg-tricolor-" << A.Name << "\n      " << A.Help << "\n";
    llvm::outs().flush();
  }

  Settings S;
};

FrontendPluginRegistry::Add<Action> Registered("tricolor", "the Tricolor garbage collector");

} // namespace

} // namespace tricolor
