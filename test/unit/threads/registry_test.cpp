//===- test/unit/threads/registry_test.cpp - The set of mutators ------------------------------===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//

#include "threads/registry.h"

#include "threads/world.h"

#include <gtest/gtest.h>

#include <pthread.h>
#include <thread>

namespace tricolor::rt {
namespace {

size_t counted() {
  LockGuard guard(registry_lock());
  return mutator_count();
}

TEST(Registry, AThreadIsAMutatorBeforeItsFirstInstruction) {
  current_mutator();
  size_t before = counted();
  Mutator *inside = nullptr;
  size_t during = 0;
  std::thread([&] {
    inside = current_mutator_pointer;
    during = counted();
  }).join();
  EXPECT_NE(inside, nullptr);
  EXPECT_EQ(during, before + 1);
  EXPECT_EQ(counted(), before);
}

TEST(Registry, TheStackOfAThreadHoldsItsFrames) {
  auto check = [] {
    int local = 0;
    const StackContext &context = current_mutator().context;
    auto address = reinterpret_cast<uintptr_t>(&local);
    EXPECT_LT(address, context.stack_high);
    EXPECT_GT(address, context.stack_low);
  };
  check();
  std::thread(check).join();
}

TEST(Registry, TheThreadPointerIsTheThreads) {
  static thread_local int variable;
  uintptr_t distance = current_mutator().thread_pointer - reinterpret_cast<uintptr_t>(&variable);
  std::thread([&] {
    EXPECT_EQ(current_mutator().thread_pointer - reinterpret_cast<uintptr_t>(&variable), distance);
  }).join();
}

TEST(Registry, ResultsAndArgumentsPassThroughPthreadCreate) {
  pthread_t thread;
  int value = 42;
  ASSERT_EQ(pthread_create(
                &thread, nullptr,
                [](void *argument) -> void * {
                  ++*static_cast<int *>(argument);
                  return argument;
                },
                &value),
            0);
  void *result = nullptr;
  ASSERT_EQ(pthread_join(thread, &result), 0);
  EXPECT_EQ(result, &value);
  EXPECT_EQ(value, 43);
}

TEST(Registry, AFailedCreationLeavesNoPendingStart) {
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  // A stack larger than any address space.
  pthread_attr_setstacksize(&attributes, size_t{1} << 60);
  pthread_t thread;
  int error =
      pthread_create(&thread, &attributes, [](void *) -> void * { return nullptr; }, nullptr);
  EXPECT_NE(error, 0);
  EXPECT_EQ(first_pending_start(), nullptr);
  pthread_attr_destroy(&attributes);
}

// A key's destructor that runs after the thread_locals' may still call the runtime.
TEST(Registry, AThreadStaysAMutatorWhileOtherKeysDestructorsRun) {
  static pthread_key_t key;
  static bool was_mutator;
  was_mutator = false;
  ASSERT_EQ(pthread_key_create(&key, [](void *) { was_mutator = current_mutator_pointer; }), 0);
  size_t before = counted();
  std::thread([] { pthread_setspecific(key, &key); }).join();
  EXPECT_TRUE(was_mutator);
  EXPECT_EQ(counted(), before);
  pthread_key_delete(key);
}

} // namespace
} // namespace tricolor::rt
