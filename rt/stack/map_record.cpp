//===- rt/stack/map_record.cpp - The call sites of one function -----------------------------===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//

#include "stack/map_record.h"

#include "stack/root_list.h"

#include <string.h>

namespace tricolor::rt {

namespace {

constexpr uint8_t nothing[] = {TRICOLOR_ROOT_END};

/// Goes through the sites of a record. Lists are numbered in the order in which they are written.
class SiteWalk {
public:
  static constexpr uint32_t no_list = ~uint32_t{0};

  explicit SiteWalk(const MapRecord &record) : code_(record.sites, record.end) {}

  /// Goes to the next site. False at the end of the record, and where it is malformed.
  bool next() {
    if (code_.at_end())
      return false;
    uint64_t head = code_.uleb(), distance = head >> 2;
    if (code_.failed())
      return malformed("a call site is cut off");
    if (distance == 0)
      return malformed("a record's call sites are not sorted");
    if (distance > UINT32_MAX - offset_)
      return malformed("a function is larger than 4 GiB");
    offset_ += static_cast<uint32_t>(distance);
    written_ = {nullptr, 0};
    list_ = no_list;
    switch (head & 3) {
    case TRICOLOR_SITE_NOTHING:
      return true;
    case TRICOLOR_SITE_LAST:
      if (last_ == no_list)
        return malformed("a call site has the list of the last one, and there is none");
      break;
    case TRICOLOR_SITE_NEW: {
      const uint8_t *begin = code_.at();
      if (!skip_root_list(code_))
        return malformed("a root list has no end or is of an unknown kind");
      written_ = {begin, static_cast<size_t>(code_.at() - begin)};
      last_ = lists_++;
      break;
    }
    case TRICOLOR_SITE_EARLIER: {
      uint64_t number = code_.uleb();
      if (code_.failed() || number >= lists_)
        return malformed("a call site has an earlier list that there is not");
      last_ = static_cast<uint32_t>(number);
      break;
    }
    }
    list_ = last_;
    return true;
  }

  /// Of the site: its offset, its list's number, and the list if it is written here.
  uint32_t offset() const { return offset_; }
  uint32_t list() const { return list_; }
  ListBytes written() const { return written_; }
  const char *error() const { return error_; }

private:
  bool malformed(const char *cause) {
    error_ = cause;
    return false;
  }

  ByteReader code_;
  uint32_t offset_ = 0;
  uint32_t list_ = no_list, last_ = no_list, lists_ = 0;
  ListBytes written_ = {nullptr, 0};
  const char *error_ = nullptr;
};

ListBytes find_list(const MapRecord &record, uint32_t number) {
  SiteWalk walk(record);
  while (walk.next())
    if (walk.written().begin && walk.list() == number)
      return walk.written();
  return {nullptr, 0};
}

} // namespace

const char *read_map_record(const uint8_t *at, const uint8_t *section_end, MapRecord *record) {
  ByteReader code(at, section_end);
  auto anchor = code.fixed<int32_t>();
  code.byte(); // the version
  uint64_t size = code.uleb();
  const uint8_t *sites = code.at();
  if (code.failed() || size > code.left())
    return "the last record is cut off";
  if (size == 0)
    return "a record has no call sites";
  *record = {reinterpret_cast<uintptr_t>(at) + static_cast<uintptr_t>(intptr_t{anchor}), sites,
             sites + size};
  return nullptr;
}

const char *check_map_sites(const MapRecord &record, MapExtent *extent) {
  SiteWalk walk(record);
  if (walk.next())
    extent->first_offset = walk.offset();
  while (!walk.error() && walk.next())
    ;
  extent->last_offset = walk.offset();
  return walk.error();
}

ListBytes find_map_site(const MapRecord &record, uint32_t pc_offset) {
  SiteWalk walk(record);
  while (walk.next()) {
    if (walk.offset() < pc_offset)
      continue;
    if (walk.offset() != pc_offset)
      break;
    if (walk.list() == SiteWalk::no_list)
      return {nothing, sizeof nothing};
    return walk.written().begin ? walk.written() : find_list(record, walk.list());
  }
  return {nullptr, 0};
}

} // namespace tricolor::rt
