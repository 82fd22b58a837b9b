//===- test/unit/heap/layout_test.cpp - Types, layout programs, scanning ------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//

#include "fixture.h"
#include "heap/geometry.h"
#include "heap/layout.h"
#include <random>
#include <regex>
#include <string>
#include <thread>

using namespace tricolor::rt;
using namespace tricolor::rt::test;

namespace {

/// 'E', 'T' or '.' for each word.
using Shape = std::string;

void append_words(std::vector<uint64_t> &code, const Shape &shape) {
  size_t sets = (shape.size() + 63) / 64;
  size_t at = code.size() + 1;
  code.push_back(op_words(shape.size()));
  code.resize(code.size() + 2 * sets);
  for (size_t i = 0; i < shape.size(); ++i) {
    if (shape[i] == 'E')
      code[at + i / 64] |= uint64_t(1) << (i % 64);
    if (shape[i] == 'T')
      code[at + sets + i / 64] |= uint64_t(1) << (i % 64);
  }
}

/// A random program and the words it must describe.
Shape random_program(std::mt19937 &random, std::vector<uint64_t> &code, unsigned depth) {
  Shape shape;
  for (unsigned parts = 1 + random() % 3; parts > 0; --parts) {
    switch (random() % (depth < TRICOLOR_PROGRAM_DEPTH ? 3 : 2)) {
    case 0: {
      unsigned n = 1 + random() % 5;
      code.push_back(op_skip(n));
      shape.append(n, '.');
      break;
    }
    case 1: {
      Shape words;
      for (unsigned n = 1 + random() % (random() % 8 ? 10 : 150); n > 0; --n)
        words.push_back(".ET"[random() % 3]);
      append_words(code, words);
      shape += words;
      break;
    }
    case 2: {
      std::vector<uint64_t> body;
      Shape one = random_program(random, body, depth + 1);
      if (one.size() > 200) {
        code.insert(code.end(), body.begin(), body.end());
        shape += one;
        break;
      }
      unsigned count = 1 + random() % 4;
      code.push_back(op_repeat(body.size()));
      code.push_back(count);
      code.insert(code.end(), body.begin(), body.end());
      for (; count > 0; --count)
        shape += one;
      break;
    }
    }
  }
  return shape;
}

Shape scan(const TypeInfo &type, ArrayForm form, size_t bytes, size_t from, size_t to) {
  std::vector<uintptr_t> memory(bytes / 8 + 1);
  Shape seen(bytes / 8, '.');
  auto base = reinterpret_cast<uintptr_t>(memory.data());
  for_each_pointer_word_in(type, form, base, bytes, base + from, base + to,
                           [&](uintptr_t *word, WordKind kind) {
                             size_t i = static_cast<size_t>(word - memory.data());
                             ASSERT_LT(i, seen.size());
                             ASSERT_EQ(seen[i], '.') << "word " << i << " visited twice";
                             seen[i] = kind == WordKind::Exact ? 'E' : 'T';
                           });
  return seen;
}

/// What scan() must see: the elements one after the other from `start`, as many as fit, cut to
/// [from, to).
Shape expected(const Shape &one, size_t start, size_t elements, size_t bytes, size_t from,
               size_t to) {
  Shape shape(start / 8, '.');
  for (; elements > 0 && (shape.size() + one.size()) * 8 <= bytes; --elements)
    shape += one;
  shape.resize(bytes / 8, '.');
  for (size_t i = 0; i < shape.size(); ++i)
    if (i * 8 < from || i * 8 >= to)
      shape[i] = '.';
  return shape;
}

TEST(Layout, RandomProgramsInAllForms) {
  start_heap();
  std::mt19937 random(3);
  for (int round = 0; round < 400; ++round) {
    std::vector<uint64_t> code;
    Shape one = random_program(random, code, 0);
    code.push_back(op_end());
    one.append(random() % 3, '.'); // words behind END
    uint32_t align = 8u << random() % 2;
    while (one.size() * 8 % align != 0)
      one.push_back('.');
    Descriptor descriptor("Random" + std::to_string(round), one.size() * 8, code, align);
    const TypeInfo &type = *intern_type(&descriptor.type);
    size_t slack = random() % 3 * 8;
    size_t low = random() % (one.size() + 1) * 8, high = low + random() % (one.size() + 1) * 8;
    ASSERT_EQ(scan(type, ArrayForm::One, one.size() * 8, low, high),
              expected(one, 0, 1, one.size() * 8, low, high));
    ASSERT_EQ(scan(type, ArrayForm::One, one.size() * 8 + slack, 0, SIZE_MAX / 4),
              expected(one, 0, 1, one.size() * 8 + slack, 0, SIZE_MAX));
    size_t n = random() % 5;
    size_t bytes = n * one.size() * 8 + random() % one.size() * 8;
    ASSERT_EQ(scan(type, ArrayForm::Array, bytes, 0, bytes),
              expected(one, 0, SIZE_MAX, bytes, 0, bytes));
    bytes += align;
    ASSERT_EQ(scan(type, ArrayForm::CookieArray, bytes, 0, bytes),
              expected(one, align, SIZE_MAX, bytes, 0, bytes));
    size_t from = random() % (bytes + 8) / 8 * 8, to = from + random() % (bytes + 8) / 8 * 8;
    ASSERT_EQ(scan(type, ArrayForm::CookieArray, bytes, from, to),
              expected(one, align, SIZE_MAX, bytes, from, to));
  }
}

TEST(Layout, PartsOfAnArrayAddUpToTheWhole) {
  start_heap();
  Descriptor descriptor("Part", 40, {op_words(5), 0b01001, 0b00100, op_end()});
  const TypeInfo &type = *intern_type(&descriptor.type);
  constexpr size_t bytes = 40 * 1000 + 8;
  Shape whole = scan(type, ArrayForm::CookieArray, bytes, 0, bytes), sum(bytes / 8, '.');
  for (size_t from = 0; from < bytes; from += 1024) {
    Shape part = scan(type, ArrayForm::CookieArray, bytes, from, from + 1024);
    for (size_t i = 0; i < part.size(); ++i)
      if (part[i] != '.') {
        ASSERT_EQ(sum[i], '.');
        sum[i] = part[i];
      }
  }
  EXPECT_EQ(sum, whole);
}

TEST(Layout, UnalignedElementsAreTolerant) {
  start_heap();
  Descriptor descriptor("Packed", 12, {op_words(1), 1, 0, op_end()}, 4);
  const TypeInfo &type = *intern_type(&descriptor.type);
  EXPECT_EQ(scan(type, ArrayForm::One, 16, 0, 16), "E.");
  EXPECT_EQ(scan(type, ArrayForm::Array, 24, 0, 24), "TTT");
}

TEST(Layout, HugeArrayTypeHasASmallProgram) {
  start_heap();
  constexpr uint64_t n = 1 << 20;
  Descriptor descriptor("Huge", n * 16, {op_repeat(3), n, op_words(2), 1, 0, op_end()});
  const TypeInfo &type = *intern_type(&descriptor.type);
  EXPECT_FALSE(type.has_masks());
  std::vector<uintptr_t> memory(n * 2);
  size_t seen = 0;
  for_each_pointer_word(type, ArrayForm::One, reinterpret_cast<uintptr_t>(memory.data()), n * 16,
                        [&](uintptr_t *word, WordKind) {
                          ASSERT_EQ((word - memory.data()) % 2, 0);
                          ++seen;
                        });
  EXPECT_EQ(seen, n);
}

// A part in the middle must not cost what lies before it: the words that the interpreter would pass one
// by one here take years.
TEST(Layout, APartOfAHugeTypeIsFoundWithoutWalkingThere) {
  start_heap();
  constexpr uint64_t inner = 1 << 20, outer = 1 << 20;
  Descriptor descriptor(
      "Nested", (inner * 2 + 1) * outer * 8,
      {op_repeat(6), outer, op_skip(1), op_repeat(3), inner, op_words(2), 2, 0, op_end()});
  // A WORDS of one set is three code words, a REPEAT of it five, with the SKIP six.
  const TypeInfo &type = *intern_type(&descriptor.type);
  uintptr_t base = uintptr_t{1} << 40, from = base + type.size / 2 + 24;
  std::vector<uintptr_t> seen;
  for_each_pointer_word_in(type, ArrayForm::One, base, type.size, from, from + 64,
                           [&](uintptr_t *word, WordKind kind) {
                             EXPECT_EQ(kind, WordKind::Exact);
                             seen.push_back(reinterpret_cast<uintptr_t>(word));
                           });
  ASSERT_EQ(seen.size(), 4u);
  for (size_t i = 0; i < seen.size(); ++i) {
    uint64_t word = (seen[i] - base) / 8 % (inner * 2 + 1);
    EXPECT_TRUE(word != 0 && word % 2 == 0) << word;
    EXPECT_EQ(seen[i], seen[0] + i * 16);
  }
}

TEST(TypeInfo, SameContentIsOneType) {
  start_heap();
  Descriptor a("Same", 16, {op_words(2), 2, 0, op_end()});
  Descriptor b("Same", 16, {op_words(2), 2, 0, op_end()});
  Descriptor c("Same", 16, {op_words(2), 1, 0, op_end()});
  const TypeInfo *info = intern_type(&a.type);
  EXPECT_EQ(intern_type(&b.type), info);
  EXPECT_EQ(a.type.index, b.type.index);
  EXPECT_NE(intern_type(&c.type), info);
  EXPECT_EQ(intern_type(&a.type), info);
  EXPECT_EQ(type_at(info->index), info);
  EXPECT_EQ(info->exact_mask, 2u);
  EXPECT_EQ(info->tolerant_mask, 0u);
}

TEST(TypeInfo, CopiesSurviveTheDescriptor) {
  start_heap();
  const TypeInfo *info;
  {
    Descriptor d("ShortLived", 8 * 100, {op_skip(90), op_words(2), 3, 0, op_end()});
    info = intern_type(&d.type);
    std::fill(d.name.begin(), d.name.end(), 'x');
    std::fill(d.program.begin(), d.program.end(), 0xffff);
  }
  EXPECT_STREQ(info->name, "ShortLived");
  EXPECT_EQ(scan(*info, ArrayForm::One, 800, 0, 800), Shape(90, '.') + "EE" + Shape(8, '.'));
}

TEST(TypeInfo, ThreadsAgree) {
  start_heap();
  constexpr int types = 200, threads = 4;
  std::vector<std::string> names;
  for (int i = 0; i < types; ++i)
    names.push_back("Raced" + std::to_string(i));
  std::vector<std::vector<const TypeInfo *>> seen(threads);
  std::vector<std::thread> all;
  for (int t = 0; t < threads; ++t)
    all.emplace_back([&, t] {
      for (int i = 0; i < types; ++i) {
        Descriptor d(names[i], 8, {op_words(1), 1, 0, op_end()});
        seen[t].push_back(intern_type(&d.type));
      }
    });
  for (std::thread &t : all)
    t.join();
  for (int t = 1; t < threads; ++t)
    EXPECT_EQ(seen[t], seen[0]);
}

struct Malformed {
  const char *message;
  std::vector<uint64_t> program;
};

const std::vector<Malformed> malformed_programs = {
    {"no END at the end", {op_skip(1)}},
    {"END before the last", {op_end(), op_end()}},
    {"SKIP of no words", {op_skip(0), op_end()}},
    {"more words than the type has", {op_skip(11), op_end()}},
    {"more words than the type has", {op_skip(UINT64_MAX >> 8), op_end()}},
    {"WORDS with a count", {op_words(0), op_end()}},
    {"bit sets are cut off", {op_words(3), 1, op_end()}},
    {"bit sets are cut off", {op_words(0xffffff), 1, 0, op_end()}},
    {"both exact and tolerant", {op_words(3), 3, 2, op_end()}},
    {"bits behind the last", {op_words(3), 8, 0, op_end()}},
    {"body is empty or cut off", {op_repeat(0), 1, op_end()}},
    {"body is empty or cut off", {op_repeat(5), 1, op_skip(1), op_end()}},
    {"body is empty or cut off", {op_repeat(1), op_end()}},
    {"REPEAT of zero times", {op_repeat(1), 0, op_skip(1), op_end()}},
    {"more words than the type has", {op_repeat(1), UINT64_MAX, op_skip(3), op_end()}},
    {"END inside a REPEAT", {op_repeat(2), 2, op_skip(1), op_end(), op_end()}},
    {"unknown operation", {17, op_end()}},
    {"nested too deeply",
     {op_repeat(17), 1, op_repeat(15), 1,       op_repeat(13), 1, op_repeat(11), 1,
      op_repeat(9),  1, op_repeat(7),  1,       op_repeat(5),  1, op_repeat(3),  1,
      op_repeat(1),  1, op_skip(1),    op_end()}},
};

TEST(MalformedProgram, IsRejectedWithAReason) {
  for (const Malformed &m : malformed_programs) {
    const char *defect =
        check_layout_program(m.program.data(), static_cast<uint32_t>(m.program.size()), 10);
    ASSERT_NE(defect, nullptr) << m.message;
    EXPECT_TRUE(std::regex_search(defect, std::regex(m.message))) << defect;
  }
}

TEST(MalformedDescriptorDeathTest, EndsTheProgram) {
  start_heap();
  auto with = [](auto change) {
    Descriptor d("Bad", 80, {op_words(1), 1, 0, op_end()});
    change(d.type);
    intern_type(&d.type);
  };
  EXPECT_DEATH(with([](tricolor_type &t) { t.flags = 0; }), "Bad was not filled in(.|\n)*-fplugin");
  EXPECT_DEATH(with([](tricolor_type &t) { t = {}; }), "\\(unnamed\\) was not filled in");
  EXPECT_DEATH(with([](tricolor_type &t) { t.abi_version = 99; }), "version 99, this runtime");
  EXPECT_DEATH(with([](tricolor_type &t) { t.size = 0; }), "Bad is malformed: size 0");
  EXPECT_DEATH(with([](tricolor_type &t) { t.align = 24; }), "not a power of two");
  EXPECT_DEATH(with([](tricolor_type &t) { t.align = 32; }), "not a multiple of the alignment");
  EXPECT_DEATH(with([](tricolor_type &t) { t.flags |= 1u << 30; }), "unknown flags");
  EXPECT_DEATH(with([](tricolor_type &t) { t.flags |= TRICOLOR_TYPE_NOSCAN; }),
               "without pointers has a layout");
  EXPECT_DEATH(with([](tricolor_type &t) { t.program = nullptr; }), "no program");
  EXPECT_DEATH(with([](tricolor_type &t) { t.program_words = 2; }), "no END");
}

TEST(SizeClasses, CoverEveryRequestTightly) {
  for (unsigned c = 1; c < size_class_count; ++c) {
    const SizeClass &k = size_class(c);
    if (c > 1) {
      EXPECT_GT(k.bytes, size_class(c - 1).bytes);
      if (k.bytes > 128)
        EXPECT_LE(k.bytes - size_class(c - 1).bytes, k.bytes / 8) << k.bytes;
    }
    EXPECT_LE(k.pages, max_span_pages);
    EXPECT_LE(k.pages * page_bytes - k.objects * k.bytes, k.pages * page_bytes / 8) << k.bytes;
    EXPECT_LT(k.pages * page_bytes - k.objects * k.bytes, page_bytes) << k.bytes;
    for (uint32_t offset = 0; offset < k.objects * k.bytes; ++offset)
      ASSERT_EQ(uint64_t(offset) * k.divide_magic >> 32, offset / k.bytes);
  }
  EXPECT_EQ(size_class(size_class_count - 1).bytes, max_small_bytes);
  for (size_t align = 1; align <= page_bytes; align *= 2)
    for (size_t bytes = 0; bytes <= max_small_bytes; bytes += align > 64 ? 61 : 1) {
      unsigned c = size_class_for(bytes, align);
      if (c == 0) {
        ASSERT_GT((bytes + align - 1) / align * align, max_small_bytes);
        continue;
      }
      ASSERT_GE(size_class(c).bytes, bytes);
      ASSERT_EQ(size_class(c).bytes % align, 0u);
      if (align <= 16 && c > 1 && size_class(c - 1).bytes % align == 0)
        ASSERT_LT(size_class(c - 1).bytes, bytes);
    }
  EXPECT_EQ(size_class_for(max_small_bytes + 1, 8), 0u);
  // An array of a round size, with the byte of room that arrays have.
  for (size_t bytes = 512; bytes < max_small_bytes; bytes *= 2)
    EXPECT_EQ(size_class(size_class_for(bytes + 1, 1)).bytes, bytes + detail::round_room);
  EXPECT_EQ(size_class_for(8, 2 * page_bytes), 0u);
}

} // namespace
