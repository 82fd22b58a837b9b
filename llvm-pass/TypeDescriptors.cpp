//===- llvm-pass/TypeDescriptors.cpp - Annotations become type descriptors ---------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// The program and the name go to private constants in the descriptor's comdat, so that the linker
// drops them with a duplicate descriptor. They are not unnamed_addr: constant merging would
// otherwise let descriptors of two comdats share one.
//
//===------------------------------------------------------------------------------------------===//

#include "TypeDescriptors.h"
#include "Diagnostics.h"
#include "Globals.h"

#include <tricolor/abi.h>

#include "llvm/ADT/SmallPtrSet.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/IR/Constants.h"
#include "llvm/IR/Module.h"
#include "llvm/IR/ValueHandle.h"
#include "llvm/Support/MathExtras.h"

using namespace llvm;

namespace tricolor {
namespace {

/// Replaces %XX. False if a percent sign is not followed by two hexadecimal digits.
bool decodePercent(StringRef Text, std::string &Out) {
  for (size_t I = 0; I != Text.size(); ++I) {
    if (Text[I] != '%') {
      Out.push_back(Text[I]);
      continue;
    }
    if (I + 2 >= Text.size() || !isHexDigit(Text[I + 1]) || !isHexDigit(Text[I + 2]))
      return false;
    Out.push_back(static_cast<char>(hexFromNibbles(Text[I + 1], Text[I + 2])));
    I += 2;
  }
  return true;
}

/// Checks code words [Begin, End) of a program without its END, to the depth the runtime walks.
bool isWellFormed(ArrayRef<uint64_t> Code, unsigned Depth) {
  for (size_t I = 0; I != Code.size();) {
    uint64_t Operand = Code[I] >> 8;
    size_t Left = Code.size() - I - 1;
    switch (Code[I] & 0xff) {
    case TRICOLOR_OP_SKIP:
      ++I;
      break;
    case TRICOLOR_OP_WORDS: {
      uint64_t Words = 2 * divideCeil(Operand, uint64_t(64));
      if (Operand == 0 || Operand >> 24 || Words > Left)
        return false;
      I += 1 + Words;
      break;
    }
    case TRICOLOR_OP_REPEAT:
      if (Operand == 0 || Operand >> 24 || Left < 1 || Operand > Left - 1 || Depth == 0 ||
          !isWellFormed(Code.slice(I + 2, Operand), Depth - 1))
        return false;
      I += 2 + Operand;
      break;
    default:
      return false;
    }
  }
  return true;
}

/// struct tricolor_type as IR.
StructType *descriptorType(LLVMContext &C) {
  Type *Int32 = Type::getInt32Ty(C), *Int64 = Type::getInt64Ty(C),
       *Pointer = PointerType::get(C, 0);
  return StructType::get(
      C, {Int32, Int32, Int64, Int32, Int32, Pointer, Pointer, Pointer, Int32, Int32});
}

GlobalVariable *addPart(Module &M, GlobalVariable &Descriptor, Constant *Initializer,
                        StringRef Name) {
  auto *Part = new GlobalVariable(M, Initializer->getType(), /*isConstant=*/true,
                                  GlobalValue::PrivateLinkage, Initializer, Name);
  Part->setComdat(Descriptor.getComdat());
  return Part;
}

/// The function that destroys a T: the header's initializer has it.
Constant *destroyer(const GlobalVariable &Descriptor, Constant *Null) {
  constexpr unsigned Field = 7;
  if (!Descriptor.hasInitializer())
    return Null;
  Constant *Function = Descriptor.getInitializer()->getAggregateElement(Field);
  return Function && Function->getType() == Null->getType() ? Function : Null;
}

void fillIn(GlobalVariable &Old, const TypeLayout &Layout) {
  Module &M = *Old.getParent();
  LLVMContext &C = M.getContext();
  Type *Int32 = Type::getInt32Ty(C), *Int64 = Type::getInt64Ty(C);
  Constant *Null = ConstantPointerNull::get(PointerType::get(C, 0));

  // clang's type of the global may be another one of the same layout.
  StructType *Ty = descriptorType(C);
  auto *Existing = dyn_cast<StructType>(Old.getValueType());
  if (Existing && Existing->isLayoutIdentical(Ty))
    Ty = Existing;

  Constant *Program = Layout.Program.empty()
                          ? Null
                          : addPart(M, Old, ConstantDataArray::get(C, ArrayRef(Layout.Program)),
                                    "tricolor.program");
  Constant *Name = addPart(M, Old, ConstantDataArray::getString(C, Layout.Name), "tricolor.name");
  auto Word = [&](uint32_t V) { return ConstantInt::get(Int32, V); };
  Constant *Initializer = ConstantStruct::get(
      Ty, {Word(TRICOLOR_ABI_VERSION), Word(Layout.Flags), ConstantInt::get(Int64, Layout.Size),
           Word(Layout.Align), Word(Layout.Program.size()), Program, Name, destroyer(Old, Null),
           Word(0), Word(0)});

  GlobalVariable *Descriptor = &Old;
  if (Ty == Existing) {
    Old.setInitializer(Initializer);
  } else {
    Descriptor = new GlobalVariable(M, Ty, /*isConstant=*/false, Old.getLinkage(), Initializer, "",
                                    &Old, Old.getThreadLocalMode(), Old.getAddressSpace());
    Descriptor->copyAttributesFrom(&Old);
    Descriptor->setComdat(Old.getComdat());
    Descriptor->takeName(&Old);
    Old.replaceAllUsesWith(Descriptor);
    Old.eraseFromParent();
  }
  Descriptor->setConstant(false);             // the runtime keeps its index there
  setPointerMask(*Descriptor, PointerMask()); // it refers to constants only
}

/// An annotation of ours: what it is on, and the global with its text.
struct Annotation {
  WeakTrackingVH Target;
  GlobalVariable *Text;

