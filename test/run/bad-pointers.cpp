//===- test/run/bad-pointers.cpp - Pointers to dead objects are stored ---------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// With badptr=1 a store of a pointer whose object is gone ends the program, with the slot, the object that
// holds it, types, places of allocation and a chain from a root. The addresses were kept where the collector does
// not look. badptr=2 goes on. Without the option nothing is said.
//
// DEFINE: %{run} = env TRICOLOR_OPTIONS=badptr=1:mode=stw %{limit}
// DEFINE: %{level} = -O0
// DEFINE: %{compile} = %{build} %{level} %s -o %t %libs
// DEFINE: %{member} = not --crash %{run} %t member 2>&1 | FileCheck %s --check-prefixes=MEMBER,FATAL
// DEFINE: %{global} = not --crash %{run} %t global 2>&1 | FileCheck %s --check-prefixes=GLOBAL,FATAL
// DEFINE: %{thread} = not --crash %{run} %t thread 2>&1 | FileCheck %s --check-prefixes=THREAD,FATAL
// DEFINE: %{stack} = not --crash %{run} %t stack 2>&1 | FileCheck %s --check-prefixes=STACK,FATAL
// DEFINE: %{copy} = not --crash %{run} %t copy 2>&1 | FileCheck %s --check-prefixes=COPY,FATAL
// DEFINE: %{deleted} = not --crash %{run} %t deleted 2>&1 | FileCheck %s --check-prefixes=DELETED,FATAL
// DEFINE: %{array} = not --crash %{run} %t array 2>&1 | FileCheck %s --check-prefixes=ARRAY,FATAL
// DEFINE: %{vector} = %{run} %t vector 2>&1 | FileCheck %s --check-prefixes=VECTOR,ON
// DEFINE: %{twice} = not --crash %{run} %t twice 2>&1 | FileCheck %s --check-prefixes=TWICE
//
// RUN: %{compile}
// RUN: %{member}
// RUN: %{global}
// RUN: %{thread}
// RUN: %{stack}
// RUN: %{copy}
// RUN: %{deleted}
// RUN: %{array}
// RUN: %{twice}
// RUN: %{vector}
// REDEFINE: %{level} = -O2
// RUN: %{compile}
// RUN: %{member}
// RUN: %{global}
// RUN: %{thread}
// RUN: %{stack}
// RUN: %{copy}
// RUN: %{deleted}
// RUN: %{array}
// RUN: %{twice}
// RUN: %{vector}
//
// The other modes; a program that goes on; one that nobody checks.
// RUN: not --crash env TRICOLOR_OPTIONS=badptr=1:mode=hybrid %{limit} %t member 2>&1 | FileCheck %s --check-prefixes=MEMBER,FATAL
// RUN: not --crash env TRICOLOR_OPTIONS=badptr=1:mode=dijkstra %{limit} %t member 2>&1 | FileCheck %s --check-prefixes=MEMBER,FATAL
// RUN: env TRICOLOR_OPTIONS=badptr=2 %{limit} %t member 2>&1 | FileCheck %s --check-prefixes=MEMBER,ON
// RUN: env TRICOLOR_OPTIONS=badptr=0 %{limit} %t member 2>&1 | FileCheck %s --check-prefix=SILENT
//
// Of an executable without symbols what is left are the places in the file.
// RUN: %{compile} -s
// RUN: not --crash %{run} %t member 2>&1 | FileCheck %s --check-prefix=STRIPPED
//
// MEMBER: tricolor: bad pointer [[WORD:0x[0-9a-f]+]] is stored: it points to
// MEMBER-NEXT: was:   Leaf [[WORD]], 16 bytes, allocated at make_leaf(){{.*}}, freed by collection
// MEMBER-NEXT: slot:  0x{{[0-9a-f]+}}, +8 in Node [[NODE:0x[0-9a-f]+]], 16 bytes, allocated at make_nodes(){{.*}}
// MEMBER-NEXT: store: link(Node*, Leaf*){{.*}}, main thread
// MEMBER-NEXT: root:  global 'table' (
// MEMBER-NEXT: -> Node 0x{{[0-9a-f]+}} (+0)
// MEMBER-NEXT: -> Node [[NODE]], 16 bytes, allocated at make_nodes(){{.*}}
//
// GLOBAL: tricolor: bad pointer [[WORD:0x[0-9a-f]+]] is stored: it points to
// GLOBAL-NEXT: was:   Leaf [[WORD]], 16 bytes, allocated at make_leaf(){{.*}}, freed by collection
// GLOBAL-NEXT: slot:  0x{{[0-9a-f]+}}, global 'leaves'+0x8 (
// GLOBAL-NEXT: store: keep(Leaf*){{.*}}, main thread
//
// THREAD: tricolor: bad pointer [[WORD:0x[0-9a-f]+]] is stored: it points to
// THREAD-NEXT: was:   Leaf [[WORD]], 16 bytes, allocated at make_leaf(){{.*}}, freed by collection
// THREAD-NEXT: slot:  0x{{[0-9a-f]+}}, global 'leaves'+0x8 (
// THREAD-NEXT: store: keep(Leaf*){{.*}}, thread {{[0-9]+$}}
//
// STACK: tricolor: bad pointer
// STACK: slot:  0x{{[0-9a-f]+}}, +8 in Node [[NODE:0x[0-9a-f]+]], 16 bytes, allocated at from_stack({{.*}}
// STACK: root:  stack of main thread, frame of
// STACK: -> Node [[NODE]], 16 bytes
//
// COPY: tricolor: bad pointer [[WORD:0x[0-9a-f]+]] is stored: it points to
// COPY-NEXT: was:   Leaf [[WORD]], 16 bytes, allocated at make_leaf(){{.*}}, freed by collection
// COPY-NEXT: slot:  0x{{[0-9a-f]+}}, +16 in Row
// COPY-NEXT: store: fill(Row*){{.*}}
//
// DELETED: tricolor: bad pointer [[WORD:0x[0-9a-f]+]] is stored: it points to
// DELETED-NEXT: was:   Leaf [[WORD]], allocated at make_leaf(){{.*}}, deleted at from_deleted({{.*}}
//
// ARRAY: tricolor: bad pointer [[WORD:0x[0-9a-f]+]] is stored: it points to
// ARRAY-NEXT: was:   {{(before it: )?}}Leaf {{.*}}, 1601 bytes, allocated at {{.*}}make_array{{.*}}, freed by collection
//
// VECTOR: tricolor: bad pointer [[WORD:0x[0-9a-f]+]] is stored, unless it is a number: it points to
// VECTOR-NEXT: was:   Leaf [[WORD]], 16 bytes, allocated at make_leaf(){{.*}}, freed by collection
// VECTOR-NEXT: slot:  0x{{[0-9a-f]+}}, +8 in memory of operator new 0x
// VECTOR-NEXT: store:
// VECTOR-NEXT: root:  global 'list' (
// VECTOR-NEXT: -> memory of operator new
//
// FATAL: tricolor: fatal: a bad pointer is stored
// FATAL-NEXT: tricolor: its object was freed before
//
// TWICE: tricolor: delete of [[WORD:0x[0-9a-f]+]]
// TWICE-NEXT: was:   Leaf [[WORD]], allocated at make_leaf(){{.*}}, deleted at from_twice({{.*}}
// TWICE-NEXT: tricolor: fatal: delete of an object that is not allocated
//
// ON: done
// SILENT-NOT: tricolor
// SILENT: done
//
// STRIPPED: was:   Leaf {{.*}}, allocated at 0x{{[0-9a-f]+}} (bad-pointers.cpp.tmp+0x{{[0-9a-f]+}}), freed
// STRIPPED: store: 0x{{[0-9a-f]+}} (bad-pointers.cpp.tmp+0x
//
//===------------------------------------------------------------------------------------------===//

