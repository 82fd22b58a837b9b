//===- llvm-pass/ModuleConstructor.cpp - Each image registers itself ---------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// Once per image. The functions and the structure are hidden, so that no other image's copy is
// taken for this one's, and in one comdat; the entries of .init_array and .fini_array are in the
// same group (the third field of llvm.global_ctors), so they disappear with a duplicate.
//
// Section bounds. The linker defines __start_ and __stop_ symbols of sections with C-identifier
// names. They are weak, so that an image without such a section links (both are null), and hidden,
// so that each image sees its own. The structure holds their addresses as data: no instruction
// refers to a symbol that may be undefined. With --gc-sections the records stay with what they
// describe (link order); lld drops others although __start_ refers to the section (-z start-stop-gc
// is its default), GNU ld keeps them all.
//
// Order. Priority 1 comes before any constructor a program may have (priorities up to 100 are
// reserved to the implementation), and the destructor, of the same priority, after all others.
//
//===------------------------------------------------------------------------------------------===//

#include "ModuleConstructor.h"
#include "Functions.h"
#include "RuntimeInterface.h"
#include "TrapPolls.h"

#include <tricolor/abi.h>

#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/InlineAsm.h"
#include "llvm/IR/Module.h"
#include "llvm/Transforms/Utils/ModuleUtils.h"

using namespace llvm;

