//===- test/unit/api/exceptions_test.cpp - Memory of exceptions ---------------------------------===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// An exception's memory is a root as soon as it is allocated, before the program has written there.
//
//===------------------------------------------------------------------------------------------===//

#include <tricolor/abi.h>

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>

namespace tricolor::rt {
namespace {

TEST(Exceptions, NewMemoryHoldsNothingOfTheLast) {
  constexpr size_t kBytes = 64;
  for (int i = 0; i < 3; ++i) {
    auto *bytes = static_cast<unsigned char *>(tricolor_allocate_exception(kBytes));
    EXPECT_EQ(std::count(bytes, bytes + kBytes, 0), static_cast<long>(kBytes)) << i;
    memset(bytes, 0xff, kBytes);
    tricolor_free_exception(bytes);
  }
}

} // namespace
} // namespace tricolor::rt
