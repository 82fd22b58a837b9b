//===- test/run/barrier-reused-storage.cpp - A number over a pointer -----------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// Storage that held a pointer is used for a number: with the barrier's flag raised by hand the pointer is
// remembered, so its object survives the next cycle, whatever the storage becomes: variants, placement new
// of scalars, aggregates, arrays and classes, of which some write nothing themselves, and unions. A number
// over a number is not remembered: the object whose address it happens to be is gone.
//
// What is overwritten is not remembered in mode dijkstra.
// UNSUPPORTED: dijkstra
//
// RUN: %tricolorxx -std=c++20 -O0 %s -o %t0 %libs && %t0
// RUN: %tricolorxx -std=c++20 -O2 %s -o %t2 %libs && %t2 optimized
// RUN: %tricolorxx -std=c++20 -O3 %s -o %t3 %libs && %t3 optimized
//
//===------------------------------------------------------------------------------------------===//

#include <tricolor/abi.h>
#include <tricolor/tricolor.h>

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <memory>
#include <new>
#include <optional>
#include <variant>

struct Leaf : tricolor::managed {
  Leaf *unused = nullptr;
};

union Word {
  double number;
  Leaf *leaf;
};

struct Pair {
  long first, second;
};

// Its constructor leaves the number to a function.
struct Filled {
  Filled();
  void fill(long with);
  long number;
};
[[gnu::noinline]] Filled::Filled() { fill(5); }
[[gnu::noinline]] void Filled::fill(long with) { number = with; }

struct Wide {
  long numbers[6];
};

union Member {
  Pair pair;
  Leaf *leaves[2];
};

union Single {
  struct {
    long number;
  } one;
  Leaf *leaf;
};

struct Holder : tricolor::managed {
  std::variant<long, Leaf *> variant;
  std::variant<double, Leaf *> real;
  Word word;
  Member member;
  Single single;
  Leaf *leaves[6] = {};
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
[[gnu::noinline]] static void put_in_real(Holder *to, Leaf *leaf) { to->real = leaf; }
[[gnu::noinline]] static void number_in_real(Holder *to) { to->real = 5.0; }
[[gnu::noinline]] static void put_in_member(Holder *to, Leaf *leaf) { to->member.leaves[1] = leaf; }
[[gnu::noinline]] static void pair_in_member(Holder *to) { to->member.pair = Pair{4, 5}; }
[[gnu::noinline]] static void number_in_member(Holder *to) { to->member.pair.second = 5; }
[[gnu::noinline]] static void put_in_single(Holder *to, Leaf *leaf) { to->single.leaf = leaf; }
[[gnu::noinline]] static void copy_in_single(Holder *to) {
  decltype(Single::one) value{5};
  to->single.one = value;
}
[[gnu::noinline]] static void put_in_leaves(Holder *to, Leaf *leaf) { to->leaves[1] = leaf; }

// The storage of leaves[0] and [1], or all of it, for something else.
[[gnu::noinline]] static void set(long *number) { *number = 5; }
[[gnu::noinline]] static void scalar(Holder *to) { new (&to->leaves[1]) long(5); }
[[gnu::noinline]] static void scalar_later(Holder *to) { set(new (&to->leaves[1]) long); }
[[gnu::noinline]] static void real(Holder *to) { new (&to->leaves[1]) double(5); }
[[gnu::noinline]] static void constructed(Holder *to) {
  std::construct_at(reinterpret_cast<long *>(&to->leaves[1]), 5);
}
[[gnu::noinline]] static void aggregate(Holder *to) { new (&to->leaves[0]) Pair{4, 5}; }
[[gnu::noinline]] static void aggregate_later(Holder *to) {
  Pair *pair = new (&to->leaves[0]) Pair;
  set(&pair->first);
  set(&pair->second);
}
[[gnu::noinline]] static Pair make_pair(long n) { return Pair{n, n + 1}; }
[[gnu::noinline]] static void returned(Holder *to) { new (&to->leaves[0]) Pair(make_pair(4)); }
[[gnu::noinline]] static void filled(Holder *to) { new (&to->leaves[1]) Filled; }
[[gnu::noinline]] static long *make_array(void *at, unsigned long n) { return new (at) long[n]; }
[[gnu::noinline]] static void array(Holder *to) {
  long *numbers = make_array(&to->leaves[0], 2);
  set(&numbers[0]);
  set(&numbers[1]);
}
// In an array of bytes objects come to life by the stores.
[[gnu::noinline]] static void bytes(Holder *to) {
  set(reinterpret_cast<long *>(new (&to->leaves[1]) std::byte[8]));
}
[[gnu::noinline]] static void characters(Holder *to) {
  set(reinterpret_cast<long *>(new (&to->leaves[1]) unsigned char[8]));
}
[[gnu::noinline]] static void wide(Holder *to) {
  Wide *numbers = new (&to->leaves[0]) Wide;
  set(&numbers->numbers[1]);
}
[[gnu::noinline]] static void in_lambda(Holder *to) {
  [to](auto number) { new (&to->leaves[1]) long(number); }(5L);
}
struct Default {
  Holder *holder;
  long *number = new (&holder->leaves[1]) long(5);
};
[[gnu::noinline]] static void in_default_initializer(Holder *to) { Default made{to}; }

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
  check({"variant of double", put_in_real, number_in_real}, true);
  check({"structure in a union", put_in_member, pair_in_member}, true);
  check({"number of a structure in a union", put_in_member, number_in_member}, true);
  check({"copied structure in a union", put_in_single, copy_in_single}, true);
  const Way news[] = {
      {"long", put_in_leaves, scalar},
      {"long, written later", put_in_leaves, scalar_later},
      {"double", put_in_leaves, real},
      {"construct_at", put_in_leaves, constructed},
      {"aggregate", put_in_leaves, aggregate},
      {"aggregate, written later", put_in_leaves, aggregate_later},
      {"returned aggregate", put_in_leaves, returned},
      {"constructor", put_in_leaves, filled},
      {"array", put_in_leaves, array},
      {"bytes", put_in_leaves, bytes},
      {"characters", put_in_leaves, characters},
      {"wide aggregate", put_in_leaves, wide},
      {"lambda", put_in_leaves, in_lambda},
      {"default initializer", put_in_leaves, in_default_initializer},
  };
  for (const Way &way : news)
    check(way, true);
  if (argc > 1) // unoptimized code says nothing of types
    check({"count", put_in_count, update_count}, false);
  return failures != 0;
}
