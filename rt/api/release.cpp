//===- rt/api/release.cpp - The path of every delete ------------------------------------------===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//

#include "api/release.h"

#include "heap/allocation_sites.h"
#include "heap/find_object.h"
#include "heap/free_object.h"
#include "heap/mark_bits.h"
#include "heap/page_table.h"
#include "mark/bad_pointer.h"
#include "mark/barrier_log.h"
#include "os/fatal.h"
#include "os/output.h"
#include "threads/mutator.h"

namespace tricolor::rt {

namespace {

void name_address(const void *object) {
  LineWriter line;
  line.str("tricolor: delete of ").hex(reinterpret_cast<uintptr_t>(object)).str("\n");
  line.write_to(STDERR_FILENO);
}

// An object that goes takes references with it, as a write does that overwrites them.
[[gnu::cold]] void log_words_of(uintptr_t address) {
  ObjectRef object = find_object(address);
  if (!object || object.base != address)
    return;
  if (object_layout(object).kind != ObjectKind::Traced && !is_marked(object))
    note_white_deleted();
  if (!is_noscan(object))
    log_memory(address, object.size);
}

} // namespace

Released release(void *object, uintptr_t site) {
  auto address = reinterpret_cast<uintptr_t>(object);
  // The common foreign pointer (malloc'd by a library) needs no mutator.
  if (!page_table.contains(address))
    return Released::Foreign;
  Mutator &self = current_mutator();
  RuntimeScope scope(self);
  if (departing_roots() == DepartingRoots::Logged) [[unlikely]]
    log_words_of(address);
  if (allocation_sites_recorded()) [[unlikely]]
    note_freed(address, site);
  switch (self.cache.free(address)) {
  case FreeResult::Freed:
    return Released::Freed;
  case FreeResult::Foreign:
    return Released::Foreign;
  case FreeResult::NotAllocated:
    name_address(object);
    report_past(address);
    fatal("delete of an object that is not allocated",
          "it was deleted twice, or it is a collected object that had become unreachable before");
  case FreeResult::Interior:
    name_address(object);
    fatal("delete of an address inside an object",
          "delete the address that new returned (a base class without a virtual destructor?)");
  }
  return Released::Foreign;
}

void report_foreign(const void *object) {
  name_address(object);
  fatal("tricolor_delete of an address that is not in the collected heap",
        "free it with the allocator it came from");
}

} // namespace tricolor::rt
