//===- test/unit/heap/poison_test.cpp - Damage that must be noticed -----------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//

#include "fixture.h"
#include "heap/page_table.h"
#include "heap/reclaim.h"
#include <cstring>
#include <sys/resource.h>

using namespace tricolor::rt;
using namespace tricolor::rt::test;

namespace {

// Each death test runs in a process of its own, in which the heap is started with poison; nothing
// may start it before.
class PoisonDeathTest : public ::testing::Test {
protected:
  void SetUp() override { ::testing::FLAGS_gtest_death_test_style = "threadsafe"; }
};

[[noreturn]] void succeed() {
  heap_verify();
  _exit(0);
}

/// Frees an object, writes to it, then uses the memory again.
void write_after_free(size_t bytes, size_t offset) {
  start_heap(Poison::On);
  Cache cache;
  cache.traced(bytes); // keeps the span, if it is shared
  uintptr_t p = cache.traced(bytes);
  free_object(p);
  *reinterpret_cast<char *>(p + offset) = 1;
  cache->flush();
  for (int i = 0; i < 100000; ++i)
    cache.traced(bytes);
}

TEST_F(PoisonDeathTest, WriteToAFreedObject) {
  EXPECT_DEATH(write_after_free(48, 9),
               "freed memory was written to at 0x.*8 bytes into a free slot "
               "at 0x.* of size class 48(.|\n)*use after delete");
}

TEST_F(PoisonDeathTest, WriteToAFreedLargeObject) {
  EXPECT_DEATH(write_after_free(100000, 50000), "freed memory was written to at 0x.*in free pages");
}

TEST_F(PoisonDeathTest, VerifySeesTheWriteToo) {
  auto body = [] {
    start_heap(Poison::On);
    Cache cache;
    uintptr_t p = cache.traced(64);
    cache.traced(64); // keeps the span
    cache->flush();
    free_object(p);
    *reinterpret_cast<char *>(p) = 1;
    heap_verify();
  };
  EXPECT_DEATH(body(), "freed memory was written to at");
}

TEST_F(PoisonDeathTest, CorrectProgramsPass) {
  auto body = [] {
    start_heap(Poison::On);
    {
      Cache cache;
      std::vector<uintptr_t> objects;
      for (int round = 0; round < 5; ++round) {
        for (size_t i = 0; i < 3000; ++i) {
          size_t bytes = i % 100 == 0 ? 40000 : i % 600;
          uintptr_t p = cache.noscan(bytes, 16);
          for (size_t b = 0; b < bytes; ++b)
            if (reinterpret_cast<char *>(p)[b] != 0)
              _exit(3);
          std::memset(reinterpret_cast<void *>(p), 0x55, bytes);
          objects.push_back(p);
        }
        for (size_t i = 0; i < objects.size(); i += 2)
          if (free_object(objects[i]) != FreeResult::Freed)
            _exit(4);
        std::vector<uintptr_t> rest;
        for (size_t i = 1; i < objects.size(); i += 2)
          rest.push_back(objects[i]);
        objects.swap(rest);
        cache->flush();
        heap_verify();
      }
    }
    succeed();
  };
  EXPECT_EXIT(body(), ::testing::ExitedWithCode(0), "");
}

TEST_F(PoisonDeathTest, SweptObjectsAreFilled) {
  auto body = [] {
    start_heap(Poison::On);
    {
      Cache cache;
      uintptr_t dead = cache.noscan(128), alive = cache.noscan(128);
      cache->flush();
      mark_object(find_object(alive));
      reclaim_begin();
      reclaim_open();
      while (reclaim_one(SweptBy::Forced)) {
      }
      if (find_object(dead) || !find_object(alive))
        _exit(3);
      if (*reinterpret_cast<unsigned char *>(dead + 127) != poison_byte)
        _exit(4);
    }
    succeed();
  };
  EXPECT_EXIT(body(), ::testing::ExitedWithCode(0), "");
}

// What heap_verify() is for: each of these damages one invariant.
template <class F> void damage(F &&f) {
  start_heap();
  Cache cache;
  uintptr_t p = cache.noscan(48); // 170 to a span: some bits of the last word stand for no object
  cache.noscan(48);
  uintptr_t large = cache.noscan(100000);
  cache->flush();
  heap_verify();
  f(*find_object(p).span, *find_object(large).span);
  heap_verify();
}

TEST_F(PoisonDeathTest, VerifyFindsDamage) {
  EXPECT_DEATH(damage([](Span &s, Span &) { s.allocated.fetch_add(1); }),
               "count of allocated objects");
  EXPECT_DEATH(damage([](Span &s, Span &) { s.allocation_bits.get()[0].fetch_or(1u << 9); }),
               "count of allocated objects");
  EXPECT_DEATH(damage([](Span &s, Span &) { s.mark_bits.get()[s.bit_words() - 1].store(~0ull); }),
               "bits are set behind the last object");
  EXPECT_DEATH(damage([](Span &s, Span &) { s.place.store(SpanPlace::Full); }), "listed as full");
  EXPECT_DEATH(damage([](Span &s, Span &) { s.generation.fetch_sub(2); }), "in the wrong list");
  EXPECT_DEATH(damage([](Span &, Span &l) { l.limit = l.base.get(); }), "objects do not fit");
  EXPECT_DEATH(damage([](Span &, Span &l) { page_table.set(l.base, 1, 0); }), "page table");
  EXPECT_DEATH(damage([](Span &, Span &l) { l.version.fetch_add(1); }), "version is odd");
  EXPECT_DEATH(damage([](Span &, Span &) { heap_counters().inuse_bytes.fetch_add(8192); }),
               "bytes in use is wrong");
  EXPECT_DEATH(damage([](Span &, Span &) { heap_counters().allocated_bytes.fetch_add(8); }),
               "the counters say");
}

TEST_F(PoisonDeathTest, LimitedAddressSpaceStillStarts) {
  auto body = [](size_t megabytes) {
    rlimit limit = {megabytes << 20, megabytes << 20};
    setrlimit(RLIMIT_AS, &limit);
    heap_initialize({});
    Cache *cache = new Cache;
    size_t got = 0;
    while (cache->noscan(1000) != 0)
      got += 1000;
    // At least an eighth of the limit is usable, and running out is an answer, not a crash.
    if (got < (megabytes << 20) / 8)
      _exit(3);
    if (cache->noscan(1 << 20) != 0)
      _exit(4);
    _exit(0);
  };
#if !__has_feature(address_sanitizer) && !__has_feature(thread_sanitizer)
  EXPECT_EXIT(body(400), ::testing::ExitedWithCode(0), "");
  EXPECT_EXIT(body(131), ::testing::ExitedWithCode(0), "");
#else
  (void)body;
#endif
}

TEST_F(PoisonDeathTest, NothingIsOursBeforeTheStart) {
  auto body = [] {
    int local;
    bool right = !find_object(reinterpret_cast<uintptr_t>(&local)) && !find_object(0) &&
                 free_object(reinterpret_cast<uintptr_t>(&local)) == FreeResult::Foreign;
    _exit(right ? 0 : 3);
  };
  EXPECT_EXIT(body(), ::testing::ExitedWithCode(0), "");
}

} // namespace
