//===- test/unit/mark/root_chain_test.cpp - Chains from a root to an object ---------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//

#include "mark/root_chain.h"

#include "../heap/fixture.h"
#include "marked_heap.h"

#include "mark/external_roots.h"

namespace tricolor::rt {
namespace {

using namespace test;

// The address comes inverted: frames are roots.
RootChain chain_in_stop(uintptr_t hidden) {
  RootChain chain;
  with_world_stopped([&] { chain = find_root_chain(~hidden, SearchWorld::Stopped, nullptr); });
  return chain;
}

// A chain of `length` objects, each with the next one in its word 2; returns the last one's address inverted.
[[gnu::noinline]] uintptr_t make_chain(uintptr_t *root, size_t length) {
  uintptr_t *last = nullptr;
  for (size_t i = 0; i < length; ++i) {
    uintptr_t *next = make(64);
    *(last ? last + 2 : root) = word_of(next);
    last = next;
  }
  return ~word_of(last);
}

// Words of frames that are gone must not be the roots.
[[gnu::noinline]] void wipe_stack() {
  volatile char space[16384];
  for (volatile char &byte : space)
    byte = 0;
}

TEST(RootChain, GoesFromARootThroughTheObjects) {
  uintptr_t external[2] = {};
  uintptr_t hidden = make_chain(external + 1, 4);
  add_external_root(external, sizeof external);
  wipe_stack();
  RootChain chain = chain_in_stop(hidden);
  ASSERT_EQ(chain.length, 4u);
  EXPECT_EQ(chain.links[0].object, external[1]);
  EXPECT_EQ(chain.links[0].offset, 16u);
  EXPECT_EQ(chain.links[0].kind, ObjectKind::Conservative);
  EXPECT_EQ(chain.links[2].offset, 16u);
  EXPECT_EQ(chain.links[3].object, ~hidden);
  EXPECT_EQ(chain.links[3].offset, 0u);
  remove_external_root(external);
}

TEST(RootChain, TracedMemoryIsTheLastThingToBeTried) {
  Roots roots(1);
  uintptr_t hidden = make_chain(&roots[0], 2);
  wipe_stack();
  // While the world runs only this thread's frames are looked at, and none of them is published here.
  RootChain chain = find_root_chain(~hidden, SearchWorld::Running, nullptr);
  EXPECT_EQ(chain.root.kind, RootKind::Traced);
  ASSERT_EQ(chain.length, 3u);
  EXPECT_EQ(chain.links[0].kind, ObjectKind::Traced);
  EXPECT_EQ(chain.links[0].offset, 0u);
  EXPECT_EQ(chain.links[2].object, ~hidden);
}

TEST(RootChain, TheShortestIsFound) {
  Roots roots(2);
  uintptr_t hidden = make_chain(&roots[0], 10);
  auto *short_cut = make(64);
  roots[1] = word_of(short_cut);
  short_cut[5] = ~hidden;
  RootChain chain = find_root_chain(~hidden, SearchWorld::Running, nullptr);
  ASSERT_EQ(chain.length, 3u);
  EXPECT_EQ(chain.links[1].object, word_of(short_cut));
  EXPECT_EQ(chain.links[1].offset, 40u);
}

TEST(RootChain, OfALongOneBothEndsAreKept) {
  Roots roots(1);
  constexpr size_t kLength = 1000, kKept = RootChain::kMostLinks;
  uintptr_t hidden = make_chain(&roots[0], kLength);
  RootChain chain = find_root_chain(~hidden, SearchWorld::Running, nullptr);
  EXPECT_EQ(chain.length, kLength + 1);
  EXPECT_EQ(chain.links[1].object, roots[0]);
  EXPECT_EQ(chain.links[kKept - 1].object, ~hidden);
  uintptr_t before = chain.links[kKept - 2].object;
  EXPECT_EQ(reinterpret_cast<uintptr_t *>(before)[2], ~hidden);
  for (const ChainLink &link : chain.links)
    EXPECT_EQ(link.bytes, &link == chain.links ? link.bytes : 64u);
}

TEST(RootChain, AFrameIsNamedByItsCode) {
  auto *object = make(64);
  [[maybe_unused]] volatile uintptr_t in_frame = word_of(object);
  RootChain chain = chain_in_stop(~word_of(object));
  EXPECT_EQ(chain.root.kind, RootKind::Frame);
  EXPECT_EQ(chain.root.certainty, RootCertainty::Conservative);
  EXPECT_EQ(chain.root.thread, gettid());
  EXPECT_NE(chain.root.place, 0u);
  EXPECT_EQ(chain.length, 1u);
  in_frame = 0;
}

TEST(RootChain, WhatNothingReachesHasNone) {
  Roots roots(1);
  uintptr_t hidden = make_chain(&roots[0], 1);
  roots[0] = 0;
  wipe_stack();
  EXPECT_EQ(find_root_chain(~hidden, SearchWorld::Running, nullptr).length, 0u);
}

TEST(RootChain, OfATypeOnlyThePointersAreFollowed) {
  Descriptor d("Linked", 24, {op_words(3), 2, 0, op_end()});
  Roots roots(1);
  auto *node = make(24, ObjectKind::Typed, intern_type(&d.type));
  roots[0] = word_of(node);
  node[1] = word_of(make(64));
  node[0] = word_of(make(128));
  RootChain chain = find_root_chain(node[1], SearchWorld::Running, nullptr);
  ASSERT_EQ(chain.length, 3u);
  EXPECT_STREQ(chain.links[1].type->name, "Linked");
  EXPECT_EQ(chain.links[1].offset, 8u);
  EXPECT_EQ(find_root_chain(node[0], SearchWorld::Running, nullptr).length, 0u);
}

} // namespace
} // namespace tricolor::rt
