//===- rt/heap/geometry.h - Pages and size classes ----------------------------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// The numbers that give the heap its shape, and the size classes, computed at compile time.
//
// Sizes are 8, 16, 24, 32, then steps of 16 up to 256, then eight steps to every doubling up to 32
// KiB: rounding a request up to its class wastes at most an eighth above 128 bytes. All but 8 and
// 24 are multiples of 16, every power of two is there, and a class whose size is a multiple of an
// alignment (up to the page) gives objects of that alignment, since spans start on pages. Behind each power of
// two from 512 on is a class of 16 bytes more: arrays have a byte of room for the pointer past their end, and
// buffers have round sizes.
//
//===------------------------------------------------------------------------------------------===//

#ifndef TRICOLOR_RT_HEAP_GEOMETRY_H
#define TRICOLOR_RT_HEAP_GEOMETRY_H

#include <cstddef>
#include <cstdint>

namespace tricolor::rt {

/// The heap's page. Larger: fewer entries in the page table and fewer refills, but more memory held
/// by each span that has only few objects.
inline constexpr unsigned page_shift = 13;
inline constexpr size_t page_bytes = size_t(1) << page_shift;

/// Objects above this have a span of their own.
inline constexpr size_t max_small_bytes = size_t{32} * 1024;

/// Spans of small objects are at most so many pages. SizeClass::divide_magic is exact only while
/// max_span_bytes * max_small_bytes <= 2^32.
inline constexpr size_t max_span_pages = 16;
inline constexpr size_t max_span_bytes = max_span_pages * page_bytes;
static_assert(max_span_bytes * max_small_bytes <= (uint64_t(1) << 32));

/// A span holds at least so many objects, if max_span_pages allows. More: fewer refills for sizes
/// near the page; fewer: less memory held by a class that is hardly used.
inline constexpr size_t min_span_objects = 32;

struct SizeClass {
  uint32_t bytes;        // of one object
  uint32_t pages;        // of a span
  uint32_t objects;      // in a span
  uint32_t divide_magic; // offset * divide_magic >> 32 == offset / bytes for every offset in a span
};

namespace detail {
inline constexpr unsigned max_size_classes = 88;
struct SizeClassTable {
  SizeClass classes[max_size_classes] = {};
  unsigned count = 0;
  uint8_t of_small[1024 / 8 + 1] = {};             // class of (bytes + 7) / 8, bytes <= 1024
  uint8_t of_large[max_small_bytes / 16 + 1] = {}; // class of (bytes + 15) / 16, above
};

/// How much larger than a power of two the class behind it is.
inline constexpr uint32_t round_room = 16;

constexpr SizeClass make_size_class(uint32_t bytes) {
  // At most an eighth of the span may be left over behind the last object. Among those: the fewest
  // pages that hold min_span_objects, or else the most.
  uint32_t pages = 0;
  for (uint32_t n = 1; n <= max_span_pages; ++n) {
    if (n * page_bytes < bytes || n * page_bytes % bytes > n * page_bytes / 8)
      continue;
    pages = n;
    if (n * page_bytes / bytes >= min_span_objects)
      break;
  }
  // No page that these objects do not need.
  pages = static_cast<uint32_t>((size_t{pages * page_bytes / bytes} * bytes + page_bytes - 1) /
                                page_bytes);
  uint32_t magic = static_cast<uint32_t>(((uint64_t(1) << 32) + bytes - 1) / bytes);
  return {bytes, pages, static_cast<uint32_t>(pages * page_bytes / bytes), magic};
}

constexpr SizeClassTable make_size_classes() {
  SizeClassTable table;
  unsigned n = 1; // class 0 stands for large objects
  for (uint32_t bytes = 8; bytes <= max_small_bytes;) {
    table.classes[n++] = make_size_class(bytes);
    uint32_t octave = 256;
    while (octave * 2 <= bytes)
      octave *= 2;
    if (bytes == octave && bytes >= 512)
      bytes += round_room;
    else if (bytes == octave + round_room)
      bytes = octave + octave / 8;
    else
      bytes += bytes < 32 ? 8 : bytes < 256 ? 16 : octave / 8;
  }
  table.count = n;
  unsigned c = 1;
  for (size_t i = 0; i <= 1024 / 8; ++i) {
    while (table.classes[c].bytes < i * 8)
      ++c;
    table.of_small[i] = static_cast<uint8_t>(c);
  }
  c = 1;
  for (size_t i = 0; i <= max_small_bytes / 16; ++i) {
    while (table.classes[c].bytes < i * 16)
      ++c;
    table.of_large[i] = static_cast<uint8_t>(c);
  }
  return table;
}
} // namespace detail

inline constexpr detail::SizeClassTable size_class_table = detail::make_size_classes();

/// Number of size classes; class 0 stands for "large" and has no entry of its own.
inline constexpr unsigned size_class_count = size_class_table.count;

inline const SizeClass &size_class(unsigned index) { return size_class_table.classes[index]; }

/// The smallest class whose objects hold `bytes` bytes at an alignment of `align` (a power of two),
/// or 0 when the request is for a large object.
constexpr unsigned size_class_for(size_t bytes, size_t align) {
  // Before anything is rounded up: a size close to SIZE_MAX (new T[-1]) must not come out small.
  if (bytes > max_small_bytes)
    return 0;
  if (align > 8) {
    if (align > page_bytes)
      return 0;
    bytes = (bytes + align - 1) & ~(align - 1);
  }
  if (bytes > max_small_bytes)
    return 0;
  unsigned c = bytes <= 1024 ? size_class_table.of_small[(bytes + 7) / 8]
                             : size_class_table.of_large[(bytes + 15) / 16];
  while (size_class_table.classes[c].bytes & (align - 1))
    ++c; // ends at the latest with the class of max_small_bytes, a multiple of every such alignment
  return c;
}

} // namespace tricolor::rt

#endif // TRICOLOR_RT_HEAP_GEOMETRY_H
