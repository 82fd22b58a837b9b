//===- test/run/finalizers-refused.cpp - Finalizers for what is not collected -----------------===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// The program ends with a message that names the address.
//
// RUN: %{build} -O2 %s -o %t %libs
// RUN: not --crash %t finalizer 2>&1 | FileCheck -DWHAT="a finalizer" %s
// RUN: not --crash %t cleanup 2>&1 | FileCheck -DWHAT="a cleanup" %s
// RUN: not --crash %t weak 2>&1 | FileCheck -DWHAT="a weak reference" %s
// RUN: not --crash %t key 2>&1 | FileCheck -DWHAT="a key of a weak map" %s
//
// CHECK: [[WHAT]] for 0x{{[0-9a-f]+}}, which is in no collected object
//
//===------------------------------------------------------------------------------------------===//

#include "node.h"

#include <string>

int main(int, char **argv) {
  std::string what = argv[1];
  long local = 0;
  auto *traced = new long(1);
  if (what == "finalizer")
    tricolor::add_finalizer(&local, [](long *) {});
  if (what == "cleanup")
    tricolor::add_cleanup(traced, [](long *) {}, &local);
  if (what == "weak")
    tricolor::weak<long> weak = traced;
  tricolor::weak_map<long, Node> map;
  map.set(&local, nullptr);
  return 0;
}
