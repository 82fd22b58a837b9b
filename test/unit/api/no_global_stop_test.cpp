//===- test/unit/api/no_global_stop_test.cpp - Who is held, and when -------------------------===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// Four mutators run while cycles of mode hybrid go by. For each handshake the interval is recorded in which each thread
// was held: by its own action, or by the leader's if it was parked. No operation may need all of them to be held at
// once, and nobody may be held for the scan of another's stack.
//
//===------------------------------------------------------------------------------------------===//

#include "collector/configuration.h"
#include "threads/handshake.h"
#include "threads/mutator.h"
#include "threads/world.h"

#include "computation.h"

#include <tricolor/c.h>

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <map>
#include <thread>
#include <unistd.h>
#include <vector>

namespace tricolor::rt {
namespace {

constexpr unsigned kMutators = 4;
constexpr unsigned kCycles = 60;

std::array<HandshakeAnswer, 1 << 16> g_answers;
std::atomic<uint32_t> g_count;

void record(const HandshakeAnswer &answer) {
  uint32_t index = g_count.fetch_add(1);
  if (index < g_answers.size())
    g_answers[index] = answer;
}

// A frame of a few KiB at each level, so that a scan takes a while.
[[gnu::noinline]] uint64_t run_deep(unsigned depth, const std::atomic<bool> &done,
                                    std::atomic<uint64_t> &rounds) {
  volatile uint64_t space[256];
  space[0] = depth;
  if (depth == 0)
    while (!done) {
      ++rounds;
      compute_a_little();
    }
  else
    space[1] = run_deep(depth - 1, done, rounds);
  return space[0] + space[1];
}

TEST(NoGlobalStop, NobodyIsHeldForAnother) {
  if (configuration().collector_mode() != CollectorMode::Hybrid || configuration().checkmark ||
      configuration().verify)
    GTEST_SKIP() << "the options ask for stops";
  std::atomic<bool> done{false};
  std::array<std::atomic<uint64_t>, kMutators> rounds = {};
  std::vector<std::thread> threads;
  std::array<std::atomic<pid_t>, kMutators> ids = {};
  for (unsigned i = 0; i < kMutators; ++i)
    threads.emplace_back([&, i] {
      ids[i] = gettid();
      run_deep(100, done, rounds[i]);
    });
  for (const std::atomic<uint64_t> &count : rounds)
    while (count == 0)
      std::this_thread::yield();
  uint64_t stops = world_stops();
  set_handshake_observer(record);
  for (unsigned i = 0; i < kCycles; ++i)
    tricolor_collect();
  set_handshake_observer(nullptr);
  EXPECT_EQ(world_stops(), stops);
  done = true;
  for (std::thread &thread : threads)
    thread.join();
  ASSERT_LE(g_count, g_answers.size());

  std::map<uint32_t, std::vector<HandshakeAnswer>> handshakes;
  for (uint32_t i = 0; i < g_count; ++i)
    if (std::any_of(ids.begin(), ids.end(),
                    [&](const std::atomic<pid_t> &id) { return id == g_answers[i].thread; }))
      handshakes[g_answers[i].epoch].push_back(g_answers[i]);
  unsigned together = 0;
  for (const auto &[epoch, answers] : handshakes) {
    // Each has answered for itself, and once.
    EXPECT_EQ(answers.size(), kMutators) << "handshake " << epoch;
    uint64_t begin = 0, end = UINT64_MAX;
    for (const HandshakeAnswer &answer : answers) {
      EXPECT_EQ(answer.by, AnsweredBy::Itself);
      begin = std::max(begin, answer.begin_ns);
      end = std::min(end, answer.end_ns);
    }
    together += begin < end;
  }
  EXPECT_GE(handshakes.size(), kCycles * 6);
  // By accident they may be in their actions at the same time, where the machine has interrupted all of them; an
  // operation that waits for all of them would make it so every time.
  EXPECT_LT(together, handshakes.size() / 10);
}

} // namespace
} // namespace tricolor::rt
