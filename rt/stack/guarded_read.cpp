//===- rt/stack/guarded_read.cpp - Reading memory that may not be there ---------------------===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//

#include "stack/guarded_read.h"

#include "os/pages.h"

#include <algorithm>
#include <cerrno>
#include <sys/uio.h>
#include <unistd.h>

namespace tricolor::rt {

namespace {

constexpr size_t page_words = os_page_bytes / sizeof(uintptr_t);

[[gnu::no_sanitize("address", "thread", "memory")]] void copy_directly(uintptr_t address, void *to,
                                                                       size_t bytes) {
  const volatile char *from = reinterpret_cast<const volatile char *>(address);
  for (size_t i = 0; i < bytes; ++i)
    static_cast<char *>(to)[i] = from[i];
}

uintptr_t align_up(uintptr_t address, size_t to) { return (address + to - 1) & ~(to - 1); }
uintptr_t align_down(uintptr_t address, size_t to) { return address & ~(to - 1); }

bool scan_part(uintptr_t begin, uintptr_t end, const RootSink &sink) {
  uintptr_t words[page_words];
  if (!guarded_read(begin, words, end - begin))
    return false;
  sink.words(sink.context, words, (end - begin) / sizeof(uintptr_t), RootCertainty::Conservative);
  return true;
}

} // namespace

bool guarded_read(uintptr_t address, void *to, size_t bytes) {
  int saved_errno = errno;
  iovec local = {to, bytes};
  iovec remote = {reinterpret_cast<void *>(address), bytes};
  ssize_t copied = process_vm_readv(getpid(), &local, 1, &remote, 1, 0);
  bool refused = copied < 0 && (errno == ENOSYS || errno == EPERM);
  errno = saved_errno;
  if (refused) {
    copy_directly(address, to, bytes);
    return true;
  }
  return copied == static_cast<ssize_t>(bytes);
}

void guarded_scan_upwards(uintptr_t begin, uintptr_t end, const RootSink &sink) {
  begin = align_up(begin, sizeof(uintptr_t));
  end = align_down(end, sizeof(uintptr_t));
  while (begin < end) {
    uintptr_t stop = std::min(align_down(begin, os_page_bytes) + os_page_bytes, end);
    if (!scan_part(begin, stop, sink))
      return;
    begin = stop;
  }
}

void guarded_scan_downwards(uintptr_t begin, uintptr_t end, const RootSink &sink) {
  begin = align_up(begin, sizeof(uintptr_t));
  end = align_down(end, sizeof(uintptr_t));
  while (begin < end) {
    uintptr_t start = std::max(align_down(end - 1, os_page_bytes), begin);
    if (!scan_part(start, end, sink))
      return;
    end = start;
  }
}

} // namespace tricolor::rt
