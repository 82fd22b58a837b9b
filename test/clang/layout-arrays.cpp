// A program does not grow with the length of an array.
// RUN: %tricolorxx -std=c++20 -Xclang -disable-llvm-passes -S -emit-llvm %s -o - | FileCheck %s

#include <tricolor/tricolor.h>

struct Pair {
  long number;
  int *pointer;
};

// Short ones are written out: 10 pairs, 20 words.
// CHECK: tricolor.type:v1;flags=1;size=160;align=8;name=Short;program=1402,aaaaa,0,0\00
struct Short : tricolor::managed {
  Pair pairs[10];
};
Short *short_one() { return new Short; }

// REPEAT of 3 code words, a million times: 2 words, of which the second is a pointer.
// CHECK: tricolor.type:v1;flags=1;size=16000016;align=8;name=Long;program=102,1,0,303,f4240,202,2,0,102,1,0,0\00
struct Long : tricolor::managed {
  Long *first;
  Pair pairs[1000000];
  Long *last;
};
Long *long_one() { return new Long; }

// Nothing but pointers: 15625 times 64 words.
// CHECK: tricolor.type:v1;flags=1;size=8000000;align=8;name=Dense;program=303,3d09,4002,ffffffffffffffff,0,0\00
struct Dense : tricolor::managed {
  int *pointers[1000][1000];
};
Dense *dense() { return new Dense; }

// Repetitions within repetitions; SKIP over what holds none.
// CHECK: tricolor.type:v1;flags=1;size=2408000;align=8;name=Nested;program=803,3e8,303,96,202,2,0,102,0,0,0\00
struct Nested : tricolor::managed {
  struct {
    Pair pairs[150];
    long rest;
  } rows[1000];
};
Nested *nested() { return new Nested; }

// CHECK: tricolor.type:v1;flags=1;size=8016;align=8;name=Gap;program=102,1,0,3e801,102,1,0,0\00
struct Gap : tricolor::managed {
  Gap *first;
  long numbers[1000];
  Gap *last;
};
Gap *gap() { return new Gap; }

// CHECK: tricolor.type:v1;flags=1;size=8;align=8;name=int%20*;program=102,1,0,0\00
int **array() { return tricolor::make_array<int *>(1000000); }

// The elements of an array of arrays.
// CHECK: tricolor.type:v1;flags=1;size=24;align=8;name=Cell[3];program=302,7,0,0\00
struct Cell : tricolor::managed {
  Cell *c;
};
void *cells(unsigned long n) { return new Cell[n][3]; }
