//===- llvm-pass/LibrarySorts.h - Sorting functions of the C library -----------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// libc's qsort moves references without barriers, and its comparator is compiled code that answers
// handshakes: a cycle may begin in the middle of it. So calls of qsort and of glibc's qsort_r become
// calls of the runtime's functions with the same contracts (abi.h), which remember what they move.
//
// Known by name and type, whatever -fno-builtin says: the names are the C library's. A module that
// defines such a function itself keeps it, for its own calls; its barriers are its own. An address
// that is taken stays libc's, and so do calls through it.
//
// By the barrier pass, before it looks for writes.
//
//===------------------------------------------------------------------------------------------===//

#ifndef TRICOLOR_LLVM_PASS_LIBRARYSORTS_H
#define TRICOLOR_LLVM_PASS_LIBRARYSORTS_H

namespace llvm {
class Function;
class Module;
} // namespace llvm

namespace tricolor {

/// Sends the calls of managed functions to the runtime. True if there were any.
bool redirectSorts(llvm::Module &M);

/// Whether the function is one of those the calls go to: other functions of the runtime do not call back.
bool isRuntimeSort(const llvm::Function &F);

} // namespace tricolor

#endif // TRICOLOR_LLVM_PASS_LIBRARYSORTS_H
