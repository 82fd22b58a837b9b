// The library's types are what their fields are.
// RUN: %tricolorxx -std=c++20 -fplugin-arg-tricolor-no-warn-destructors -Xclang -disable-llvm-passes -S -emit-llvm %s -o - | FileCheck %s

#include <array>
#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <tricolor/tricolor.h>
#include <tuple>
#include <variant>

struct Node : tricolor::managed {
  Node *next;
};

// CHECK: tricolor.type:v1;flags=1;size=16;align=8;name=Atomics;program=202,3,0,0\00
struct Atomics : tricolor::managed {
  std::atomic<Node *> a;
  _Atomic(Node *) b;
};
Atomics *atomics() { return new Atomics; }

// CHECK: tricolor.type:v1;flags=3;size=8;align=8;name=AtomicNumber;program=\00
struct AtomicNumber : tricolor::managed {
  std::atomic<unsigned long> a;
};
AtomicNumber *atomic_number() { return new AtomicNumber; }

// CHECK: tricolor.type:v1;flags=1;size=16;align=8;name=std::optional<Node%20*>;program=102,0,1,0\00
auto *optional() { return tricolor::make<std::optional<Node *>>(); }

// CHECK: tricolor.type:v1;flags=1;size=16;align=8;name=std::variant<int%2C%20Node%20*>;program=102,0,1,0\00
auto *variant() { return tricolor::make<std::variant<int, Node *>>(); }

// CHECK: tricolor.type:v1;flags=1;size=24;align=8;name=std::tuple<Node%20*%2C%20int%2C%20Node%20*>;program=302,5,0,0\00
auto *tuple() { return tricolor::make<std::tuple<Node *, int, Node *>>(); }

// CHECK: tricolor.type:v1;flags=1;size=24;align=8;name=std::array<Node%20*%2C%203>;program=302,7,0,0\00
auto *array() { return tricolor::make<std::array<Node *, 3>>(); }

// Two words of storage for the function object, then two pointers to functions.
// CHECK: tricolor.type:v1;flags=5;size=32;align=8;name=std::function<void%20()>;program=202,0,3,0\00
auto *function() { return tricolor::make<std::function<void()>>(); }

// CHECK: tricolor.type:v1;flags=5;size=8;align=8;name=std::unique_ptr<Node>;program=102,1,0,0\00
auto *unique() { return tricolor::make<std::unique_ptr<Node>>(); }
