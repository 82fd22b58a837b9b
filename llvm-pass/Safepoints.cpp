//===- llvm-pass/Safepoints.cpp - At which calls a collection may happen ------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//

#include "Safepoints.h"

#include "RuntimeInterface.h"

#include "llvm/ADT/StringSet.h"
#include "llvm/IR/DataLayout.h"
#include "llvm/IR/Function.h"
#include "llvm/IR/Instructions.h"
#include "llvm/IR/IntrinsicInst.h"
#include "llvm/IR/Operator.h"

using namespace llvm;

namespace tricolor {
namespace {

/// Functions of the C library that never block, take no lock of the program's, call nothing back and end soon. Not
/// "whatever looks pure": a thread that sits in an external function for long must have callers that
/// are described. All that write blocks behind a barrier's test (Writes.cpp) must be here.
bool isKnownLeafName(StringRef Name) {
  static const StringSet<> Names = {
      // <string.h>
      "memcpy", "memmove", "memset", "mempcpy", "memcmp", "bcmp", "memchr", "memrchr", "strlen",
      "strnlen", "strcmp", "strncmp", "strchr", "strrchr", "strchrnul", "strcpy", "strncpy",
      "stpcpy", "stpncpy", "strcat", "strncat", "strspn", "strcspn", "strpbrk", "strstr",
      "__memcpy_chk", "__memmove_chk", "__mempcpy_chk", "__memset_chk", "__strcpy_chk",
      "__strcat_chk", "wcslen", "wmemcpy", "wmemset", "wmemcmp",
      // <strings.h>
      "bcopy", "bzero",
      // libatomic: locks of its own, for the time of a copy
      "__atomic_load", "__atomic_store", "__atomic_exchange", "__atomic_compare_exchange",
      // <stdlib.h>, <ctype.h>, <errno.h>
      "abs", "labs", "llabs", "__errno_location", "__ctype_b_loc", "__ctype_tolower_loc",
      "__ctype_toupper_loc", "tolower", "toupper", "isalpha", "isdigit", "isalnum", "isspace",
      // <math.h>
      "sin", "cos", "tan", "asin", "acos", "atan", "atan2", "sinh", "cosh", "tanh", "exp", "exp2",
      "expm1", "log", "log2", "log10", "log1p", "pow", "sqrt", "cbrt", "hypot", "fmod", "floor",
      "ceil", "round", "trunc", "rint", "nearbyint", "lround", "lrint", "llround", "llrint",
      "ldexp", "frexp", "modf", "fabs", "copysign", "fmin", "fmax", "sinf", "cosf", "tanf", "asinf",
      "acosf", "atanf", "atan2f", "expf", "exp2f", "logf", "log2f", "log10f", "powf", "sqrtf",
      "cbrtf", "hypotf", "fmodf", "floorf", "ceilf", "roundf", "truncf", "rintf", "nearbyintf",
      "lroundf", "lrintf", "ldexpf", "frexpf", "modff", "fabsf", "copysignf", "fminf", "fmaxf",
      // libsupc++
      "__dynamic_cast", "__cxa_get_exception_ptr"};
  return Names.contains(Name);
}

/// Tricolor's own: they record words in a buffer and return.
bool isBarrier(const CallBase &Call) {
  const Function *Callee = Call.getCalledFunction();
  return Callee && (Callee->getName() == WriteBarrierName || Callee->getName() == BulkBarrierName);
}

bool isLeaf(const CallBase &Call) {
  if (Call.isInlineAsm() || isa<IntrinsicInst>(Call) || Call.hasFnAttr("gc-leaf-function"))
    return true;
  return isLibraryLeaf(Call) || isBarrier(Call);
}

/// Register arguments only, so that the frame of the caller is large enough for those of the callee.
bool passesInRegisters(const CallBase &Call) {
  unsigned Integers = 0, Floats = 0;
  for (unsigned I = 0; I != Call.arg_size(); ++I) {
    Type *Ty = Call.getArgOperand(I)->getType();
    if (Call.isByValArgument(I) || Ty->isAggregateType() || Ty->isX86_FP80Ty())
      return false;
    if (Ty->isFloatingPointTy() || Ty->isVectorTy())
      ++Floats;
    else
      Integers += Ty->isIntegerTy() && Ty->getIntegerBitWidth() > 64 ? 2 : 1;
  }
  return Integers <= 6 && Floats <= 8;
}

bool hasSret(const Function &F) {
  return any_of(F.args(), [](const Argument &A) { return A.hasStructRetAttr(); });
}

/// Whether functions of the two conventions return in the same registers and preserve the same ones: what
/// the optimizer gives to local functions differs from C's only in name.
bool returnsAlike(CallingConv::ID One, CallingConv::ID Other) {
  auto IsAsC = [](CallingConv::ID Convention) {
    return Convention == CallingConv::C || Convention == CallingConv::Fast;
  };
  return One == Other || (IsAsC(One) && IsAsC(Other));
}

/// The instruction after `I` that is not only bookkeeping, as the back end's tail call test skips it.
const Instruction *nextReal(const Instruction &I) {
  const Instruction *Next = I.getNextNode();
  while (Next) {
    auto *II = dyn_cast<IntrinsicInst>(Next);
    if (!II ||
        !(II->isDebugOrPseudoInst() || II->isLifetimeStartOrEnd() || II->isAssumeLikeIntrinsic()))
      break;
    Next = Next->getNextNode();
  }
  return Next;
}

/// Whether the back end is about to turn the call into a jump. If it does not after all, the call has
/// no map and its frame is scanned conservatively.
bool isTailCall(const CallBase &Call) {
  auto *CI = dyn_cast<CallInst>(&Call);
  if (!CI || !CI->isTailCall() || CI->isNoTailCall())
    return false;
  if (CI->isMustTailCall())
    return true;
  const Function &F = *Call.getFunction();
  // Instrumentation that the back end adds comes between a call and the return.
  if (F.hasFnAttribute("instrument-function-exit-inlined"))
    return false;
  if (F.hasOptNone() || F.getFnAttribute("disable-tail-calls").getValueAsBool() || hasSret(F) ||
      !passesInRegisters(Call) || Call.hasOperandBundles() ||
      !returnsAlike(F.getCallingConv(), Call.getCallingConv()))
    return false;

  const Instruction *After = nextReal(*CI);
  const Value *Returned = nullptr;
  if (auto *Return = dyn_cast_or_null<ReturnInst>(After)) {
    Returned = Return->getReturnValue();
  } else if (auto *Branch = dyn_cast_or_null<BranchInst>(After);
             Branch && Branch->isUnconditional()) {
    // CodeGenPrepare copies a block that only returns behind the call.
    const BasicBlock *Exit = Branch->getSuccessor(0);
    auto *Return = dyn_cast<ReturnInst>(Exit->getTerminator());
    if (!Return || &*Exit->getFirstNonPHIOrDbgOrLifetime() != Return)
      return false;
    Returned = Return->getReturnValue();
    if (auto *Phi = dyn_cast_or_null<PHINode>(Returned)) {
      if (Phi->getParent() != Exit)
        return false;
      Returned = Phi->getIncomingValueForBlock(CI->getParent());
      if (Returned != CI)
        return false;
    } else if (Returned) {
      return false;
    }
  } else {
    return false;
  }
  if (Returned && Returned != CI && !isa<UndefValue>(Returned))
    return false;
  for (Attribute::AttrKind Extension : {Attribute::ZExt, Attribute::SExt, Attribute::InReg})
    if (Returned && F.hasRetAttribute(Extension) != Call.hasRetAttr(Extension))
      return false;
  // Last, because it looks at the whole function.
  return !F.callsFunctionThatReturnsTwice();
}

/// Counts the registers that a returned value takes. More than two of a kind are demoted to memory by
/// one calling convention or another; x87 values and mask vectors are not lowered under a bundle.
bool fitsReturnRegisters(Type *Ty, const Function &F, unsigned &Integers, unsigned &Vectors) {
  if (Ty->isVoidTy())
    return true;
  if (auto *STy = dyn_cast<StructType>(Ty))
    return all_of(STy->elements(), [&](Type *Element) {
      return fitsReturnRegisters(Element, F, Integers, Vectors);
    });
  if (auto *ATy = dyn_cast<ArrayType>(Ty)) {
    if (ATy->getNumElements() > 4)
      return false;
    for (uint64_t I = 0; I != ATy->getNumElements(); ++I)
      if (!fitsReturnRegisters(ATy->getElementType(), F, Integers, Vectors))
        return false;
    return true;
  }
  if (Ty->isPointerTy()) {
    ++Integers;
  } else if (auto *ITy = dyn_cast<IntegerType>(Ty)) {
    if (ITy->getBitWidth() > 128)
      return false;
    Integers += ITy->getBitWidth() > 64 ? 2 : 1;
  } else if (Ty->isFloatTy() || Ty->isDoubleTy()) {
    ++Vectors;
  } else if (auto *VTy = dyn_cast<FixedVectorType>(Ty)) {
    Type *Element = VTy->getElementType();
    unsigned Bits = F.getDataLayout().getTypeSizeInBits(VTy).getFixedValue();
    StringRef Features = F.getFnAttribute("target-features").getValueAsString();
    bool Wide = Bits == 256 && Features.contains("+avx");
    if (Element->isIntegerTy(1) || !(Bits == 64 || Bits == 128 || Wide) ||
        !isPowerOf2_32(VTy->getNumElements()))
      return false;
    ++Vectors;
  } else {
    return false;
  }
  return Integers <= 2 && Vectors <= 2;
}

} // namespace

bool isLibraryLeaf(const CallBase &Call) {
  const Function *Callee = Call.getCalledFunction();
  return Callee && Callee->isDeclaration() && !Callee->hasLocalLinkage() &&
         isKnownLeafName(Callee->getName());
}

StringRef whyUnmapped(const CallBase &Call) {
  if (isa<CallBrInst>(Call))
    return "asm goto";
  if (Call.hasOperandBundles())
    return "another operand bundle";
  if (Call.hasFnAttr(Attribute::ReturnsTwice))
    return "returns twice";
  CallingConv::ID Convention = Call.getCallingConv();
  if (Convention != CallingConv::C && Convention != CallingConv::Fast &&
      Convention != CallingConv::Cold && Convention != CallingConv::X86_64_SysV && !isPoll(Call) &&
      !isTrapPoll(Call))
    return "calling convention";
  for (unsigned I = 0; I != Call.arg_size(); ++I)
    if (Call.isInAllocaArgument(I) || Call.paramHasAttr(I, Attribute::Preallocated) ||
        Call.paramHasAttr(I, Attribute::SwiftError) || Call.paramHasAttr(I, Attribute::SwiftAsync))
      return "kind of argument";
  const Function &F = *Call.getFunction();
  // The back end ends with an error for a statepoint in such a function.
  if (F.hasFnAttribute(Attribute::SpeculativeLoadHardening))
    return "speculative load hardening";
  if (!Call.getCalledFunction()) {
    // The back end ends with an error for a statepoint through a register with these.
    StringRef Features = F.getFnAttribute("target-features").getValueAsString();
    if (Features.contains("+retpoline") || Features.contains("+lvi-cfi"))
      return "retpoline";
  }
  unsigned Integers = 0, Vectors = 0;
  if (!fitsReturnRegisters(Call.getType(), F, Integers, Vectors))
    return "type of the result";
  return "";
}

CallKind classifyCall(const CallBase &Call) {
  if (isLeaf(Call))
    return CallKind::Leaf;
  if (isTailCall(Call))
    return CallKind::TailCall;
  return whyUnmapped(Call).empty() ? CallKind::Safepoint : CallKind::Unmapped;
}

bool calleeNeedsCopy(const CallBase &Call) {
  const Value *Callee = Call.getCalledOperand();
  while (auto *Op = dyn_cast<Operator>(Callee)) {
    switch (Op->getOpcode()) {
    case Instruction::ExtractValue:
      return true;
    case Instruction::BitCast:
    case Instruction::AddrSpaceCast:
    case Instruction::IntToPtr:
    case Instruction::PtrToInt:
    case Instruction::Freeze:
    case Instruction::GetElementPtr:
      Callee = Op->getOperand(0);
      continue;
    default:
      return false;
    }
  }
  return false;
}

bool isPoll(const CallBase &Call) {
  const Function *Callee = Call.getCalledFunction();
  return Callee && Callee->getName() == PollName;
}

bool isTrapPoll(const CallBase &Call) {
  const Function *Callee = Call.getCalledFunction();
  return Callee && Callee->getName() == TrapPollName;
}

} // namespace tricolor
