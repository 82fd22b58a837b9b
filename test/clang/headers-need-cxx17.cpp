// Older C++, and C, are told what to do.
// RUN: not %tricolorxx -std=c++14 -fsyntax-only %s 2>&1 | FileCheck %s
// RUN: not %tricolorc -x c -fsyntax-only %s 2>&1 | FileCheck %s --check-prefix=C

// CHECK: error: "tricolor/tricolor.h needs C++17 or newer: compile with -std=c++17"
// C: error: "tricolor/tricolor.h is for C++; C programs include tricolor/c.h"
#include <tricolor/tricolor.h>
