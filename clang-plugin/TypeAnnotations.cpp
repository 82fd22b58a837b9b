//===- clang-plugin/TypeAnnotations.cpp - Layouts from clang to the passes --------------------===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//

#include "TypeAnnotations.h"
#include "Destructors.h"
#include "RecordMask.h"
#include "TypeProgram.h"

#include <tricolor/abi.h>

#include "clang/AST/ASTContext.h"
#include "clang/AST/Attr.h"
#include "clang/AST/DeclTemplate.h"
#include "clang/AST/PrettyPrinter.h"
#include "clang/Frontend/CompilerInstance.h"

#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/raw_ostream.h"

using namespace clang;

namespace tricolor {

namespace {

/// The T of tricolor::detail::type_descriptor<T>::value, or a null type for every other variable.
QualType describedType(const VarDecl &Variable) {
  if (!Variable.isStaticDataMember() || !Variable.getIdentifier() || Variable.getName() != "value")
    return QualType();
  const auto *Holder = dyn_cast<ClassTemplateSpecializationDecl>(Variable.getDeclContext());
  if (!Holder || Holder->getName() != "type_descriptor")
    return QualType();
  const auto *Detail = dyn_cast<NamespaceDecl>(Holder->getDeclContext());
  if (!Detail || Detail->getName() != "detail")
    return QualType();
  const auto *Tricolor = dyn_cast<NamespaceDecl>(Detail->getDeclContext());
  if (!Tricolor || Tricolor->getName() != "tricolor" ||
      !Tricolor->getDeclContext()->getRedeclContext()->isTranslationUnit())
    return QualType();
  const TemplateArgumentList &Arguments = Holder->getTemplateArgs();
  if (Arguments.size() != 1 || Arguments[0].getKind() != TemplateArgument::Type)
    return QualType();
  return Arguments[0].getAsType();
}

/// Where the program first says make<T> or make_array<T>, or no place.
SourceLocation firstUse(const VarDecl &Descriptor, QualType Type) {
  const auto *Detail = cast<NamespaceDecl>(Descriptor.getDeclContext()->getParent());
  ASTContext &Context = Descriptor.getASTContext();
  for (const char *Name : {"make", "make_array"})
    for (NamedDecl *Found : Detail->getParent()->lookup(&Context.Idents.get(Name))) {
      const auto *Template = dyn_cast<FunctionTemplateDecl>(Found);
      if (!Template)
        continue;
      for (const FunctionDecl *Function : Template->specializations()) {
        const TemplateArgumentList *Arguments = Function->getTemplateSpecializationArgs();
        if (Arguments && Arguments->get(0).getKind() == TemplateArgument::Type &&
            Context.hasSameUnqualifiedType(Arguments->get(0).getAsType(), Type))
          return Function->getPointOfInstantiation();
      }
    }
  return SourceLocation();
}

/// The name as one word without ';' and '%' and without anything that is not ASCII.
std::string percentEncode(StringRef Name) {
  std::string Result;
  for (char C : Name) {
    if (llvm::isAlnum(C) || StringRef("_:<>()[]*&.").contains(C)) {
      Result.push_back(C);
      continue;
    }
    Result.push_back('%');
    Result.push_back(llvm::hexdigit(static_cast<unsigned char>(C) >> 4));
    Result.push_back(llvm::hexdigit(C & 15));
  }
  return Result;
}

std::string spelling(const ASTContext &Context, QualType Type) {
  PrintingPolicy Policy(Context.getLangOpts());
  Policy.SuppressTagKeyword = true;
  return Type.getAsString(Policy);
}

} // namespace

void annotateDescriptor(CompilerInstance &CI, VarDecl &Variable, DestructorWarning Warning) {
  QualType Type = describedType(Variable);
  if (Type.isNull() || Type->isIncompleteType() || Type->isDependentType())
    return; // an incomplete one is an error in the header
  for (const auto *Existing : Variable.specific_attrs<AnnotateAttr>())
    if (Existing->getAnnotation().starts_with(TRICOLOR_TYPE_ANNOTATION))
      return;
  ASTContext &Context = CI.getASTContext();
  std::optional<WordLayout> Layout = layoutOfCollectedType(Context, CI.getDiagnostics(), Type);
  if (!Layout)
    return;

  uint32_t Flags = TRICOLOR_TYPE_FILLED;
  std::vector<uint64_t> Program = makeProgram(*Layout);
  if (Program.empty())
    Flags |= TRICOLOR_TYPE_NOSCAN;
  if (Type.isDestructedType() == QualType::DK_cxx_destructor)
    Flags |= TRICOLOR_TYPE_DESTRUCTOR;
  if (Warning == DestructorWarning::On)
    warnAboutDestructor(Context, CI.getDiagnostics(), Type, firstUse(Variable, Type));

  std::string Text;
  llvm::raw_string_ostream Out(Text);
  Out << TRICOLOR_TYPE_ANNOTATION "v1;flags=" << Flags
      << ";size=" << Context.getTypeSizeInChars(Type).getQuantity()
      << ";align=" << Context.getTypeAlignInChars(Type).getQuantity()
      << ";name=" << percentEncode(spelling(Context, Type)) << ";program=";
  llvm::interleave(
      Program, Out, [&](uint64_t Word) { Out << llvm::utohexstr(Word, /*LowerCase=*/true); }, ",");
  Variable.addAttr(AnnotateAttr::CreateImplicit(Context, Text, nullptr, 0));
}

} // namespace tricolor
