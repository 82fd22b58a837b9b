// Every placement new of a type with a number of 8 bytes or more has its mark, wherever it stands, and
// constant evaluation does not see it.
// RUN: %tricolorxx -std=c++20 -O2 -Xclang -disable-llvm-passes -S -emit-llvm %s -o - | FileCheck %s
// RUN: %tricolorxx -std=c++20 -O0 -Xclang -disable-llvm-passes -S -emit-llvm %s -o - | FileCheck %s
// RUN: %tricolorxx -std=c++20 -O2 -x c++-header %s -o %t.pch
// RUN: %tricolorxx -std=c++20 -O2 -include-pch %t.pch -Xclang -disable-llvm-passes -S -emit-llvm -x c++ /dev/null -o - | FileCheck --check-prefix=PCH %s

#include <memory>
#include <new>
#include <optional>
#include <variant>
#include <vector>

struct Node;
struct Mixed {
  int number;
  struct {
    double reals[2];
  } inner;
};
struct Pointers {
  Node *left, *right;
  char text[8];
  int numbers[2];
};

constexpr long evaluated() {
  std::optional<long> optional;
  optional = 5;
  std::variant<long, int> variant = 3L;
  variant = 7L;
  std::vector<long> vector;
  vector.push_back(3);
  std::allocator<long> allocator;
  long *made = std::construct_at(allocator.allocate(1), 4L);
  long result = *optional + std::get<0>(variant) + vector[0] + *made;
  allocator.deallocate(made, 1);
  return result;
}
static_assert(evaluated() == 19);

extern "C" {
// CHECK-LABEL: define {{.*}}@scalar(
// CHECK: "align"(ptr %{{.*}}, i64 1, i64 8)
// PCH-LABEL: define {{.*}}@scalar(
// PCH: "align"(ptr %{{.*}}, i64 1, i64 8)
void scalar(void *p) { new (p) long(5); }

// CHECK-LABEL: define {{.*}}@nothing_written(
// CHECK: "align"(ptr %{{.*}}, i64 1, i64 24)
void nothing_written(void *p) { new (p) Mixed; }

// CHECK-LABEL: define {{.*}}@parenthesized(
// CHECK: "align"(ptr %{{.*}}, i64 1, i64 24)
void parenthesized(void *p) { new (p) Mixed(1, {}); }

// CHECK-LABEL: define {{.*}}@constant_array(
// CHECK: "align"(ptr %{{.*}}, i64 1, i64 72)
void constant_array(void *p) { new (p) Mixed[3]{}; }

// CHECK-LABEL: define {{.*}}@array(
// CHECK: %[[BYTES:.*]] = mul i64 24,
// CHECK: "align"(ptr %{{.*}}, i64 1, i64 %[[BYTES]])
void array(void *p, unsigned n) { new (p) Mixed[n]; }

// In these, but not in those of char, objects come to life by the stores to them.
// CHECK-LABEL: define {{.*}}@bytes(
// CHECK: "align"(ptr %{{.*}}, i64 1, i64 100)
void bytes(void *p) { new (p) unsigned char[100]; }

// Once, when the template's code has been instantiated twice, and the mark written by hand stays one.
// CHECK-LABEL: define {{.*}}@by_hand(
// CHECK: assume{{.*}}"align"
// CHECK-NOT: assume
// CHECK: ret
void by_hand(void *p) { new (__builtin_assume_aligned(p, 1, 8)) long(5); }

// CHECK-LABEL: define {{.*}}@none(
// CHECK-NOT: assume
// CHECK: ret
void none(void *p, void *q, void *r, void *s) {
  new (p) Node *(nullptr);
  new (q) Pointers();
  new (r) char[100];
  new (s) int(5);
}

// CHECK-LABEL: define {{.*}}@ordinary(
// CHECK-NOT: assume
// CHECK: ret
long *ordinary() { return new long(5); }

// CHECK-LABEL: define {{.*}}@in_default_argument(
// CHECK: "align"(ptr %{{.*}}, i64 1, i64 8)
void with_default(void *, long * = new (::operator new(8)) long(5));
void in_default_argument(void *p) { with_default(p); }

// CHECK-LABEL: define {{.*}}@in_default_initializer(
// CHECK: "align"(ptr %{{.*}}, i64 1, i64 8)
struct Initialized {
  void *p;
  long *q = new (p) long(3);
};
long *in_default_initializer(void *p) { return Initialized{p}.q; }
}

alignas(8) static char storage[8];

// CHECK-LABEL: define {{.*}}@__cxx_global_var_init()
// CHECK: "align"(ptr @{{.*}}storage, i64 1, i64 8)
long *global = new (storage) long(__builtin_expect(*storage, 0));

// CHECK-LABEL: define {{.*}}_ZN8ImplicitC2Ev(
// CHECK: "align"(ptr @{{.*}}storage, i64 1, i64 8)
struct Implicit {
  Implicit(const Implicit &) = default;
  Implicit() = default;
  long *made = new (storage) long(5);
};
Implicit implicit() { return Implicit(); }

// CHECK-LABEL: define {{.*}}generic{{.*}}clIlEE
// CHECK: "align"(ptr %{{.*}}, i64 1, i64 8)
void generic(void *p) {
  [p](auto n) { new (p) long(n); }(5L);
}

// CHECK-LABEL: define {{.*}}@__cxx_global_var_init.1()
// CHECK: "align"(ptr @{{.*}}storage, i64 1, i64 8)
template <class T> struct Static {
  static inline T *value = new (storage) T(*storage);
};
long *instantiated() { return Static<long>::value; }

// CHECK-LABEL: define {{.*}}10_ConstructIlJlEE
// CHECK: "align"(ptr %{{.*}}, i64 1, i64 8)
void variant(std::variant<long, Node *> &v) { v = 5L; }
