//===- clang-plugin/GlobalAllocation.cpp - Global operator new and delete ---------------------===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//

#include "GlobalAllocation.h"

#include "clang/AST/ASTContext.h"
#include "clang/AST/Decl.h"
#include "clang/AST/DeclarationName.h"
#include "clang/Basic/Diagnostic.h"

using namespace clang;

namespace tricolor {

void checkGlobalAllocation(ASTContext &Context, DiagnosticsEngine &Diagnostics) {
  if (!Context.getLangOpts().CPlusPlus)
    return;
  for (OverloadedOperatorKind Operator : {OO_New, OO_Delete, OO_Array_New, OO_Array_Delete})
    for (NamedDecl *Found : Context.getTranslationUnitDecl()->lookup(
             Context.DeclarationNames.getCXXOperatorName(Operator))) {
      const auto *Function = dyn_cast<FunctionDecl>(Found);
      if (!Function || !Function->isReplaceableGlobalAllocationFunction())
        continue;
      const FunctionDecl *Definition = Function->getDefinition();
      if (!Definition)
        continue;
      unsigned Error = Diagnostics.getCustomDiagID(
          DiagnosticsEngine::Error,
          "a replacement of the global %0 cannot be compiled with the tricolor plugin: the runtime "
          "defines it, and memory from elsewhere would hide pointers from the collector; remove "
          "the "
          "definition, or make it a member of a class");
      Diagnostics.Report(Definition->getLocation(), Error) << Definition->getDeclName();
    }
}

} // namespace tricolor
