// A small program of what is hard to describe, for every flag: dynamic frames, thunks, arguments on the
// stack and variadic, long double, setjmp, exceptions, aggregates, unions.
#include "node.h"
#include <csetjmp>
#include <cstdarg>
#define NOINLINE [[gnu::noinline]]
NOINLINE Node *mk(long n) { return make_pair_of_nodes(n); }
struct Big {
  Node *n[6];
};
union Either {
  Node *node;
  double number;
};
struct Base {
  virtual Node *get(Big b, Node *x) = 0;
};
struct Pad {
  virtual long pad() { return 1; }
  long p = 0;
};
struct Derived : tricolor::managed, Pad, Base {
  Node *k = mk(5);
  Node *get(Big b, Node *x) override {
    disturb();
    return good_pair(b.n[5], 3) ? x : k;
  }
};
NOINLINE Base *make_base() { return new Derived; }
NOINLINE long double ld(Node *a, long n) {
  disturb();
  return good_pair(a, n) ? n + 0.5L : -1;
}
NOINLINE bool many(Node *a, Node *b, Node *c, Node *d, Node *e, Node *f, Node *g, Node *h, Either i,
                   long n) {
  disturb();
  return good_pair(a, n) && good_pair(b, n) && good_pair(c, n) && good_pair(d, n) &&
         good_pair(e, n) && good_pair(f, n) && good_pair(g, n) && good_pair(h, n) &&
         good_pair(i.node, n);
}
NOINLINE bool variadic(int c, ...) {
  va_list l;
  va_start(l, c);
  disturb();
  bool g = true;
  while (c--) {
    g &= va_arg(l, double) == 0.5;
    g &= good_pair(va_arg(l, Node *), 8);
  }
  va_end(l);
  return g;
}
NOINLINE bool tail(Node *a, long n) { return variadic(2, 0.5, a, 0.5, mk(n)); }
NOINLINE unsigned __int128 wide(long n) {
  Node *a = mk(n);
  return (unsigned __int128)(uintptr_t)a << 64 | (uintptr_t)mk(n + 1);
}
static std::jmp_buf env;
NOINLINE void jump(Node *a) {
  disturb();
  if (good_pair(a, 2))
    std::longjmp(env, 1);
}
NOINLINE bool jumps() {
  Node *volatile a = mk(2);
  if (!setjmp(env))
    jump(a);
  disturb();
  return good_pair(a, 2);
}
NOINLINE bool dynamic(int n) {
  Node **a = static_cast<Node **>(__builtin_alloca(sizeof(Node *) * n));
  for (int i = 0; i < n; ++i)
    a[i] = nullptr;
  for (int i = 0; i < n; ++i)
    a[i] = mk(i);
  disturb();
  for (int i = 0; i < n; ++i)
    if (!good_pair(a[i], i))
      return false;
  return true;
}
NOINLINE long switcher(int k, Node *a) {
  switch (k) {
  case 0:
    return a->value;
  case 1:
    disturb();
    return a->next->value;
  case 2:
    return mk(9)->value;
  case 3:
    return ~a->complement;
  case 4:
    return ld(a, a->value) > 0;
  default:
    disturb();
    return -a->value;
  }
}
NOINLINE double sum(const double *v, long n, Node *a) {
  double s = 0;
  for (long i = 0; i < n; ++i)
    s += v[i] * v[i];
  disturb();
  return s + a->value;
}
NOINLINE void move(Big *to, const Big *from) {
  Big t = *from;
  disturb();
  *to = t;
}
struct Holder : tricolor::managed {
  Big big{};
};
#ifdef __cpp_exceptions
struct Guard {
  Node *n = mk(4);
  ~Guard() {
    disturb();
    check(good_pair(n, 4), "guard");
  }
};
NOINLINE void throws(Node *n) {
  Guard g;
  if (n)
    throw n;
}
NOINLINE bool catches() {
  Guard g;
  Node *l = mk(1);
  try {
    throws(mk(6));
  } catch (Node *n) {
    disturb();
    return good_pair(n, 6) && good_pair(l, 1);
  }
  return false;
}
#else
static bool catches() { return true; }
#endif
static Node *global;
static thread_local Node *local;
int main() {
  double v[33];
  for (int i = 0; i < 33; ++i)
    v[i] = i;
  for (long n = 0; n < 3; ++n) {
    Node *a = mk(n);
    global = mk(n + 1);
    local = mk(n + 2);
    check(good_pair(make_base()->get(Big{{a, a, a, a, a, mk(3)}}, mk(7)), 7), "virtual");
    check(ld(mk(n), n) == n + 0.5L, "long double");
    check(many(mk(n), mk(n), mk(n), mk(n), mk(n), mk(n), mk(n), mk(n), Either{mk(n)}, n), "many");
    check(variadic(3, 0.5, mk(8), 0.5, mk(8), 0.5, mk(8)) && tail(mk(8), 8), "variadic");
    unsigned __int128 w = wide(n);
    disturb();
    check(good_pair((Node *)(uintptr_t)(w >> 64), n) && good_pair((Node *)(uintptr_t)w, n + 1),
          "wide");
    check(jumps(), "jumps");
    check(dynamic(7), "dynamic");
    check(catches(), "catches");
    check(switcher(n, mk(n)) == (n == 0 ? 0 : n == 1 ? 2 : 9), "switch", n);
    check(switcher(5, mk(n)) == -n, "switch", n);
    check(sum(v, 33, mk(n)) == 11440 + n, "sum");
    Holder *h = new Holder, *k = new Holder;
    for (Node *&x : h->big.n)
      x = mk(n);
    move(&k->big, &h->big);
    h = nullptr;
    disturb();
    for (Node *x : k->big.n)
      check(good_pair(x, n), "move");
    Node *const ref = mk(n);
    auto f = [=](long k) {
      disturb();
      return good_pair(ref, k) && good_pair(a, k);
    };
    check(f(n), "lambda");
    disturb();
    check(good_pair(global, n + 1) && good_pair(local, n + 2) && good_pair(a, n), "locals");
  }
  return finish();
}
