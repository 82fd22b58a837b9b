// Bases, several of them, virtual ones, empty ones, reused padding.
// RUN: %tricolorxx -std=c++20 -Xclang -disable-llvm-passes -S -emit-llvm %s -o - | FileCheck %s

#include <tricolor/tricolor.h>

struct Left : tricolor::managed {
  int x;
  Left *left;
};
struct Right {
  Right *right;
  char c;
};
// Words: 0 x, 1 left, 2 right, 3 c and (in the padding: no, Right is plain old data) 4 own.
// CHECK: tricolor.type:v1;flags=1;size=40;align=8;name=Both;program=502,16,0,0\00
struct Both : Left, Right {
  Both *own;
};
Both *both() { return new Both; }

struct Empty {};
// CHECK: tricolor.type:v1;flags=1;size=16;align=8;name=WithEmpty;program=202,3,0,0\00
struct WithEmpty : tricolor::managed, Empty {
  WithEmpty *a, *b;
};
WithEmpty *with_empty() { return new WithEmpty; }

struct Top : tricolor::managed {
  virtual ~Top() = default;
  Top *top;
};
struct A : virtual Top {
  A *a;
};
struct B : virtual Top {
  int b;
};
// Words: 0 vptr of A, 1 a, 2 vptr of B, 3 b, 4 c, 5 vptr of Top, 6 top.
// CHECK: tricolor.type:v1;flags=5;size=56;align=8;name=Diamond;program=702,52,0,0\00
struct Diamond : A, B {
  Diamond *c;
};
Diamond *diamond() { return new Diamond; }
// The same class as a whole object: 0 vptr, 1 a, 2 vptr of Top, 3 top.
// CHECK: tricolor.type:v1;flags=5;size=32;align=8;name=A;program=402,a,0,0\00
A *a() { return new A; }

class Padded {
public:
  Padded *p;

private:
  int x;
};
// y is in the padding of the base: words 0 p, 1 x and y, 2 q.
// CHECK: tricolor.type:v1;flags=1;size=24;align=8;name=Reuse;program=302,5,0,0\00
struct Reuse : Padded, tricolor::managed {
  int y;
  Reuse *q;
};
Reuse *reuse() { return new Reuse; }
