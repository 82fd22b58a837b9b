// Arrays of bytes may hold pointers, as far as they cover whole aligned words.
// RUN: %tricolorxx -std=c++20 -Xclang -disable-llvm-passes -S -emit-llvm %s -o - | FileCheck %s

#include <cstddef>
#include <tricolor/tricolor.h>

// Words: 0 size, 1-2 a, 3-4 the first 16 bytes of b, 5 the rest of b and c, 6 d.
// CHECK: tricolor.type:v1;flags=1;size=56;align=8;name=Storage;program=502,0,1e,0\00
struct Storage : tricolor::managed {
  long size;
  unsigned char a[16];
  std::byte b[20];
  char c[4];
  int d;
};
Storage *storage() { return new Storage; }

// 30 bytes, of which 24 are whole words.
// CHECK: tricolor.type:v1;flags=1;size=40;align=8;name=Rows;program=402,0,e,0\00
struct Rows : tricolor::managed {
  long size;
  signed char rows[3][10];
};
Rows *rows() { return new Rows; }

// Nothing in a type that is not aligned to words is one.
// CHECK: tricolor.type:v1;flags=3;size=32;align=4;name=Text;program=\00
struct Text : tricolor::managed {
  char text[28];
  int length;
};
Text *text() { return new Text; }

// The elements are 20 bytes apart, so any word of the array may be in one's storage.
// CHECK: tricolor.type:v1;flags=1;size=88;align=8;name=Shifting;program=b02,400,3ff,0\00
struct Shifting : tricolor::managed {
  struct Element {
    int i;
    char bytes[16];
  } elements[4];
  Shifting *next;
};
Shifting *shifting() { return new Shifting; }

// Elements that are bytes hold no pointers.
// CHECK: tricolor.type:v1;flags=3;size=1;align=1;name=unsigned%20char;program=\00
unsigned char *bytes() { return tricolor::make_array<unsigned char>(100); }
