//===- test/clang/intel-syntax.c - Assembly in the other syntax ----------------------------------===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// -masm=intel: what an assembler of its own gets is of one syntax, so barriers are ordinary calls.
//
// RUN: %tricolorc -O2 -masm=intel -fno-integrated-as -c %s -o %t.o
// RUN: llvm-objdump -dr %t.o | FileCheck %s
// RUN: %tricolorc -O2 -fno-integrated-as -c %s -o %t.o
// RUN: llvm-objdump -dr %t.o | FileCheck --check-prefix=ATT %s
//
//===------------------------------------------------------------------------------------------===//

struct Node {
  long number;
  struct Node *next;
};

// CHECK-LABEL: <cut>:
// CHECK-NOT: tricolor_store_barrier
// CHECK: call{{.*}}
// CHECK-NEXT: tricolor_write_barrier
// ATT-LABEL: <cut>:
// ATT: tricolor_store_barrier_1
void cut(struct Node *node) { node->next = 0; }
