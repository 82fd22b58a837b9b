//===- test/unit/threads/handshake_test.cpp - Asking each mutator once ------------------------===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// The leader is a thread of the runtime's own, as the collector is. The mutators are threads of this program,
// whose code has no maps: the stop signal finds them in external code.
//
//===------------------------------------------------------------------------------------------===//

#include "threads/handshake.h"

#include "os/clock.h"
#include "os/futex.h"
#include "os/perturb.h"
#include "os/thread.h"
#include "threads/registry.h"
#include "threads/summons.h"
#include "threads/world.h"

#include "computation.h"

#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <poll.h>
#include <thread>
#include <unistd.h>
#include <vector>

namespace tricolor::rt {
namespace {

// Runs `body` on a thread that is no mutator and waits for it, in external code.
template <class Body> void on_a_system_thread(Body &&body) {
  struct Call {
    Body &body;
    std::atomic<uint32_t> done{0};
  } call{body};
  start_system_thread(
      "leader",
      [](void *raw) {
        auto &to_make = *static_cast<Call *>(raw);
        to_make.body();
        to_make.done.store(1);
        futex_wake(&to_make.done, 1);
      },
      &call);
  while (!call.done)
    futex_wait(&call.done, 0);
}

HandshakeReport ask(HandshakeAction action) {
  HandshakeReport report;
  on_a_system_thread([&] { report = handshake(action); });
  return report;
}

std::atomic<unsigned> g_answers;
std::array<HandshakeAnswer, 4096> g_seen;
std::atomic<unsigned> g_seen_count;

void count(Mutator &) { ++g_answers; }
void note(const HandshakeAnswer &answer) { g_seen[g_seen_count++ % g_seen.size()] = answer; }

class Handshake : public testing::Test {
protected:
  Handshake() {
    current_mutator();
    g_answers = 0;
    g_seen_count = 0;
    set_handshake_observer(note);
  }
  ~Handshake() override { set_handshake_observer(nullptr); }
};

// Threads that compute until the end of their scope.
class Busy {
public:
  explicit Busy(unsigned count) {
    for (unsigned i = 0; i < count; ++i)
      threads_.emplace_back([this] {
        ++running_;
        while (!done_) {
          ++rounds_;
          compute_a_little();
        }
      });
    while (running_ != count)
      std::this_thread::yield();
  }
  ~Busy() {
    done_ = true;
    for (std::thread &thread : threads_)
      thread.join();
  }
  uint64_t rounds() const { return rounds_; }

private:
  std::atomic<bool> done_{false};
  std::atomic<unsigned> running_{0};
  std::atomic<uint64_t> rounds_{0};
  std::vector<std::thread> threads_;
};

TEST_F(Handshake, EachMutatorAnswersOnce) {
  Busy busy(3);
  for (unsigned i = 1; i <= 50; ++i) {
    HandshakeReport report = ask(count);
    EXPECT_EQ(report.mutators, 4u);
    EXPECT_EQ(g_answers, 4 * i);
  }
  EXPECT_EQ(g_seen_count, 200u);
}

TEST_F(Handshake, WhoHasAnsweredGoesOnWhileAnotherDoesNot) {
  static std::atomic<bool> let_go;
  static std::atomic<pid_t> slow;
  let_go = false;
  slow = gettid();
  Busy busy(1);
  // This thread's action takes until the other has computed on after its own answer.
  std::thread other([&] {
    while (g_answers == 0)
      std::this_thread::yield();
    uint64_t rounds = busy.rounds();
    while (busy.rounds() < rounds + 1000)
      std::this_thread::yield();
    let_go = true;
  });
  ask([](Mutator &mutator) {
    if (mutator.thread_id == slow)
      while (!let_go)
        yield_processor();
    ++g_answers;
  });
  other.join();
  EXPECT_GE(g_answers, 2u);
}

TEST_F(Handshake, TheLeaderAnswersForTheParkedAndTheyStay) {
  static std::atomic<uint32_t> stage;
  static std::atomic<bool> inside;
  stage = 0;
  inside = false;
  std::thread parked([] {
    Mutator &self = current_mutator();
    RuntimeScope scope(self);
    publish_context(self, TRICOLOR_ENTRY_CFA());
    parked_region(self, [] {
      stage = 1;
      while (stage != 2)
        yield_processor();
    });
    // The action, which lets us go in its middle, is over.
    EXPECT_FALSE(inside);
  });
  while (stage != 1)
    std::this_thread::yield();
  static pid_t parked_thread;
  parked_thread = 0;
  {
    LockGuard guard(registry_lock());
    for (Mutator *mutator = first_mutator(); mutator; mutator = mutator->next)
      if (mutator->state == MutatorState::Parked)
        parked_thread = mutator->thread_id;
  }
  HandshakeReport report = ask([](Mutator &mutator) {
    if (mutator.thread_id != parked_thread)
      return;
    EXPECT_EQ(mutator.state, MutatorState::Held);
    inside = true;
    stage = 2;
    usleep(5000);
    inside = false;
  });
  parked.join();
  EXPECT_GE(report.for_parked, 1u);
  EXPECT_GE(report.longest_ns, 5'000'000u);
}

TEST_F(Handshake, ABlockedThreadAnswersInTheSignalsHandler) {
  int pipes[2];
  ASSERT_EQ(pipe(pipes), 0);
  std::thread blocked([&] {
    char byte;
    EXPECT_EQ(read(pipes[0], &byte, 1), 1); // restarted by the kernel
  });
  usleep(20'000);
  HandshakeReport report = ask(count);
  EXPECT_GE(report.signals, 1u);
  EXPECT_EQ(g_answers, 2u);
  ASSERT_EQ(write(pipes[1], "x", 1), 1);
  blocked.join();
  close(pipes[0]);
  close(pipes[1]);
}

TEST_F(Handshake, ThreadsComeAndGoDuringHandshakes) {
  std::atomic<bool> done{false};
  std::atomic<unsigned> running{0};
  std::vector<std::thread> makers;
  for (int i = 0; i < 3; ++i)
    makers.emplace_back([&] {
      ++running;
      while (!done)
        std::thread([] { current_mutator(); }).join();
    });
  while (running != 3)
    std::this_thread::yield();
  on_a_system_thread([&] {
    for (int i = 0; i < 300; ++i) {
      HandshakeReport report = handshake(count);
      EXPECT_GE(report.mutators, 4u);
    }
  });
  done = true;
  for (std::thread &maker : makers)
    maker.join();
  EXPECT_GE(g_answers, 300u * 4);
}

TEST_F(Handshake, AStopAndHandshakesTakeTurns) {
  Busy busy(2);
  on_a_system_thread([&] {
    for (int i = 0; i < 100; ++i) {
      handshake(count);
      stop_the_world();
      uint64_t rounds = busy.rounds();
      sleep_ns(100'000);
      EXPECT_EQ(busy.rounds(), rounds);
      start_the_world();
    }
  });
  EXPECT_EQ(g_answers, 300u);
}

// No two threads are kept at a time by an operation that does not need them together.
TEST_F(Handshake, NobodyIsHeldForAnothersAnswer) {
  static constexpr uint64_t kAction = 2'000'000;
  Busy busy(3);
  HandshakeReport report = ask([](Mutator &) {
    uint64_t end = now_ns() + kAction;
    while (now_ns() < end) {
    }
  });
  EXPECT_EQ(report.mutators, 4u);
  // Each was kept for its own action; the machine may have interrupted it.
  for (unsigned i = 0; i < g_seen_count; ++i) {
    EXPECT_EQ(g_seen[i].by, AnsweredBy::Itself);
    EXPECT_GE(g_seen[i].end_ns - g_seen[i].begin_ns, kAction);
  }
}

TEST_F(Handshake, UnderPerturbation) {
  for (uint64_t seed = 1; seed <= 5; ++seed) {
    set_perturbation(seed);
    std::atomic<bool> done{false}, running{false};
    std::thread parking([&] {
      running = true;
      while (!done) {
        Mutator &self = current_mutator();
        RuntimeScope scope(self);
        publish_context(self, TRICOLOR_ENTRY_CFA());
        parked_region(self, [] {});
      }
    });
    Busy busy(1);
    while (!running)
      std::this_thread::yield();
    g_answers = 0;
    on_a_system_thread([] {
      for (int i = 0; i < 50; ++i)
        handshake(count);
    });
    EXPECT_EQ(g_answers, 150u);
    done = true;
    parking.join();
  }
  set_perturbation(0);
}

} // namespace
} // namespace tricolor::rt
