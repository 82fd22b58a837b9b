//===- test/unit/stack/managed_frame.h - Frames that are known to the byte --------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// Stands in for compiled code: functions in assembly whose frames are known to the byte, and
// records that are put together at run time.
//
//===------------------------------------------------------------------------------------------===//

#ifndef TRICOLOR_TEST_UNIT_STACK_MANAGED_FRAME_H
#define TRICOLOR_TEST_UNIT_STACK_MANAGED_FRAME_H

#include "stack/modules.h"

#include <tricolor/abi.h>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <vector>

namespace tricolor::rt {

inline constexpr size_t managed_frame_words = 32;

extern "C" {
/// Copies the words into its frame at rsp + 0, sets rbx and calls function(argument). Its frame
/// pointer is rbp; the words are at rbp - 272.
void test_managed_frame(void (*function)(void *), void *argument, const uintptr_t *words,
                        uintptr_t rbx);
extern const char test_managed_frame_site[];
/// Calls function(argument), which must not return, as its last instruction.
void test_managed_noreturn(void (*function)(void *), void *argument);
extern const char test_managed_noreturn_site[];
/// What follows it in memory: must never be taken for the frame's function.
void test_after_noreturn();
}

/// The head byte of a root list entry.
inline uint8_t root(unsigned kind, unsigned base = 0) {
  return static_cast<uint8_t>(kind | base << 3);
}
inline void append_sleb(std::vector<uint8_t> &bytes, int64_t value) {
  for (;;) {
    uint8_t byte = value & 0x7f;
    value >>= 7;
    bool last = (value == 0 && !(byte & 0x40)) || (value == -1 && (byte & 0x40));
    bytes.push_back(last ? byte : byte | 0x80);
    if (last)
      return;
  }
}
inline void append_uleb(std::vector<uint8_t> &bytes, uint64_t value) {
  do {
    uint8_t byte = value & 0x7f;
    value >>= 7;
    bytes.push_back(value ? byte | 0x80 : byte);
  } while (value);
}

/// A map record in static memory of this image. Sites are added in order.
class TestRecord {
public:
  using Code = const void *;

  /// `at` must lie in the image.
  explicit TestRecord(uint8_t *at) : at_(at) {}

  struct Site {
    Code return_address;
    std::vector<uint8_t> list;
  };

  /// Writes the record; returns its end.
  uint8_t *write(Code function, const std::vector<Site> &sites) {
    std::vector<uint8_t> bytes;
    std::vector<std::vector<uint8_t>> lists;
    uintptr_t before = address(function);
    for (const Site &site : sites) {
      uintptr_t distance = address(site.return_address) - before;
      before = address(site.return_address);
      auto known = std::find(lists.begin(), lists.end(), site.list);
      if (site.list == std::vector<uint8_t>{TRICOLOR_ROOT_END}) {
        append_uleb(bytes, distance << 2 | TRICOLOR_SITE_NOTHING);
      } else if (known != lists.end()) {
        append_uleb(bytes, distance << 2 | TRICOLOR_SITE_EARLIER);
        append_uleb(bytes, static_cast<uint64_t>(known - lists.begin()));
      } else {
        append_uleb(bytes, distance << 2 | TRICOLOR_SITE_NEW);
        bytes.insert(bytes.end(), site.list.begin(), site.list.end());
        lists.push_back(site.list);
      }
    }
    return write(sites[0].return_address, bytes);
  }

  /// A record of these bytes of sites, whatever they are.
  uint8_t *write(Code first_site, const std::vector<uint8_t> &sites) {
    auto *record = reinterpret_cast<tricolor_map_record *>(at_);
    record->anchor = static_cast<int32_t>(address(first_site) - address(at_));
    record->version = TRICOLOR_ABI_VERSION;
    std::vector<uint8_t> bytes;
    append_uleb(bytes, sites.size());
    bytes.insert(bytes.end(), sites.begin(), sites.end());
    memcpy(record + 1, bytes.data(), bytes.size());
    return reinterpret_cast<uint8_t *>(record + 1) + bytes.size();
  }

private:
  static uintptr_t address(Code code) { return reinterpret_cast<uintptr_t>(code); }
  uint8_t *at_;
};

/// The three sections of a module, in static memory of this image, and its registration. One at a
/// time.
class TestModule {
public:
  TestModule() {
    memset(maps_memory, 0, sizeof maps_memory);
    module.abi_version = TRICOLOR_ABI_VERSION;
    module.reserved = 0;
    module.maps_begin = module.maps_end = maps_memory;
    module.functions_begin = module.functions_end = functions_memory;
    module.globals_begin = module.globals_end = globals_memory;
    module.poll_page = nullptr;
  }
  ~TestModule() {
    if (registered_)
      unregister();
  }

  void add_map(TestRecord::Code function, const std::vector<TestRecord::Site> &sites) {
    module.maps_end = TestRecord(end(module.maps_end)).write(function, sites);
  }
  void add_map_bytes(TestRecord::Code first_site, const std::vector<uint8_t> &sites) {
    module.maps_end = TestRecord(end(module.maps_end)).write(first_site, sites);
  }
  void add_function(TestRecord::Code function) {
    auto *at = reinterpret_cast<int32_t *>(end(module.functions_end));
    *at =
        static_cast<int32_t>(reinterpret_cast<intptr_t>(function) - reinterpret_cast<intptr_t>(at));
    module.functions_end = at + 1;
  }
  /// `sets`: first the exact, then the tolerant words.
  void add_global(const void *global, uint32_t count, uint32_t stride,
                  const std::vector<uint32_t> &sets) {
    auto *at = reinterpret_cast<tricolor_global *>(end(module.globals_end));
    at->size = static_cast<uint32_t>(sizeof *at + sets.size() * 4);
    at->anchor = static_cast<int32_t>(reinterpret_cast<intptr_t>(global) -
                                      reinterpret_cast<intptr_t>(&at->anchor));
    at->count = count;
    at->stride = stride;
    if (!sets.empty())
      memcpy(at + 1, sets.data(), sets.size() * 4);
    module.globals_end = reinterpret_cast<uint8_t *>(at) + at->size;
  }
  void do_register() {
    modules_register(&module);
    registered_ = true;
  }
  void unregister() {
    modules_unregister(&module);
    registered_ = false;
  }
  tricolor_map_record *first_record() {
    return reinterpret_cast<tricolor_map_record *>(maps_memory);
  }
  tricolor_global *first_global() { return reinterpret_cast<tricolor_global *>(globals_memory); }

  static inline tricolor_module module;

private:
  static uint8_t *end(const void *end) { return static_cast<uint8_t *>(const_cast<void *>(end)); }

  alignas(8) static inline uint8_t maps_memory[16384];
  alignas(8) static inline uint8_t functions_memory[4096];
  alignas(8) static inline uint8_t globals_memory[16384];
  bool registered_ = false;
};

} // namespace tricolor::rt

#endif // TRICOLOR_TEST_UNIT_STACK_MANAGED_FRAME_H
