//===- rt/stack/module_tables.cpp - The tables of one image, indexed ------------------------===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//

#include "stack/module_tables.h"

#include "os/fatal.h"
#include "os/metadata.h"
#include "os/output.h"
#include "os/sort.h"
#include "stack/eh_frame.h"
#include "stack/map_record.h"
#include "stack/word_sets.h"

#include <algorithm>
#include <string.h>

namespace tricolor::rt {

namespace {

uintptr_t resolve(const int32_t &distance) {
  return reinterpret_cast<uintptr_t>(&distance) + static_cast<intptr_t>(distance);
}

size_t set_words(uint32_t stride) { return (size_t{stride} + 31) / 32; }

/// Builds one image's tables.
class Builder {
public:
  Builder(const tricolor_module *module, const LoadedImage &image)
      : module_(module), image_(image) {}

  ModuleTables *build() {
    if (module_->abi_version != TRICOLOR_ABI_VERSION)
      foreign_version("it was compiled", module_->abi_version);
    check_section(TRICOLOR_SECTION_MAPS, module_->maps_begin, module_->maps_end, 1);
    check_section(TRICOLOR_SECTION_FUNCTIONS, module_->functions_begin, module_->functions_end, 4);
    check_section(TRICOLOR_SECTION_GLOBALS, module_->globals_begin, module_->globals_end, 4);
    tables_ = metadata_new_array<ModuleTables>(1);
    tables_->module = module_;
    tables_->code_begin = ~uintptr_t{0};
    build_maps();
    build_functions();
    build_globals();
    tables_->thread_locals = locate_thread_locals(image_);
    return tables_;
  }

private:
  static constexpr const char *rebuild =
      "rebuild it with the plugin that belongs to this runtime, and do not edit its sections";

  LineWriter &begin_message(LineWriter &line) {
    return line.str("image ").str(image_.name).str(": ");
  }
  [[noreturn]] void foreign_version(const char *what, uint64_t version) {
    LineWriter line;
    begin_message(line).str(what).str(" for version ").dec(version);
    line.str(" of the binary interface, this runtime has version ").dec(TRICOLOR_ABI_VERSION);
    fatal(line, "rebuild the image with the plugin that belongs to this runtime");
  }
  [[noreturn]] void malformed(const char *section, size_t offset, const char *cause) {
    LineWriter line;
    begin_message(line).str("section ").str(section).str(", byte ").dec(offset);
    fatal(line.str(": ").str(cause), rebuild);
  }
  [[noreturn]] void bad_map(const void *record, const char *cause) {
    malformed(TRICOLOR_SECTION_MAPS, distance(module_->maps_begin, record), cause);
  }
  [[noreturn]] void bad_global(const void *record, const char *cause) {
    malformed(TRICOLOR_SECTION_GLOBALS, distance(module_->globals_begin, record), cause);
  }

  static size_t distance(const void *begin, const void *end) {
    return reinterpret_cast<uintptr_t>(end) - reinterpret_cast<uintptr_t>(begin);
  }

  void check_section(const char *name, const void *begin, const void *end, size_t alignment) {
    if (begin == end)
      return;
    auto address = reinterpret_cast<uintptr_t>(begin);
    if (begin > end || address % alignment != 0 ||
        !image_.contains(address, distance(begin, end), SegmentUse::Any))
      malformed(name, 0, "the section's bounds make no sense");
    if (distance(begin, end) % alignment != 0)
      malformed(name, distance(begin, end), "the section is cut off");
  }

  // Calls visit(at, record) for the map records.
  template <class Visit> void for_each_map(Visit &&visit) {
    const auto *at = static_cast<const uint8_t *>(module_->maps_begin);
    const auto *end = static_cast<const uint8_t *>(module_->maps_end);
    while (at != end) {
      if (distance(at, end) >= sizeof(tricolor_map_record)) {
        uint8_t version = reinterpret_cast<const tricolor_map_record *>(at)->version;
        if (version != TRICOLOR_ABI_VERSION)
          foreign_version("a stack map is", version);
      }
      MapRecord record;
      if (const char *cause = read_map_record(at, end, &record))
        bad_map(at, cause);
      visit(at, record);
      at = record.end;
    }
  }
  template <class Visit> void for_each_global(Visit &&visit) {
    const char *at = static_cast<const char *>(module_->globals_begin);
    while (at != module_->globals_end) {
      size_t left = distance(at, module_->globals_end);
      const auto *record = reinterpret_cast<const tricolor_global *>(at);
      if (left < sizeof(tricolor_global) || record->size > left)
        bad_global(at, "the last record is cut off");
      if (record->size < sizeof(tricolor_global) || record->size % 4 != 0)
        bad_global(at, "a record's size makes no sense");
      visit(*record);
      at += record->size;
    }
  }

