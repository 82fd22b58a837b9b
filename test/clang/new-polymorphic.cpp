// delete of a base finds the operator of the class of the object, through the virtual destructor.
// RUN: %tricolorxx -std=c++20 -O1 -Xclang -disable-llvm-passes -S -emit-llvm %s -o - | FileCheck %s

#include <tricolor/tricolor.h>

struct Base : tricolor::managed {
  virtual ~Base();
};
struct Derived final : Base {
  ~Derived() override;
};

// CHECK-LABEL: define dso_local void @_Z7destroyP4Base(
// CHECK-NOT: @_ZN8tricolor7managed
// CHECK: ret void
void destroy(Base *b) { delete b; }

// CHECK-LABEL: define dso_local void @_ZN7DerivedD0Ev(
// CHECK: call void @_ZN8tricolor7manageddlI7DerivedEEvSt13type_identityIT_EPvmSt11align_val_t(
Derived::~Derived() {}
