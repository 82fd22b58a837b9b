// Numbers, enumerations, pointers to functions and members, nullptr_t and vectors are no pointers.
// RUN: %tricolorxx -std=c++20 -Xclang -disable-llvm-passes -S -emit-llvm %s -o - | FileCheck %s

#include <tricolor/tricolor.h>

enum class Color : unsigned long { Red };
typedef int V4 __attribute__((vector_size(16)));

// CHECK: tricolor.type:v1;flags=3;size=272;align=16;name=Scalars;program=\00
struct Scalars : tricolor::managed {
  long a;
  __UINTPTR_TYPE__ b;
  __INTPTR_TYPE__ c[4];
  double d;
  long double e;
  __int128 f;
  Color g;
  bool h;
  void (*function)(Scalars *);
  void (&function_reference)(Scalars *);
  int Scalars::*member;
  void (Scalars::*method)();
  decltype(nullptr) null;
  V4 vector;
  float _Complex complex;
  char8_t text[16];
  short shorts[16];
  unsigned long numbers[4];
};
Scalars *scalars(void (&f)(Scalars *)) { return new Scalars{.function_reference = f}; }

// The vtable's address is no pointer to an object either.
// CHECK: tricolor.type:v1;flags=3;size=16;align=8;name=Virtual;program=\00
struct Virtual : tricolor::managed {
  virtual void f();
  int x;
};
Virtual *virtuals() { return new Virtual; }
