// Bit-fields are no pointers; what stands behind them is at the right place.
// RUN: %tricolorxx -std=c++20 -Xclang -disable-llvm-passes -S -emit-llvm %s -o - | FileCheck %s

#include <tricolor/tricolor.h>

// CHECK: tricolor.type:v1;flags=1;size=24;align=8;name=Bits;program=202,2,0,0\00
struct Bits : tricolor::managed {
  unsigned a : 3;
  unsigned long b : 48;
  Bits *next;
  unsigned c : 1;
  unsigned : 0;
  unsigned d : 7;
};
Bits *bits() { return new Bits; }
