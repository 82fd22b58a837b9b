// Pointers and references to objects are exact, whatever they point to.
// RUN: %tricolorxx -std=c++20 -Xclang -disable-llvm-passes -S -emit-llvm %s -o - | FileCheck %s

#include <tricolor/tricolor.h>

struct Incomplete;
// Words: 0 a, 1 b, 2 c, 3 d, 4 e, 5 f (an array of two), 7 r, 8 m.
// CHECK: tricolor.type:v1;flags=1;size=72;align=8;name=Node;program=902,1ff,0,0\00
struct Node : tricolor::managed {
  Node *a;
  void *b;
  const volatile Incomplete *c;
  char *d;
  Node **e;
  int (*f[2])[3];
  Node &r;
  const int &&m;
  Node(Node &n, int &&i) : r(n), m(static_cast<int &&>(i)) {}
};

Node *make(Node &n, int &i) { return new Node(n, static_cast<int &&>(i)); }
