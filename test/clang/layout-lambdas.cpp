// What a lambda captures by copy or by reference.
// RUN: %tricolorxx -std=c++20 -Xclang -disable-llvm-passes -S -emit-llvm %s -o - | FileCheck %s

#include <tricolor/tricolor.h>

struct Node : tricolor::managed {
  Node *next;
  auto capture(int number, int &reference) {
    // CHECK: tricolor.type:v1;flags=1;size=24;align=8;name=(lambda{{.*}};program=302,5,0,0\00
    auto lambda = [this, number, &reference] { return this->next ? number : reference; };
    return tricolor::make<decltype(lambda)>(lambda);
  }
};

int use(Node *node, int number) { return (*node->capture(number, number))(); }
