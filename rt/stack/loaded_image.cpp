//===- rt/stack/loaded_image.cpp - What the loader knows about an image ---------------------===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//

#include "stack/loaded_image.h"

#include <string.h>
#include <unistd.h>

namespace tricolor::rt {

namespace {

struct Search {
  uintptr_t address;
  LoadedImage *image;
};

// The loader has no name for the executable.
void copy_name(const char *name, char *to, size_t capacity) {
  size_t length = 0;
  if (name && *name) {
    length = strnlen(name, capacity - 1);
    memcpy(to, name, length);
  } else {
    ssize_t read = readlink("/proc/self/exe", to, capacity - 1);
    if (read <= 0) {
      static constexpr char unknown[] = "the executable";
      memcpy(to, unknown, sizeof unknown);
      return;
    }
    length = static_cast<size_t>(read);
  }
  to[length] = 0;
}

void describe(const dl_phdr_info &info, size_t size, LoadedImage *image) {
  image->base = info.dlpi_addr;
  image->segments = info.dlpi_phdr;
  image->segment_count = info.dlpi_phnum;
  image->tls_module = 0;
  image->tls_bytes = 0;
  image->tls_block = nullptr;
  if (size >= offsetof(dl_phdr_info, dlpi_tls_data) + sizeof info.dlpi_tls_data) {
    image->tls_module = info.dlpi_tls_modid;
    image->tls_block = info.dlpi_tls_data;
  }
  for (size_t i = 0; i < image->segment_count; ++i)
    if (image->segments[i].p_type == PT_TLS && image->tls_module != 0)
      image->tls_bytes = image->segments[i].p_memsz;
  copy_name(info.dlpi_name, image->name, sizeof image->name);
}

int look_at(dl_phdr_info *info, size_t size, void *argument) {
  auto *search = static_cast<Search *>(argument);
  LoadedImage candidate;
  candidate.base = info->dlpi_addr;
  candidate.segments = info->dlpi_phdr;
  candidate.segment_count = info->dlpi_phnum;
  if (!candidate.contains(search->address, 1, SegmentUse::Any))
    return 0;
  describe(*info, size, search->image);
  return 1;
}

int count(dl_phdr_info *info, size_t, void *argument) {
  *static_cast<LoaderCounts *>(argument) = {info->dlpi_adds, info->dlpi_subs};
  return 1;
}

} // namespace

bool LoadedImage::contains(uintptr_t begin, uint64_t bytes, SegmentUse use) const {
  for (size_t i = 0; i < segment_count; ++i) {
    const ElfW(Phdr) &segment = segments[i];
    if (segment.p_type != PT_LOAD || (use == SegmentUse::Code && !(segment.p_flags & PF_X)))
      continue;
    uintptr_t low = base + segment.p_vaddr;
    if (begin >= low && begin - low <= segment.p_memsz && bytes <= segment.p_memsz - (begin - low))
      return true;
  }
  return false;
}

bool find_loaded_image(uintptr_t address, LoadedImage *image) {
  Search search = {address, image};
  return dl_iterate_phdr(look_at, &search) == 1;
}

LoaderCounts loader_counts() {
  LoaderCounts counts = {};
  dl_iterate_phdr(count, &counts);
  return counts;
}

} // namespace tricolor::rt