  // Returns the function's first byte.
  uintptr_t check_map(const uint8_t *at, const MapRecord &record) {
    MapExtent extent;
    if (const char *cause = check_map_sites(record, &extent))
      bad_map(at, cause);
    uintptr_t begin = record.first_site - extent.first_offset;
    // A call may be the last instruction of the image's code: its return address is then one past
    // it.
    if (!image_.contains(begin, extent.last_offset, SegmentUse::Code))
      bad_map(at, "a record describes a function outside the image's code");
    bound_code(begin, begin + extent.last_offset + 1);
    return begin;
  }

  void build_maps() {
    size_t count = 0;
    for_each_map([&](const uint8_t *, const MapRecord &) { ++count; });
    tables_->map_count = count;
    if (count == 0)
      return;
    tables_->maps = metadata_new_array<FunctionMap>(count);
    FunctionMap *next = tables_->maps;
    for_each_map(
        [&](const uint8_t *at, const MapRecord &record) { *next++ = {check_map(at, record), at}; });
    sort_in_place(tables_->maps, count, [](const FunctionMap &a, const FunctionMap &b) {
      return a.function_begin < b.function_begin;
    });
  }

  void build_functions() {
    auto *distances = static_cast<const int32_t *>(module_->functions_begin);
    size_t count = distance(distances, module_->functions_end) / sizeof(int32_t);
    tables_->function_count = count;
    if (count == 0)
      return;
    tables_->functions = metadata_new_array<uintptr_t>(count);
    for (size_t i = 0; i < count; ++i) {
      uintptr_t begin = resolve(distances[i]);
      if (!image_.contains(begin, 1, SegmentUse::Code))
        malformed(TRICOLOR_SECTION_FUNCTIONS, i * sizeof(int32_t),
                  "a function lies outside the image's code");
      tables_->functions[i] = begin;
    }
    sort_in_place(tables_->functions, count, [](uintptr_t a, uintptr_t b) { return a < b; });
    // Where the last function ends nobody needs to know: the end of its segment will do.
    uintptr_t last = tables_->functions[count - 1];
    bound_code(tables_->functions[0], segment_end(last));
    UnwindImage unwind;
    bool has_table = find_unwind_image(tables_->functions[0], &unwind);
    for (size_t i = 0; i < count; ++i)
      if (!has_table || find_function_row(unwind, tables_->functions[i]) != tables_->functions[i])
        no_unwind_information(tables_->functions[i]);
  }

  [[noreturn]] void no_unwind_information(uintptr_t function) {
    LineWriter line;
    begin_message(line).str("the function at ").hex(function - image_.base);
    fatal(line.str(" of the file has no unwind information in .eh_frame_hdr"),
          "compile without -fno-asynchronous-unwind-tables and link with --eh-frame-hdr");
  }

  void check_global(const tricolor_global &global) {
    if (global.stride != 0 &&
        sizeof global + uint64_t{2} * set_words(global.stride) * sizeof(uint32_t) > global.size)
      bad_global(&global, "a record is too short for its sets");
    uint64_t words = uint64_t{global.count} * (global.stride ? global.stride : 1);
    uintptr_t begin = resolve(global.anchor);
    if (begin % sizeof(uintptr_t) != 0)
      bad_global(&global, "a global is not aligned");
    if (words > (uint64_t{1} << 60) ||
        !image_.contains(begin, words * sizeof(uintptr_t), SegmentUse::Any))
      bad_global(&global, "a global lies outside the image");
  }

  void build_globals() {
    size_t count = 0;
    for_each_global([&](const tricolor_global &global) {
      check_global(global);
      ++count;
    });
    tables_->global_count = count;
    if (count == 0)
      return;
    tables_->globals = metadata_new_array<const tricolor_global *>(count);
    const tricolor_global **next = tables_->globals;
    for_each_global([&](const tricolor_global &global) { *next++ = &global; });
  }

  void bound_code(uintptr_t begin, uintptr_t end) {
    if (begin < tables_->code_begin)
      tables_->code_begin = begin;
    if (end > tables_->code_end)
      tables_->code_end = end;
  }

