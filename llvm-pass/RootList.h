//===- llvm-pass/RootList.h - The bytes of one root list ----------------------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// Gathers the words of a frame that are roots at one call and encodes them as tricolor/abi.h says, as
// short as it can: neighbouring words become one MASK or RANGE. A word that is listed both as exact and
// as tolerant is tolerant. The same roots give the same bytes in whatever order they came, so that
// equal lists of a function can be shared. Used by the map printer only.
//
//===------------------------------------------------------------------------------------------===//

#ifndef TRICOLOR_LLVM_PASS_ROOTLIST_H
#define TRICOLOR_LLVM_PASS_ROOTLIST_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/ADT/SmallVector.h"
#include <cstdint>

namespace tricolor {

/// A place in the frame: DWARF number of the base register, signed byte offset.
struct FramePlace {
  uint16_t Register;
  int64_t Offset;
};

class RootList {
public:
  void addWord(FramePlace Place, bool Exact);
  void addRange(FramePlace Place, uint64_t Words);
  /// Sets as in the bundle: 32 words a chunk.
  void addMask(FramePlace Place, uint64_t Words, llvm::ArrayRef<uint32_t> Exact,
               llvm::ArrayRef<uint32_t> Tolerant);
  void addRepeat(FramePlace Place, uint64_t Count, uint64_t Words, llvm::ArrayRef<uint32_t> Exact,
                 llvm::ArrayRef<uint32_t> Tolerant);
  void addFrame() { WholeFrame = true; }
  /// A callee-saved register, by DWARF number.
  void addRegister(uint16_t Register) { Registers |= 1u << Register; }

  /// The encoded list, TRICOLOR_ROOT_END included.
  llvm::SmallString<64> encode();

private:
  struct Word {
    FramePlace Place;
    bool Exact;
  };
  struct Run {
    FramePlace Place;
    uint64_t Count, Words;
    llvm::SmallVector<uint32_t, 2> Exact, Tolerant;
  };

  void encodeWords(llvm::ArrayRef<Word> Neighbours, llvm::SmallVectorImpl<char> &Bytes) const;

  llvm::SmallVector<Word, 32> Words;
  llvm::SmallVector<Run, 2> Runs; ///< REPEAT and long RANGE entries; Words = 1 and no sets: RANGE
  uint16_t Registers = 0;         ///< bit per DWARF number
  bool WholeFrame = false;
};

} // namespace tricolor

#endif // TRICOLOR_LLVM_PASS_ROOTLIST_H
