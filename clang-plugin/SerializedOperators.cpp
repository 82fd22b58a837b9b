//===- clang-plugin/SerializedOperators.cpp - Type-aware operators in AST files ---------------===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// While a declaration is read, others may be half read. Nothing here may ask for more than the
// declaration's own name and type.
//
//===------------------------------------------------------------------------------------------===//

#include "SerializedOperators.h"

#include "clang/AST/ASTContext.h"
#include "clang/AST/DeclTemplate.h"

using namespace clang;

namespace tricolor {

namespace {

bool isAllocationOperator(DeclarationName Name) {
  switch (Name.getCXXOverloadedOperator()) {
  case OO_New:
  case OO_Delete:
  case OO_Array_New:
  case OO_Array_Delete:
    return true;
  default:
    return false;
  }
}

/// Whether T is std::type_identity<...>, dependent or not.
bool isTypeIdentity(QualType T) {
  const NamedDecl *Template = nullptr;
  if (const auto *Specialization = T->getAs<TemplateSpecializationType>())
    Template = Specialization->getTemplateName().getAsTemplateDecl();
  else if (const auto *Class =
               dyn_cast_or_null<ClassTemplateSpecializationDecl>(T->getAsCXXRecordDecl()))
    Template = Class;
  return Template && Template->getIdentifier() && Template->getName() == "type_identity" &&
         Template->isInStdNamespace();
}

} // namespace

void SerializedOperators::DeclRead(GlobalDeclID, const Decl *D) {
  if (const auto *Class = dyn_cast<CXXRecordDecl>(D)) {
    if (!Announced && Class->getIdentifier() && Class->getName() == "managed")
      announce(Class->getASTContext());
    return;
  }
  const auto *Function = dyn_cast<FunctionDecl>(D);
  if (!Function || !isAllocationOperator(Function->getDeclName()))
    return;
  const auto *Type = Function->getType()->getAs<FunctionProtoType>();
  if (Type && Type->getNumParams() != 0 && isTypeIdentity(Type->getParamType(0)))
    const_cast<FunctionDecl *>(Function)->setIsTypeAwareOperatorNewOrDelete();
}

/// clang remembers the set of type-aware operators and looks for one if the set is not empty. A
/// function that nothing can name is enough.
void SerializedOperators::announce(ASTContext &Context) {
  Announced = true;
  QualType Type = Context.getFunctionType(Context.VoidTy, {}, FunctionProtoType::ExtProtoInfo());
  auto *Nobody = FunctionDecl::Create(Context, Context.getTranslationUnitDecl(), SourceLocation(),
                                      SourceLocation(), DeclarationName(), Type, nullptr, SC_None);
  Nobody->setImplicit();
  Nobody->setIsTypeAwareOperatorNewOrDelete();
}

} // namespace tricolor
