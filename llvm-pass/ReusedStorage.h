//===- llvm-pass/ReusedStorage.h - Numbers where pointers were ----------------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// A store that strict aliasing says is of a number needs no barrier if its storage holds no pointer
// that anybody may still read (docs/design/barriers.md, step 7). The rules of the source's language
// say so, except where storage is used anew. ReusedStoragePass runs before the optimizer and sees to
// those places; a flag of the module says that it has. Its values merge to the smallest when modules
// are linked, and a module without it counts as Nothing.
//
// Copies. A block copy to a structure in a union says what its parts are
// (`!tbaa.struct`), and the optimizer makes of a short one a store of a number. Where the file has
// such copies, it must not know, unless the copy goes to a local variable.
//
// Placement new. The clang plugin marks its address; the mark becomes loads of the words that were
// there before and empty inline assembly that uses them, or, for many words, a call of ReuseFunctionName.
// Either is a write to the barrier pass, and gone behind it: the old content is remembered there.
// The first form lets the optimizer keep in registers what it could.
//
//===------------------------------------------------------------------------------------------===//

#ifndef TRICOLOR_LLVM_PASS_REUSEDSTORAGE_H
#define TRICOLOR_LLVM_PASS_REUSEDSTORAGE_H

#include "llvm/ADT/StringRef.h"
#include "llvm/IR/PassManager.h"

#include <cstdint>

namespace llvm {
class CallBase;
class StoreInst;
} // namespace llvm

namespace tricolor {

/// Takes an address and a number of bytes.
inline constexpr llvm::StringLiteral ReuseFunctionName = "tricolor.reuse";

/// Whether the front end marks each placement new, and whether it has seen a union's member of structure type
/// used as a whole. What the front end says counts for the modules that it compiles from then on.
enum class ReuseMarkers : uint8_t { Absent, Present };
enum class UnionCopies : uint8_t { None, Possible };
void setReuseMarkers(ReuseMarkers Markers);
void setUnionCopies(UnionCopies Copies);

/// Whether a store, by its type alone, overwrites no pointer that anybody may still read, and brings
/// none that the collector looks for.
bool isNumberOverNumber(const llvm::StoreInst &Store);

/// What a call says of reused storage.
enum class ReuseMark : uint8_t {
  None,
  Words, ///< the arguments were there before
  Block, ///< of ReuseFunctionName
};
ReuseMark reuseMark(const llvm::CallBase &Call);

/// Behind the barriers. True if there was any.
bool eraseReuseMarks(llvm::Module &M);

/// `tricolor-reused-storage`. Before any optimization; once is enough, twice is harmless.
struct ReusedStoragePass : llvm::PassInfoMixin<ReusedStoragePass> {
  llvm::PreservedAnalyses run(llvm::Module &M, llvm::ModuleAnalysisManager &);
  static bool isRequired() { return true; }
};

} // namespace tricolor

#endif // TRICOLOR_LLVM_PASS_REUSEDSTORAGE_H
