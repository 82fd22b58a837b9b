//===- test/run/loop-chunks.cpp - Loops that run in chunks --------------------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// Counted loops make the rounds that they made before polls were taken out of them: up and down, with steps, by
// every condition, to the ends of their types, with further exits, over pointers. The reference is the same source
// without optimization, where no loop has chunks. And what the loops run over lives while they do.
//
// RUN: %{build} -O2 -fplugin-arg-tricolor-polls=test -Rpass=tricolor %s -o %t %libs 2>&1 | FileCheck %s --check-prefix=REMARK
// RUN: %{limit} %t | FileCheck %s
// RUN: %{stress50} %t nodes | FileCheck %s
// RUN: %{build} -O1 -fplugin-arg-tricolor-polls=test %s -o %t %libs
// RUN: %{limit} %t | FileCheck %s
// RUN: %{stress1000} %t nodes | FileCheck %s
// RUN: %{build} -O3 -march=native -fplugin-arg-tricolor-polls=test %s -o %t %libs
// RUN: %{limit} %t | FileCheck %s
// RUN: %{stress1000} %t nodes | FileCheck %s
//
// REMARK: polls in {{.*}}1 in chunks
// CHECK: loop-chunks: done
//
//===------------------------------------------------------------------------------------------===//

#include "node.h"

#include <climits>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <limits>

#define OPTIMIZED __attribute__((noinline))
#define REFERENCE __attribute__((noinline, optnone))

struct Result {
  unsigned long hash;
  unsigned long rounds;
  bool operator==(const Result &) const = default;
};

// The body of every loop: what it computes has no closed form.
#define ROUND(i) hash = hash * 31 + static_cast<unsigned long>(i), ++rounds

// One function of each loop for both ways to compile it.
#define LOOPS(ATTRIBUTE, NAME)                                                                     \
  template <class T, int Step> ATTRIBUTE Result NAME##Less(T i, T n) {                             \
    unsigned long hash = 0, rounds = 0;                                                            \
    for (; i < n; i += Step)                                                                       \
      ROUND(i);                                                                                    \
    return {hash, rounds};                                                                         \
  }                                                                                                \
  template <class T, int Step> ATTRIBUTE Result NAME##LessEqual(T i, T n) {                        \
    unsigned long hash = 0, rounds = 0;                                                            \
    for (; i <= n; i += Step)                                                                      \
      ROUND(i);                                                                                    \
    return {hash, rounds};                                                                         \
  }                                                                                                \
  template <class T, int Step> ATTRIBUTE Result NAME##Greater(T i, T n) {                          \
    unsigned long hash = 0, rounds = 0;                                                            \
    for (; i > n; i -= Step)                                                                       \
      ROUND(i);                                                                                    \
    return {hash, rounds};                                                                         \
  }                                                                                                \
  template <class T, int Step> ATTRIBUTE Result NAME##GreaterEqual(T i, T n) {                     \
    unsigned long hash = 0, rounds = 0;                                                            \
    for (; i >= n; i -= Step)                                                                      \
      ROUND(i);                                                                                    \
    return {hash, rounds};                                                                         \
  }                                                                                                \
  template <class T, int Step> ATTRIBUTE Result NAME##Unequal(T i, T n) {                          \
    unsigned long hash = 0, rounds = 0;                                                            \
    for (; i != n; i = static_cast<T>(static_cast<unsigned long>(i) + Step))                       \
      ROUND(i);                                                                                    \
    return {hash, rounds};                                                                         \
  }                                                                                                \
  template <class T, int Step> ATTRIBUTE Result NAME##AtLeastOnce(T i, T n) {                      \
    unsigned long hash = 0, rounds = 0;                                                            \
    do {                                                                                           \
      ROUND(i);                                                                                    \
      i = static_cast<T>(static_cast<unsigned long>(i) + Step);                                    \
    } while (i < n);                                                                               \
    return {hash, rounds};                                                                         \
  }                                                                                                \
  ATTRIBUTE Result NAME##TwoExits(const unsigned char *a, const unsigned char *b, long n) {        \
    unsigned long hash = 0, rounds = 0;                                                            \
    long i = 0;                                                                                    \
    while (a[i] == b[i] && i < n) {                                                                \
      ROUND(a[i]);                                                                                 \
      ++i;                                                                                         \
    }                                                                                              \
    return {hash + static_cast<unsigned long>(i), rounds};                                         \
  }                                                                                                \
  ATTRIBUTE Result NAME##Pointers(const unsigned char *p, const unsigned char *end) {              \
    unsigned long hash = 0, rounds = 0;                                                            \
    for (; p != end && *p != 200; ++p)                                                             \
      ROUND(*p);                                                                                   \
    return {hash, rounds};                                                                         \
  }                                                                                                \
  ATTRIBUTE Result NAME##Backward(const unsigned short *begin, const unsigned short *p) {          \
    unsigned long hash = 0, rounds = 0;                                                            \
    while (p > begin)                                                                              \
      ROUND(*--p);                                                                                 \
    return {hash, rounds};                                                                         \
  }

