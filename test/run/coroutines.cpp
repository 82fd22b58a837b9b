//===- test/run/coroutines.cpp - Coroutine frames -----------------------------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// Coroutines whose frames hold the only references, across suspensions, and whose frames are held
// by collected objects, by handles and by each other.
//
// RUN: %{build} -O0 %s -o %t %libs
// RUN: %{poison} %t 100 | FileCheck %s
// RUN: %{stress} %t 6 | FileCheck %s
// RUN: %{build} -O2 %s -o %t %libs
// RUN: %{poison} %t 1000 | FileCheck %s
// RUN: %{stress} %t 6 | FileCheck %s
//
// CHECK: coroutines: done
//
//===------------------------------------------------------------------------------------------===//

#include "node.h"

#include <coroutine>
#include <exception>
#include <utility>

// A generator of nodes.
class Generator {
public:
  struct promise_type {
    Generator get_return_object() {
      return Generator(std::coroutine_handle<promise_type>::from_promise(*this));
    }
    std::suspend_always initial_suspend() noexcept { return {}; }
    std::suspend_always final_suspend() noexcept { return {}; }
    std::suspend_always yield_value(Node *node) {
      current = node;
      return {};
    }
    void return_void() {}
    void unhandled_exception() { error = std::current_exception(); }
    Node *current = nullptr;
    std::exception_ptr error;
  };

  explicit Generator(std::coroutine_handle<promise_type> handle) : handle_(handle) {}
  Generator(Generator &&other) : handle_(std::exchange(other.handle_, nullptr)) {}
  ~Generator() {
    if (handle_)
      handle_.destroy();
  }

  // The next node, or null at the end.
  Node *next() {
    handle_.resume();
    if (handle_.promise().error)
      std::rethrow_exception(handle_.promise().error);
    return handle_.done() ? nullptr : handle_.promise().current;
  }

private:
  std::coroutine_handle<promise_type> handle_;
};

static Generator generate(long first, long count) {
  Node *mine = make_pair_of_nodes(first - 1);
  Node *several[3] = {make_pair_of_nodes(first), nullptr, make_pair_of_nodes(first + 1)};
  for (long i = 0; i < count; ++i) {
    co_yield make_pair_of_nodes(first + i);
    check(good_pair(mine, first - 1), "a coroutine lost a local", i);
    check(good_pair(several[0], first) && good_pair(several[2], first + 1),
          "a coroutine lost an array", i);
  }
}

// Its parameter is copied into the frame; it ends by an exception that carries a node.
static Generator fail_after(Node *parameter, long number) {
  co_yield parameter;
  check(good_pair(parameter, number), "a coroutine lost its parameter", number);
  throw make_pair_of_nodes(number + 5);
}

// A task that waits for another one, by symmetric transfer.
class Task {
public:
  struct promise_type {
    Task get_return_object() {
      return Task(std::coroutine_handle<promise_type>::from_promise(*this));
    }
    std::suspend_always initial_suspend() noexcept { return {}; }
    struct Final {
      bool await_ready() noexcept { return false; }
      std::coroutine_handle<> await_suspend(std::coroutine_handle<promise_type> ended) noexcept {
        auto continuation = ended.promise().continuation;
        return continuation ? continuation : std::noop_coroutine();
      }
      void await_resume() noexcept {}
    };
    Final final_suspend() noexcept { return {}; }
    void return_value(Node *node) { result = node; }
    void unhandled_exception() { std::terminate(); }
    Node *result = nullptr;
    std::coroutine_handle<> continuation;
  };

  explicit Task(std::coroutine_handle<promise_type> handle) : handle_(handle) {}
  Task(Task &&other) : handle_(std::exchange(other.handle_, nullptr)) {}
  ~Task() {
    if (handle_)
      handle_.destroy();
  }
  bool await_ready() { return false; }
  std::coroutine_handle<> await_suspend(std::coroutine_handle<> waiting) {
    handle_.promise().continuation = waiting;
    return handle_;
  }
  Node *await_resume() { return handle_.promise().result; }
  Node *run() {
    handle_.resume();
    return handle_.promise().result;
  }

private:
  std::coroutine_handle<promise_type> handle_;
};

static Task nest(long depth) {
  Node *mine = make_pair_of_nodes(depth);
  disturb();
  if (depth == 0)
    co_return mine;
  Node *inner = co_await nest(depth - 1);
  disturb();
  check(good_pair(mine, depth), "a waiting coroutine lost a local", depth);
  check(good_pair(inner, depth - 1), "the result of a coroutine was lost", depth);
  co_return mine;
}

int main(int argc, char **argv) {
  long rounds = argument(argc, argv, 1, 1000);
  long seen = 0;
  for (long round = 0; round < rounds; ++round) {
    Generator generator = generate(round, 4);
    while (Node *node = generator.next()) {
      disturb();
      check(good_pair(node, round + seen % 4), "a yielded node was lost", round);
      ++seen;
    }
    {
      // Destroyed while suspended.
      Generator unfinished = generate(round, 4);
      unfinished.next();
      disturb();
    }
    Generator failing = fail_after(make_pair_of_nodes(round), round);
    disturb();
    check(good_pair(failing.next(), round), "a parameter was lost", round);
    disturb();
    try {
      failing.next();
      check(false, "the coroutine did not fail", round);
    } catch (Node *node) {
      disturb();
      check(good_pair(node, round + 5), "an exception of a coroutine lost its node", round);
    }
    check(good_pair(nest(5).run(), 5), "the last result was lost", round);
  }
  check(seen == 4 * rounds, "wrong number of nodes", seen);
  std::printf("coroutines: done\n");
  return finish();
}
