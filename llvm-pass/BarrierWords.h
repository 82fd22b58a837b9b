//===- llvm-pass/BarrierWords.h - What a barrier call says --------------------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// Addresses and words in a form in which a barrier call's operands and those of the write can be
// compared, for the verification.
//
//===------------------------------------------------------------------------------------------===//

#ifndef TRICOLOR_LLVM_PASS_BARRIERWORDS_H
#define TRICOLOR_LLVM_PASS_BARRIERWORDS_H

#include <cstdint>

namespace llvm {
class DataLayout;
class Value;
} // namespace llvm

namespace tricolor {

/// An address as far as it can be compared.
struct Address {
  const llvm::Value *Base = nullptr;
  int64_t Offset = 0;
  bool operator==(const Address &) const = default;
};

/// Bits of a value: the word that begins at bit `Bit` of `Of`.
struct Word {
  const llvm::Value *Of = nullptr; ///< null: a constant, whatever it is
  uint64_t Bit = 0;
  bool operator==(const Word &) const = default;
};

Address addressOf(const llvm::Value *Pointer, const llvm::DataLayout &DL);

/// Follows the parts of values that barrier calls are given back to the value they are of.
Word wordOf(const llvm::Value *V, const llvm::DataLayout &DL);

} // namespace tricolor

#endif // TRICOLOR_LLVM_PASS_BARRIERWORDS_H
