//===- llvm-pass/ListedRoots.h - What one call's map lists -------------------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// Reads a deopt bundle of tricolor-statepoints back (RootBundle.h has the layout) for whoever checks
// maps: which values are listed themselves, which memory, and which of its words. It reads on where it
// can: an operand that is neither a number nor memory of the frame counts as a listed value,
// whatever group it stands in.
//
// Used by the verifier only, after tricolor-statepoints.
//
//===------------------------------------------------------------------------------------------===//

#ifndef TRICOLOR_LLVM_PASS_LISTEDROOTS_H
#define TRICOLOR_LLVM_PASS_LISTEDROOTS_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/DenseMap.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/SmallVector.h"
#include <cstdint>
#include <string>
#include <utility>

namespace llvm {
class CallBase;
class Value;
} // namespace llvm

namespace tricolor {

class ListedRoots {
public:
  /// Whether the call has a bundle of ours: a map.
  static bool hasMap(const llvm::CallBase &Call);

  /// The map of a call that has one.
  explicit ListedRoots(const llvm::CallBase &Call);

  /// What is wrong with the bundle itself; empty if nothing is.
  const std::string &problem() const { return Problem; }

  bool wholeFrame() const { return WholeFrame; }
  llvm::ArrayRef<const llvm::Value *> values() const { return Values; }

  /// Memory of the frame: allocas and arguments passed by value. In the order of the bundle.
  llvm::ArrayRef<const llvm::Value *> memory() const { return Memory; }
  /// Whether the words [First, First + Count) of some memory are listed.
  bool lists(const llvm::Value *Memory, uint64_t First, uint64_t Count = 1) const;

  /// How many words of some memory are listed as exact and as tolerant.
  std::pair<uint64_t, uint64_t> countWords(const llvm::Value *Memory) const;

private:
  /// `Count` elements of `Words` words from byte `Offset` on; an empty set of words: all of them.
  struct Segment {
    uint64_t Offset, Count, Words;
    llvm::SmallVector<uint32_t, 1> Set;
    uint64_t Exact; ///< words an element that hold exactly a pointer; the other listed ones may
  };

  bool WholeFrame = false;
  std::string Problem;
  llvm::SmallVector<const llvm::Value *, 4> Values;
  llvm::SmallVector<const llvm::Value *, 8> Memory;
  llvm::SmallDenseMap<const llvm::Value *, llvm::SmallVector<Segment, 1>, 8> Segments;
};

/// The maps of a function, in the order of its calls.
using MapsOfCalls = llvm::MapVector<const llvm::CallBase *, ListedRoots>;

} // namespace tricolor

#endif // TRICOLOR_LLVM_PASS_LISTEDROOTS_H