LOOPS(OPTIMIZED, fast)
LOOPS(REFERENCE, slow)

static const char *current = "";

static void check(const char *loop, Result fast, Result slow) {
  if (fast == slow)
    return;
  std::printf("loop-chunks: %s %s: %lu rounds instead of %lu\n", current, loop, fast.rounds,
              slow.rounds);
  std::exit(1);
}

#define CHECK(LOOP, ...) check(#LOOP, fast##LOOP(__VA_ARGS__), slow##LOOP(__VA_ARGS__))
#define CHECK_STEP(LOOP, STEP, ...)                                                                \
  check(#LOOP " by " #STEP, fast##LOOP<T, STEP>(__VA_ARGS__), slow##LOOP<T, STEP>(__VA_ARGS__))

template <class T> static void checkType(const char *name) {
  current = name;
  constexpr T Max = std::numeric_limits<T>::max(), Min = std::numeric_limits<T>::min();
  for (int count : {0, 1, 2, 15, 1023, 1024, 1025, 1026, 2048, 2049, 5000}) {
    auto n = static_cast<T>(count);
    // From the beginning, across zero, and to both ends of the type.
    for (T from : {T(0), T(3), static_cast<T>(T(0) - 700), Min, static_cast<T>(Max - n),
                   static_cast<T>(Max - n - 8)}) {
      T to = static_cast<T>(from + n);
      CHECK_STEP(Unequal, 1, from, to);
      CHECK_STEP(Unequal, -1, to, from);
      CHECK_STEP(Unequal, 7, from, static_cast<T>(from + 7 * n));
      if (from > to)
        continue;
      CHECK_STEP(Less, 1, from, to);
      CHECK_STEP(Less, 1, to, from);
      CHECK_STEP(Greater, 1, to, from);
      CHECK_STEP(Greater, 1, from, to);
      if (to <= Max - 8) {
        CHECK_STEP(LessEqual, 1, from, to);
        CHECK_STEP(Less, 3, from, to);
        CHECK_STEP(LessEqual, 8, from, to);
        CHECK_STEP(AtLeastOnce, 1, from, to);
        CHECK_STEP(AtLeastOnce, 5, from, to);
        CHECK_STEP(AtLeastOnce, 1, to, from);
      }
      if (from >= Min + 8) {
        CHECK_STEP(Greater, 3, to, from);
        CHECK_STEP(GreaterEqual, 1, to, from);
        CHECK_STEP(GreaterEqual, 8, to, from);
      }
    }
  }
}

static void checkMemory() {
  current = "memory";
  static unsigned char a[5001], b[5001];
  static unsigned short c[5001];
  for (int i = 0; i != 5001; ++i) {
    a[i] = b[i] = static_cast<unsigned char>(i % 199);
    c[i] = static_cast<unsigned short>(i * 7);
  }
  for (int count : {0, 1, 1023, 1024, 1025, 2048, 3000, 5000}) {
    CHECK(TwoExits, a, b, count);
    CHECK(Pointers, a, a + count);
    CHECK(Backward, c, c + count);
    b[count] ^= 1;
    a[count] = 200;
    CHECK(TwoExits, a, b, 5000);
    CHECK(Pointers, a, a + 5000);
    a[count] = static_cast<unsigned char>(count % 199);
    b[count] = a[count];
  }
}

// The array has no other reference than the loop's variables, which are inside of it or past its end.
OPTIMIZED static Node **makeNodes(long n) {
  auto *nodes = tricolor::make_array<Node *>(static_cast<size_t>(n));
  for (long i = 0; i != n; ++i)
    nodes[i] = new Node(i);
  return nodes;
}

OPTIMIZED static long goodNodes(Node **nodes, long n) {
  long good = 0;
  for (long i = 0; i != n; ++i) {
    if (!nodes[i])
      break;
    good += nodes[i]->good(i);
  }
  return good;
}

OPTIMIZED static long goodBackward(Node **nodes, long n) {
  long good = 0;
  for (Node **p = nodes + n; p != nodes; good += (*p)->good(n))
    --p, --n;
  return good;
}

static void checkNodes() {
  for (long n : {1L, 2000L, 5000L})
    if (goodNodes(makeNodes(n), n) != n || goodBackward(makeNodes(n), n) != n) {
      std::puts("loop-chunks: a node was freed");
      std::exit(1);
    }
}

int main(int argc, char **) {
  checkNodes();
  if (argc == 1) {
    checkType<int>("int");
    checkType<unsigned>("unsigned");
    checkType<long>("long");
    checkType<unsigned long>("unsigned long");
    checkMemory();
  }
  std::puts("loop-chunks: done");
}
