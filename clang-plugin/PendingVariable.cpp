//===- clang-plugin/PendingVariable.cpp - Proof that the passes have not run ------------------===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//

#include "PendingVariable.h"
#include "PendingMarker.h"

#include "clang/AST/ASTConsumer.h"
#include "clang/AST/ASTContext.h"
#include "clang/AST/Attr.h"
#include "clang/AST/Decl.h"
#include "clang/AST/Expr.h"
#include "clang/Frontend/CompilerInstance.h"
#include "clang/Frontend/FrontendOptions.h"

using namespace clang;

namespace tricolor {

namespace {

bool generatesCode(frontend::ActionKind Action) {
  switch (Action) {
  case frontend::EmitAssembly:
  case frontend::EmitBC:
  case frontend::EmitLLVM:
  case frontend::EmitLLVMOnly:
  case frontend::EmitCodeGenOnly:
  case frontend::EmitObj:
    return true;
  default:
    return false;
  }
}

/// `void NAME(void);` with exactly that symbol, also in C++.
FunctionDecl *declareMessage(ASTContext &C) {
  QualType Type = C.getFunctionType(C.VoidTy, {}, FunctionProtoType::ExtProtoInfo());
  auto *Function = FunctionDecl::Create(C, C.getTranslationUnitDecl(), SourceLocation(),
                                        SourceLocation(), &C.Idents.get(PendingFunctionName), Type,
                                        C.getTrivialTypeSourceInfo(Type), SC_Extern);
  Function->setImplicit();
  Function->addAttr(AsmLabelAttr::CreateImplicit(C, PendingFunctionName));
  return Function;
}

/// `static void (*const VARIABLE)(void) __attribute__((used, retain)) = NAME;`. Retained, because a
/// linker that drops unused sections would not mind what is undefined in them.
VarDecl *defineVariable(ASTContext &C, FunctionDecl *Message) {
  QualType Pointer = C.getPointerType(Message->getType());
  QualType Type = Pointer.withConst();
  auto *Variable = VarDecl::Create(C, C.getTranslationUnitDecl(), SourceLocation(),
                                   SourceLocation(), &C.Idents.get(PendingVariableName), Type,
                                   C.getTrivialTypeSourceInfo(Type), SC_Static);
  Variable->setImplicit();
  Variable->addAttr(AsmLabelAttr::CreateImplicit(C, PendingVariableName));
  Variable->addAttr(UsedAttr::CreateImplicit(C));
  Variable->addAttr(RetainAttr::CreateImplicit(C));
  Variable->addAttr(NoDebugAttr::CreateImplicit(C));
  auto *Reference = DeclRefExpr::Create(C, NestedNameSpecifierLoc(), SourceLocation(), Message,
                                        /*RefersToEnclosingVariableOrCapture=*/false,
                                        SourceLocation(), Message->getType(), VK_LValue);
  Variable->setInit(ImplicitCastExpr::Create(C, Pointer, CK_FunctionToPointerDecay, Reference,
                                             /*BasePath=*/nullptr, VK_PRValue,
                                             FPOptionsOverride()));
  return Variable;
}

} // namespace

void plantPendingVariable(CompilerInstance &CI) {
  if (!generatesCode(CI.getFrontendOpts().ProgramAction) || CI.getDiagnostics().hasErrorOccurred())
    return;
  ASTContext &C = CI.getASTContext();
  CI.getASTConsumer().HandleTopLevelDecl(DeclGroupRef(defineVariable(C, declareMessage(C))));
}

} // namespace tricolor
