//===- llvm-pass/LocalMask.h - Which words of a local variable may hold pointers ----*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// The type of an alloca is not the type of the variable. SROA splits a variable and picks a type for
// each part from its first member or its uses: a union of double and pointer (the storage of a
// std::variant) becomes an `alloca double` that pointers are stored to. So the mask of a local is
// that of its type and what its uses show:
//   - a word that is read or written as something that may carry a pointer is tolerant at least;
//   - a word that is also written as a number is not exact;
//   - floating point and vectors outside of a named struct may be what is left of a union: they are
//     tolerant if memory is copied to them.
// A struct with a name is trusted otherwise: SROA only makes up types without one.
//
// Fed by the walk over a variable's uses (Allocas.h), then asked once.
//
//===------------------------------------------------------------------------------------------===//

#ifndef TRICOLOR_LLVM_PASS_LOCALMASK_H
#define TRICOLOR_LLVM_PASS_LOCALMASK_H

#include "PointerMask.h"

#include <optional>

namespace tricolor {

/// As what a piece of memory is accessed.
enum class AccessKind : uint8_t {
  Pointer, ///< a pointer, or memory that may hold one
  Word,    ///< an integer or vector that may carry one
  Number,  ///< something that carries none is written
};

class LocalMask {
public:
  LocalMask(llvm::Type *Ty, const llvm::DataLayout &DL);

  uint64_t bytes() const { return OfType.Bytes; }

  /// An access to `Bytes` bytes at an offset, or at one that is not known.
  void access(std::optional<uint64_t> Offset, uint64_t Bytes, AccessKind Kind);
  /// Memory of unknown contents is copied here.
  void copyTo(std::optional<uint64_t> Offset, uint64_t Bytes);

  PointerMask mask() const;

private:
  PointerMask OfType;
  bool MayHideUnion;
  bool Flat;                       ///< small enough for the sets
  bool AllTolerant = false;        ///< where the sets are not kept
  llvm::BitVector Exact, Tolerant; ///< by word
};

} // namespace tricolor

#endif // TRICOLOR_LLVM_PASS_LOCALMASK_H
