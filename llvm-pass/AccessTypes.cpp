//===- llvm-pass/AccessTypes.cpp - What an access says of its type ------------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// A scalar type's node is !{name, parent, offset 0}, the root !{name}; an access tag !{base type,
// access type, offset}.
//
//===------------------------------------------------------------------------------------------===//

#include "AccessTypes.h"

#include "llvm/ADT/StringSwitch.h"
#include "llvm/IR/Instruction.h"
#include "llvm/IR/LLVMContext.h"
#include "llvm/IR/Metadata.h"

using namespace llvm;

namespace tricolor {
namespace {

StringRef nameOf(const MDNode &Type) {
  if (Type.getNumOperands() == 0)
    return {};
  auto *Name = dyn_cast_or_null<MDString>(Type.getOperand(0));
  return Name ? Name->getString() : StringRef();
}

const MDNode *parentOf(const MDNode &Type) {
  return Type.getNumOperands() >= 2 ? dyn_cast_or_null<MDNode>(Type.getOperand(1)) : nullptr;
}

/// The type of an access, if it is below the character type of C or C++.
const MDNode *accessedType(const Instruction &I) {
  const MDNode *Tag = I.getMetadata(LLVMContext::MD_tbaa);
  if (!Tag || Tag->getNumOperands() < 3)
    return nullptr;
  auto *Type = dyn_cast_or_null<MDNode>(Tag->getOperand(1));
  return Type && parentOf(*Type) ? Type : nullptr;
}

AccessLanguage languageOf(const MDNode &Type) {
  const MDNode *Char = parentOf(Type);
  const MDNode *Root = Char ? parentOf(*Char) : nullptr;
  if (!Root || nameOf(*Char) != "omnipotent char")
    return AccessLanguage::Unknown;
  return StringSwitch<AccessLanguage>(nameOf(*Root))
      .Case("Simple C/C++ TBAA", AccessLanguage::C)
      .Case("Simple C++ TBAA", AccessLanguage::CXX)
      .Default(AccessLanguage::Unknown);
}

} // namespace

AccessType accessType(const Instruction &I) {
  const MDNode *Type = accessedType(I);
  if (!Type)
    return AccessType::Unknown;
  // Pointers, with or without their depth ("p1 int"), come from "any pointer".
  for (const MDNode *Up = Type; Up; Up = parentOf(*Up))
    if (nameOf(*Up) == "any pointer")
      return AccessType::Pointer;
  if (languageOf(*Type) == AccessLanguage::Unknown)
    return AccessType::Unknown;
  return StringSwitch<AccessType>(nameOf(*Type))
      .Cases({"short", "int", "long", "long long", "__int128"}, AccessType::Number)
      .Cases({"float", "double", "long double", "bool", "_Bool"}, AccessType::Number)
      .Default(AccessType::Unknown);
}

AccessLanguage accessLanguage(const Instruction &I) {
  const MDNode *Type = accessedType(I);
  return Type ? languageOf(*Type) : AccessLanguage::Unknown;
}

} // namespace tricolor
