//===- test/fuzz/targets/fuzz_maps.cpp - An image's tables, arbitrary bytes -------------------===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// A libFuzzer target. The input is two bytes, which say how many 4-byte units of it are the section
// tricolor_maps and how many tricolor_functions, and the sections; the rest is tricolor_globals. They
// are validated and indexed as when an image registers, every return address near them is looked up,
// every root list that is found is decoded against a frame of known bounds, and every global is visited.
// What is malformed must end in fatal(), never in memory outside the section or the frame.
//
// Anchors are relative to where the input is; they are moved to this program's code and data, since
// almost no other would be accepted. Nothing else is known here about the layout of the records.
//
//===------------------------------------------------------------------------------------------===//

#include "trapped_end.h"

#include "stack/map_record.h"
#include "stack/module_tables.h"
#include "stack/root_list.h"

#include <tricolor/abi.h>

#include <cstdint>
#include <cstring>
#include <sanitizer/asan_interface.h>

using namespace tricolor;
using namespace tricolor::rt;

namespace {

constexpr size_t most_bytes = 4096;
// The return addresses that are looked up lie this close to the code that the anchors are moved to.
constexpr size_t most_addresses = 600;
constexpr size_t frame_words = 64;

alignas(8) uint8_t g_input[most_bytes];
alignas(8) uintptr_t g_global[256];
tricolor_module g_module;
uintptr_t *g_frame;
ModuleTables *g_tables;
volatile uintptr_t g_sum;

// Code for the records to be about.
[[gnu::noinline]] uintptr_t code() { return reinterpret_cast<uintptr_t>(&build_module_tables); }

void read_words(void *, const uintptr_t *first, size_t count, RootCertainty) {
  for (size_t i = 0; i < count; ++i)
    g_sum = g_sum + first[i];
}

// A global may be any memory of the image, also what AddressSanitizer has put between its variables.
void count_words(void *, const uintptr_t *, size_t count, RootCertainty) { g_sum = g_sum + count; }

void move_anchor(int32_t &anchor, uintptr_t to) {
  auto distance = static_cast<uint32_t>(to - reinterpret_cast<uintptr_t>(&anchor));
  anchor = static_cast<int32_t>(static_cast<uint32_t>(anchor) + distance);
}

void move_map_anchors(uint8_t *begin, const uint8_t *end, uintptr_t to) {
  while (static_cast<size_t>(end - begin) >= sizeof(tricolor_map_record)) {
    int32_t anchor;
    memcpy(&anchor, begin, sizeof anchor);
    anchor = static_cast<int32_t>(static_cast<uint32_t>(anchor) +
                                  static_cast<uint32_t>(to - reinterpret_cast<uintptr_t>(begin)));
    memcpy(begin, &anchor, sizeof anchor);
    MapRecord record;
    if (read_map_record(begin, end, &record))
      return;
    begin = const_cast<uint8_t *>(record.end);
  }
}

void move_global_anchors(uint8_t *begin, const uint8_t *end, uintptr_t to) {
  while (static_cast<size_t>(end - begin) >= sizeof(tricolor_global)) {
    auto *record = reinterpret_cast<tricolor_global *>(begin);
    move_anchor(record->anchor, to);
    if (record->size < sizeof(tricolor_global) || record->size % 4 != 0 ||
        record->size > static_cast<size_t>(end - begin))
      return;
    begin += record->size;
  }
}

void look_up_and_visit() {
  RegisterState registers = {};
  auto middle = reinterpret_cast<uintptr_t>(g_frame + frame_words / 2);
  for (uintptr_t &value : registers.gpr)
    value = middle;
  registers.pc = code();
  RootListFrame frame = {&registers, reinterpret_cast<uintptr_t>(g_frame + frame_words - 8),
                         reinterpret_cast<uintptr_t>(g_frame),
                         reinterpret_cast<uintptr_t>(g_frame + frame_words)};
  RootSink sink = {nullptr, read_words};
  for (size_t i = 0; i < most_addresses; ++i) {
    size_t bytes = 0;
    if (const uint8_t *list = find_root_list(*g_tables, code() - 16 + i, &bytes))
      visit_root_list(list, bytes, frame, sink);
    g_sum = g_sum + is_function_begin(*g_tables, code() - 16 + i);
  }
  RootSink counting = {nullptr, count_words};
  for (size_t i = 0; i < g_tables->global_count; ++i)
    for (size_t word = 0; word < global_words(*g_tables->globals[i]);)
      word += visit_global_part(*g_tables->globals[i], word, 512, &counting);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  if (size < 2 || size - 2 > most_bytes)
    return 0;
  size_t units = (size - 2) / 4, maps = data[0], functions = data[1];
  if (maps > units)
    maps = units;
  if (functions > units - maps)
    functions = units - maps;
  memset(g_input, 0, sizeof g_input);
  memcpy(g_input, data + 2, size - 2);
  uint8_t *functions_begin = g_input + maps * 4, *globals_begin = functions_begin + functions * 4;
  uint8_t *end = g_input + units * 4;
  g_module = {TRICOLOR_ABI_VERSION, 0,   g_input, functions_begin, functions_begin, globals_begin,
              globals_begin,        end, nullptr};
  move_map_anchors(g_input, functions_begin, code());
  for (uint8_t *at = functions_begin; at != globals_begin; at += 4)
    move_anchor(*reinterpret_cast<int32_t *>(at), code());
  move_global_anchors(globals_begin, end, reinterpret_cast<uintptr_t>(g_global));
  __asan_poison_memory_region(end, static_cast<size_t>(g_input + most_bytes - end));
  uintptr_t words[frame_words] = {};
  g_frame = words;
  test::End built = test::run_trapped([] {
    LoadedImage image;
    if (!find_loaded_image(reinterpret_cast<uintptr_t>(&g_module), &image))
      __builtin_trap();
    g_tables = build_module_tables(&g_module, image);
    look_up_and_visit();
    free_module_tables(g_tables);
  });
  __asan_unpoison_memory_region(g_input, most_bytes);
  g_sum = g_sum + (built == test::End::Fatal);
  return 0;
}