namespace tricolor {
namespace {

constexpr StringLiteral ConstructorName = "__tricolor_module_constructor";
constexpr StringLiteral DestructorName = "__tricolor_module_destructor";
constexpr StringLiteral StructureName = "__tricolor_module";
constexpr int Priority = 1;

/// __start_SECTION or __stop_SECTION.
Constant *sectionBound(Module &M, const Twine &Name) {
  std::string Symbol = Name.str();
  if (GlobalVariable *Existing = M.getNamedGlobal(Symbol))
    return Existing;
  auto *Bound = new GlobalVariable(M, Type::getInt8Ty(M.getContext()), /*isConstant=*/true,
                                   GlobalValue::ExternalWeakLinkage, nullptr, Symbol);
  Bound->setVisibility(GlobalValue::HiddenVisibility);
  return Bound;
}

/// Whether the module adds anything to the image's tables. Maps belong to managed functions, all of
/// which have a record of their own.
bool hasRecords(Module &M) {
  return any_of(M.globals(), [](const GlobalVariable &Global) {
    return Global.getSection() == TRICOLOR_SECTION_FUNCTIONS ||
           Global.getSection() == TRICOLOR_SECTION_GLOBALS;
  });
}

GlobalVariable *addStructure(Module &M) {
  LLVMContext &C = M.getContext();
  Type *Int32 = Type::getInt32Ty(C), *Pointer = PointerType::get(C, 0);
  SmallVector<Constant *, 8> Fields{ConstantInt::get(Int32, TRICOLOR_ABI_VERSION),
                                    ConstantInt::get(Int32, 0)};
  SmallVector<Type *, 8> Types{Int32, Int32};
  for (StringRef Section :
       {TRICOLOR_SECTION_MAPS, TRICOLOR_SECTION_FUNCTIONS, TRICOLOR_SECTION_GLOBALS})
    for (StringRef Prefix : {"__start_", "__stop_"}) {
      Fields.push_back(sectionBound(M, Prefix + Section));
      Types.push_back(Pointer);
    }
  Fields.push_back(referToPollPage(M));
  Types.push_back(Pointer);
  StructType *Ty = StructType::get(C, Types);
  auto *Structure = new GlobalVariable(M, Ty, /*isConstant=*/true, GlobalValue::LinkOnceODRLinkage,
                                       ConstantStruct::get(Ty, Fields), StructureName);
  Structure->setVisibility(GlobalValue::HiddenVisibility);
  Structure->setAlignment(Align(8));
  return Structure;
}

/// Gives a function of ours what the module's functions of the same processor say about it: for each
/// combination the back end builds a description of the processor, which takes longer than a small function.
void adoptTuning(Function &F) {
  constexpr StringLiteral Same[] = {"target-cpu", "target-features"};
  constexpr StringLiteral Adopted[] = {"tune-cpu", "min-legal-vector-width", "prefer-vector-width"};
  for (const Function &Other : *F.getParent()) {
    if (Other.isDeclaration() || &Other == &F || any_of(Same, [&](StringRef Name) {
          return Other.getFnAttribute(Name) != F.getFnAttribute(Name);
        }))
      continue;
    for (StringRef Name : Adopted)
      if (Attribute A = Other.getFnAttribute(Name); A.isValid())
        F.addFnAttr(A);
    return;
  }
}

/// void Name(void) { Callee(Structure); }
Function *addCaller(Module &M, StringRef Name, StringRef Callee, GlobalVariable *Structure) {
  LLVMContext &C = M.getContext();
  Type *Void = Type::getVoidTy(C);
  Function *F = Function::createWithDefaultAttr(FunctionType::get(Void, false),
                                                GlobalValue::LinkOnceODRLinkage, 0, Name, &M);
  F->setVisibility(GlobalValue::HiddenVisibility);
  F->addFnAttr(Attribute::NoUnwind);
  F->addFnAttr(UnmanagedAttribute);
  F->setUWTableKind(UWTableKind::Async);
  adoptTuning(*F);
  FunctionCallee Target =
      M.getOrInsertFunction(Callee, FunctionType::get(Void, {PointerType::get(C, 0)}, false));
  IRBuilder<> Builder(BasicBlock::Create(C, "entry", F));
  Builder.CreateCall(Target, {Structure});
  Builder.CreateRetVoid();
  return F;
}

/// Calls the slow paths once, in ways that do nothing, at the constructor's end. The dynamic linker that binds
/// a function of the runtime at its first call changes r10, which `preserve_most` promises to keep.
void bindSlowPaths(Function &Constructor) {
  Module &M = *Constructor.getParent();
  IRBuilder<> Builder(Constructor.back().getTerminator());
  // A word that may be taken for a slot: it is null.
  AllocaInst *Slot = new AllocaInst(Builder.getInt64Ty(), 0, "slot", Constructor.front().begin());
  Builder.CreateStore(Builder.getInt64(0), Slot);
  Type *Types[] = {Builder.getPtrTy(), Builder.getPtrTy(), Builder.getInt64Ty(),
                   Builder.getInt64Ty()};
  for (FunctionCallee SlowPath :
       {getPoll(M), getTrapPoll(M), getWriteBarrier(M), getBulkBarrier(M)}) {
    // By name, as the call must go through the function's entry in the linkage table. The operand that the text does
    // not use tells link-time optimization that the symbol is needed.
    auto *Call =
        InlineAsm::get(FunctionType::get(Builder.getVoidTy(), Types, false),
                       ("callq " + SlowPath.getCallee()->getName() + "@PLT").str(),
                       "r,{rdi},{rsi},{rdx},~{r10},~{r11},~{memory},~{dirflag},~{fpsr},~{flags}",
                       /*hasSideEffects=*/true, /*isAlignStack=*/true);
    Builder.CreateCall(Call,
                       {SlowPath.getCallee(), Slot, Builder.getInt64(0), Builder.getInt64(0)});
  }
}

} // namespace

void addModuleConstructor(Module &M) {
  if (M.getFunction(ConstructorName))
    return;
  GlobalVariable *Structure = addStructure(M);
  Function *Constructor = addCaller(M, ConstructorName, "tricolor_register_module", Structure);
  bindSlowPaths(*Constructor);
  Function *Destructor = addCaller(M, DestructorName, "tricolor_unregister_module", Structure);
  Comdat *Group = M.getOrInsertComdat(ConstructorName);
  Structure->setComdat(Group);
  Constructor->setComdat(Group);
  Destructor->setComdat(Group);
  appendToGlobalCtors(M, Constructor, Priority, Constructor);
  // The key is the group's symbol: the destructor's entry goes to the same group.
  appendToGlobalDtors(M, Destructor, Priority, Constructor);
}

PreservedAnalyses ModuleConstructorPass::run(Module &M, ModuleAnalysisManager &) {
  if (!hasRecords(M))
    return PreservedAnalyses::all();
  addModuleConstructor(M);
  return PreservedAnalyses::none();
}

} // namespace tricolor
