//===- test/fuzz/Inputs/object.h - What generated programs are made of --------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// The prelude of test/fuzz/objects.py, precompiled once for each set of compiler flags. In every
// program a pointer and its identity are two variables that are changed together: `Object *p; int ip;`.
// A function that returns pointers leaves their identities in `returned`.
//
//===------------------------------------------------------------------------------------------===//

#ifndef TRICOLOR_TEST_OBJECT_H
#define TRICOLOR_TEST_OBJECT_H

#include "shadow.h"

#include <tricolor/tricolor.h>

#include <algorithm>
#include <alloca.h>
#include <any>
#include <atomic>
#include <cstdarg>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <new>
#include <optional>
#include <pthread.h>
#include <setjmp.h>
#include <thread>
#include <tuple>
#include <utility>
#include <variant>
#include <vector>

#define NOINLINE [[gnu::noinline]]
#define CHECK(pointer, identity) check_object(pointer, identity, __LINE__)

struct Object : tricolor::managed {
  explicit Object(int identity) : first(first_value(identity)) {}
  long first;
};

// The object of kind K whose part `Object` this is.
template <class K> inline K *whole(Object *object) {
  return object ? reinterpret_cast<K *>(reinterpret_cast<char *>(object) + whole_offsets[K::kind])
                : nullptr;
}

// Where the last value lies in an object of kind K.
template <class K> inline long last_offset = 0;

template <class K> void describe_kind() {
  int identity = fresh_identity(K::kind);
  K *k = new K(identity);
  char *object = reinterpret_cast<char *>(static_cast<Object *>(k));
  last_offset<K> = reinterpret_cast<char *>(&k->last) - reinterpret_cast<char *>(k);
  describe_whole(K::kind, reinterpret_cast<char *>(k) - object);
  describe_last(K::kind, reinterpret_cast<char *>(&k->last) - object);
  for (int i = 0; i < K::slot_count; ++i)
    describe_slot(K::kind, i, reinterpret_cast<char *>(k->slot(i)) - object);
}

inline thread_local int returned[8];
// Function calls that this thread may still make.
inline thread_local int calls_left = 0;

struct Garbage : tricolor::managed {
  Garbage *next = nullptr;
  void *words[3] = {};
};

// A safepoint, and new objects where freed ones were.
NOINLINE inline void disturb() {
  Garbage *garbage = new Garbage;
  garbage->next = new Garbage;
}

// Things of a shape that matters to the calling convention.
struct Two {
  Object *a, *b;
};
struct Three {
  Object *a;
  long n;
  Object *b;
};
struct Five {
  Object *p[5];
};
struct Mixed {
  double d;
  Object *a;
};
union Either {
  Object *a;
  double d;
  long n;
  char bytes[8];
};
typedef long Lanes __attribute__((vector_size(16)));
typedef long Lanes4 __attribute__((vector_size(32)));

// Is thrown; holds a pointer while it is in flight.
struct Thrown {
  Object *a;
  int ia;
};
struct BigThrown : Thrown {
  long padding[6];
  Object *b;
  int ib;
};

// Its destructor runs when frames are left, and collects.
struct Guard {
  Object *a;
  int ia;
  int line;
  ~Guard() {
    disturb();
    check_object(a, ia, line);
  }
};

#endif // TRICOLOR_TEST_OBJECT_H
