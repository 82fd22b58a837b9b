//===- clang-plugin/Destructors.cpp - Destructors that the collector cannot run ---------------===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//

#include "Destructors.h"

#include "clang/AST/ASTContext.h"
#include "clang/AST/DeclCXX.h"
#include "clang/AST/Stmt.h"
#include "clang/Basic/Diagnostic.h"
#include "clang/Basic/SourceManager.h"

#include "llvm/ADT/SmallPtrSet.h"

using namespace clang;

namespace tricolor {

namespace {

/// Finds the first subobject whose destructor does something. A class is asked once: its members
/// cannot contain it, but many of them may be of one class.
class Search {
public:
  explicit Search(const ASTContext &Context) : Context(Context) {}

  bool destructorActs(QualType Type) {
    Type = Context.getBaseElementType(Type);
    const CXXRecordDecl *Class = Type->getAsCXXRecordDecl();
    return Class && destructorActs(Class);
  }

  /// The member that makes it act, or null if it is the destructor's own body.
  const FieldDecl *culprit() const { return Culprit; }

private:
  bool destructorActs(const CXXRecordDecl *Class) {
    Class = Class->getDefinition();
    if (!Class || Class->isInvalidDecl() || Class->hasTrivialDestructor() ||
        !Visited.insert(Class).second)
      return false;
    const CXXDestructorDecl *Destructor = Class->getDestructor();
    if (Destructor && Destructor->isUserProvided()) {
      const FunctionDecl *Definition = nullptr;
      const Stmt *Body = Destructor->getBody(Definition);
      const auto *Block = dyn_cast_or_null<CompoundStmt>(Body);
      if (!Block || !Block->body_empty())
        return true;
    }
    for (const CXXBaseSpecifier &Base : Class->bases())
      if (destructorActs(Base.getType()))
        return true;
    if (Class->isUnion())
      return false; // variant members are not destroyed
    for (const FieldDecl *Field : Class->fields())
      if (destructorActs(Field->getType())) {
        Culprit = Field;
        return true;
      }
    return false;
  }

  const ASTContext &Context;
  llvm::SmallPtrSet<const CXXRecordDecl *, 8> Visited;
  const FieldDecl *Culprit = nullptr;
};

} // namespace

void warnAboutDestructor(const ASTContext &Context, DiagnosticsEngine &Diagnostics, QualType Type,
                         SourceLocation Use) {
  const CXXRecordDecl *Class = Context.getBaseElementType(Type)->getAsCXXRecordDecl();
  const CXXDestructorDecl *Destructor = Class ? Class->getDestructor() : nullptr;
  if (!Destructor || (Destructor->getAccess() == AS_public && !Destructor->isDeleted()))
    return;
  Search S(Context);
  if (!S.destructorActs(Type))
    return;
  SourceLocation Place = Context.getBaseElementType(Type)->getAsCXXRecordDecl()->getLocation();
  if (Use.isValid() && Context.getSourceManager().isInSystemHeader(Place))
    Place = Use;
  // Also where the place is in a system header: make<std::vector<T>>() is the user's doing.
  unsigned Warning = Diagnostics.getDiagnosticIDs()->getCustomDiagID(DiagnosticIDs::CustomDiagDesc(
      diag::Severity::Warning,
      "the collector cannot run the destructor of collected type %0%select{|, which destroys "
      "%2}1: it is %select{not public|deleted}3; what it releases stays allocated when the object "
      "is "
      "collected (-fplugin-arg-tricolor-no-warn-destructors silences this)",
      DiagnosticIDs::CLASS_WARNING, /*ShowInSystemHeader=*/true));
  Diagnostics.Report(Place, Warning)
      << Type << (S.culprit() ? 1 : 0) << S.culprit() << (Destructor->isDeleted() ? 1 : 0);
}

} // namespace tricolor
