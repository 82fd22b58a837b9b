// Programs compute what they computed without maps: exceptions, variadic functions, results in
// memory and in registers of every kind, virtual calls, setjmp, recursion, dynamic arrays.
// RUN: %clangxx -w -O1 %s -o %t.plain
// RUN: %t.plain > %t.expected
// RUN: %clangxx -w -O0 -S -emit-llvm %s -o %t.O0.ll
// RUN: %opt -load-pass-plugin=%tricolor_pass -tricolor-verify-ir -passes=tricolor-statepoints %t.O0.ll -o %t.O0.bc
// RUN: %llc -load=%tricolor_pass -O0 -relocation-model=pic -filetype=obj %t.O0.bc -o %t.O0.o
// RUN: %clangxx %t.O0.o -o %t.O0
// RUN: %t.O0 > %t.O0.out
// RUN: diff %t.expected %t.O0.out
// RUN: %clangxx -w -O2 -S -emit-llvm %s -o %t.O2.ll
// RUN: %opt -load-pass-plugin=%tricolor_pass -tricolor-verify-ir -passes=tricolor-statepoints %t.O2.ll -o %t.O2.bc
// RUN: %llc -load=%tricolor_pass -O2 -relocation-model=pic -filetype=obj %t.O2.bc -o %t.O2.o
// RUN: %clangxx %t.O2.o -o %t.O2
// RUN: %t.O2 > %t.O2.out
// RUN: diff %t.expected %t.O2.out
// RUN: %python %S/Inputs/dump_maps.py %t.O2.o | FileCheck %s

// CHECK: function _Z3vlaiPi
// CHECK: -> puts: frame

