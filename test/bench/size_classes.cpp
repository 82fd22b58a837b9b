//===- test/bench/size_classes.cpp - What rounding to size classes costs --------------------------===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// Prints a Markdown table of the heap's size classes: how many objects a span of the least size holds, how much of it is
// left over behind the last, and how much of a slot the smallest object of the class leaves unused, in percent.
//
//   clang++-22 -std=c++20 -I rt test/bench/size_classes.cpp -o size_classes && ./size_classes
//
//===------------------------------------------------------------------------------------------===//

#include "heap/geometry.h"

#include <cstdio>

int main() {
  using namespace tricolor::rt;
  std::printf("| bytes | pages | objects | left over, %% | worst, %% |\n|--:|--:|--:|--:|--:|\n");
  unsigned before = 0;
  for (unsigned i = 1; i < size_class_count; ++i) {
    const SizeClass &c = size_class(i);
    double span = double(c.pages) * page_bytes;
    std::printf("| %u | %u | %u | %.1f | %.1f |\n", c.bytes, c.pages, c.objects,
                100 * (span - double(c.objects) * c.bytes) / span,
                100.0 * (c.bytes - before - 1) / c.bytes);
    before = c.bytes;
  }
}
