//===- rt/stack/thread_local_block.cpp - An image's thread_locals in some thread ------------===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//

#include "stack/thread_local_block.h"

#include "stack/guarded_read.h"

#include <dlfcn.h>

namespace tricolor::rt {

namespace {

struct TlsIndex {
  unsigned long module, offset;
};

// The loader's __tls_get_addr, which allocates the block. Looked up, because a static program cannot refer
// to it, not even weakly: there is none, and the linker rewrites the calls that it knows.
void *allocated_block(size_t module) {
  auto *get = reinterpret_cast<void *(*)(TlsIndex *)>(dlsym(RTLD_DEFAULT, "__tls_get_addr"));
  TlsIndex index = {module, 0};
  return get ? get(&index) : nullptr;
}

struct DtvEntry {
  uintptr_t value; // entry 0: the generation; the one before: how many entries there are
  uintptr_t to_free;
};

struct ThreadHeader {
  uintptr_t self;
  const DtvEntry *dtv;
};

constexpr uintptr_t unallocated = ~uintptr_t{0};

uintptr_t own_thread_pointer() {
  uintptr_t value;
  __asm__("movq %%fs:0, %0" : "=r"(value));
  return value;
}

// Of a stopped thread.
[[gnu::no_sanitize("address", "thread", "memory")]] const DtvEntry *
dtv_of(uintptr_t thread_pointer) {
  return reinterpret_cast<const ThreadHeader *>(thread_pointer)->dtv;
}

[[gnu::no_sanitize("address", "thread", "memory")]] DtvEntry entry_of(const DtvEntry *dtv,
                                                                      size_t module) {
  if (module > dtv[-1].value)
    return {unallocated, 0};
  return dtv[module];
}

[[gnu::no_sanitize("address", "thread", "memory")]] uintptr_t generation_of(const DtvEntry *dtv) {
  return dtv[0].value;
}

struct WordRun {
  uintptr_t begin, end;
};

WordRun words_of(uintptr_t begin, size_t bytes) {
  uintptr_t mask = ~(sizeof(uintptr_t) - 1);
  return {(begin + sizeof(uintptr_t) - 1) & mask, (begin + bytes) & mask};
}

void visit_directly(uintptr_t begin, size_t bytes, const RootSink &sink) {
  WordRun run = words_of(begin, bytes);
  if (run.begin < run.end)
    sink.words(sink.context, reinterpret_cast<const uintptr_t *>(run.begin),
               (run.end - run.begin) / sizeof(uintptr_t), RootCertainty::Conservative);
}

} // namespace

ThreadLocalBlock locate_thread_locals(const LoadedImage &image) {
  ThreadLocalBlock block = {};
  if (image.tls_module == 0 || image.tls_bytes == 0)
    return block;
  block.module = image.tls_module;
  block.bytes = image.tls_bytes;
  auto own = reinterpret_cast<uintptr_t>(image.tls_block);
  if (own == 0)
    own = reinterpret_cast<uintptr_t>(allocated_block(image.tls_module));
  uintptr_t thread_pointer = own_thread_pointer();
  const DtvEntry *dtv = dtv_of(thread_pointer);
  block.generation = generation_of(dtv);
  // Only allocated blocks have something to free.
  if (own != 0 && own < thread_pointer && entry_of(dtv, block.module).to_free == 0)
    block.distance = thread_pointer - own;
  return block;
}

void visit_thread_local_block(const ThreadLocalBlock &block, uintptr_t thread_pointer,
                              const RootSink &sink) {
  if (block.module == 0)
    return;
  if (block.distance != 0)
    return visit_directly(thread_pointer - block.distance, block.bytes, sink);
  const DtvEntry *dtv = dtv_of(thread_pointer);
  if (!dtv)
    return;
  uintptr_t begin = entry_of(dtv, block.module).value;
  if (begin == unallocated || begin == 0)
    return;
  if (generation_of(dtv) >= block.generation)
    return visit_directly(begin, block.bytes, sink);
  WordRun run = words_of(begin, block.bytes);
  guarded_scan_upwards(run.begin, run.end, sink);
}

} // namespace tricolor::rt
