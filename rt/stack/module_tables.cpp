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
#include "stack/word_sets.h"

#include <string.h>

namespace tricolor::rt {

namespace {

const tricolor_map_site *sites_of(const tricolor_map_record &record) {
  return reinterpret_cast<const tricolor_map_site *>(&record + 1);
}

uintptr_t resolve(const int32_t &distance) {
  return reinterpret_cast<uintptr_t>(&distance) + static_cast<intptr_t>(distance);
}

uintptr_t function_begin(const tricolor_map_record &record) {
  return resolve(record.anchor) - sites_of(record)[0].pc_offset;
}

size_t set_words(uint32_t stride) { return (size_t{stride} + 31) / 32; }

/// Builds one image's tables.
class Builder {
public:
  explicit Builder(const tricolor_module *module) : module_(module) {}

  ModuleTables *build() {
    if (!find_loaded_image(reinterpret_cast<uintptr_t>(module_), &image_))
      fatal("a module was registered that is in no loaded image",
            "tricolor_register_module must be called by the image that contains the module");
    if (module_->abi_version != TRICOLOR_ABI_VERSION)
      foreign_version("it was compiled", module_->abi_version);
    check_section(TRICOLOR_SECTION_MAPS, module_->maps_begin, module_->maps_end);
    check_section(TRICOLOR_SECTION_FUNCTIONS, module_->functions_begin, module_->functions_end);
    check_section(TRICOLOR_SECTION_GLOBALS, module_->globals_begin, module_->globals_end);
    tables_ = metadata_new_array<ModuleTables>(1);
    tables_->module = module_;
    build_maps();
    build_functions();
    build_globals();
    tables_->thread_locals = locate_thread_locals(image_);
    bound_code();
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

  void check_section(const char *name, const void *begin, const void *end) {
    if (begin == end)
      return;
    auto address = reinterpret_cast<uintptr_t>(begin);
    if (begin > end || address % 4 != 0 ||
        !image_.contains(address, distance(begin, end), SegmentUse::Any))
      malformed(name, 0, "the section's bounds make no sense");
    if (distance(begin, end) % 4 != 0)
      malformed(name, distance(begin, end), "the section is cut off");
  }

  // Calls visit(record) for the records of a section, which begin with their size.
  template <class Record, class Visit>
  void for_each_record(const char *section, const void *begin, const void *end, Visit &&visit) {
    const char *at = static_cast<const char *>(begin);
    while (at != end) {
      size_t left = distance(at, end);
      const auto *record = reinterpret_cast<const Record *>(at);
      if (left < sizeof(Record) || record->size > left)
        malformed(section, distance(begin, at), "the last record is cut off");
      if (record->size < sizeof(Record) || record->size % 4 != 0)
        malformed(section, distance(begin, at), "a record's size makes no sense");
      visit(*record);
      at += record->size;
    }
  }
  template <class Visit> void for_each_map(Visit &&visit) {
    for_each_record<tricolor_map_record>(TRICOLOR_SECTION_MAPS, module_->maps_begin,
                                         module_->maps_end, visit);
  }
  template <class Visit> void for_each_global(Visit &&visit) {
    for_each_record<tricolor_global>(TRICOLOR_SECTION_GLOBALS, module_->globals_begin,
                                     module_->globals_end, visit);
  }

  void check_map(const tricolor_map_record &record) {
    if (record.version != TRICOLOR_ABI_VERSION)
      foreign_version("a stack map is", record.version);
    if (record.flags != 0)
      bad_map(&record, "a record has flags that this version does not know");
    uint64_t lists = sizeof record + uint64_t{record.num_sites} * sizeof(tricolor_map_site);
    if (record.num_sites == 0 || lists >= record.size)
      bad_map(&record, "a record's number of call sites does not fit its size");
    const tricolor_map_site *sites = sites_of(record);
    for (uint32_t i = 0; i < record.num_sites; ++i) {
      if (i != 0 && sites[i].pc_offset <= sites[i - 1].pc_offset)
        bad_map(&record, "a record's call sites are not sorted");
      if (sites[i].list < lists || sites[i].list >= record.size)
        bad_map(&record, "a call site's root list lies outside its record");
    }
    // A call may be the last instruction of the image's code: its return address is then one past
    // it.
    if (!image_.contains(function_begin(record), sites[record.num_sites - 1].pc_offset,
                         SegmentUse::Code))
      bad_map(&record, "a record describes a function outside the image's code");
  }

  void build_maps() {
    size_t count = 0;
    for_each_map([&](const tricolor_map_record &record) {
      check_map(record);
      ++count;
    });
    tables_->map_count = count;
    if (count == 0)
      return;
    tables_->maps = metadata_new_array<FunctionMap>(count);
    FunctionMap *next = tables_->maps;
    for_each_map(
        [&](const tricolor_map_record &record) { *next++ = {function_begin(record), &record}; });
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

  void bound_code() {
    tables_->code_begin = ~uintptr_t{0};
    tables_->code_end = 0;
    auto include = [this](uintptr_t begin, uintptr_t end) {
      if (begin < tables_->code_begin)
        tables_->code_begin = begin;
      if (end > tables_->code_end)
        tables_->code_end = end;
    };
    for (size_t i = 0; i < tables_->map_count; ++i) {
      const FunctionMap &map = tables_->maps[i];
      uint32_t last = sites_of(*map.record)[map.record->num_sites - 1].pc_offset;
      include(map.function_begin, map.function_begin + last + 1);
    }
    if (tables_->function_count != 0) {
      // Where the last function ends nobody needs to know: the end of its segment will do.
      uintptr_t last = tables_->functions[tables_->function_count - 1];
      include(tables_->functions[0], last + 1);
      include(last, segment_end(last));
    }
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
  LoadedImage image_;
  ModuleTables *tables_ = nullptr;
};

// Two records for one function that disagree: the linker folded functions of equal code whose
// locals hold pointers in different places. Then nobody knows, and the frame is scanned as a whole.
constexpr uint8_t whole_frame[] = {TRICOLOR_ROOT_FRAME, TRICOLOR_ROOT_END};

const uint8_t *find_site(const tricolor_map_record &record, uint32_t pc_offset, size_t *bytes) {
  const tricolor_map_site *sites = sites_of(record);
  size_t index = partition_index(sites, record.num_sites, [&](const tricolor_map_site &site) {
    return site.pc_offset < pc_offset;
  });
  if (index == record.num_sites || sites[index].pc_offset != pc_offset)
    return nullptr;
  *bytes = record.size - sites[index].list;
  return reinterpret_cast<const uint8_t *>(&record) + sites[index].list;
}

// Lists behind each other may be followed by different ones: their common bytes must hold a whole
// list.
bool equal_lists(const uint8_t *a, size_t a_bytes, const uint8_t *b, size_t b_bytes) {
  return a_bytes == b_bytes && memcmp(a, b, a_bytes) == 0;
}

} // namespace

ModuleTables *build_module_tables(const tricolor_module *module) { return Builder(module).build(); }

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
  const uint8_t *found = nullptr;
  for (size_t i = end;
       i > 0 && tables.maps[i - 1].function_begin == tables.maps[end - 1].function_begin; --i) {
    size_t here_bytes;
    uintptr_t offset = return_address - tables.maps[i - 1].function_begin;
    const uint8_t *here =
        offset > UINT32_MAX
            ? nullptr
            : find_site(*tables.maps[i - 1].record, static_cast<uint32_t>(offset), &here_bytes);
    if (!here)
      continue;
    if (found && !equal_lists(found, *bytes, here, here_bytes)) {
      *bytes = sizeof whole_frame;
      return whole_frame;
    }
    found = here;
    *bytes = here_bytes;
  }
  return found;
}

bool is_function_begin(const ModuleTables &tables, uintptr_t address) {
  size_t index = partition_index(tables.functions, tables.function_count,
                                 [&](uintptr_t begin) { return begin < address; });
  return index != tables.function_count && tables.functions[index] == address;
}

void visit_global(const tricolor_global &global, const RootSink &sink) {
  const auto *first = reinterpret_cast<const uintptr_t *>(resolve(global.anchor));
  if (global.stride == 0) {
    if (global.count != 0)
      sink.words(sink.context, first, global.count, RootCertainty::Tolerant);
    return;
  }
  const auto *exact = reinterpret_cast<const uint8_t *>(&global + 1);
  const uint8_t *tolerant = exact + set_words(global.stride) * sizeof(uint32_t);
  visit_elements(first, global.count, global.stride, exact, tolerant, sink);
}

} // namespace tricolor::rt
