//===- llvm-pass/RootBundle.h - How a deopt bundle spells a root list ---------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// The statepoint pass writes it, the map printer reads it; whoever else wants to look into a bundle asks
// forEachRoot(). A bundle is a sequence of operands: static allocas (or byval arguments), which the back
// end turns into Direct [register + offset] locations, scalar values, which it leaves in callee-saved
// registers or in its own spill slots, and i32 constants, which it passes through. (Constants are never
// wider: the stack map puts those in a pool that a printer cannot read.)
//
//   i32 RootBundleHeader
//   groups, each: i32 head = kind | number << 8, i32 parameters, then `number` allocas or values:
//     Slots      no parameters                       a word that holds a pointer
//     Tolerants  no parameters                       a word that may hold one
//     Range      byte offset, n                      n words that may hold one
//     Mask       byte offset, n, sets                sets: ceil(n/32) chunks exact, as many tolerant
//     Repeat     byte offset, count, n, sets         count times n words
//     Frame      no parameters, no allocas           the whole frame
//     Values     no parameters                       values (ptr or i64) that may be pointers themselves
//
// The number in a group's head is what tells an operand from a parameter: the back end may turn a value
// into a constant.
//
// Locals of one type share a group: the cost of a call in compile time is the number of its operands.
//
//===------------------------------------------------------------------------------------------===//

#ifndef TRICOLOR_LLVM_PASS_ROOTBUNDLE_H
#define TRICOLOR_LLVM_PASS_ROOTBUNDLE_H

#include "PointerMask.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/STLFunctionalExtras.h"
#include "llvm/ADT/SmallVector.h"
#include <cstdint>
#include <map>
#include <optional>
#include <vector>

namespace llvm {
class CallBase;
class LLVMContext;
class Value;
} // namespace llvm

namespace tricolor {

/// First operand of every bundle of ours; anything else in the deopt state is a foreign bundle.
constexpr int32_t RootBundleHeader = 0x54524901; // "TRI", version 1

/// The number ("statepoint-id") that a poll's site has in the back end's stack map. Polls preserve
/// registers that other calls do not; all other sites have LLVM's default number.
constexpr uint64_t PollSiteID = 0x54524950; // "TRIP"

/// That of a trap poll once it is no call any more (TrapPolls.h): its values may lie in any register.
constexpr uint64_t TrapSiteID = 0x54524954; // "TRIT"

/// That of a call that has no map, whose site says no more than that (UnmappedCalls.h).
constexpr uint64_t FrameSiteID = 0x54524946; // "TRIF"

enum class RootGroup : uint8_t {
  Slots = 1,
  Tolerants = 2,
  Range = 3,
  Mask = 4,
  Repeat = 5,
  Frame = 6,
  Values = 7,
};

/// How many sets of bits end a group's parameters, and how many numbers stand before them, the last of
/// which is the sets' size.
struct GroupShape {
  uint8_t Numbers, Sets;
};
std::optional<GroupShape> shapeOf(RootGroup Kind);

/// Exact words may be written as tolerant ones where their contents are not trusted.
enum class RootTrust : uint8_t { AsTyped, Tolerant };

class RootBundleWriter {
public:
  explicit RootBundleWriter(llvm::LLVMContext &Context);

  void addSlot(llvm::Value *Alloca, RootTrust Trust);
  void addMask(llvm::Value *Alloca, const PointerMask &Mask, RootTrust Trust);
  void addFrame() { WholeFrame = true; }
  /// The value itself; not for functions that the back end does not optimize.
  void addValue(llvm::Value *Root);

  /// The operands of the bundle, for OperandBundleDef("deopt", ...).
  llvm::SmallVector<llvm::Value *, 16> take();

  /// How many places are listed.
  size_t size() const { return NumPlaces; }

private:
  void add(RootGroup Kind, llvm::ArrayRef<uint64_t> Numbers, const llvm::BitVector *Exact,
           const llvm::BitVector *Tolerant, llvm::Value *Alloca);

  /// The kind and the parameters.
  using GroupKey = std::vector<int32_t>;

  llvm::LLVMContext &Context;
  std::map<GroupKey, llvm::SmallVector<llvm::Value *, 8>> Groups;
  size_t NumPlaces = 0;
  bool WholeFrame = false;
};

/// What a bundle of ours lists.
struct BundleRoot {
  RootGroup Kind;
  llvm::Value *Operand; ///< the alloca, byval argument or value; null for Frame
  /// Mask and Repeat: the words of one element, 32 a chunk, first those that hold a pointer, then those
  /// that may. Empty for the others.
  llvm::ArrayRef<uint32_t> Exact, Tolerant;
  uint64_t Offset = 0; ///< Range, Mask, Repeat: where in the alloca the words begin, in bytes
  uint64_t Count = 1;  ///< elements
  uint64_t Words = 1;  ///< of an element
};

enum class BundleKind : uint8_t { None, Tricolor, Foreign };

/// Calls back for each root that the call's bundle lists, in order. Foreign: the call has a deopt bundle
/// that is not (or not entirely) as described above; the callback may have been called.
BundleKind forEachRoot(const llvm::CallBase &Call,
                       llvm::function_ref<void(const BundleRoot &)> Callback);

} // namespace tricolor

#endif // TRICOLOR_LLVM_PASS_ROOTBUNDLE_H
