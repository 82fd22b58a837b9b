//===- test/fuzz/Inputs/shapes.h - Callees of every calling convention --------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// Functions that statements of generated programs call: structures in registers and in memory, variable
// arguments, tail calls, frames that an exception or a longjmp leaves, threads, a coroutine. All collect
// in the middle.
//
//===------------------------------------------------------------------------------------------===//

#ifndef TRICOLOR_TEST_SHAPES_H
#define TRICOLOR_TEST_SHAPES_H

#include "object.h"

#include <coroutine>

NOINLINE inline Two turned(Two t, int ia, int ib) {
  disturb();
  CHECK(t.a, ia);
  Two u = {t.b, t.a};
  disturb();
  returned[0] = ib;
  returned[1] = ia;
  return u;
}

NOINLINE inline Three turned(Three t, int ia, int ib) {
  disturb();
  Three u = t;
  t.a = nullptr;
  disturb();
  CHECK(u.b, ib);
  returned[0] = ib;
  returned[1] = ia;
  return {u.b, u.n + 1, u.a};
}

NOINLINE inline Five turned(Five f, const int *i, Object *first, int ifirst) {
  disturb();
  for (int k = 0; k < 5; ++k)
    CHECK(f.p[k], i[k]);
  for (int k = 4; k > 0; --k)
    f.p[k] = f.p[k - 1];
  f.p[0] = first;
  disturb();
  returned[0] = ifirst;
  return f;
}

NOINLINE inline Mixed turned(Mixed m, int ia, double d) {
  disturb();
  CHECK(m.a, ia);
  disturb();
  returned[0] = ia;
  return {m.d + d, m.a};
}

NOINLINE inline long double lengthened(long double d, Object **a, int *ia, Object *b, int ib) {
  disturb();
  CHECK(*a, *ia);
  *a = b;
  *ia = ib;
  disturb();
  return d * 2;
}

NOINLINE inline Lanes swapped_lanes(Lanes v, int ia, int ib) {
  disturb();
  CHECK(reinterpret_cast<Object *>(v[0]), ia);
  v = __builtin_shufflevector(v, v, 1, 0);
  disturb();
  CHECK(reinterpret_cast<Object *>(v[0]), ib);
  return v;
}

NOINLINE inline unsigned __int128 turned(unsigned __int128 t, int ia, int ib) {
  disturb();
  CHECK(reinterpret_cast<Object *>(static_cast<uintptr_t>(t >> 64)), ia);
  t = t << 64 | t >> 64;
  disturb();
  CHECK(reinterpret_cast<Object *>(static_cast<uintptr_t>(t >> 64)), ib);
  return t;
}

NOINLINE inline uintptr_t passed(uintptr_t word, int ia) {
  disturb();
  CHECK(reinterpret_cast<Object *>(word), ia);
  disturb();
  return word;
}

// Arguments beyond the registers.
NOINLINE inline Object *eighth(int, Object *, double, Object *, Object *, long, Object *, Object *a,
                               int ia, Object *b, int ib) {
  disturb();
  CHECK(b, ib);
  disturb();
  returned[0] = ia;
  return a;
}

// Functions whose only safepoints are polls: the pointers stay where they were passed.
NOINLINE inline Object *rotated(Object *a, Object *b, Object *c, Object *d, unsigned n) {
  for (; n != 0; --n) {
    asm volatile("" : "+r"(n));
    Object *t = a;
    a = b;
    b = c;
    c = d;
    d = t;
  }
  return a;
}

NOINLINE inline Object **found(Object **begin, Object **end, uintptr_t word) {
  for (; begin != end; ++begin)
    if ((reinterpret_cast<uintptr_t>(*begin) ^ word) == 0)
      break;
  return begin;
}

NOINLINE inline uintptr_t retagged(uintptr_t word, unsigned n) {
  for (unsigned tag = n % 8; n != 0; --n) {
    asm volatile("" : "+r"(tag));
    word = (word & ~uintptr_t{7}) | (tag++ & 7);
  }
  return word;
}

// What functions without maps (shadow.h) call back.
inline void disturb_back(void *) {
  disturb();
  disturb();
}
inline void clear_back(void *passed) {
  *static_cast<Passed *>(passed) = {};
  disturb();
  disturb();
}

NOINLINE inline void fill(Object **t, int *it, int n, Object *o, int io) {
  for (int i = 0; i < n; ++i) {
    CHECK(t[i], it[i]);
    disturb();
    if (!t[i]) {
      t[i] = o;
      it[i] = io;
    }
  }
}

NOINLINE inline void change(Object *&a, int &ia, Object *const &b, const int &ib) {
  disturb();
  Object *t = a;
  int it = ia;
  a = b;
  ia = ib;
  disturb();
  CHECK(t, it);
}

