//===- test/bench/overhead/closures.cpp - An interpreter of compiled closures ----------------===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// Each expression is an object with a virtual function, compiled once from a tree; running it is calls
// through tables and nothing else. The objects are placed into memory of malloc.
//
//===------------------------------------------------------------------------------------------===//

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <new>

namespace {

struct Environment {
  int64_t *variables;
};

struct Expression {
  virtual int64_t run(Environment &e) const = 0;
};

template <class T, class... Args> Expression *make(Args... args) {
  return ::new (std::malloc(sizeof(T))) T(args...);
}

struct Constant : Expression {
  explicit Constant(int64_t value) : value(value) {}
  int64_t run(Environment &) const override { return value; }
  int64_t value;
};

struct Variable : Expression {
  explicit Variable(int index) : index(index) {}
  int64_t run(Environment &e) const override { return e.variables[index]; }
  int index;
};

struct Assignment : Expression {
  Assignment(int index, Expression *value) : index(index), value(value) {}
  int64_t run(Environment &e) const override { return e.variables[index] = value->run(e); }
  int index;
  Expression *value;
};

template <class Operation> struct Binary : Expression {
  Binary(Expression *left, Expression *right) : left(left), right(right) {}
  int64_t run(Environment &e) const override {
    int64_t a = left->run(e);
    return Operation::apply(a, right->run(e));
  }
  Expression *left, *right;
};

struct Add {
  static int64_t apply(int64_t a, int64_t b) { return a + b; }
};
struct Subtract {
  static int64_t apply(int64_t a, int64_t b) { return a - b; }
};
struct Multiply {
  static int64_t apply(int64_t a, int64_t b) { return a * b; }
};
struct Remainder {
  static int64_t apply(int64_t a, int64_t b) { return b ? a % b : 0; }
};
struct Less {
  static int64_t apply(int64_t a, int64_t b) { return a < b; }
};

struct Choice : Expression {
  Choice(Expression *condition, Expression *yes, Expression *no)
      : condition(condition), yes(yes), no(no) {}
  int64_t run(Environment &e) const override {
    return condition->run(e) ? yes->run(e) : no->run(e);
  }
  Expression *condition, *yes, *no;
};

struct While : Expression {
  While(Expression *condition, Expression *body) : condition(condition), body(body) {}
  int64_t run(Environment &e) const override {
    int64_t last = 0;
    while (condition->run(e))
      last = body->run(e);
    return last;
  }
  Expression *condition, *body;
};

struct Sequence : Expression {
  Sequence(Expression *first, Expression *second) : first(first), second(second) {}
  int64_t run(Environment &e) const override {
    first->run(e);
    return second->run(e);
  }
  Expression *first, *second;
};

/// Calls a function with one argument in an environment of its own.
struct Call : Expression {
  Call(Expression *const *function, Expression *argument)
      : function(function), argument(argument) {}
  int64_t run(Environment &e) const override {
    int64_t variables[4] = {argument->run(e), 0, 0, 0};
    Environment inner = {variables};
    return (*function)->run(inner);
  }
  Expression *const *function;
  Expression *argument;
};

Expression *number(int64_t n) { return make<Constant>(n); }
Expression *variable(int i) { return make<Variable>(i); }

Expression *fibonacci(Expression **self) {
  Expression *first =
      make<Call>((Expression *const *)self, make<Binary<Subtract>>(variable(0), number(1)));
  Expression *second =
      make<Call>((Expression *const *)self, make<Binary<Subtract>>(variable(0), number(2)));
  return make<Choice>(make<Binary<Less>>(variable(0), number(2)), variable(0),
                      make<Binary<Add>>(first, second));
}

/// while (i < n) { p = (p * 37 + i * i) % 10007; ++i }
Expression *polynomial() {
  Expression *term =
      make<Binary<Remainder>>(make<Binary<Add>>(make<Binary<Multiply>>(variable(2), number(37)),
                                                make<Binary<Multiply>>(variable(1), variable(1))),
                              number(10007));
  Expression *body = make<Sequence>(make<Assignment>(2, term),
                                    make<Assignment>(1, make<Binary<Add>>(variable(1), number(1))));
  return make<Sequence>(make<While>(make<Binary<Less>>(variable(1), variable(0)), body),
                        variable(2));
}

} // namespace

int main(int argc, char **argv) {
  int rounds = argc > 1 ? std::atoi(argv[1]) : 60;
  Expression *fib = nullptr;
  fib = fibonacci(&fib);
  Expression *loop = polynomial();
  uint64_t check = 0;
  for (int i = 0; i < rounds; ++i) {
    int64_t variables[4] = {16 + i % 3, 0, 0, 0};
    Environment e = {variables};
    check = check * 31 + static_cast<uint64_t>(fib->run(e));
    int64_t more[4] = {8000 + i % 100, 0, 1, 0};
    Environment other = {more};
    check = check * 31 + static_cast<uint64_t>(loop->run(other));
  }
  std::printf("%llu\n", static_cast<unsigned long long>(check));
  return 0;
}
