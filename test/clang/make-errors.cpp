// Wrong uses of make and make_array.
// RUN: not %tricolorxx -std=c++20 -fsyntax-only %s 2>&1 | FileCheck %s

#include <tricolor/tricolor.h>

struct Incomplete;
// CHECK-DAG: error: static assertion failed {{.*}}: use make_array<T>(n) for arrays
void *array() { return tricolor::make<int[3]>(); }
// CHECK-DAG: error: no matching function for call to 'make'
void *reference(int &i) { return tricolor::make<int &>(i); }
// CHECK-DAG: error: invalid application of 'sizeof' to an incomplete type 'Incomplete'
void *incomplete() { return tricolor::make_array<Incomplete>(3); }