#include <tricolor/tricolor.h>

#include <cstdint>
#include <cstdio>
#include <cstring>
#include <string_view>
#include <thread>
#include <vector>

struct Leaf : tricolor::managed {
  long number = 1;
  Leaf *link = nullptr;
};

struct Node : tricolor::managed {
  Node *next = nullptr;
  Leaf *leaf = nullptr;
};

struct Row : tricolor::managed {
  long number = 0;
  Leaf *cells[4] = {};
};

Node *table;
Leaf *leaves[2];
std::vector<Leaf *> list;

[[gnu::noinline]] static uintptr_t make_leaf() { return ~reinterpret_cast<uintptr_t>(new Leaf); }
[[gnu::noinline]] static uintptr_t make_array() {
  return ~reinterpret_cast<uintptr_t>(tricolor::make_array<Leaf>(100));
}
[[gnu::noinline]] static void make_nodes() {
  table = new Node;
  table->next = new Node;
}
[[gnu::noinline]] static void link(Node *node, Leaf *leaf) { node->leaf = leaf; }
[[gnu::noinline]] static void keep(Leaf *leaf) { leaves[1] = leaf; }

// Frames that are gone may hold what the collector must not find.
[[gnu::noinline]] static void wipe_stack() {
  volatile char space[16384];
  for (volatile char &byte : space)
    byte = 0;
}

static Leaf *revealed(uintptr_t hidden) { return reinterpret_cast<Leaf *>(~hidden); }

[[gnu::noinline]] static uintptr_t collected_leaf() {
  uintptr_t hidden = make_leaf();
  wipe_stack();
  tricolor::collect();
  return hidden;
}

[[gnu::noinline]] static void from_stack(uintptr_t hidden) {
  Node *node = new Node;
  link(node, revealed(hidden));
  tricolor::keep_alive(node);
}

[[gnu::noinline]] static void fill(Row *row) {
  Leaf *cells[4] = {nullptr, revealed(collected_leaf()), nullptr, nullptr};
  volatile size_t bytes = sizeof cells;
  std::memcpy(row->cells, cells, bytes);
}

[[gnu::noinline]] static void from_deleted() {
  uintptr_t hidden = make_leaf();
  delete revealed(hidden);
  keep(revealed(hidden));
}

[[gnu::noinline]] static void from_twice() {
  uintptr_t hidden = make_leaf();
  delete revealed(hidden);
  delete revealed(hidden);
}

int main(int, char **arguments) {
  std::string_view what = arguments[1];
  make_nodes();
  if (what == "member") {
    uintptr_t hidden = collected_leaf();
    link(table->next, revealed(hidden));
  } else if (what == "global") {
    keep(revealed(collected_leaf()));
  } else if (what == "thread") {
    std::thread([] { keep(revealed(collected_leaf())); }).join();
  } else if (what == "stack") {
    from_stack(collected_leaf());
  } else if (what == "copy") {
    fill(new Row);
  } else if (what == "deleted") {
    from_deleted();
  } else if (what == "vector") {
    list.reserve(4);
    list.push_back(nullptr);
    list.push_back(revealed(collected_leaf()));
  } else if (what == "twice") {
    from_twice();
  } else if (what == "array") {
    uintptr_t hidden = make_array();
    wipe_stack();
    tricolor::collect();
    keep(revealed(hidden) + 7);
  }
  std::puts("done");
}