  StringRef text() const { return cast<ConstantDataArray>(Text->getInitializer())->getAsCString(); }
};

/// The global with the text of an entry, or null if it is not one of ours.
GlobalVariable *annotationText(const Constant &Entry) {
  auto *Global = dyn_cast<GlobalVariable>(Entry.getOperand(1)->stripPointerCasts());
  auto *Data = Global && Global->hasInitializer()
                   ? dyn_cast<ConstantDataArray>(Global->getInitializer())
                   : nullptr;
  if (!Data || !Data->isCString() || !Data->getAsCString().starts_with(TRICOLOR_TYPE_ANNOTATION))
    return nullptr;
  return Global;
}

/// Fills in the descriptor an annotation is on, or says why it cannot.
void apply(Module &M, const Annotation &A) {
  auto *Descriptor = dyn_cast_or_null<GlobalVariable>(static_cast<Value *>(A.Target));
  if (!Descriptor) {
    reportError(M, "an annotation '" + A.text() + "' is not on a global variable; the prefix " +
                       TRICOLOR_TYPE_ANNOTATION + " is reserved for type descriptors");
    return;
  }
  if (Descriptor->isDeclarationForLinker())
    return; // another file has the definition
  Type *Ty = Descriptor->getValueType();
  if (!Ty->isSized() || M.getDataLayout().getTypeAllocSize(Ty) != sizeof(tricolor_type)) {
    reportError(M, "the type descriptor '" + Descriptor->getName() +
                       "' has not the size of struct tricolor_type; use the headers that belong to "
                       "this plugin");
    return;
  }
  TypeLayout Layout;
  std::string Problem = parseTypeAnnotation(A.text(), Layout);
  if (!Problem.empty()) {
    reportError(M, "the annotation of type descriptor '" + Descriptor->getName() +
                       "' is malformed: " + Problem +
                       "; the clang plugin and the passes must be of one version");
    return;
  }
  fillIn(*Descriptor, Layout);
}

} // namespace

std::string parseTypeAnnotation(StringRef Text, TypeLayout &Layout) {
  if (!Text.consume_front(TRICOLOR_TYPE_ANNOTATION))
    return "it does not begin with " TRICOLOR_TYPE_ANNOTATION;
  auto [Version, Rest] = Text.split(';');
  if (Version != "v1")
    return ("it is of version '" + Version + "', this pass reads v1").str();
  enum { FlagsField = 1, SizeField = 2, AlignField = 4, NameField = 8, ProgramField = 16 };
  unsigned Seen = 0;
  while (!Rest.empty()) {
    StringRef Field;
    std::tie(Field, Rest) = Rest.split(';');
    auto [Key, Value] = Field.split('=');
    unsigned Bit = 0;
    bool Bad = false;
    if (Key == "flags") {
      Bit = FlagsField;
      Bad = Value.getAsInteger(10, Layout.Flags);
    } else if (Key == "size") {
      Bit = SizeField;
      Bad = Value.getAsInteger(10, Layout.Size);
    } else if (Key == "align") {
      Bit = AlignField;
      Bad = Value.getAsInteger(10, Layout.Align);
    } else if (Key == "name") {
      Bit = NameField;
      Bad = !decodePercent(Value, Layout.Name);
    } else if (Key == "program") {
      Bit = ProgramField;
      SmallVector<StringRef, 8> Words;
      Value.split(Words, ',', -1, /*KeepEmpty=*/!Value.empty());
      for (StringRef Word : Words)
        Bad |= Word.getAsInteger(16, Layout.Program.emplace_back());
    } else {
      return ("it has an unknown field '" + Key + "'").str();
    }
    if (Bad)
      return ("its field '" + Key + "' has the value '" + Value + "'").str();
    if (Seen & Bit)
      return ("it has the field '" + Key + "' twice").str();
    Seen |= Bit;
  }
  if (Seen != (FlagsField | SizeField | AlignField | NameField | ProgramField))
    return "it lacks one of the fields flags, size, align, name, program";
  if (!(Layout.Flags & TRICOLOR_TYPE_FILLED))
    return "its flags lack TRICOLOR_TYPE_FILLED";
  if (Layout.Size == 0 || !isPowerOf2_32(Layout.Align) || Layout.Size % Layout.Align != 0)
    return "its size is not a multiple of an alignment that is a power of two";
  if (Layout.Flags & TRICOLOR_TYPE_NOSCAN)
    return Layout.Program.empty() ? "" : "it has a program although it is NOSCAN";
  if (Layout.Program.empty() || Layout.Program.back() != TRICOLOR_OP_END ||
      !isWellFormed(ArrayRef(Layout.Program).drop_back(), TRICOLOR_PROGRAM_DEPTH))
    return "its program is not well formed";
  return "";
}

PreservedAnalyses TypeDescriptorsPass::run(Module &M, ModuleAnalysisManager &) {
  GlobalVariable *Annotations = M.getGlobalVariable("llvm.global.annotations");
  auto *Entries = Annotations && Annotations->hasInitializer()
                      ? dyn_cast<ConstantArray>(Annotations->getInitializer())
                      : nullptr;
  if (!Entries)
    return PreservedAnalyses::all();

  // Take the list apart before anything it refers to is replaced.
  SmallVector<Constant *, 16> Kept;
  SmallVector<Annotation, 16> Ours;
  for (Use &Entry : Entries->operands()) {
    auto *Fields = cast<Constant>(Entry.get());
    if (GlobalVariable *Text = annotationText(*Fields))
      Ours.push_back({cast<Constant>(Fields->getOperand(0))->stripPointerCasts(), Text});
    else
      Kept.push_back(Fields);
  }
  if (Ours.empty())
    return PreservedAnalyses::all();

  Type *EntryType = Entries->getType()->getElementType();
  if (!Kept.empty()) {
    ArrayType *Ty = ArrayType::get(EntryType, Kept.size());
    auto *Rest = new GlobalVariable(M, Ty, Annotations->isConstant(), Annotations->getLinkage(),
                                    ConstantArray::get(Ty, Kept), "", Annotations);
    Rest->copyAttributesFrom(Annotations);
    Rest->takeName(Annotations);
  }
  Annotations->eraseFromParent();

  for (const Annotation &A : Ours)
    apply(M, A);
  SmallPtrSet<GlobalVariable *, 16> Texts; // clang shares equal ones
  for (const Annotation &A : Ours)
    Texts.insert(A.Text);
  for (GlobalVariable *Text : Texts) {
    Text->removeDeadConstantUsers();
    if (Text->use_empty())
      Text->eraseFromParent();
  }
  return PreservedAnalyses::none();
}

} // namespace tricolor
