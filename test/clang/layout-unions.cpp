// A word of a union that is a pointer in one member may be a pointer.
// RUN: %tricolorxx -std=c++20 -Xclang -disable-llvm-passes -S -emit-llvm %s -o - | FileCheck %s

#include <tricolor/tricolor.h>

// Word 0 may be a pointer, 1 is one.
// CHECK: tricolor.type:v1;flags=1;size=16;align=8;name=Value;program=202,2,1,0\00
struct Value : tricolor::managed {
  union {
    double number;
    Value *object;
  };
  Value *next;
};
Value *value() { return new Value; }

union Numbers {
  double d;
  unsigned long u;
  void (*f)();
};
// CHECK: tricolor.type:v1;flags=3;size=8;align=8;name=Number;program=\00
struct Number : tricolor::managed {
  Numbers n;
};
Number *number() { return new Number; }

// Words 0 and 1 are the union: word 0 a pointer in one member, word 1 in another. 2 is in none.
// CHECK: tricolor.type:v1;flags=1;size=24;align=8;name=Mixed;program=202,0,3,0\00
union Mix {
  struct {
    Value *a;
    long b;
  } first;
  struct {
    long a;
    Value *b;
    long c;
  } second;
};
struct Mixed : tricolor::managed {
  Mix mix;
};
Mixed *mixed() { return new Mixed; }

// A long array beside something else: all its words may be pointers.
// CHECK: tricolor.type:v1;flags=1;size=8008;align=8;name=Large;program=303,f,4002,0,ffffffffffffffff,2902,10000000000,ffffffffff,0\00
struct Large : tricolor::managed {
  union {
    Value *one;
    struct {
      long number;
      Value *pointer;
    } array[500];
  };
  Value *last;
};
Large *large() { return new Large; }
