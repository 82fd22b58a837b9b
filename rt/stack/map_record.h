//===- rt/stack/map_record.h - The call sites of one function ---------------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// Decodes the records of tricolor_maps (tricolor/abi.h). Their numbers have no fixed size, so sites are
// read one after the other from the first. All reads stay inside the record or, while its size is not
// known, before the end that the caller gives. When an image registers, everything is read and checked
// once; a lookup then reads up to the site it looks for, which happens once per return address and
// generation of recipes (stack/recipe_cache.h).
//
//===------------------------------------------------------------------------------------------===//

#ifndef TRICOLOR_RT_STACK_MAP_RECORD_H
#define TRICOLOR_RT_STACK_MAP_RECORD_H

#include "stack/byte_reader.h"

#include <tricolor/abi.h>

#include <cstddef>
#include <cstdint>

namespace tricolor::rt {

/// A list in a record, END included.
struct ListBytes {
  const uint8_t *begin; ///< null: none
  size_t bytes;
};

/// Where a record's parts are.
struct MapRecord {
  uintptr_t first_site; ///< the return address
  const uint8_t *sites, *end;
};

/// What there is to know of the sites.
struct MapExtent {
  uint32_t first_offset, last_offset; ///< return addresses, from the function's first byte
};

/// Null, or what is wrong with the record's head. `record` is filled in as far as it goes; the version is
/// not looked at.
const char *read_map_record(const uint8_t *at, const uint8_t *section_end, MapRecord *record);

/// Null, or what is wrong with the sites and their lists.
const char *check_map_sites(const MapRecord &record, MapExtent *extent);

/// The list of the site at this offset; none if there is no such site. The record was checked.
ListBytes find_map_site(const MapRecord &record, uint32_t pc_offset);

} // namespace tricolor::rt

#endif // TRICOLOR_RT_STACK_MAP_RECORD_H
