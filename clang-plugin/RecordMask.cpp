//===- clang-plugin/RecordMask.cpp - The pointers in a type's layout --------------------------===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//

#include "RecordMask.h"

#include "clang/AST/ASTContext.h"
#include "clang/AST/DeclCXX.h"
#include "clang/AST/RecordLayout.h"
#include "clang/Basic/Diagnostic.h"

using namespace clang;

namespace tricolor {

namespace {

enum class Completeness : uint8_t { WholeObject, BaseSubobject };

/// What one part of a type contributes: words relative to the part's reference point, and the first
/// field that makes them pointers, for the message where they turn out to be misaligned.
struct Part {
  WordLayout Words;
  const FieldDecl *Pointer = nullptr;
};

class Reader {
public:
  Reader(const ASTContext &Context, DiagnosticsEngine &Diagnostics, QualType Type)
      : Context(Context), Diagnostics(Diagnostics), Collected(Type) {}

  /// Adds a part of type T at `Offset` bytes; `Field` is the innermost field that it belongs to.
  void readType(QualType T, uint64_t Offset, const FieldDecl *Field, Part &Out);

  void reportMisaligned(const FieldDecl *Field);
  bool failed() const { return Failed; }

private:
  void readRecord(const RecordDecl *Record, uint64_t Offset, Completeness Whole, Part &Out);
  void readUnion(const RecordDecl *Union, uint64_t Offset, Part &Out);
  void readFields(const RecordDecl *Record, uint64_t Offset, Part &Out);
  void readArray(const ConstantArrayType *Array, uint64_t Offset, const FieldDecl *Field,
                 Part &Out);
  void addPointer(uint64_t Offset, const FieldDecl *Field, Part &Out);
  void addStorage(uint64_t Offset, uint64_t Bytes, Part &Out);
  void reportFlexible(const FieldDecl *Field);

