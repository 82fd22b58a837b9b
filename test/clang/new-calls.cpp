// What new and delete of managed types call.
// RUN: %tricolorxx -std=c++20 -O1 -Xclang -disable-llvm-passes -fno-exceptions -S -emit-llvm %s -o - | FileCheck %s

#include <new>
#include <tricolor/tricolor.h>

struct Node : tricolor::managed {
  Node *next;
};

// CHECK-LABEL: define dso_local {{.*}} @_Z3onev(
// CHECK: call {{.*}} @_ZN8tricolor7managednwI4NodeEEPvSt13type_identityIT_EmSt11align_val_t(i64 noundef 8, i64 noundef 8)
Node *one() { return new Node; }

// CHECK-LABEL: define dso_local {{.*}} @_Z4manym(
// CHECK: call {{.*}} @_ZN8tricolor7managednaI4NodeEEPvSt13type_identityIT_EmSt11align_val_t(
Node *many(unsigned long n) { return new Node[n]; }

// CHECK-LABEL: define dso_local {{.*}} @_Z7nothrowv(
// CHECK: call {{.*}} @_ZN8tricolor7managednwI4NodeEEPvSt13type_identityIT_EmSt11align_val_tRKSt9nothrow_t(
Node *nothrow() { return new (std::nothrow) Node; }

// CHECK-LABEL: define dso_local {{.*}} @_Z5placePv(
// CHECK: call {{.*}} @_ZN8tricolor7managednwEmPv(
Node *place(void *p) { return new (p) Node; }

// CHECK-LABEL: define dso_local void @_Z5forgeP4Node(
// CHECK: call {{.*}} @_ZN8tricolor7manageddlI4NodeEEvSt13type_identityIT_EPvmSt11align_val_t(
void forge(Node *n) { delete n; }

// The descriptor is the one of the type that is allocated.
// CHECK-LABEL: define {{.*}} @_ZN8tricolor6detail13descriptor_ofI4NodeEE
// CHECK: ret ptr @_ZN8tricolor6detail15type_descriptorI4NodeE5valueE
