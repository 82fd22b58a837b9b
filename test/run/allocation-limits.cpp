//===- test/run/allocation-limits.cpp - Sizes that cannot be had --------------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// A size near SIZE_MAX, which is what new T[-1] asks for, must fail: rounded up it would wrap around
// and come out as a small object.
//
// RUN: %{build} -O2 %s -o %t %libs
// RUN: %{poison} %t | FileCheck %s
//
// CHECK: allocation-limits: done
//
//===------------------------------------------------------------------------------------------===//

#include "check.h"

#include <tricolor/c.h>

#include <cstddef>
#include <cstdio>
#include <new>

int main() {
  for (std::size_t below = 0; below <= 1 << 16; below = below * 2 + 1) {
    volatile std::size_t bytes = ~std::size_t{0} - below;
    long which = static_cast<long>(below);
    check(!operator new(bytes, std::nothrow), "operator new gave too little", which);
    check(!operator new(bytes, std::align_val_t(4096), std::nothrow),
          "aligned operator new gave too little", which);
    check(!tricolor_new_conservative(bytes), "tricolor_new_conservative gave too little", which);
    check(!tricolor_new_noscan(bytes), "tricolor_new_noscan gave too little", which);
  }
  std::puts("allocation-limits: done");
  return finish();
}
