//===- rt/stack/eh_frame.cpp - Finding a function's unwind information ----------------------===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// Formats: "Linux Standard Base Core Specification", Exception Frames. What linkers write on
// x86-64: the table of .eh_frame_hdr as pairs of signed 32-bit distances from the header, FDE
// addresses relative to themselves. Other encodings are read where they may occur and refused
// elsewhere.
//
//===------------------------------------------------------------------------------------------===//

#include "stack/eh_frame.h"

#include "stack/byte_reader.h"

#include <dlfcn.h>
#include <link.h>

#ifndef DLFO_EH_SEGMENT_TYPE
#error "Tricolor needs glibc 2.35 or newer (_dl_find_object)"
#endif
static_assert(DLFO_EH_SEGMENT_TYPE == PT_GNU_EH_FRAME);

namespace tricolor::rt {

namespace {

// DW_EH_PE: the low four bits are the format, the next three what it is relative to.
namespace encoding {
constexpr uint8_t absolute_pointer = 0x00, uleb128 = 0x01, udata2 = 0x02, udata4 = 0x03,
                  udata8 = 0x04, sleb128 = 0x09, sdata2 = 0x0a, sdata4 = 0x0b, sdata8 = 0x0c;
constexpr uint8_t format_mask = 0x0f, base_mask = 0x70;
constexpr uint8_t relative_to_itself = 0x10, relative_to_header = 0x30;
constexpr uint8_t indirect = 0x80, omitted = 0xff;
} // namespace encoding

// A row of the sorted table, in bytes from the header.
struct TableRow {
  int32_t function;
  int32_t fde;
};

struct Table {
  const TableRow *rows;
  size_t count;
};

bool read_table(const UnwindImage &image, Table *table) {
  ByteReader reader(image.eh_frame_hdr, image.end);
  uint8_t version = reader.byte();
  uint8_t frame_encoding = reader.byte();
  uint8_t count_encoding = reader.byte();
  uint8_t table_encoding = reader.byte();
  if (reader.failed() || version != 1 ||
      table_encoding != (encoding::relative_to_header | encoding::sdata4))
    return false;
  const uint8_t *at = reader.at();
  uintptr_t ignored, count;
  if (!read_encoded_pointer(frame_encoding, &at, image.end, &ignored) ||
      !read_encoded_pointer(count_encoding, &at, image.end, &count))
    return false;
  if (count == 0 || count > static_cast<size_t>(image.end - at) / sizeof(TableRow))
    return false;
  *table = {reinterpret_cast<const TableRow *>(at), count};
  return true;
}

// The last row whose function is not after pc, or null.
const TableRow *find_row(const UnwindImage &image, const Table &table, uintptr_t pc) {
  auto distance = static_cast<int64_t>(pc - reinterpret_cast<uintptr_t>(image.eh_frame_hdr));
  const TableRow *low = table.rows;
  size_t count = table.count;
  while (count > 0) {
    size_t half = count / 2;
    if (low[half].function <= distance) {
      low += half + 1;
      count -= half + 1;
    } else {
      count = half;
    }
  }
  return low == table.rows ? nullptr : low - 1;
}

bool inside(const UnwindImage &image, const uint8_t *address) {
  return address >= image.begin && address < image.end;
}

// Enters an entry of .eh_frame (CIE or FDE): its length, then a reader of what follows. False for
// the terminator and for lengths that leave the image.
bool enter(const UnwindImage &image, const uint8_t *entry, ByteReader *content) {
  ByteReader reader(entry, image.end);
  uint64_t length = reader.fixed<uint32_t>();
  if (length == 0xffffffff)
    length = reader.fixed<uint64_t>();
  if (reader.failed() || length == 0 || length > reader.left())
    return false;
  *content = ByteReader(reader.at(), reader.at() + length);
  return true;
}

struct Cie {
  uint8_t pointer_encoding;
  bool has_augmentation_data;
};

bool read_augmentation(const char *letters, ByteReader &reader, Cie *cie, UnwindEntry *entry) {
  if (*letters == 0)
    return true;
  if (*letters != 'z')
    return false;
  cie->has_augmentation_data = true;
  uint64_t bytes = reader.uleb();
  const uint8_t *begin = reader.at();
  const uint8_t *end = reader.skip(bytes) ? reader.at() : nullptr;
  if (!end)
    return false;
  ByteReader data(begin, end);
  for (++letters; *letters; ++letters) {
    switch (*letters) {
    case 'R':
      cie->pointer_encoding = data.byte();
      break;
    case 'L':
      data.byte();
      break;
    case 'P': {
      uint8_t personality_encoding = data.byte() & ~encoding::indirect;
      const uint8_t *at = data.at();
      uintptr_t personality;
      if (!read_encoded_pointer(personality_encoding, &at, end, &personality))
        return false;
      data.skip(static_cast<uint64_t>(at - data.at()));
      break;
    }
    case 'S':
      entry->kind = FrameKind::Signal;
      break;
    default:
      return false;
    }
  }
  return !data.failed();
}

bool read_cie(const UnwindImage &image, const uint8_t *address, Cie *cie, UnwindEntry *entry) {
  ByteReader reader(nullptr, nullptr);
  if (!inside(image, address) || !enter(image, address, &reader))
    return false;
  uint32_t id = reader.fixed<uint32_t>();
  uint8_t version = reader.byte();
  if (id != 0 || (version != 1 && version != 3))
    return false;
  const char *letters = reinterpret_cast<const char *>(reader.at());
  while (reader.byte() != 0)
    continue;
  entry->code_alignment = reader.uleb();
  entry->data_alignment = reader.sleb();
  uint64_t return_register = version == 1 ? reader.byte() : reader.uleb();
  if (reader.failed() || return_register != 16)
    return false;
  *cie = {encoding::absolute_pointer, false};
  entry->kind = FrameKind::Call;
  if (!read_augmentation(letters, reader, cie, entry) || reader.failed())
    return false;
  entry->cie_program = reader.at();
  entry->cie_program_end = reader.at() + reader.left();
  entry->pointer_encoding = cie->pointer_encoding;
  return true;
}

bool read_fde(const UnwindImage &image, const uint8_t *address, UnwindEntry *entry) {
  ByteReader reader(nullptr, nullptr);
  if (!inside(image, address) || !enter(image, address, &reader))
    return false;
  const uint8_t *cie_field = reader.at();
  uint32_t cie_distance = reader.fixed<uint32_t>();
  Cie cie;
  if (reader.failed() || cie_distance == 0 ||
      cie_distance > static_cast<size_t>(cie_field - image.begin) ||
      !read_cie(image, cie_field - cie_distance, &cie, entry))
    return false;
  const uint8_t *at = reader.at();
  const uint8_t *end = at + reader.left();
  uintptr_t begin, length;
  if (!read_encoded_pointer(cie.pointer_encoding, &at, end, &begin) ||
      !read_encoded_pointer(cie.pointer_encoding & encoding::format_mask, &at, end, &length))
    return false;
  ByteReader rest(at, end);
  if (cie.has_augmentation_data)
    rest.skip(rest.uleb());
  if (rest.failed())
    return false;
  entry->function_begin = begin;
  entry->function_end = begin + length;
  entry->program = rest.at();
  entry->program_end = end;
  entry->image_begin = image.begin;
  entry->image_end = image.end;
  return true;
}

// A function may have no code at all, if the compiler proves that it is never called. It shares its
// address with the function behind it, and lld keeps one row for the two: that of the first in .eh_frame, the
// empty one. The other follows it there. Moves *entry to it, if it is found.
void skip_empty_functions(const UnwindImage &image, const uint8_t *fde, UnwindEntry *entry) {
  // FDEs and CIEs to look at. More: longer runs of empty functions; fewer: a bound on the time.
  constexpr unsigned limit = 256;
  uintptr_t begin = entry->function_begin;
  ByteReader content(nullptr, nullptr);
  for (unsigned i = 0; i < limit && inside(image, fde) && enter(image, fde, &content); ++i) {
    fde = content.at() + content.left();
    UnwindEntry next;
    // CIEs and damaged entries are passed over.
    if (read_fde(image, fde, &next) && next.function_begin == begin && next.function_end != begin) {
      *entry = next;
      return;
    }
  }
}

} // namespace

bool read_encoded_pointer(uint8_t how, const uint8_t **at, const uint8_t *end, uintptr_t *value) {
  if (how == encoding::omitted || (how & encoding::indirect))
    return false;
  ByteReader reader(*at, end);
  uintptr_t raw;
  switch (how & encoding::format_mask) {
  case encoding::absolute_pointer:
  case encoding::udata8:
  case encoding::sdata8:
    raw = reader.fixed<uint64_t>();
    break;
  case encoding::uleb128:
    raw = reader.uleb();
    break;
  case encoding::udata2:
    raw = reader.fixed<uint16_t>();
    break;
  case encoding::udata4:
    raw = reader.fixed<uint32_t>();
    break;
  case encoding::sleb128:
    raw = static_cast<uintptr_t>(reader.sleb());
    break;
  case encoding::sdata2:
    raw = static_cast<uintptr_t>(static_cast<intptr_t>(reader.fixed<int16_t>()));
    break;
  case encoding::sdata4:
    raw = static_cast<uintptr_t>(static_cast<intptr_t>(reader.fixed<int32_t>()));
    break;
  default:
    return false;
  }
  switch (how & encoding::base_mask) {
  case 0:
    break;
  case encoding::relative_to_itself:
    raw += reinterpret_cast<uintptr_t>(*at);
    break;
  default:
    return false;
  }
  *at = reader.at();
  *value = raw;
  return !reader.failed();
}

bool find_unwind_image(uintptr_t pc, UnwindImage *image) {
  dl_find_object found;
  if (_dl_find_object(reinterpret_cast<void *>(pc), &found) != 0 || !found.dlfo_eh_frame)
    return false;
  auto *header = static_cast<char *>(found.dlfo_eh_frame);
  // Where the image's segments have gaps between them (lld leaves some), the loader knows each segment by
  // itself; the tables are in another one than the code.
  if ((header < found.dlfo_map_start || header >= found.dlfo_map_end) &&
      _dl_find_object(header, &found) != 0)
    return false;
  image->begin = static_cast<const uint8_t *>(found.dlfo_map_start);
  image->end = static_cast<const uint8_t *>(found.dlfo_map_end);
  image->eh_frame_hdr = reinterpret_cast<const uint8_t *>(header);
  return inside(*image, image->eh_frame_hdr);
}

uintptr_t find_function_row(const UnwindImage &image, uintptr_t pc) {
  Table table;
  if (!read_table(image, &table))
    return 0;
  const TableRow *row = find_row(image, table, pc);
  return row ? reinterpret_cast<uintptr_t>(image.eh_frame_hdr) +
                   static_cast<intptr_t>(row->function)
             : 0;
}

bool find_unwind_entry(uintptr_t pc, UnwindEntry *entry) {
  UnwindImage image;
  Table table;
  if (!find_unwind_image(pc, &image) || !read_table(image, &table))
    return false;
  const TableRow *row = find_row(image, table, pc);
  if (!row)
    return false;
  const uint8_t *fde = image.eh_frame_hdr + row->fde;
  if (!read_fde(image, fde, entry))
    return false;
  if (entry->function_begin == entry->function_end)
    skip_empty_functions(image, fde, entry);
  return pc >= entry->function_begin && pc < entry->function_end;
}

} // namespace tricolor::rt
