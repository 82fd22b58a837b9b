//===- rt/heap/allocation_sites.cpp - Where objects came from and went to -----------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//

#include "heap/allocation_sites.h"

#include "heap/geometry.h"
#include "heap/page_table.h"
#include "os/fatal.h"
#include "os/pages.h"

#include <algorithm>
#include <atomic>

namespace tricolor::rt {

namespace {

constexpr unsigned kPlaceShift = 3; // a record for each 8 bytes
constexpr unsigned kSiteBits = 47, kTypeBits = 15, kBytesBits = 40;
constexpr uint64_t kSiteMask = (uint64_t{1} << kSiteBits) - 1;
constexpr uint64_t kTypeMask = (uint64_t{1} << kTypeBits) - 1;
constexpr uint64_t kBytesMask = (uint64_t{1} << kBytesBits) - 1;
constexpr unsigned kFateShift = kSiteBits + kTypeBits;
constexpr uint64_t kFateMask = uint64_t{3} << kFateShift;

struct Record {
  std::atomic<uint64_t> origin, end;
};
constinit Record *records = nullptr;

Record &record_of(uintptr_t address) { return records[(address - page_table.base) >> kPlaceShift]; }

ObjectFate fate_of(uint64_t origin) { return static_cast<ObjectFate>(origin >> kFateShift); }
uint64_t with_fate(uint64_t origin, ObjectFate fate) {
  return (origin & ~kFateMask) | static_cast<uint64_t>(fate) << kFateShift;
}

} // namespace

constinit bool detail::allocation_sites_on = false;

void allocation_sites_initialize(size_t bytes) {
  size_t size = (bytes >> kPlaceShift) * sizeof(Record);
  void *range = reserve_pages(size, os_page_bytes);
  if (!range || commit_pages(range, size) != CommitResult::Done)
    fatal("no address space to record where objects are allocated",
          "raise the limit on the process's address space (ulimit -v), allow overcommitment, or "
          "run without badptr");
  records = static_cast<Record *>(range);
  detail::allocation_sites_on = true;
}

void note_allocated(uintptr_t object, size_t bytes, const TypeInfo *type, uintptr_t site) {
  Record &record = record_of(object);
  uint64_t number = type && type->index + 1 <= kTypeMask ? type->index + 1 : 0;
  record.end.store(std::min<uint64_t>(bytes, kBytesMask), std::memory_order_relaxed);
  record.origin.store(with_fate((site & kSiteMask) | number << kSiteBits, ObjectFate::Live),
                      std::memory_order_release);
}

void note_swept(uintptr_t object, uint32_t cycle) {
  Record &record = record_of(object);
  uint64_t origin = record.origin.load(std::memory_order_relaxed);
  if (fate_of(origin) != ObjectFate::Live)
    return;
  uint64_t bytes = record.end.load(std::memory_order_relaxed) & kBytesMask;
  record.end.store(bytes | uint64_t{cycle} << kBytesBits, std::memory_order_relaxed);
  record.origin.store(with_fate(origin, ObjectFate::Swept), std::memory_order_release);
}

void note_freed(uintptr_t object, uintptr_t site) {
  Record &record = record_of(object);
  uint64_t origin = record.origin.load(std::memory_order_relaxed);
  if (fate_of(origin) == ObjectFate::Live &&
      record.origin.compare_exchange_strong(origin, with_fate(origin, ObjectFate::Freed),
                                            std::memory_order_acq_rel))
    record.end.store(site, std::memory_order_relaxed);
}

ObjectHistory history_of(uintptr_t base) {
  ObjectHistory history;
  if (!records || !page_table.contains(base))
    return history;
  const Record &record = record_of(base);
  uint64_t origin = record.origin.load(std::memory_order_acquire);
  uint64_t end = record.end.load(std::memory_order_relaxed);
  history.fate = fate_of(origin);
  if (history.fate == ObjectFate::Unknown)
    return history;
  history.base = base;
  history.allocated_at = origin & kSiteMask;
  uint64_t type = origin >> kSiteBits & kTypeMask;
  if (type != 0 && type <= type_count())
    history.type = type_at(static_cast<uint32_t>(type - 1));
  if (history.fate == ObjectFate::Freed)
    history.freed_at = end;
  else
    history.bytes = end & kBytesMask;
  if (history.fate == ObjectFate::Swept)
    history.cycle = static_cast<uint32_t>(end >> kBytesBits);
  return history;
}

ObjectHistory history_around(uintptr_t address) {
  constexpr uintptr_t kPlace = uintptr_t{1} << kPlaceShift;
  uintptr_t at = address & ~(kPlace - 1);
  for (size_t gone = 0; gone <= max_small_bytes && page_table.contains(at); gone += kPlace) {
    ObjectHistory history = history_of(at);
    if (history.fate != ObjectFate::Unknown)
      return history;
    at -= kPlace;
  }
  return {};
}

} // namespace tricolor::rt