#include <algorithm>
#include <complex>
#include <csetjmp>
#include <cstdarg>
#include <cstdio>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>
#define NI __attribute__((noinline))
typedef long v4l __attribute__((vector_size(32)));
typedef float v3f __attribute__((ext_vector_type(3)));
typedef char v8c __attribute__((vector_size(8)));
typedef short v2s __attribute__((vector_size(4)));
typedef bool v8b __attribute__((ext_vector_type(8)));
NI long double ld(int x) {
  printf("ld%d\n", x);
  return x * 1.5L;
}
NI std::complex<long double> cld(int x) {
  puts("c");
  return {x * 1.0L, x * 2.0L};
}
NI _Complex float cf(int x) {
  puts("cf");
  return x + 1.0fi;
}
NI _Complex double cd(int x) {
  puts("cd");
  return x + 1.0i;
}
struct P2 {
  void *a;
  long b;
};
struct P3 {
  void *a, *b, *c;
};
struct DI {
  double d;
  void *p;
};
struct ID {
  void *p;
  double d;
};
struct DD {
  double a, b;
};
struct FF {
  float a, b, c, d;
};
NI P2 p2(void *a) {
  puts("p2");
  return {a, 3};
}
NI P3 p3(void *a) {
  puts("p3");
  return {a, 0, a};
}
NI DI di(void *a) {
  puts("di");
  return {2.5, a};
}
NI ID id(void *a) {
  puts("id");
  return {a, 2.5};
}
NI DD dd(void *a) {
  puts("dd");
  return {2.5, 3.5};
}
NI FF ff(void *a) {
  puts("ff");
  return {2.5, 3.5, 1, 2};
}
NI v4l vl(long a) {
  puts("vl");
  return (v4l){a, 1, 2, 3};
}
NI v3f vf(float a) {
  puts("vf");
  return (v3f){a, 1, 2};
}
NI v8c vc(char a) {
  puts("vc");
  return (v8c){a, 1, 2};
}
NI v2s vs(short a) {
  puts("vs");
  return (v2s){a, 1};
}
NI v8b vb(bool a) {
  puts("vb");
  return (v8b){a, 1, 0, a, 1, 0, 0, a};
}
NI __int128 i128(long a) {
  puts("i128");
  return (__int128)a << 70;
}
NI _BitInt(200) b200(long a) {
  puts("b200");
  return (_BitInt(200))a << 170;
}
NI bool bo(int a) {
  puts("bo");
  return a > 2;
}
NI _Float16 h(float a) {
  puts("h");
  return a;
}
NI __float128 q(int a) {
  puts("q");
  return a;
}
NI int va(int n, ...) {
  va_list l;
  va_start(l, n);
  int s = 0;
  for (int i = 0; i < n; i++) {
    s += *va_arg(l, int *);
    puts("v");
  }
  va_end(l);
  double d = 0;
  return s;
}
NI double vad(int n, ...) {
  va_list l;
  va_start(l, n);
  double s = 0;
  for (int i = 0; i < n; i++) {
    s += va_arg(l, double);
    puts("v");
  }
  va_end(l);
  return s;
}
NI int byv(P3 p, int x) {
  puts("byv");
  if (x)
    byv(p, x - 1);
  return p.a != 0;
}
struct B {
  virtual int f(int x) { return x; }
  virtual ~B() {}
  virtual P2 g() { return {this, 1}; }
};
struct D : B {
  int f(int x) override {
    printf("D%d\n", x);
    return x + 1;
  }
  P2 g() override { return {this, 2}; }
};
NI int vir(B *b) {
  int s = b->f(3);
  auto p = b->g();
  return s + ((B *)p.a)->f(4) + p.b;
}
int (D::*mp)(int) = &D::f;
NI int memp(D *d) { return (d->*mp)(7) + (d->*mp)(8); }
jmp_buf jb;
NI void thr(int x) {
  if (x > 2)
    longjmp(jb, x);
  puts("nothrow");
}
NI int sj(int x, int *p) {
  volatile int y = x;
  if (int r = setjmp(jb)) {
    return r + *p + y;
  }
  y = x + 1;
  thr(x);
  return 0;
}
NI int many(int a, int b, int c, int d, int e, int f, int *g, int *h, double i) {
  puts("many");
  return a + b + c + d + e + f + *g + *h + i;
}
NI int rec(int n, int *p) {
  char buf[64];
  snprintf(buf, 64, "%d", n);
  if (n)
    return rec(n - 1, p) + *p + buf[0];
  return *p;
}
NI int vla(int n, int *p) {
  void *a[n];
  for (int i = 0; i < n; i++)
    a[i] = p;
  puts("vla");
  int s = 0;
  for (int i = 0; i < n; i++)
    s += *(int *)a[i];
  return s;
}
NI int sw(int n) {
  try {
    switch (n) {
    case 0:
      throw 1;
    case 1:
      throw 2.0;
    case 2:
      throw std::string("x");
    case 3: {
      struct X {
        ~X() { puts("~X"); }
      } x;
      throw "s";
    }
    default:
      return 5;
    }
  } catch (int i) {
    return i;
  } catch (double d) {
    return d;
  } catch (std::string &s) {
    return s.size();
  } catch (...) {
    puts("...");
    return -1;
  }
}
struct alignas(64) Al {
  void *p[3];
  char c;
};
NI int al(int *p) {
  Al a[2];
  a[0].p[1] = p;
  a[1].p[2] = p;
  puts("al");
  return *(int *)a[0].p[1] + *(int *)a[1].p[2];
}
struct FP {
  int (*f)(int);
  int (*g)(int);
};
NI int g1(int x) {
  puts("g1");
  return x + 1;
}
NI int g2(int x) {
  puts("g2");
  return x + 2;
}
NI FP fp(int x) {
  puts("fp");
  return x > 0 ? FP{g1, g2} : FP{g2, g1};
}
NI int cfp(int x) {
  FP f = fp(x);
  return f.g(x) + f.f(x);
}
NI int tailc(int x) {
  if (x > 100)
    return g1(x);
  return g2(x);
}
int main() {
  int x = 5;
  printf("%Lf\n", ld(3) + ld(4));
  auto c = cld(2);
  printf("%Lf %Lf\n", c.real(), c.imag());
  _Complex float f = cf(3);
  printf("%f %f\n", __real f, __imag f);
  _Complex double d = cd(3);
  printf("%f %f\n", __real d, __imag d);
  auto a = p2(&x);
  printf("%d %ld\n", *(int *)a.a, a.b);
  auto b = p3(&x);
  printf("%d\n", *(int *)b.c);
  auto e = di(&x);
  printf("%f %d\n", e.d, *(int *)e.p);
  auto e2 = id(&x);
  printf("%f %d\n", e2.d, *(int *)e2.p);
  auto e3 = dd(&x);
  printf("%f %f\n", e3.a, e3.b);
  auto e4 = ff(&x);
  printf("%f %f %f\n", e4.a, e4.b, e4.d);
  auto v = vl(3);
  printf("%ld %ld\n", v[0], v[3]);
  auto v3 = vf(3);
  printf("%f %f\n", v3[0], v3[2]);
  auto v5 = vc(3);
  printf("%d %d\n", v5[0], v5[2]);
  auto v6 = vs(3);
  printf("%d %d\n", v6[0], v6[1]);
  auto v7 = vb(x > 3);
  printf("%d %d\n", (int)v7[0], (int)v7[2]);
  printf("%ld\n", (long)(i128(3) >> 64));
  printf("%ld\n", (long)(b200(3) >> 165));
  printf("%d %f %f\n", bo(3), (double)h(2.5f), (double)q(3));
  printf("%d\n", va(9, &x, &x, &x, &x, &x, &x, &x, &x, &x));
  printf("%f\n", vad(10, 1., 2., 3., 4., 5., 6., 7., 8., 9., 10.));
  printf("%d\n", byv({&x, 0, 0}, 2));
  D dd_;
  printf("%d %d\n", vir(&dd_), memp(&dd_));
  printf("%d %d\n", sj(1, &x), sj(4, &x));
  printf("%d\n", many(1, 2, 3, 4, 5, 6, &x, &x, 2.5));
  printf("%d %d\n", rec(5, &x), vla(7, &x));
  for (int i = 0; i < 5; i++)
    printf("%d\n", sw(i));
  printf("%d\n", al(&x));
  printf("%d %d %d\n", cfp(3), cfp(-3), tailc(5) + tailc(500));
  std::map<std::string, std::vector<std::unique_ptr<int>>> m;
  for (int i = 0; i < 20; i++)
    m["k" + std::to_string(i % 7)].push_back(std::make_unique<int>(i));
  int s = 0;
  for (auto &[k, w] : m)
    for (auto &u : w)
      s += *u * k.size();
  printf("%d\n", s);
  std::function<int(int)> fn = [&](int y) { return y ? fn(y - 1) + x : 0; };
  printf("%d\n", fn(10));
  std::vector<int> sv{5, 3, 1, 4};
  std::sort(sv.begin(), sv.end(), [&](int a, int b) { return a < b; });
  for (int i : sv)
    printf("%d", i);
  puts("");
}
