//===- test/run/exception-paths.cpp - Exceptions and what is between ----------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// Exceptions through a frame of C, rethrown, captured, nested, in constructors, in destructors, from
// other threads, up to std::terminate; every way passes destructors that collect and allocate.
//
// RUN: %clang -O2 -fexceptions -c %{inputs}/c-frame.c -o %t.o
// RUN: %{build} -fplugin-arg-tricolor-no-warn-destructors -O0 %s -o %t %t.o %libs
// RUN: %{limit} %t
// RUN: %{stress} %t
// RUN: %{build} -fplugin-arg-tricolor-no-warn-destructors -O1 %s -o %t %t.o %libs
// RUN: %{limit} %t
// RUN: %{stress} %t
// RUN: %{build} -fplugin-arg-tricolor-no-warn-destructors -O2 %s -o %t %t.o %libs
// RUN: %{limit} %t
// RUN: %{stress} %t
// RUN: %{build} -fplugin-arg-tricolor-no-warn-destructors -O3 %s -o %t %t.o %libs
// RUN: %{limit} %t
// RUN: %{stress} %t
//
//===------------------------------------------------------------------------------------------===//

#include "node.h"
#include <csignal>
#include <exception>
#include <future>
#include <stdexcept>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>
#define NOINLINE [[gnu::noinline]]
NOINLINE Node *mk(long n) { return make_pair_of_nodes(n); }
extern "C" void c_frame(void (*f)(void *), void *data); // compiled without the plugin
struct Guard {
  Node *n;
  long k;
  Guard(long k) : n(mk(k)), k(k) {}
  ~Guard() {
    disturb();
    check(good_pair(n, k), "guard", k);
    mk(7);
  }
};
struct Failure {
  Node *n;
  long k;
  Failure(Node *n, long k) : n(n), k(k) {}
  Failure(const Failure &o) : n(o.n), k(o.k) { disturb(); }
  ~Failure() {
    disturb();
    check(good_pair(n, k), "failure", k);
  }
};
NOINLINE void thrower(void *p) {
  Guard g(3);
  long k = *(long *)p;
  disturb();
  throw Failure(mk(k), k);
}
NOINLINE void foreign(long n) {
  Guard g(n);
  Node *local = mk(n + 1);
  try {
    c_frame(thrower, &n);
    check(false, "no throw");
  } catch (Failure &f) {
    disturb();
    check(good_pair(f.n, n), "foreign", n);
  }
  check(good_pair(local, n + 1), "foreign local", n);
}
NOINLINE std::exception_ptr capture(long n) {
  try {
    thrower(&n);
  } catch (...) {
    disturb();
    return std::current_exception();
  }
  return nullptr;
}
NOINLINE void rethrow(long n) {
  std::exception_ptr p = capture(n), q = capture(n + 20);
  disturb();
  try {
    std::rethrow_exception(p);
  } catch (const Failure &f) {
    disturb();
    check(good_pair(f.n, n), "eptr", n);
    try {
      std::rethrow_exception(q);
    } catch (const Failure &g) {
      p = nullptr;
      q = nullptr;
      disturb();
      check(good_pair(g.n, n + 20) && good_pair(f.n, n), "nested eptr", n);
    }
  }
}
NOINLINE void nested(long n) {
  try {
    try {
      thrower(&n);
    } catch (Failure &f) {
      disturb();
      std::throw_with_nested(std::runtime_error("outer"));
    }
  } catch (std::exception &e) {
    disturb();
    try {
      std::rethrow_if_nested(e);
      check(false, "not nested");
    } catch (Failure &f) {
      disturb();
      check(good_pair(f.n, n), "nested", n);
    }
  }
}
NOINLINE void catch_all(long n) {
  Node *a = mk(n);
  try {
    try {
      thrower(&n);
    } catch (...) {
      Node *b = mk(n + 1);
      disturb();
      check(good_pair(a, n) && good_pair(b, n + 1), "in catch", n);
      throw;
    }
  } catch (Failure f) {
    disturb();
    check(good_pair(f.n, n), "by value", n);
  }
  check(good_pair(a, n), "after", n);
}
struct Member {
  Node *n;
  Member(Node *n, bool fail) : n(n) {
    disturb();
    if (fail)
      throw n;
  }
  ~Member() {
    disturb();
    check(n && n->next, "member dtor");
  }
};
struct Tried : tricolor::managed {
  Member a, b;
  Node *seen = nullptr;
  Tried(long n) try : a(mk(n), false), b(mk(n + 1), true) {
  } catch (Node *x) {
    disturb();
    check(good_pair(x, n + 1), "function try", n);
    throw;
  }
};
NOINLINE void function_try(long n) {
  try {
    new Tried(n);
    check(false, "no throw");
  } catch (Node *x) {
    disturb();
    check(good_pair(x, n + 1), "function try 2", n);
  }
}
NOINLINE void body(long n) try {
  Guard g(n);
  throw mk(n);
} catch (Node *x) {
  disturb();
  check(good_pair(x, n), "function body", n);
}
struct InDtor {
  Node *n;
  ~InDtor() {
    try {
      thrower(&n->value);
    } catch (Failure &f) {
      disturb();
      check(f.k == n->value && good_pair(f.n, f.k), "in dtor");
    }
  }
};
NOINLINE void during(long n) {
  try {
    InDtor d{mk(n)};
    thrower(&n);
  } catch (Failure &f) {
    disturb();
    check(good_pair(f.n, n), "during", n);
  }
  check(std::uncaught_exceptions() == 0, "uncaught");
}
// noexcept -> terminate
static Node *last;
NOINLINE void stop(long n) noexcept {
  Guard g(n);
  thrower(&n);
}
static void on_terminate() {
  disturb();
  auto p = std::current_exception();
  try {
    std::rethrow_exception(p);
  } catch (Failure &f) {
    _exit(good_pair(f.n, f.k) && f.k == 5 && good_pair(last, 9) ? 42 : 1);
  }
  _exit(2);
}
NOINLINE int terminate_child() {
  int pid = fork();
  if (pid == 0) {
    std::set_terminate(on_terminate);
    last = mk(9);
    stop(5);
    _exit(3);
  }
  int s;
  waitpid(pid, &s, 0);
  return WIFEXITED(s) ? WEXITSTATUS(s) : -1;
}
NOINLINE void futures(long n) {
  auto f = std::async(std::launch::async, [n]() -> Node * {
    thrower((void *)&n);
    return nullptr;
  });
  disturb();
  try {
    f.get();
  } catch (Failure &x) {
    disturb();
    check(good_pair(x.n, n), "future", n);
  }
  std::promise<Node *> p;
  p.set_value(mk(n));
  disturb();
  check(good_pair(p.get_future().get(), n), "promise", n);
}
NOINLINE void arrays(long n) {
  struct E {
    Node *n;
    E() : n(mk(1)) {
      static int c;
      if (++c % 4 == 0)
        throw mk(2);
    }
    ~E() {
      disturb();
      check(good_pair(n, 1), "element");
    }
  };
  try {
    E *e = new E[5];
    delete[] e;
  } catch (Node *x) {
    disturb();
    check(good_pair(x, 2), "array", n);
  }
}
NOINLINE int values(long n) {
  int r = 0;
  for (long i = 0; i < 3; ++i) {
    Guard g(n + i);
    try {
      if (i == 1)
        continue;
      if (i == 2)
        return r;
      throw mk(n);
    } catch (Node *x) {
      disturb();
      check(good_pair(x, n), "loop", n);
      r += 1;
    }
  }
  return r;
}
int main() {
  check(terminate_child() == 42, "terminate", terminate_child());
  for (long n = 0; n < 3; ++n) {
    foreign(n);
    rethrow(n);
    nested(n);
    catch_all(n);
    function_try(n);
    body(n);
    during(n);
    futures(n);
    arrays(n);
    check(values(n) == 1, "values", n);
  }
  return finish();
}
