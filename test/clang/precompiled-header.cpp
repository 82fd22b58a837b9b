// Types and descriptors of a precompiled header; the macro and the marker are not there twice.
// RUN: %tricolorxx -std=c++20 -x c++-header %s -o %t.pch
// RUN: %tricolorxx -std=c++20 -Werror -include-pch %t.pch -DUSE -S -emit-llvm -Xclang -disable-llvm-passes %s -o - | FileCheck %s
// RUN: %tricolorxx -std=c++20 -x c++-header -fpch-instantiate-templates %s -o %t.pch
// RUN: %tricolorxx -std=c++20 -Werror -include-pch %t.pch -DUSE -S -emit-llvm -Xclang -disable-llvm-passes %s -o - | FileCheck %s

// CHECK: @__tricolor_passes_pending = internal constant ptr @tricolor_error_passes
// CHECK-NOT: @__tricolor_passes_pending{{.*}} = {{.*}} constant
// CHECK-DAG: tricolor.type:v1;flags=1;size=8;align=8;name=Header;program=102,1,0,0\00
// CHECK-DAG: tricolor.type:v1;flags=1;size=16;align=8;name=Main;program=202,3,0,0\00
#ifndef USE
#include <tricolor/tricolor.h>
struct Header : tricolor::managed {
  Header *next;
};
inline void *header() { return new Header; }
#else
struct Main : tricolor::managed {
  Main *left, *right;
};
void *use() { return new Main; }
void *use_header() { return header(); }
#endif
