//===- test/run/barrier-reused-storage.cpp - A number over a pointer -----------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// Storage that held a pointer is used for a number: with the barrier's flag raised by hand the pointer is
// remembered, so its object survives the next cycle. A number over a number is not remembered: the object
// whose address it happens to be is gone.
//
// RUN: %tricolorxx -std=c++20 -O0 %s -o %t0 %libs && %t0
// RUN: %tricolorxx -std=c++20 -O2 %s -o %t2 %libs && %t2 optimized
// RUN: %tricolorxx -std=c++20 -O3 %s -o %t3 %libs && %t3 optimized
//
//===------------------------------------------------------------------------------------------===//

#include <tricolor/abi.h>
#include <tricolor/tricolor.h>

#include <cstdint>
#include <cstdio>
#include <variant>

struct Leaf : tricolor::managed {
  Leaf *unused = nullptr;
};

union Word {
  double number;
  Leaf *leaf;
};

struct Holder : tricolor::managed {
  std::variant<long, Leaf *> variant;
  Word word;
  long count = 0;
};

static Holder *holder;

static uintptr_t hidden(Leaf *leaf) { return ~reinterpret_cast<uintptr_t>(leaf); }

struct Way {
  const char *name;
  void (*put)(Holder *, Leaf *);
  void (*overwrite)(Holder *);
};

[[gnu::noinline]] static void put_in_variant(Holder *to, Leaf *leaf) { to->variant = leaf; }
[[gnu::noinline]] static void number_in_variant(Holder *to) { to->variant = 5L; }
[[gnu::noinline]] static void put_in_union(Holder *to, Leaf *leaf) { to->word.leaf = leaf; }
[[gnu::noinline]] static void number_in_union(Holder *to) { to->word.number = 5; }
[[gnu::noinline]] static void put_in_count(Holder *to, Leaf *leaf) {
  to->count = static_cast<long>(reinterpret_cast<uintptr_t>(leaf));
}
[[gnu::noinline]] static void update_count(Holder *to) { to->count *= 3; }

[[gnu::noinline]] static uintptr_t prepare(const Way &way) {
  holder = new Holder;
  Leaf *leaf = new Leaf;
  way.put(holder, leaf);
  __atomic_store_n(&tricolor_control.barrier, 1, __ATOMIC_SEQ_CST);
  way.overwrite(holder);
  __atomic_store_n(&tricolor_control.barrier, 0, __ATOMIC_SEQ_CST);
  return hidden(leaf);
}

[[gnu::noinline]] static bool alive(uintptr_t leaf) {
  return tricolor::is_collected(reinterpret_cast<void *>(~leaf));
}

static int failures = 0;

static void check(const Way &way, bool remembered) {
  uintptr_t leaf = prepare(way);
  tricolor::collect();
  if (alive(leaf) != remembered) {
    printf("%s: the object is %s\n", way.name, remembered ? "gone" : "alive");
    ++failures;
  }
  tricolor::collect();
  if (alive(leaf)) {
    printf("%s: the object is alive after the second cycle\n", way.name);
    ++failures;
  }
}

int main(int argc, char **) {
  check({"variant", put_in_variant, number_in_variant}, true);
  check({"union", put_in_union, number_in_union}, true);
  if (argc > 1) // unoptimized code says nothing of types
    check({"count", put_in_count, update_count}, false);
  return failures != 0;
}
