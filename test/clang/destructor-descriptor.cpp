// The descriptor has a function that destroys the type, unless there is nothing to do, or no way to.
// RUN: %tricolorxx -std=c++20 -O0 -S -emit-llvm -fplugin-arg-tricolor-no-warn-destructors %s -o - | FileCheck %s
// RUN: %tricolorxx -std=c++20 -O2 -S -emit-llvm -fplugin-arg-tricolor-no-warn-destructors %s -o - | FileCheck %s

#include <tricolor/tricolor.h>

void give_back(int);

struct Trivial : tricolor::managed {
  int descriptor;
};
struct Closing : tricolor::managed {
  int descriptor;
  ~Closing() { give_back(descriptor); }
};
struct Virtual : tricolor::managed {
  virtual ~Virtual() { give_back(1); }
};
struct Derived : Virtual {
  ~Derived() override { give_back(2); }
};
class Private : public tricolor::managed {
  ~Private() { give_back(3); }

public:
  static void *make() { return new Private; }
};

// CHECK-DAG: @_ZN8tricolor6detail15type_descriptorI7TrivialE5valueE = {{.*}} ptr null, i32 0, i32 0 }, comdat
// CHECK-DAG: @_ZN8tricolor6detail15type_descriptorI7ClosingE5valueE = {{.*}} { i32 2, i32 7, i64 4, {{.*}} ptr @_ZN8tricolor6detail7destroyI7ClosingEEvPv, i32 0, i32 0 }, comdat
// CHECK-DAG: @_ZN8tricolor6detail15type_descriptorI7DerivedE5valueE = {{.*}} ptr @_ZN8tricolor6detail7destroyI7DerivedEEvPv, i32 0, i32 0 }, comdat
// CHECK-DAG: @_ZN8tricolor6detail15type_descriptorI7PrivateE5valueE = {{.*}} ptr null, i32 0, i32 0 }, comdat
void *make(int n) {
  switch (n) {
  case 0:
    return new Trivial;
  case 1:
    return new Closing[5];
  case 2:
    return new Derived;
  default:
    return Private::make();
  }
}
// The elements of rows.
// CHECK-NOT: type_descriptorIA4_7ClosingE
void *rows() { return new Closing[3][4]; }
