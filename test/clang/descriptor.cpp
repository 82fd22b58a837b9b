// The descriptor is filled in by the passes at every level, and never an undefined or empty one.
// RUN: %tricolorxx -std=c++20 -O0 -S -emit-llvm %s -o - | FileCheck %s
// RUN: %tricolorxx -std=c++20 -O1 -S -emit-llvm %s -o - | FileCheck %s
// RUN: %tricolorxx -std=c++20 -O2 -S -emit-llvm %s -o - | FileCheck %s
// RUN: %tricolorxx -std=c++20 -O3 -S -emit-llvm %s -o - | FileCheck %s
// RUN: %tricolorxx -std=c++20 -Os -S -emit-llvm %s -o - | FileCheck %s

#include <tricolor/tricolor.h>

struct Node : tricolor::managed {
  Node *left, *right;
};

// CHECK-DAG: @_ZN8tricolor6detail15type_descriptorI4NodeE5valueE = linkonce_odr hidden global {{.*}} { i32 2, i32 1, i64 16, i32 8, i32 4, ptr @{{.*}}, ptr @{{.*}}, ptr null, i32 0, i32 0 }, comdat
// CHECK-DAG: [4 x i64] [i64 514, i64 3, i64 0, i64 0]
// CHECK-DAG: c"Node\00"
// CHECK-NOT: tricolor.type:
// CHECK-NOT: passes_did_not_run
Node *node() { return new Node; }