  uintptr_t segment_end(uintptr_t address) const {
    for (size_t i = 0; i < image_.segment_count; ++i) {
      uintptr_t begin = image_.base + image_.segments[i].p_vaddr;
      if (image_.segments[i].p_type == PT_LOAD && address >= begin &&
          address - begin < image_.segments[i].p_memsz)
        return begin + image_.segments[i].p_memsz;
    }
    return address + 1;
  }

  const tricolor_module *module_;
  const LoadedImage &image_;
  ModuleTables *tables_ = nullptr;
};

// Two records for one function that disagree: the linker folded functions of equal code whose
// locals hold pointers in different places. Then nobody knows, and the frame is scanned as a whole.
constexpr uint8_t whole_frame[] = {TRICOLOR_ROOT_FRAME, TRICOLOR_ROOT_END};

bool equal(const ListBytes &a, const ListBytes &b) {
  return a.bytes == b.bytes && memcmp(a.begin, b.begin, a.bytes) == 0;
}

} // namespace

ModuleTables *build_module_tables(const tricolor_module *module, const LoadedImage &image) {
  return Builder(module, image).build();
}

void free_module_tables(ModuleTables *tables) {
  metadata_free(tables->maps, tables->map_count * sizeof(FunctionMap));
  metadata_free(tables->functions, tables->function_count * sizeof(uintptr_t));
  metadata_free(tables->globals, tables->global_count * sizeof(const tricolor_global *));
  metadata_free(tables, sizeof(ModuleTables));
}

const uint8_t *find_root_list(const ModuleTables &tables, uintptr_t return_address, size_t *bytes) {
  if (return_address < tables.code_begin || return_address >= tables.code_end)
    return nullptr;
  // A return address at the first byte of the next function belongs to a call that does not return,
  // at the end of this one: no site has offset 0, so records that begin before the address are
  // asked.
  size_t end = partition_index(tables.maps, tables.map_count, [&](const FunctionMap &map) {
    return map.function_begin < return_address;
  });
  ListBytes found = {nullptr, 0};
  for (size_t i = end;
       i > 0 && tables.maps[i - 1].function_begin == tables.maps[end - 1].function_begin; --i) {
    uintptr_t offset = return_address - tables.maps[i - 1].function_begin;
    MapRecord record;
    if (offset > UINT32_MAX ||
        read_map_record(tables.maps[i - 1].record,
                        static_cast<const uint8_t *>(tables.module->maps_end), &record))
      continue;
    ListBytes here = find_map_site(record, static_cast<uint32_t>(offset));
    if (!here.begin)
      continue;
    if (found.begin && !equal(found, here)) {
      *bytes = sizeof whole_frame;
      return whole_frame;
    }
    found = here;
  }
  *bytes = found.bytes;
  return found.begin;
}

bool is_function_begin(const ModuleTables &tables, uintptr_t address) {
  size_t index = partition_index(tables.functions, tables.function_count,
                                 [&](uintptr_t begin) { return begin < address; });
  return index != tables.function_count && tables.functions[index] == address;
}

size_t global_words(const tricolor_global &global) {
  return size_t{global.count} * (global.stride == 0 ? 1 : global.stride);
}

size_t visit_global_part(const tricolor_global &global, size_t first, size_t count,
                         const RootSink *sink) {
  const auto *words = reinterpret_cast<const uintptr_t *>(resolve(global.anchor)) + first;
  size_t passed = global_words(global) - first;
  if (count < passed)
    passed = global.stride == 0 ? count : count - (first + count) % global.stride % 64;
  if (!sink || passed == 0)
    return passed;
  if (global.stride == 0) {
    sink->words(sink->context, words, passed, RootCertainty::Tolerant);
    return passed;
  }
  const auto *exact = reinterpret_cast<const uint8_t *>(&global + 1);
  const uint8_t *tolerant = exact + set_words(global.stride) * sizeof(uint32_t);
  for (size_t done = 0; done < passed;) {
    size_t in_element = (first + done) % global.stride;
    size_t here = std::min(passed - done, global.stride - in_element);
    visit_set(words + done, here, exact + in_element / 8, RootCertainty::Exact, *sink);
    visit_set(words + done, here, tolerant + in_element / 8, RootCertainty::Tolerant, *sink);
    done += here;
  }
  return passed;
}

} // namespace tricolor::rt
