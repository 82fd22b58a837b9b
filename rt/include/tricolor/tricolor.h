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
// Destructors: a collected object that can no longer be reached and has a destructor that is not
// trivial is destroyed, once, and then freed. A thread of the collector's does that, some time after
// the collection; with TRICOLOR_OPTIONS=finalizers=pump, the program by run_finalizers(). So the
// destructor
//
//  - must not throw, and must synchronize what it shares with other threads;
//  - must not use other collected objects: they may have been destroyed, and an object that it makes
//    reachable again is freed all the same. It may delete objects that only it refers to;
//  - may run as soon as the object is not used any more, even before a function that was called on
//    it has returned (keep_alive() prevents that);
//  - does not run if the program exits before.
//
// add_finalizer() and add_cleanup() have other functions called, weak<T> does not keep its object.
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
#include <tricolor/finalization.h>
#include <tricolor/managed.h>
#include <tricolor/objects.h>
#include <tricolor/statistics.h>
#include <tricolor/weak.h>

#endif
#endif // TRICOLOR_TRICOLOR_H
