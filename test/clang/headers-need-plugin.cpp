// Without the plugin the headers say what is missing.
// RUN: not %clangxx -fsyntax-only -I%source/rt/include %s 2>&1 | FileCheck %s
// RUN: not %clangxx -E -I%source/rt/include %s 2>&1 -o /dev/null | FileCheck %s

// CHECK: error: "tricolor/c.h needs the compiler plugin: compile with clang-22 -fplugin=TricolorClang.so"
#include <tricolor/tricolor.h>
