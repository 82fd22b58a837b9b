//===- test/run/wide-values.cpp - Values of several words ---------------------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// Pointers in 128-bit integers and atomics, _BitInt, vectors of SSE, AVX and AVX-512, and in structures
// that are copied through vector registers.
//
// RUN: %{build} -O0 -mcx16 %s -o %t -latomic %libs
// RUN: %{limit} %t
// RUN: %{stress} %t
// RUN: %{build} -O1 -mcx16 %s -o %t -latomic %libs
// RUN: %{limit} %t
// RUN: %{stress} %t
// RUN: %{build} -O2 -mcx16 %s -o %t -latomic %libs
// RUN: %{limit} %t
// RUN: %{stress} %t
// RUN: %{build} -O3 -mcx16 %s -o %t -latomic %libs
// RUN: %{limit} %t
// RUN: %{stress} %t
// RUN: %{build} -O2 -march=x86-64-v3 %s -o %t -latomic %libs
// RUN: %{stress} %t
// RUN: %{build} -O3 -march=x86-64-v4 %s -o %t -latomic %libs
// RUN: %{stress} %t
//
//===------------------------------------------------------------------------------------------===//

#include "node.h"
#include <atomic>
#include <bit>
#include <cstring>
#include <immintrin.h>
#define NOINLINE [[gnu::noinline]]
NOINLINE Node *mk(long n) { return make_pair_of_nodes(n); }
typedef unsigned __int128 u128;
NOINLINE u128 pack(Node *a, Node *b) { return (u128)(uintptr_t)a << 64 | (uintptr_t)b; }
NOINLINE bool good(u128 w, long n) {
  return good_pair((Node *)(uintptr_t)(w >> 64), n) && good_pair((Node *)(uintptr_t)w, n + 10);
}
NOINLINE u128 wmk(long n) {
  Node *a = mk(n);
  return pack(a, mk(n + 10));
}
NOINLINE u128 pass(int, u128 w, long, u128 x, u128 y) {
  disturb();
  return good(w, 1) && good(x, 2) && good(y, 3) ? y : 0;
}
struct alignas(16) Two {
  Node *a, *b;
};
struct Cell : tricolor::managed {
  std::atomic<Two> t{};
  u128 w = 0;
  std::atomic<u128> *aw = new std::atomic<u128>(0);
};
NOINLINE void atomics(long n) {
  Cell *c = new Cell;
  c->t.store(Two{mk(n), mk(n + 1)});
  disturb();
  Two t = c->t.load();
  c->t.store(Two{});
  disturb();
  check(good_pair(t.a, n) && good_pair(t.b, n + 1), "atomic two", n);
  c->t.store(t);
  Two u{mk(n + 2), mk(n + 3)}, e = t;
  check(c->t.compare_exchange_strong(e, u), "cas", n);
  disturb();
  check(good_pair(e.a, n) && good_pair(e.b, n + 1), "cas old", n);
  e = t;
  check(!c->t.compare_exchange_strong(e, t), "cas2", n);
  disturb();
  check(good_pair(e.a, n + 2) && good_pair(e.b, n + 3), "cas expected", n);
  Two old = c->t.exchange(Two{mk(n + 4), nullptr});
  disturb();
  check(good_pair(old.a, n + 2), "xchg", n);
  check(good_pair(c->t.load().a, n + 4), "load", n);
  *c->aw = wmk(n);
  disturb();
  u128 w = c->aw->exchange(0);
  disturb();
  check(good(w, n), "aw", n);
}
typedef unsigned _BitInt(64) b64;
typedef unsigned _BitInt(128) b128;
typedef unsigned _BitInt(192) b192;
typedef unsigned _BitInt(256) b256;
typedef unsigned _BitInt(512) b512;
NOINLINE b64 mk64(long n) { return (b64)(uintptr_t)mk(n); }
template <class B> NOINLINE B mkb(long n) {
  B b = 0;
  for (unsigned i = 0; i < sizeof(B) / 8; ++i)
    b = b << 64 | (B)(uintptr_t)mk(n + 10 * (long)i);
  return b;
}
template <class B> NOINLINE bool goodb(B b, long n) {
  disturb();
  for (long i = sizeof(B) / 8; i-- > 0; b >>= 64)
    if (!good_pair((Node *)(uintptr_t)b, n + 10 * i))
      return false;
  return true;
}
struct BCell : tricolor::managed {
  b256 w = 0;
  b128 x = 0;
  b512 y = 0;
};
NOINLINE void bits(long n) {
  b64 a = mk64(n);
  b128 b = mkb<b128>(n);
  b192 c = mkb<b192>(n);
  b256 d = mkb<b256>(n);
  b512 e = mkb<b512>(n);
  disturb();
  check(good_pair((Node *)(uintptr_t)a, n), "b64", n);
  check(goodb(b, n), "b128", n);
  check(goodb(c, n), "b192", n);
  check(goodb(d, n), "b256", n);
  check(goodb(e, n), "b512", n);
  BCell *s = new BCell;
  // Members that are numbers keep nothing alive; b, d and e do.
  s->w = d;
  s->x = b;
  s->y = e;
  disturb();
  check(goodb(s->w, n) && goodb(s->x, n) && goodb(s->y, n), "bcell", n);
  check(goodb(b, n) && goodb(d, n) && goodb(e, n), "locals", n);
}
#ifdef __AVX2__
NOINLINE __m256i mk256(long n) {
  return _mm256_set_epi64x((long)mk(n), (long)mk(n), (long)mk(n), (long)mk(n));
}
NOINLINE bool good256(__m256i v, long n) {
  disturb();
  Node *p[4];
  _mm256_storeu_si256((__m256i *)p, v);
  disturb();
  for (Node *x : p)
    if (!good_pair(x, n))
      return false;
  return true;
}
NOINLINE void avx(long n) {
  __m256i v = mk256(n);
  disturb();
  check(good256(v, n), "avx", n);
  __m256i s = _mm256_permute4x64_epi64(v, 0x1b);
  __m256i sh =
      _mm256_shuffle_epi8(v, _mm256_set_epi8(7, 6, 5, 4, 3, 2, 1, 0, 15, 14, 13, 12, 11, 10, 9, 8,
                                             7, 6, 5, 4, 3, 2, 1, 0, 15, 14, 13, 12, 11, 10, 9, 8));
  v = _mm256_setzero_si256();
  disturb();
  check(good256(s, n) && good256(sh, n), "permuted", n);
  __m256d d = _mm256_castsi256_pd(mk256(n));
  disturb();
  check(good256(_mm256_castpd_si256(d), n), "pd", n);
  __m256i bl = _mm256_blendv_epi8(mk256(n), mk256(n), _mm256_set1_epi64x(-1));
  disturb();
  check(good256(bl, n), "blend", n);
  __m256 f = _mm256_castsi256_ps(mk256(n));
  disturb();
  check(good256(_mm256_castps_si256(f), n), "ps", n);
  __m128i lo = _mm256_extracti128_si256(mk256(n), 1);
  disturb();
  check(good_pair((Node *)_mm_cvtsi128_si64(lo), n), "lane", n);
}
#else
NOINLINE void avx(long) {}
#endif
#ifdef __AVX512F__
NOINLINE __m512i mk512(long n) {
  return _mm512_inserti64x4(_mm512_castsi256_si512(mk256(n)), mk256(n), 1);
}
NOINLINE bool good512(__m512i v, long n) {
  disturb();
  Node *p[8];
  _mm512_storeu_si512(p, v);
  disturb();
  for (Node *x : p)
    if (!good_pair(x, n))
      return false;
  return true;
}
NOINLINE void avx512(long n) {
  __m512i v = mk512(n);
  disturb();
  check(good512(v, n), "avx512", n);
  __m512i r = _mm512_permutexvar_epi64(_mm512_set_epi64(0, 1, 2, 3, 4, 5, 6, 7), mk512(n));
  disturb();
  check(good512(r, n), "perm512", n);
}
#else
NOINLINE void avx512(long) {}
#endif
NOINLINE void sse(long n) {
  __m128i v = _mm_set_epi64x((long)mk(n), (long)mk(n + 1));
  disturb();
  Node *p[2];
  std::memcpy(p, &v, 16);
  disturb();
  check(good_pair(p[0], n + 1) && good_pair(p[1], n), "sse", n);
  alignas(16) char bytes[16];
  std::memcpy(bytes, p, 16);
  p[0] = p[1] = nullptr;
  disturb();
  v = _mm_load_si128((__m128i *)bytes);
  std::memset(bytes, 0, 16);
  disturb();
  check(good_pair((Node *)_mm_cvtsi128_si64(v), n + 1) &&
            good_pair((Node *)_mm_cvtsi128_si64(_mm_unpackhi_epi64(v, v)), n),
        "through bytes", n);
  __m64 m = (__m64)(long)mk(n);
  disturb();
  check(good_pair((Node *)(long)m, n), "m64", n);
}
struct Quad {
  Node *n[4];
};
struct QCell : tricolor::managed {
  Quad q{};
};
NOINLINE void slp(QCell *a, QCell *b, long n) {
  Node *w = a->q.n[0], *x = a->q.n[1], *y = a->q.n[2], *z = a->q.n[3];
  a->q = Quad{};
  disturb();
  b->q.n[0] = w;
  b->q.n[1] = x;
  b->q.n[2] = y;
  b->q.n[3] = z;
  disturb();
  for (Node *p : b->q.n)
    check(good_pair(p, n), "slp", n);
}
int main() {
#ifdef __AVX512F__
  if (!__builtin_cpu_supports("avx512f"))
    return 0;
#endif
  for (long n = 0; n < 3; ++n) {
    u128 w = wmk(n);
    disturb();
    check(good(w, n), "i128", n);
    u128 y = pass(1, wmk(1), 2, wmk(2), wmk(3));
    disturb();
    check(good(y, 3), "i128 args", n);
    atomics(n);
    bits(n * 100);
    avx(n);
    avx512(n);
    sse(n);
    QCell *q = new QCell;
    for (Node *&p : q->q.n)
      p = mk(n);
    slp(q, new QCell, n);
  }
  return finish();
}
