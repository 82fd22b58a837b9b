//===- llvm-pass/Globals.cpp - Which words of the globals are roots ----------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// The metadata is !{i64 bytes, segment...}, a segment !{i64 offset, i64 count, i64 words, i32
// chunk...} with the chunks of the exact, then of the tolerant set.
//
//===------------------------------------------------------------------------------------------===//

#include "Globals.h"
#include "Diagnostics.h"
#include "Functions.h"

#include <tricolor/abi.h>

#include "llvm/ADT/STLExtras.h"
#include "llvm/IR/Constants.h"
#include "llvm/IR/DataLayout.h"
#include "llvm/IR/Module.h"
#include "llvm/Support/MathExtras.h"
#include "llvm/Transforms/Utils/ModuleUtils.h"

using namespace llvm;

namespace tricolor {
namespace {

constexpr StringLiteral MaskMetadata = "tricolor.mask";

/// Whether the program, not the compiler, owns the variable and can store into it.
bool mayBeRoot(const GlobalVariable &Global) {
  return !Global.isDeclaration() && !Global.hasAvailableExternallyLinkage() &&
         !Global.isConstant() && !Global.isThreadLocal() && !Global.hasAppendingLinkage() &&
         !Global.getName().starts_with("llvm.") && Global.getSection() != "llvm.metadata" &&
         Global.getValueType()->isSized();
}

/// The type with every declared 64-bit integer replaced by something of its layout that holds no
/// pointer: in a named struct, an array or on its own it is an integer of the source. In a struct
/// without a name (clang's initializers of unions, member function pointers) or a union it may be
/// a pointer's place, and stays.
Type *withoutDeclaredIntegers(Type *Ty) {
  LLVMContext &C = Ty->getContext();
  if (Ty->isIntegerTy(64))
    return Type::getDoubleTy(C);
  if (auto *Array = dyn_cast<ArrayType>(Ty)) {
    Type *Element = Array->getElementType();
    Type *Replaced = withoutDeclaredIntegers(Element);
    return Replaced == Element ? Ty : ArrayType::get(Replaced, Array->getNumElements());
  }
  auto *Struct = dyn_cast<StructType>(Ty);
  if (!Struct || Struct->isLiteral() || Struct->getName().starts_with("union."))
    return Ty;
  SmallVector<Type *, 8> Elements;
  for (Type *Element : Struct->elements())
    Elements.push_back(withoutDeclaredIntegers(Element));
  if (ArrayRef<Type *>(Elements) == Struct->elements())
    return Ty;
  return StructType::create(C, Elements, "tricolor.declared", Struct->isPacked());
}

Metadata *number(LLVMContext &C, uint64_t Value) {
  return ConstantAsMetadata::get(ConstantInt::get(Type::getInt64Ty(C), Value));
}

uint64_t numberOf(const MDNode &Node, unsigned I) {
  return mdconst::extract<ConstantInt>(Node.getOperand(I))->getZExtValue();
}

/// 32 bits of a set, from bit 32 * Chunk.
uint32_t chunkOf(const BitVector &Set, unsigned Chunk) {
  uint32_t Bits = 0;
  for (unsigned Bit = 0; Bit != 32; ++Bit)
    if (unsigned Word = Chunk * 32 + Bit; Word < Set.size() && Set.test(Word))
      Bits |= uint32_t(1) << Bit;
  return Bits;
}

BitVector setOf(const MDNode &Node, unsigned First, uint64_t Words) {
  BitVector Set(Words);
  for (uint64_t Word = 0; Word != Words; ++Word)
    if (numberOf(Node, First + Word / 32) >> (Word % 32) & 1)
      Set.set(Word);
  return Set;
}

void refuseUnaligned(GlobalVariable &Global) {
  reportError(
      *Global.getParent(),
      "the global '" + Global.getName() +
          "' has a pointer that is not at a multiple of 8 bytes (a packed struct), where the "
          "collector does not look; align the member");
}

/// A record for one segment: struct tricolor_global and its sets.
GlobalVariable *addRecord(GlobalVariable &Global, Constant *Symbol, const PointerSegment &Segment) {
  Module &M = *Global.getParent();
  LLVMContext &C = M.getContext();
  Type *Int32 = Type::getInt32Ty(C);
  bool Range = Segment.isRange();
  unsigned Chunks = Range ? 0 : divideCeil(Segment.words(), 32);
  SmallVector<uint32_t, 8> Sets;
  for (const BitVector *Set : {&Segment.Exact, &Segment.Tolerant})
    for (unsigned Chunk = 0; Chunk != Chunks; ++Chunk)
      Sets.push_back(chunkOf(*Set, Chunk));

  StructType *Ty = StructType::get(Int32, Int32, Int32, Int32, ArrayType::get(Int32, Sets.size()));
  auto *Record = new GlobalVariable(M, Ty, /*isConstant=*/true, GlobalValue::PrivateLinkage,
                                    nullptr, "tricolor.global");
  Constant *Anchor = byteOffset(Record, offsetof(tricolor_global, anchor));
  Constant *First = byteOffset(Symbol, Segment.Offset);
  auto Word = [&](uint64_t V) { return ConstantInt::get(Int32, V); };
  Record->setInitializer(ConstantStruct::get(
      Ty, {Word(sizeof(tricolor_global) + 4 * Sets.size()), relativeAddress(First, Anchor),
           Word(Segment.Count), Word(Range ? 0 : Segment.words()),
           ConstantDataArray::get(C, ArrayRef(Sets))}));
  attachRecord(*Record, Global, TRICOLOR_SECTION_GLOBALS);
  return Record;
}

/// Has the global begin at a word, as its records say. False if it must lie where it was put: in a
/// section of the program's, whose contents may be taken for an array.
bool alignToWord(GlobalVariable &Global) {
  const Align Word(8);
  MaybeAlign Declared = Global.getAlign();
  if ((Declared ? *Declared : Global.getDataLayout().getPreferredAlign(&Global)) >= Word)
    return true;
  if (Global.hasSection())
    return false;
  Global.setAlignment(Word);
  return true;
}

bool hasExactWords(const PointerMask &Mask) {
  return any_of(Mask.Segments, [](const PointerSegment &S) { return S.Exact.any(); });
}

} // namespace

void setPointerMask(GlobalVariable &Global, const PointerMask &Mask) {
  LLVMContext &C = Global.getContext();
  SmallVector<Metadata *, 4> Parts{
      number(C, Global.getDataLayout().getTypeStoreSize(Global.getValueType()).getFixedValue())};
  for (const PointerSegment &Segment : Mask.Segments) {
    SmallVector<Metadata *, 8> Part{number(C, Segment.Offset), number(C, Segment.Count),
                                    number(C, Segment.words())};
    for (const BitVector *Set : {&Segment.Exact, &Segment.Tolerant})
      for (unsigned Chunk = 0; Chunk != divideCeil(Segment.words(), 32); ++Chunk)
        Part.push_back(number(C, chunkOf(*Set, Chunk)));
    Parts.push_back(MDNode::get(C, Part));
  }
  Global.setMetadata(MaskMetadata, MDNode::get(C, Parts));
}

std::optional<PointerMask> attachedMask(const GlobalVariable &Global) {
  MDNode *Node = Global.getMetadata(MaskMetadata);
  if (!Node)
    return std::nullopt;
  PointerMask Mask;
  Mask.Bytes = numberOf(*Node, 0);
  if (Mask.Bytes != Global.getDataLayout().getTypeStoreSize(Global.getValueType()))
    return std::nullopt;
  for (unsigned I = 1; I != Node->getNumOperands(); ++I) {
    auto &Part = *cast<MDNode>(Node->getOperand(I));
    PointerSegment &Segment = Mask.Segments.emplace_back();
    Segment.Offset = numberOf(Part, 0);
    Segment.Count = numberOf(Part, 1);
    uint64_t Words = numberOf(Part, 2);
    Segment.Exact = setOf(Part, 3, Words);
    Segment.Tolerant = setOf(Part, 3 + divideCeil(Words, 32), Words);
  }
  return Mask;
}

PreservedAnalyses GlobalMasksPass::run(Module &M, ModuleAnalysisManager &) {
  for (GlobalVariable &Global : M.globals()) {
    if (!mayBeRoot(Global) || Global.hasMetadata(MaskMetadata))
      continue;
    PointerMask Mask =
        pointerMask(withoutDeclaredIntegers(Global.getValueType()), M.getDataLayout());
    if (Mask.HasUnaligned)
      refuseUnaligned(Global);
    setPointerMask(Global, Mask);
  }
  return PreservedAnalyses::all();
}

PreservedAnalyses GlobalsPass::run(Module &M, ModuleAnalysisManager &) {
  SmallVector<GlobalVariable *, 32> Globals;
  for (GlobalVariable &Global : M.globals())
    if (mayBeRoot(Global))
      Globals.push_back(&Global);

  SmallVector<GlobalValue *, 32> Records;
  for (GlobalVariable *Global : Globals) {
    std::optional<PointerMask> Mask = attachedMask(*Global);
    if (!Mask)
      Mask = pointerMask(Global->getValueType(), M.getDataLayout());
    if (!Mask->mayHoldPointers())
      continue;
    if (Global->hasCommonLinkage()) {
      reportError(M,
                  "the global '" + Global->getName() +
                      "' is a tentative definition that the linker may merge with others; compile "
                      "with -fno-common");
      continue;
    }
    if (!alignToWord(*Global)) {
      // Characters that are not aligned for a pointer are no storage of one.
      if (hasExactWords(*Mask))
        refuseUnaligned(*Global);
      continue;
    }
    Constant *Symbol = localSymbol(*Global);
    for (const PointerSegment &Segment : Mask->Segments)
      Records.push_back(addRecord(*Global, Symbol, Segment));
  }
  if (Records.empty())
    return PreservedAnalyses::all();
  appendToCompilerUsed(M, Records);
  return PreservedAnalyses::none();
}

} // namespace tricolor
