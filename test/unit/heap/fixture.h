//===- test/unit/heap/fixture.h - What the tests of the heap share ------------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//

#ifndef TRICOLOR_TEST_UNIT_HEAP_FIXTURE_H
#define TRICOLOR_TEST_UNIT_HEAP_FIXTURE_H

#include "heap/accounting.h"
#include "heap/config.h"
#include "heap/find_object.h"
#include "heap/free_object.h"
#include "heap/mark_bits.h"
#include "heap/thread_cache.h"
#include "heap/type_info.h"
#include "heap/verify.h"
#include "os/metadata.h"
#include <gtest/gtest.h>
#include <string>
#include <unistd.h>
#include <vector>

namespace tricolor::rt::test {

/// The heap is one per process: the first test starts it, all share it. Tests that need another
/// configuration are death tests, which run in a process of their own.
inline void start_heap(Poison poison = Poison::Off) {
  ::testing::FLAGS_gtest_death_test_style = "threadsafe";
  heap_initialize({size_t(16) << 30, poison});
}

/// In a process of its own with a heap that is poisoned: runs `body`, which must succeed.
template <class Body> void expect_success_with_poison(Body &&body) {
  ::testing::FLAGS_gtest_death_test_style = "threadsafe";
  auto in_child = [&] {
    start_heap(Poison::On);
    body();
    _exit(::testing::Test::HasFailure() ? 3 : 0);
  };
  EXPECT_EXIT(in_child(), ::testing::ExitedWithCode(0), "");
}

class HeapTest : public ::testing::Test {
protected:
  void SetUp() override { start_heap(); }
  void TearDown() override { heap_verify(); }
};

/// A ThreadCache in memory that stays, as a mutator's does.
class Cache {
public:
  Cache() : cache_(metadata_new_array<ThreadCache>(1)) {}
  ~Cache() {
    cache_->flush();
    metadata_free(cache_, sizeof(ThreadCache));
  }
  ThreadCache *operator->() { return cache_; }

  uintptr_t noscan(size_t bytes, size_t align = 8) {
    return cache_->allocate(bytes, align, ObjectKind::Noscan, nullptr, ArrayForm::One);
  }
  uintptr_t traced(size_t bytes) {
    return cache_->allocate(bytes, 8, ObjectKind::Traced, nullptr, ArrayForm::One);
  }
  uintptr_t of_type(const TypeInfo *type) {
    return cache_->allocate(type->size, type->align, ObjectKind::Typed, type, ArrayForm::One);
  }
  uintptr_t array_of(const TypeInfo *type, size_t bytes, ArrayForm form = ArrayForm::Array) {
    return cache_->allocate(bytes, type->align, ObjectKind::Typed, type, form);
  }

private:
  ThreadCache *cache_;
};

/// A word as a marker reads it, which others may be writing: other tools must not look at this read.
__attribute__((no_sanitize("address", "thread"))) inline uint64_t read_as_marker(uintptr_t p) {
  return *reinterpret_cast<volatile uint64_t *>(p);
}

/// A descriptor as the plugin would write it.
struct Descriptor {
  std::string name;
  std::vector<uint64_t> program;
  tricolor_type type;

  Descriptor(std::string its_name, uint64_t size, std::vector<uint64_t> code, uint32_t align = 8)
      : name(std::move(its_name)), program(std::move(code)),
        type{TRICOLOR_ABI_VERSION,
             TRICOLOR_TYPE_FILLED | (program.empty() ? uint32_t(TRICOLOR_TYPE_NOSCAN) : 0u),
             size,
             align,
             static_cast<uint32_t>(program.size()),
             program.empty() ? nullptr : program.data(),
             name.c_str(),
             nullptr,
             0,
             0} {}
  Descriptor(const Descriptor &) = delete;
};

constexpr uint64_t op_end() { return TRICOLOR_OP_END; }
constexpr uint64_t op_skip(uint64_t n) { return TRICOLOR_OP_SKIP | n << 8; }
constexpr uint64_t op_words(uint64_t n) { return TRICOLOR_OP_WORDS | n << 8; }
constexpr uint64_t op_repeat(uint64_t body) { return TRICOLOR_OP_REPEAT | body << 8; }

} // namespace tricolor::rt::test

#endif // TRICOLOR_TEST_UNIT_HEAP_FIXTURE_H