// One of the seven pointers among the arguments; `returned` gets its number.
NOINLINE inline Object *pick_argument(int, int k, ...) {
  va_list list;
  va_start(list, k);
  Object *found[7];
  va_arg(list, int);
  found[0] = va_arg(list, Object *);
  disturb();
  va_arg(list, double);
  found[1] = va_arg(list, Object *);
  va_arg(list, long);
  found[2] = va_arg(list, Object *);
  va_arg(list, int);
  for (int i = 3; i < 7; ++i) {
    disturb();
    found[i] = va_arg(list, Object *);
  }
  va_end(list);
  returned[0] = k % 7;
  disturb();
  return found[k % 7];
}

template <class F> NOINLINE void apply(F f, int n) {
  for (int i = 0; i < n; ++i)
    f();
}

NOINLINE inline Object *deep(int n, Object *a, int ia, Object *b, int ib) {
  if (n <= 0) {
    disturb();
    returned[0] = ia;
    return a;
  }
  Object *r = deep(n - 1, b, ib, a, ia);
  int ir = returned[0];
  disturb();
  CHECK(a, ia);
  returned[0] = ir;
  return r;
}

NOINLINE inline Object *bounce(int n, Object *a, int ia, Object *b, int ib) {
  disturb();
  if (n <= 0) {
    returned[0] = ia;
    return a;
  }
  CHECK(b, ib);
  return bounce(n - 1, b, ib, a, ia);
}

NOINLINE inline Object *forced(long n, Object *a, int ia, Object *b, int ib) {
  disturb();
  if (n <= 0) {
    returned[0] = ia;
    return a;
  }
  [[clang::musttail]] return forced(n - 1, b, ib, a, ia);
}

inline int compare_two(const void *x, const void *y) {
  disturb();
  long a = static_cast<const Two *>(x)->a ? static_cast<const Two *>(x)->a->first : 0;
  long b = static_cast<const Two *>(y)->a ? static_cast<const Two *>(y)->a->first : 0;
  return a < b ? -1 : a > b;
}

NOINLINE inline void throw_from(int n, Object *a, int ia) {
  Guard guard = {a, ia, __LINE__};
  if (n <= 0)
    throw Thrown{a, ia};
  try {
    throw_from(n - 1, a, ia);
  } catch (Thrown &e) {
    disturb();
    CHECK(e.a, ia);
    if (n % 2)
      throw;
    throw Thrown{e.a, e.ia};
  }
}

[[noreturn]] NOINLINE inline void jump(jmp_buf place, Object *b, int ib) {
  disturb();
  CHECK(b, ib);
  longjmp(place, 1);
}

struct Hand {
  Object *a;
  int ia;
  Object *b;
  int ib;
  Object *r;
  int ir;
  unsigned seed;
};

inline void *run_hand(void *argument) {
  Hand *hand = static_cast<Hand *>(argument);
  seed_random(hand->seed);
  Object *r = deep(5, hand->a, hand->ia, hand->b, hand->ib);
  int ir = returned[0];
  disturb();
  Two t = turned(Two{r, hand->b}, ir, hand->ib);
  disturb();
  CHECK(t.b, ir);
  hand->r = t.b;
  hand->ir = ir;
  return nullptr;
}

inline std::atomic<int *> identity_of_door{nullptr};

class Steps {
public:
  struct promise_type {
    Object *now = nullptr;
    int inow = 0;
    Steps get_return_object() {
      return Steps(std::coroutine_handle<promise_type>::from_promise(*this));
    }
    std::suspend_always initial_suspend() noexcept { return {}; }
    std::suspend_always final_suspend() noexcept { return {}; }
    std::suspend_always yield_value(Two t) noexcept {
      now = t.a;
      return {};
    }
    void return_void() noexcept {}
    void unhandled_exception() { std::terminate(); }
  };
  explicit Steps(std::coroutine_handle<promise_type> handle) : handle_(handle) {}
  Steps(const Steps &) = delete;
  ~Steps() { handle_.destroy(); }
  bool next() {
    handle_.resume();
    return !handle_.done();
  }
  Object *value() const { return handle_.promise().now; }
  int identity() const { return returned[3]; }

private:
  std::coroutine_handle<promise_type> handle_;
};

inline Steps steps(Object *a, int ia, Object *b, int ib) {
  for (int i = 0; i < 3; ++i) {
    disturb();
    Object *t = a;
    int it = ia;
    a = b;
    ia = ib;
    b = t;
    ib = it;
    returned[3] = ia;
    co_yield Two{a, b};
    CHECK(a, ia);
    disturb();
  }
}

#endif // TRICOLOR_TEST_SHAPES_H
