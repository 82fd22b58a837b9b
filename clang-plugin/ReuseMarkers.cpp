//===- clang-plugin/ReuseMarkers.cpp - Where storage gets a new object ------------------------===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//

#include "ReuseMarkers.h"
#include "ReusedStorage.h"

#include "clang/AST/ASTContext.h"
#include "clang/AST/DeclCXX.h"
#include "clang/AST/DeclTemplate.h"
#include "clang/AST/ExprCXX.h"
#include "clang/AST/RecursiveASTVisitor.h"
#include "clang/Basic/Builtins.h"
#include "clang/Basic/SourceManager.h"
#include "clang/Frontend/CompilerInstance.h"
#include "clang/Sema/Sema.h"

#include "llvm/ADT/SmallPtrSet.h"

using namespace clang;

namespace tricolor {

namespace {

constexpr uint64_t WordBytes = 8;

/// Whether strict aliasing calls a part of the type a number, of a word or more.
bool hasNumber(const ASTContext &Context, QualType Type) {
  Type = Context.getBaseElementType(Type).getCanonicalType();
  if (const auto *Atomic = Type->getAs<AtomicType>())
    return hasNumber(Context, Atomic->getValueType());
  if (const auto *Complex = Type->getAs<ComplexType>())
    return hasNumber(Context, Complex->getElementType());
  if (const auto *Builtin = Type->getAs<BuiltinType>())
    return Builtin->isArithmeticType() &&
           Context.getTypeSizeInChars(Type).getQuantity() >= int64_t(WordBytes);
  const auto *Record = Type->getAsRecordDecl();
  if (!Record || !(Record = Record->getDefinition()) || Record->isInvalidDecl())
    return false;
  if (const auto *Class = dyn_cast<CXXRecordDecl>(Record))
    for (const CXXBaseSpecifier &Base : Class->bases())
      if (hasNumber(Context, Base.getType()))
        return true;
  return llvm::any_of(Record->fields(),
                      [&](const FieldDecl *Field) { return hasNumber(Context, Field->getType()); });
}

/// Whether in an array of the type other objects come to life without a word, by the stores to them.
bool isByte(const ASTContext &Context, QualType Type) {
  Type = Context.getBaseElementType(Type);
  return Type->isSpecificBuiltinType(BuiltinType::UChar) || Type->isStdByteType();
}

class Marker : public RecursiveASTVisitor<Marker> {
public:
  explicit Marker(CompilerInstance &CI) : CI(CI), Context(CI.getASTContext()) {}

  // What the code generator sees, and no types.
  bool shouldVisitTemplateInstantiations() const { return false; }
  bool shouldVisitImplicitCode() const { return true; }
  bool TraverseTypeLoc(TypeLoc, bool = true) { return true; }
  bool TraverseFunctionTemplateDecl(FunctionTemplateDecl *) { return true; }
  bool TraverseClassTemplateDecl(ClassTemplateDecl *) { return true; }
  bool TraverseClassTemplatePartialSpecializationDecl(ClassTemplatePartialSpecializationDecl *) {
    return true;
  }
  bool TraverseVarTemplateDecl(VarTemplateDecl *) { return true; }
  bool TraverseVarTemplatePartialSpecializationDecl(VarTemplatePartialSpecializationDecl *) {
    return true;
  }

  bool VisitCXXNewExpr(CXXNewExpr *New) {
    const FunctionDecl *Operator = New->getOperatorNew();
    QualType Type = New->getAllocatedType();
    if (!Operator || !Operator->isReservedGlobalPlacementOperator() ||
        New->isInstantiationDependent() || New->getNumPlacementArgs() != 1 ||
        !(hasNumber(Context, Type) || (New->isArray() && isByte(Context, Type))))
      return true;
    mark(*New, Type);
    return true;
  }

  bool VisitMemberExpr(MemberExpr *Member) {
    if (!isStructure(Member->getType()))
      addWhole(*Member);
    const auto *Field = dyn_cast<FieldDecl>(Member->getMemberDecl());
    if (Field && Field->getParent()->isUnion() && !Parts.contains(Member) &&
        isStructure(Member->getType()) && !Member->isInstantiationDependent() &&
        !Context.getSourceManager().isInSystemHeader(Member->getExprLoc()) &&
        hasNumber(Context, Member->getType()))
      setUnionCopies(UnionCopies::Possible);
    return true;
  }

private:
  /// Or an array of such.
  bool isStructure(QualType Type) const { return Context.getBaseElementType(Type)->isRecordType(); }

  /// Notes the structures around a member that is none itself.
  void addWhole(const MemberExpr &Member) {
    const Expr *Part = &Member;
    while (true) {
      if (const auto *Of = dyn_cast<MemberExpr>(Part); Of && !Of->isArrow())
        Part = Of->getBase()->IgnoreParens();
      else if (const auto *Element = dyn_cast<ArraySubscriptExpr>(Part))
        Part = Element->getBase()->IgnoreParenImpCasts();
      else
        return;
      Parts.insert(Part);
    }
  }

  void mark(CXXNewExpr &New, QualType Type) {
    Expr *Address = New.getPlacementArg(0);
    if (isMarker(*Address))
      return;
    SourceLocation At = New.getBeginLoc();
    QualType Number = Context.getSizeType();
    auto Literal = [&](uint64_t N) -> Expr * {
      return IntegerLiteral::Create(Context, llvm::APInt(Context.getTypeSize(Number), N), Number,
                                    At);
    };
    Expr *Bytes = Literal(Context.getTypeSizeInChars(Type).getQuantity());
    if (std::optional<Expr *> Count = New.getArraySize(); Count && *Count) {
      // Computed twice: only what may be. Otherwise the first element is marked (docs/limits.md).
      Expr *Times = *Count;
      if (!Times->HasSideEffects(Context)) {
        if (!Context.hasSameUnqualifiedType(Times->getType(), Number))
          Times = ImplicitCastExpr::Create(Context, Number, CK_IntegralCast, Times, nullptr,
                                           VK_PRValue, FPOptionsOverride());
        Bytes = BinaryOperator::Create(Context, Bytes, Times, BO_Mul, Number, VK_PRValue,
                                       OK_Ordinary, At, FPOptionsOverride());
      }
    }
    Expr *Arguments[] = {Address, Literal(1), Bytes};
    Expr *Call =
        CI.getSema().BuildBuiltinCallExpr(At, Builtin::BI__builtin_assume_aligned, Arguments);
    if (!Call)
      return;
    Call->setType(Address->getType()); // clang leaves the type to who asked for the call
    New.getPlacementArgs()[0] = Call;
  }

  static bool isMarker(const Expr &Address) {
    const auto *Call = dyn_cast<CallExpr>(Address.IgnoreParenImpCasts());
    return Call && Call->getBuiltinCallee() == Builtin::BI__builtin_assume_aligned &&
           Call->getNumArgs() == 3;
  }

  CompilerInstance &CI;
  ASTContext &Context;
  llvm::SmallPtrSet<const Expr *, 8> Parts; ///< of which only a member that is no structure is used
};

} // namespace

void announceReuseMarkers() {
  setReuseMarkers(ReuseMarkers::Present);
  setUnionCopies(UnionCopies::None);
}

void finishReuseMarkers(const CompilerInstance &CI) {
  // Bodies from there were looked at when another file was compiled.
  if (CI.getASTContext().getExternalSource())
    setUnionCopies(UnionCopies::Possible);
}

void markReuse(CompilerInstance &CI, Decl &D) {
  if (!CI.getDiagnostics().hasErrorOccurred())
    Marker(CI).TraverseDecl(&D);
}

} // namespace tricolor