  const ASTContext &Context;
  DiagnosticsEngine &Diagnostics;
  QualType Collected;
  bool Failed = false;
};

bool isStorageElement(QualType T) { return T->isCharType() || T->isStdByteType(); }

void Reader::reportMisaligned(const FieldDecl *Field) {
  Failed = true;
  unsigned Error = Diagnostics.getCustomDiagID(
      DiagnosticsEngine::Error,
      "pointer %select{|%1 }0is not aligned to 8 bytes in collected type %2; the collector reads "
      "aligned words only: remove the packed or aligned attribute, or move the field");
  Diagnostics.Report(Field ? Field->getLocation() : SourceLocation(), Error)
      << (Field ? 1 : 0) << Field << Collected;
}

void Reader::reportFlexible(const FieldDecl *Field) {
  Failed = true;
  unsigned Error = Diagnostics.getCustomDiagID(
      DiagnosticsEngine::Error,
      "flexible array member %0 in collected type %1; the collector knows only what sizeof counts: "
      "keep the elements in an array of their own, from tricolor::make_array");
  Diagnostics.Report(Field->getLocation(), Error) << Field << Collected;
}

void Reader::addPointer(uint64_t Offset, const FieldDecl *Field, Part &Out) {
  if (Offset % WordBytes != 0)
    return reportMisaligned(Field);
  Out.Words.addRange(Offset / WordBytes, 1, WordKind::Exact);
  if (!Out.Pointer)
    Out.Pointer = Field;
}

void Reader::addStorage(uint64_t Offset, uint64_t Bytes, Part &Out) {
  uint64_t First = (Offset + WordBytes - 1) / WordBytes, End = (Offset + Bytes) / WordBytes;
  if (First < End)
    Out.Words.addRange(First, End - First, WordKind::Tolerant);
}

void Reader::readType(QualType T, uint64_t Offset, const FieldDecl *Field, Part &Out) {
  T = T.getCanonicalType().getUnqualifiedType();
  if (const auto *Pointer = T->getAs<PointerType>()) {
    if (!Pointer->getPointeeType()->isFunctionType())
      addPointer(Offset, Field, Out);
  } else if (const auto *Reference = T->getAs<ReferenceType>()) {
    if (!Reference->getPointeeType()->isFunctionType())
      addPointer(Offset, Field, Out);
  } else if (const auto *Atomic = T->getAs<AtomicType>()) {
    readType(Atomic->getValueType(), Offset, Field, Out);
  } else if (const ConstantArrayType *Array = Context.getAsConstantArrayType(T)) {
    readArray(Array, Offset, Field, Out);
  } else if (T->isIncompleteArrayType()) {
    reportFlexible(Field);
  } else if (const RecordDecl *Record = T->getAsRecordDecl()) {
    readRecord(Record, Offset, Completeness::WholeObject, Out);
  }
}

void Reader::readArray(const ConstantArrayType *Array, uint64_t Offset, const FieldDecl *Field,
                       Part &Out) {
  uint64_t Count = Array->getZExtSize();
  QualType Element = Array->getElementType();
  while (const ConstantArrayType *Inner = Context.getAsConstantArrayType(Element)) {
    Count *= Inner->getZExtSize();
    Element = Inner->getElementType();
  }
  uint64_t Stride = Context.getTypeSizeInChars(Element).getQuantity();
  if (isStorageElement(Element))
    return addStorage(Offset, Count * Stride, Out);

  Part One;
  readType(Element, 0, Field, One);
  One.Words.normalize();
  if (One.Words.empty())
    return;
  if (Count == 0 && Field)
    return reportFlexible(Field);
  if (Offset % WordBytes == 0 && Stride % WordBytes == 0)
    Out.Words.addRepeat(Offset / WordBytes, Count, Stride / WordBytes, One.Words);
  else if (One.Pointer && Count)
    return reportMisaligned(One.Pointer);
  else
    // Char storage at changing offsets from words: any word may be in it.
    addStorage(Offset, Count * Stride, Out);
  if (!Out.Pointer)
    Out.Pointer = One.Pointer;
}

void Reader::readRecord(const RecordDecl *Record, uint64_t Offset, Completeness Whole, Part &Out) {
  Record = Record->getDefinition();
  if (!Record || Record->isInvalidDecl())
    return; // clang has reported it
  if (Record->isUnion())
    return readUnion(Record, Offset, Out);
  if (const auto *Class = dyn_cast<CXXRecordDecl>(Record)) {
    const ASTRecordLayout &Layout = Context.getASTRecordLayout(Class);
    for (const CXXBaseSpecifier &Base : Class->bases())
      if (const CXXRecordDecl *BaseClass = Base.getType()->getAsCXXRecordDecl();
          BaseClass && !Base.isVirtual())
        readRecord(BaseClass, Offset + Layout.getBaseClassOffset(BaseClass).getQuantity(),
                   Completeness::BaseSubobject, Out);
    if (Whole == Completeness::WholeObject)
      for (const CXXBaseSpecifier &Base : Class->vbases())
        if (const CXXRecordDecl *BaseClass = Base.getType()->getAsCXXRecordDecl())
          readRecord(BaseClass, Offset + Layout.getVBaseClassOffset(BaseClass).getQuantity(),
                     Completeness::BaseSubobject, Out);
  }
  readFields(Record, Offset, Out);
}

void Reader::readFields(const RecordDecl *Record, uint64_t Offset, Part &Out) {
  const ASTRecordLayout &Layout = Context.getASTRecordLayout(Record);
  for (const FieldDecl *Field : Record->fields())
    if (!Field->isBitField())
      readType(Field->getType(),
               Offset + Layout.getFieldOffset(Field->getFieldIndex()) / Context.getCharWidth(),
               Field, Out);
}

void Reader::readUnion(const RecordDecl *Union, uint64_t Offset, Part &Out) {
  Part Members;
  readFields(Union, Offset, Members);
  Members.Words = Members.Words.asTolerant();
  Members.Words.normalize();
  Out.Words.addAll(0, Members.Words);
  if (!Out.Pointer)
    Out.Pointer = Members.Pointer;
}

} // namespace

std::optional<WordLayout> layoutOfCollectedType(const ASTContext &Context,
                                                DiagnosticsEngine &Diagnostics, QualType Type) {
  Reader R(Context, Diagnostics, Type);
  Part Whole;
  R.readType(Type, 0, nullptr, Whole);
  if (R.failed())
    return std::nullopt;
  uint64_t Size = Context.getTypeSizeInChars(Type).getQuantity();
  uint64_t Align = Context.getTypeAlignInChars(Type).getQuantity();
  if (Size % WordBytes != 0 || Align < WordBytes) {
    // Elsewhere than at the beginning of an object, in an array or as a member, it would not be
    // aligned.
    if (!Whole.Pointer)
      return WordLayout();
    if (Size % WordBytes != 0) {
      R.reportMisaligned(Whole.Pointer);
      return std::nullopt;
    }
  }
  Whole.Words.normalize();
  return Whole.Words;
}

} // namespace tricolor
