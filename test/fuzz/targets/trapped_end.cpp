//===- test/fuzz/targets/trapped_end.cpp - The runtime's ends, survived -----------------------===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//

#include "trapped_end.h"

#include "os/fatal.h"
#include "os/metadata.h"

#include <cstdlib>
#include <cstring>

namespace tricolor {

namespace test {

std::jmp_buf g_trap;

namespace {
// More in one run is a fault of the target's limits or of the runtime's.
constexpr size_t most_blocks = 4096;
void *g_blocks[most_blocks];
size_t g_block_count;
} // namespace

void free_metadata() {
  for (size_t i = 0; i < g_block_count; ++i)
    std::free(g_blocks[i]);
  g_block_count = 0;
}

} // namespace test

namespace rt {

void fatal(const char *, const char *) { std::longjmp(test::g_trap, 1); }
void fatal(const LineWriter &, const char *) { std::longjmp(test::g_trap, 1); }
// The runtime's own checks are findings.
void check_failed(const char *, const char *, int) { std::abort(); }

void *metadata_try_allocate(size_t bytes, size_t align) {
  if (test::g_block_count == test::most_blocks)
    std::abort();
  size_t rounded = (bytes + align - 1) / align * align;
  void *block = std::aligned_alloc(align, rounded ? rounded : align);
  if (block) {
    std::memset(block, 0, rounded);
    test::g_blocks[test::g_block_count++] = block;
  }
  return block;
}

void *metadata_allocate(size_t bytes, size_t align) {
  void *block = metadata_try_allocate(bytes, align);
  if (!block)
    std::abort();
  return block;
}

void metadata_free(void *block, size_t, size_t) {
  for (size_t i = 0; i < test::g_block_count; ++i)
    if (test::g_blocks[i] == block) {
      std::free(block);
      test::g_blocks[i] = test::g_blocks[--test::g_block_count];
      return;
    }
  if (block)
    std::abort();
}

size_t metadata_bytes() { return 0; }

} // namespace rt
} // namespace tricolor
