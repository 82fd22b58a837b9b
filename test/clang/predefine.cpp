// __TRICOLOR__ is defined in C and C++, the headers also preprocess alone, and preprocessed files compile.
// RUN: %tricolorxx -fsyntax-only -Weverything -Werror -Wno-c++98-compat %s
// RUN: %tricolorc -x c -fsyntax-only -Weverything -Werror %s
// RUN: %tricolorxx -E -DHEADERS %s -o %t.ii
// RUN: %tricolorxx -c %t.ii -o %t.o
// RUN: %tricolorc -x c -E -DC_HEADER %s -o %t.i
// RUN: %tricolorc -c %t.i -o %t.o
// RUN: %tricolorxx -MM -DHEADERS %s | FileCheck %s
// CHECK: managed.h

#ifdef HEADERS
#include <tricolor/tricolor.h>
struct Node : tricolor::managed {
  Node *next;
};
void *node() { return new Node; }
#elif defined(C_HEADER)
#include <tricolor/c.h>
#elif __TRICOLOR__ != 1
#error "not defined"
#else
extern int declaration;
#endif
