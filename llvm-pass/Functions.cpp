//===- llvm-pass/Functions.cpp - Managed functions and their table -----------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// Why private aliases. The distance from a record to a function that another image may preempt (a
// default-visibility function of a shared object) is not a link-time constant, and the linker
// refuses it. A private alias names the definition in this object file, which is what the table
// means.
//
// Why llvm.compiler.used and not llvm.used. LLVM must keep the records, which nothing refers to;
// the linker must not (llvm.used would set SHF_GNU_RETAIN and defeat --gc-sections).
//
//===------------------------------------------------------------------------------------------===//

#include "Functions.h"

#include <tricolor/abi.h>

#include "llvm/ADT/SmallVector.h"
#include "llvm/IR/Constants.h"
#include "llvm/IR/GlobalIFunc.h"
#include "llvm/IR/Module.h"
#include "llvm/Transforms/Utils/ModuleUtils.h"

using namespace llvm;

namespace tricolor {

bool isManaged(const Function &F) {
  return !F.isDeclaration() && !F.hasAvailableExternallyLinkage() &&
         !F.hasFnAttribute(Attribute::Naked) && !F.hasFnAttribute(UnmanagedAttribute);
}

void markUnmanaged(Module &M) {
  for (GlobalIFunc &IFunc : M.ifuncs())
    if (Function *Resolver = IFunc.getResolverFunction())
      Resolver->addFnAttr(UnmanagedAttribute);
}

Constant *localSymbol(GlobalObject &Object) {
  if (Object.hasLocalLinkage())
    return &Object;
  return GlobalAlias::create(Object.getValueType(), Object.getAddressSpace(),
                             GlobalValue::PrivateLinkage, "tricolor.local", &Object,
                             Object.getParent());
}

Constant *byteOffset(Constant *Pointer, uint64_t Bytes) {
  if (Bytes == 0)
    return Pointer;
  LLVMContext &C = Pointer->getContext();
  return ConstantExpr::getInBoundsGetElementPtr(Type::getInt8Ty(C), Pointer,
                                                ConstantInt::get(Type::getInt64Ty(C), Bytes));
}

Constant *relativeAddress(Constant *To, Constant *From) {
  LLVMContext &C = To->getContext();
  Type *Int64 = Type::getInt64Ty(C);
  Constant *Distance = ConstantExpr::getSub(ConstantExpr::getPtrToInt(To, Int64),
                                            ConstantExpr::getPtrToInt(From, Int64));
  return ConstantExpr::getTrunc(Distance, Type::getInt32Ty(C));
}

void attachRecord(GlobalVariable &Record, GlobalObject &Object, StringRef Section) {
  LLVMContext &C = Record.getContext();
  Record.setSection(Section);
  Record.setAlignment(Align(4));
  Record.setComdat(Object.getComdat());
  Record.setMetadata(LLVMContext::MD_associated, MDNode::get(C, ValueAsMetadata::get(&Object)));
}

PreservedAnalyses FunctionsPass::run(Module &M, ModuleAnalysisManager &) {
  SmallVector<GlobalValue *, 32> Records;
  SmallVector<Function *, 32> Managed;
  for (Function &F : M)
    if (isManaged(F))
      Managed.push_back(&F);

  Type *Int32 = Type::getInt32Ty(M.getContext());
  for (Function *F : Managed) {
    auto *Record = new GlobalVariable(M, Int32, /*isConstant=*/true, GlobalValue::PrivateLinkage,
                                      nullptr, "tricolor.function");
    Record->setInitializer(relativeAddress(localSymbol(*F), Record));
    attachRecord(*Record, *F, TRICOLOR_SECTION_FUNCTIONS);
    Records.push_back(Record);
  }
  if (Records.empty())
    return PreservedAnalyses::all();
  appendToCompilerUsed(M, Records);
  return PreservedAnalyses::none();
}

} // namespace tricolor
