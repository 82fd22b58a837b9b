//===- tricolor/tricolor.h - A precise garbage collector for C++ --------------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// struct Node : tricolor::managed { Node *left = nullptr; Node *right = nullptr; };
// Node *node = new Node;                          // collected
// Node **table = tricolor::make_array<Node *>(1000);
// auto *word = tricolor::make<std::pair<Node *, int>>(node, 1);
//
// Compile with clang++-22 -fplugin=TricolorClang.so, C++17 or newer, and link -ltricolor.
//
// Collected objects live while they can be reached: from local and global variables, from other
// collected objects, and from memory of operator new (so also from std::vector<Node *>). A pointer
// to any byte of an object keeps all of it. Objects never move. Pointers that exist only in
// malloc'd memory, in integers that are members of collected objects, or in files do not count.
//
// Destructors: the collector frees memory and does not run destructors. The destructor of a
// collected object runs only when the program calls `delete`; what an unreachable object with, say,
// a std::vector member owned then stays allocated. The plugin warns about such types.
//
// Every function may be called by any thread at any time, except in a signal handler.
//
//===------------------------------------------------------------------------------------------===//

#ifndef TRICOLOR_TRICOLOR_H
#define TRICOLOR_TRICOLOR_H

#ifndef __cplusplus
#error "tricolor/tricolor.h is for C++; C programs include tricolor/c.h"
#elif __cplusplus < 201703L
#error "tricolor/tricolor.h needs C++17 or newer: compile with -std=c++17"
#else

#include <tricolor/allocation.h>
#include <tricolor/collection.h>
#include <tricolor/managed.h>
#include <tricolor/objects.h>
#include <tricolor/statistics.h>

#endif
#endif // TRICOLOR_TRICOLOR_H
