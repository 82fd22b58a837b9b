//===- llvm-pass/TypeDescriptors.h - Annotations become type descriptors -----------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// The clang plugin knows a type's layout when it instantiates the type's descriptor (a global of
// type struct tricolor_type), but cannot give it an initializer there. It annotates the global
// instead:
//
//   tricolor.type:v1;flags=<dec>;size=<dec>;align=<dec>;name=<%XX-encoded>;program=<hex,hex,...>
//
// This pass parses such entries of llvm.global.annotations, writes the initializer
// (TRICOLOR_TYPE_FILLED is part of the flags) and removes the entries; other annotations stay.
// Anything malformed is an error: a descriptor that says too little would lose objects.
//
// Runs early, before the optimizer can look at the empty initializer, and once more late.
//
//===------------------------------------------------------------------------------------------===//

#ifndef TRICOLOR_LLVM_PASS_TYPEDESCRIPTORS_H
#define TRICOLOR_LLVM_PASS_TYPEDESCRIPTORS_H

#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/IR/PassManager.h"

#include <cstdint>
#include <string>

namespace tricolor {

/// What an annotation says; fields as in struct tricolor_type.
struct TypeLayout {
  uint32_t Flags = 0;
  uint64_t Size = 0;
  uint32_t Align = 0;
  std::string Name;
  llvm::SmallVector<uint64_t, 8> Program;
};

/// Parses the text of an annotation. Returns what is wrong with it, empty if nothing is.
std::string parseTypeAnnotation(llvm::StringRef Text, TypeLayout &Layout);

struct TypeDescriptorsPass : llvm::PassInfoMixin<TypeDescriptorsPass> {
  llvm::PreservedAnalyses run(llvm::Module &M, llvm::ModuleAnalysisManager &);
  static bool isRequired() { return true; }
};

} // namespace tricolor

#endif // TRICOLOR_LLVM_PASS_TYPEDESCRIPTORS_H
