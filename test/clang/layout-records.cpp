// Members of class type, anonymous ones, arrays of them, [[no_unique_address]].
// RUN: %tricolorxx -std=c++20 -Xclang -disable-llvm-passes -S -emit-llvm %s -o - | FileCheck %s

#include <tricolor/tricolor.h>

struct Pair {
  long number;
  int *pointer;
};
struct Nothing {};

// Words: 0-1 one, 2-7 three, 8 named and 9 more, 10 last.
// CHECK: tricolor.type:v1;flags=1;size=88;align=8;name=space::Outer;program=b02,5aa,0,0\00
namespace space {
struct Outer : tricolor::managed {
  [[no_unique_address]] Nothing nothing;
  Pair one;
  Pair three[3];
  struct {
    int *named;
    long more;
  };
  Outer *last;
};
} // namespace space
space::Outer *outer() { return new space::Outer; }
