//===- test/unit/os/memory_test.cpp - Pages, metadata, text, sorting ----------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//

#include "os/fatal.h"
#include "os/metadata.h"
#include "os/output.h"
#include "os/pages.h"
#include "os/processors.h"
#include "os/sort.h"
#include <algorithm>
#include <cstring>
#include <gtest/gtest.h>
#include <map>
#include <random>
#include <string>
#include <sys/resource.h>
#include <thread>
#include <unistd.h>
#include <vector>

using namespace tricolor::rt;

namespace {

TEST(Pages, ReserveIsAlignedAndCommitsReadAsZero) {
  constexpr size_t bytes = 4 << 20, alignment = 2 << 20;
  auto *p = static_cast<char *>(reserve_pages(bytes, alignment));
  ASSERT_NE(p, nullptr);
  EXPECT_EQ(reinterpret_cast<uintptr_t>(p) % alignment, 0u);
  ASSERT_EQ(commit_pages(p, 8192), CommitResult::Done);
  EXPECT_EQ(p[0], 0);
  p[5000] = 1;
  ASSERT_EQ(commit_pages(p, 16384), CommitResult::Done);
  EXPECT_EQ(p[5000], 1) << "committing again keeps the contents";
  release_pages(p, 8192);
  EXPECT_EQ(p[5000], 0);
  unmap_pages(p, bytes);
}

TEST(Pages, TooMuchIsNull) { EXPECT_EQ(reserve_pages(SIZE_MAX / 2, 4096), nullptr); }

TEST(PagesDeathTest, ReservedPagesFault) {
  ::testing::FLAGS_gtest_death_test_style = "threadsafe";
  auto *p = static_cast<volatile char *>(reserve_pages(8192, 4096));
  EXPECT_DEATH(p[0] = 1, "");
}

TEST(Metadata, BlocksAreZeroedAlignedAndDisjoint) {
  struct Block {
    unsigned char *p;
    size_t bytes, align;
    unsigned char fill;
  };
  std::mt19937 random(1);
  std::vector<Block> blocks;
  for (int step = 0; step < 4000; ++step) {
    if (blocks.size() < 100 || random() % 2) {
      size_t align = size_t(16) << random() % 9;
      size_t bytes = 1 + random() % (random() % 16 ? 600 : 400000);
      auto *p = static_cast<unsigned char *>(metadata_allocate(bytes, align));
      ASSERT_EQ(reinterpret_cast<uintptr_t>(p) % align, 0u);
      ASSERT_TRUE(std::all_of(p, p + bytes, [](unsigned char c) { return c == 0; }));
      auto fill = static_cast<unsigned char>(1 + random() % 255);
      std::memset(p, fill, bytes);
      blocks.push_back({p, bytes, align, fill});
    } else {
      size_t i = random() % blocks.size();
      Block b = blocks[i];
      ASSERT_TRUE(std::all_of(b.p, b.p + b.bytes, [&](unsigned char c) { return c == b.fill; }));
      metadata_free(b.p, b.bytes, b.align);
      blocks[i] = blocks.back();
      blocks.pop_back();
    }
  }
  for (const Block &b : blocks)
    metadata_free(b.p, b.bytes, b.align);
}

TEST(Metadata, FreedBlocksAreUsedAgain) {
  size_t before = 0;
  for (int i = 0; i < 1000; ++i) {
    metadata_free(metadata_allocate(1 << 20), 1 << 20);
    metadata_free(metadata_allocate(5000), 5000);
    if (i == 0)
      before = metadata_bytes();
  }
  EXPECT_EQ(metadata_bytes(), before);
}

TEST(Metadata, SeveralThreads) {
  std::vector<std::thread> all;
  for (unsigned t = 0; t < 4; ++t)
    all.emplace_back([t] {
      for (int i = 0; i < 3000; ++i) {
        auto *p = static_cast<unsigned *>(metadata_allocate(64));
        ASSERT_EQ(*p, 0u);
        *p = t + 1;
        std::this_thread::yield();
        ASSERT_EQ(*p, t + 1);
        metadata_free(p, 64);
      }
    });
  for (std::thread &t : all)
    t.join();
}

std::string text(const LineWriter &line) { return {line.data(), line.size()}; }

TEST(LineWriter, Numbers) {
  EXPECT_EQ(text(LineWriter().dec(0).chr(' ').dec(UINT64_MAX)), "0 18446744073709551615");
  EXPECT_EQ(text(LineWriter().signed_dec(INT64_MIN)), "-9223372036854775808");
  EXPECT_EQ(text(LineWriter().hex(0xdeadBEEF).chr(' ').hex(0)), "0xdeadbeef 0x0");
  EXPECT_EQ(text(LineWriter().fixed(1234, 3).chr(' ').fixed(5, 2).chr(' ').fixed(7, 0)),
            "1.234 0.05 7");
  EXPECT_EQ(text(LineWriter().real(2.345, 1).chr(' ').real(-0.5, 2)), "2.3 -0.50");
  EXPECT_EQ(text(LineWriter().str("ab").pad(5).chr('c')), "ab   c");
  EXPECT_EQ(text(LineWriter().str(nullptr)), "(null)");
}

TEST(LineWriter, CutsWhatDoesNotFit) {
  LineWriter line;
  for (int i = 0; i < 1000; ++i)
    line.str("0123456789");
  EXPECT_EQ(line.size(), LineWriter::capacity);
  EXPECT_EQ(text(line).substr(LineWriter::capacity - 4), "...\n");
}

TEST(LineWriter, WritesAll) {
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  LineWriter().str("hello ").dec(5).write_to(ends[1]);
  char buffer[32] = {};
  EXPECT_EQ(read(ends[0], buffer, sizeof buffer), 7);
  EXPECT_STREQ(buffer, "hello 5");
  close(ends[0]);
  close(ends[1]);
}

TEST(FatalDeathTest, NamesCauseAndFix) {
  ::testing::FLAGS_gtest_death_test_style = "threadsafe";
  EXPECT_EXIT(fatal("the cause", "the fix"), ::testing::KilledBySignal(SIGABRT),
              "tricolor: fatal: the cause\ntricolor: the fix");
  EXPECT_EXIT(TRICOLOR_CHECK(1 == 2), ::testing::KilledBySignal(SIGABRT), "1 == 2");
}

TEST(Sort, SortsAnything) {
  std::mt19937 random(2);
  for (size_t n : {0, 1, 2, 3, 10, 100, 1000}) {
    std::vector<int> v(n);
    for (int &x : v)
      x = static_cast<int>(random() % (n + 1));
    std::vector<int> expected = v;
    std::sort(expected.begin(), expected.end());
    sort_in_place(v.data(), v.size(), [](int a, int b) { return a < b; });
    EXPECT_EQ(v, expected);
    for (int probe = -1; probe <= static_cast<int>(n) + 1; ++probe)
      EXPECT_EQ(partition_index(v.data(), v.size(), [&](int x) { return x < probe; }),
                static_cast<size_t>(std::lower_bound(v.begin(), v.end(), probe) - v.begin()));
  }
}

TEST(Processors, AtLeastOne) { EXPECT_GE(processor_count(), 1u); }

} // namespace
