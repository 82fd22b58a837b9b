//===- test/unit/api/collection_test.cpp - Allocate, collect, ask -----------------------------===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// The whole runtime without the plugin: types are written by hand, and the frames of these tests have
// no maps, so they are scanned conservatively. A test that something dies therefore makes many objects
// in a frame that is gone and allows for a few that a stale word keeps.
//
//===------------------------------------------------------------------------------------------===//

#include "collector/configuration.h"
#include "mark/barrier_log.h"
#include "threads/mutator.h"

#include <tricolor/abi.h>
#include <tricolor/c.h>

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <memory>
#include <thread>
#include <vector>

namespace tricolor::rt {
namespace {

constexpr size_t kMany = 200;
constexpr size_t kFew = 10; // what stale words may keep

// Four words: a pointer, an integer, a word that may be a pointer, an integer.
const uint64_t kProgram[] = {TRICOLOR_OP_WORDS | 4 << 8, 0b0001, 0b0100, TRICOLOR_OP_END};

tricolor_type make_type(uint64_t size, const uint64_t *program, uint32_t words) {
  tricolor_type type = {};
  type.abi_version = TRICOLOR_ABI_VERSION;
  type.flags = TRICOLOR_TYPE_FILLED | (program ? 0 : TRICOLOR_TYPE_NOSCAN);
  type.size = size;
  type.align = 8;
  type.program = program;
  type.program_words = words;
  type.name = "Four";
  return type;
}

tricolor_type g_four = make_type(32, kProgram, 4);
tricolor_type g_plain = make_type(32, nullptr, 0);

struct Four {
  Four *exact;
  Four *hidden;
  Four *tolerant;
  uint64_t number;
};

Four *new_four() { return static_cast<Four *>(tricolor_new(&g_four)); }

// Addresses that conservative scanning does not recognize.
using Hidden = std::array<uintptr_t, kMany>;
uintptr_t hide(const void *p) { return ~reinterpret_cast<uintptr_t>(p); }
void *reveal(uintptr_t hidden) { return reinterpret_cast<void *>(~hidden); }

size_t alive(const Hidden &objects) {
  size_t count = 0;
  for (uintptr_t hidden : objects)
    count += tricolor_is_collected(reveal(hidden)) != 0;
  return count;
}

// Calls `body` in a frame whose words are overwritten afterwards.
template <class F> [[gnu::noinline]] void call_far_below(F &&body) {
  volatile char space[16384];
  space[0] = 0;
  body();
}
[[gnu::noinline]] void wipe_stack() {
  volatile char space[65536];
  for (volatile char &byte : space)
    byte = 0;
}

enum class Field { Exact, Hidden, Tolerant };

void link(Four *from, Field field, Four *to) {
  (field == Field::Exact    ? from->exact
   : field == Field::Hidden ? from->hidden
                            : from->tolerant) = to;
}

// A list held by its first node through `field`; returns the head, fills the hidden addresses.
[[gnu::noinline]] void make_children(Four *parents[], Field field, Hidden &children) {
  for (size_t i = 0; i < kMany; ++i) {
    Four *child = new_four();
    link(parents[i], field, child);
    children[i] = hide(child);
  }
}

size_t alive_through(Field field) {
  auto *parents = static_cast<Four **>(tricolor_new_conservative(kMany * sizeof(Four *)));
  for (size_t i = 0; i < kMany; ++i)
    parents[i] = new_four();
  Hidden children;
  call_far_below([&] { make_children(parents, field, children); });
  wipe_stack();
  tricolor_collect();
  size_t count = alive(children);
  for (size_t i = 0; i < kMany; ++i)
    EXPECT_TRUE(tricolor_is_collected(parents[i]));
  return count;
}

TEST(Collection, AnExactWordKeeps) { EXPECT_EQ(alive_through(Field::Exact), kMany); }
TEST(Collection, ATolerantWordKeeps) { EXPECT_EQ(alive_through(Field::Tolerant), kMany); }
TEST(Collection, AWordThatIsNoPointerDoesNot) { EXPECT_LE(alive_through(Field::Hidden), kFew); }

TEST(Collection, UnreachableObjectsAreFreed) {
  Hidden objects;
  call_far_below([&] {
    for (uintptr_t &hidden : objects)
      hidden = hide(new_four());
  });
  EXPECT_EQ(alive(objects), kMany);
  wipe_stack();
  tricolor_collect();
  EXPECT_LE(alive(objects), kFew);
}

TEST(Collection, CyclesAreFreed) {
  Hidden objects;
  call_far_below([&] {
    for (size_t i = 0; i < kMany; i += 2) {
      Four *one = new_four(), *two = new_four();
      one->exact = two;
      two->exact = one;
      objects[i] = hide(one);
      objects[i + 1] = hide(two);
    }
  });
  wipe_stack();
  tricolor_collect();
  EXPECT_LE(alive(objects), kFew);
}

TEST(Collection, TracedMemoryIsARootUntilDeleted) {
  auto held = std::make_unique<Four *[]>(kMany); // operator new of the process
  Hidden objects;
  call_far_below([&] {
    for (size_t i = 0; i < kMany; ++i)
      objects[i] = hide(held[i] = new_four());
  });
  wipe_stack();
  tricolor_collect();
  EXPECT_EQ(alive(objects), kMany);
  held.reset();
  wipe_stack();
  tricolor_collect();
  EXPECT_LE(alive(objects), kFew);
}

TEST(Collection, AnInteriorPointerKeepsTheObject) {
  Four *object = new_four();
  auto *inside = reinterpret_cast<char *>(object) + 19;
  uintptr_t hidden = hide(object);
  object = nullptr;
  tricolor_collect();
  EXPECT_TRUE(tricolor_is_collected(inside));
  EXPECT_EQ(tricolor_object_base(inside), reveal(hidden));
  EXPECT_EQ(tricolor_object_size(inside), 32u);
}

TEST(Collection, ArraysRepeatTheElementsLayout) {
  constexpr size_t kElements = 50;
  auto *array = static_cast<Four *>(tricolor_new_array(&g_four, kElements * sizeof(Four)));
  unsigned char mask[kElements * 4] = {};
  EXPECT_GE(tricolor_pointer_mask(array, mask, sizeof mask), kElements * 4);
  for (size_t i = 0; i < kElements * 4; ++i)
    EXPECT_EQ(mask[i], i % 4 == 0 ? 1 : i % 4 == 2 ? 2 : 0) << i;
}

TEST(Collection, AnArrayAfterACookieStartsAtItsPhase) {
  auto *memory = static_cast<char *>(tricolor_new_array(&g_four, 8 + 3 * sizeof(Four)));
  unsigned char mask[13] = {};
  EXPECT_GE(tricolor_pointer_mask(memory, mask, sizeof mask), 13u);
  EXPECT_EQ(mask[0], 0);
  for (size_t i = 0; i < 12; ++i)
    EXPECT_EQ(mask[i + 1], i % 4 == 0 ? 1 : i % 4 == 2 ? 2 : 0) << i;
}

TEST(Collection, NoScanTypesHoldNothing) {
  auto *plain = static_cast<Four *>(tricolor_new(&g_plain));
  unsigned char mask[4] = {9, 9, 9, 9};
  EXPECT_EQ(tricolor_pointer_mask(plain, mask, 4), 4u);
  for (unsigned char word : mask)
    EXPECT_EQ(word, 0);
}

TEST(Collection, MemoryComesZeroed) {
  for (int round = 0; round < 3; ++round) {
    for (size_t i = 0; i < 2000; ++i) {
      Four *object = new_four();
      ASSERT_TRUE(!object->exact && !object->hidden && !object->tolerant && !object->number);
      memset(object, 0, sizeof *object);
      object->number = ~uint64_t{0};
    }
    tricolor_collect();
  }
}

TEST(Collection, DeleteFreesEarly) {
  Four *object = new_four();
  tricolor_delete(object);
  EXPECT_FALSE(tricolor_is_collected(object));
  tricolor_delete(nullptr);
}

TEST(CollectionDeathTest, DeletingTwiceIsNamed) {
  Four *object = new_four();
  tricolor_delete(object);
  EXPECT_DEATH(tricolor_delete(object), "not allocated");
}

TEST(CollectionDeathTest, DeletingTheInsideIsNamed) {
  Four *object = new_four();
  EXPECT_DEATH(tricolor_delete(&object->number), "inside an object");
}

TEST(CollectionDeathTest, DeletingForeignMemoryIsNamed) {
  int local;
  EXPECT_DEATH(tricolor_delete(&local), "not in the collected heap");
}

TEST(CollectionDeathTest, ATypeThatWasNotFilledInIsRefused) {
  tricolor_type type = make_type(32, kProgram, 4);
  type.flags = 0;
  EXPECT_DEATH(tricolor_new(&type), "plugin");
}

TEST(Collection, ForeignPointersAreNotCollected) {
  int local;
  static int global;
  std::unique_ptr<void, void (*)(void *)> block(malloc(100), free);
  for (const void *p :
       {static_cast<const void *>(nullptr), static_cast<const void *>(&local),
        static_cast<const void *>(&global), static_cast<const void *>(block.get())}) {
    EXPECT_FALSE(tricolor_is_collected(p));
    EXPECT_EQ(tricolor_object_base(p), nullptr);
    EXPECT_EQ(tricolor_object_size(p), 0u);
    EXPECT_EQ(tricolor_pointer_mask(p, nullptr, 0), 0u);
  }
}

// What the barrier remembers is a root of the next cycle, in the buffer and beyond its capacity.
TEST(Collection, WhatBarriersSawIsKept) {
  for (size_t copies : {size_t{1}, BarrierBuffer::kCapacity}) {
    Hidden objects;
    call_far_below([&] {
      for (uintptr_t &hidden : objects) {
        void *slot = new_four();
        hidden = hide(slot);
        for (size_t i = 0; i < copies; ++i)
          tricolor_write_barrier(&slot, 0);
      }
    });
    wipe_stack();
    tricolor_collect();
    EXPECT_EQ(alive(objects), kMany) << copies;
    wipe_stack();
    tricolor_collect();
    EXPECT_LE(alive(objects), kFew) << copies;
  }
}

TEST(Barrier, RemembersTheOldAndTheNewWord) {
  BarrierBuffer &buffer = current_mutator().barrier_buffer;
  buffer.count = 0;
  void *slot = &buffer;
  tricolor_write_barrier(&slot, 0x1234);
  EXPECT_EQ(buffer.count, 2u);
  EXPECT_EQ(buffer.words[0], reinterpret_cast<uintptr_t>(&buffer));
  EXPECT_EQ(buffer.words[1], 0x1234u);
  slot = nullptr;
  tricolor_write_barrier(&slot, 0);
  EXPECT_EQ(buffer.count, 2u);
  buffer.count = 0;
}

// Called with any alignment of the stack, it changes neither general registers nor xmm0.
TEST(Barrier, TakesItsOperandsFromTheInstructionsBehindTheCall) {
  BarrierBuffer &buffer = current_mutator().barrier_buffer;
  for (uintptr_t misalignment : {0, 8}) {
    buffer.count = 0;
    uintptr_t slots[3] = {11, 12, 13};
    uintptr_t *base = slots;
    uintptr_t index = 2, word = 0x5678, sum = 0;
    __asm__ volatile("movq %%rsp, %%r12\n\t"
                     "andq $-16, %%rsp\n\t"
                     "subq $128, %%rsp\n\t"
                     "subq %[misalignment], %%rsp\n\t"
                     "movl $1, %%eax\n\tmovl $2, %%ecx\n\tmovl $3, %%edx\n\tmovl $4, %%r8d\n\t"
                     "movl $5, %%r9d\n\tmovl $6, %%r10d\n\tmovl $7, %%r11d\n\tmovl $8, %%edi\n\t"
                     "movq %[word], %%xmm0\n\t"
                     "call tricolor_store_barrier_2\n\t"
                     "testq %[word], (%[base],%[index],8)\n\t"
                     "testl %%esp, 8(%[base])\n\t"
                     "movq %%r12, %%rsp\n\t"
                     "movq %%xmm0, %[word]\n\t"
                     "leaq (%%rax,%%rcx,8), %[sum]\n\taddq %%rdx, %[sum]\n\taddq %%r8, %[sum]\n\t"
                     "addq %%r9, %[sum]\n\taddq %%r10, %[sum]\n\taddq %%r11, %[sum]\n\t"
                     "addq %%rdi, %[sum]\n\t"
                     : [word] "+&r"(word), [sum] "=&r"(sum)
                     : [base] "r"(base), [index] "r"(index), [misalignment] "r"(misalignment)
                     : "rax", "rcx", "rdx", "rdi", "r8", "r9", "r10", "r11", "r12", "xmm0",
                       "memory", "cc");
    EXPECT_EQ(std::vector<uintptr_t>(buffer.words, buffer.words + buffer.count),
              (std::vector<uintptr_t>{13, 0x5678, 12}));
    EXPECT_EQ(word, 0x5678u);
    EXPECT_EQ(sum, 1u + 8 * 2 + 3 + 4 + 5 + 6 + 7 + 8);
    buffer.count = 0;
  }
}

TEST(Barrier, TheBulkFormTakesWholeWordsOfBothSides) {
  BarrierBuffer &buffer = current_mutator().barrier_buffer;
  buffer.count = 0;
  uintptr_t to[4] = {1, 2, 3, 4}, from[4] = {5, 6, 7, 8};
  tricolor_bulk_barrier(to, from, sizeof to);
  EXPECT_EQ(std::vector<uintptr_t>(buffer.words, buffer.words + buffer.count),
            (std::vector<uintptr_t>{1, 5, 2, 6, 3, 7, 4, 8}));
  buffer.count = 0;
  tricolor_bulk_barrier(reinterpret_cast<char *>(to) + 3, nullptr, sizeof to - 6);
  EXPECT_EQ(std::vector<uintptr_t>(buffer.words, buffer.words + buffer.count),
            (std::vector<uintptr_t>{2, 3}));
  buffer.count = 0;
}

// A cell that says that it was loaded from is handed out when cells are closed; what is remembered then is thrown away.
TEST(Barrier, AWeakLoadRemembersTheObjectAndTheCell) {
  if (configuration().collector_mode() != CollectorMode::Hybrid)
    GTEST_SKIP();
  Four *object = new_four();
  void *cell = tricolor_weak_new(object);
  tricolor_collect(); // no cycle is under way
  BarrierBuffer &buffer = current_mutator().barrier_buffer;
  buffer.count = 0;
  __atomic_store_n(&tricolor_control.barrier, 1, __ATOMIC_SEQ_CST);
  EXPECT_EQ(tricolor_weak_get(cell), object);
  __atomic_store_n(&tricolor_control.barrier, 0, __ATOMIC_SEQ_CST);
  std::vector<uintptr_t> remembered(buffer.words, buffer.words + buffer.count);
  buffer.count = 0;
  for (const void *each : {cell, static_cast<void *>(object)})
    EXPECT_NE(std::find(remembered.begin(), remembered.end(), reinterpret_cast<uintptr_t>(each)),
              remembered.end());
}

TEST(Collection, ThreadsAllocateAndCollectTogether) {
  std::vector<std::thread> threads;
  std::array<bool, 4> good{};
  for (size_t t = 0; t < good.size(); ++t)
    threads.emplace_back([&good, t] {
      Four *list = nullptr;
      size_t length = 0;
      for (size_t i = 0; i < 20'000; ++i) {
        Four *node = new_four();
        node->exact = list;
        node->number = t;
        list = node;
        if (++length == 1000) {
          bool right = true;
          for (Four *at = list; at; at = at->exact)
            right &= at->number == t;
          if (!right)
            return;
          list = nullptr;
          length = 0;
        }
        if (i % 5000 == 0)
          tricolor_collect();
      }
      good[t] = true;
    });
  for (std::thread &thread : threads)
    thread.join();
  for (bool each : good)
    EXPECT_TRUE(each);
}

} // namespace
} // namespace tricolor::rt
