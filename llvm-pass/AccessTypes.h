//===- llvm-pass/AccessTypes.h - What an access says of its type --------------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// Type-based alias information, read for one question: which accesses certainly are of an object
// that is no pointer. clang names the type of an access to a union's member, through a character
// type or inside a copied union "omnipotent char", and gives copies, code without strict aliasing
// and unoptimized code no information at all; all these are Unknown here. So are types of languages
// other than C and C++. The root of the types tells the source's language, also after inlining.
//
//===------------------------------------------------------------------------------------------===//

#ifndef TRICOLOR_LLVM_PASS_ACCESSTYPES_H
#define TRICOLOR_LLVM_PASS_ACCESSTYPES_H

#include <cstdint>

namespace llvm {
class Instruction;
} // namespace llvm

namespace tricolor {

enum class AccessType : uint8_t {
  Unknown, ///< may be of anything
  Pointer,
  Number, ///< an arithmetic type of C or C++
};

enum class AccessLanguage : uint8_t { Unknown, C, CXX };

/// Of a load or a store.
AccessType accessType(const llvm::Instruction &I);
AccessLanguage accessLanguage(const llvm::Instruction &I);

} // namespace tricolor

#endif // TRICOLOR_LLVM_PASS_ACCESSTYPES_H
