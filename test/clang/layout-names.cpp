// Types without linkage, local ones, and names that need encoding.
// RUN: %tricolorxx -std=c++20 -Xclang -disable-llvm-passes -S -emit-llvm %s -o - | FileCheck %s

#include <tricolor/tricolor.h>

// CHECK: name=(anonymous%20namespace)::Hidden;program=102,1,0,0\00
namespace {
struct Hidden : tricolor::managed {
  Hidden *h;
};
} // namespace
void *hidden() { return new Hidden; }

// CHECK: name=Local;program=102,1,0,0\00
void *local() {
  struct Local : tricolor::managed {
    Local *l;
  };
  return new Local;
}

// CHECK: name=Box<int%20(*)(char%2C%20...)>;program=202,2,0,0\00
template <class T> struct Box : tricolor::managed {
  T value;
  Box *next;
};
void *box() { return new Box<int (*)(char, ...)>; }

// CHECK: name=Gr%C3%B6%C3%9Fe;program=102,1,0,0\00
struct Größe : tricolor::managed {
  Größe *g;
};
void *unicode() { return new Größe; }
