//===- test/unit/threads/stopped_world.h - A test's own stop ------------------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// Stops the world on the test's thread as an API entry does, and starts it again.
//
//===------------------------------------------------------------------------------------------===//

#ifndef TRICOLOR_TEST_STOPPED_WORLD_H
#define TRICOLOR_TEST_STOPPED_WORLD_H

#include "threads/world.h"

namespace tricolor::rt {

// Runs `before` inside the runtime, then `body` with the world stopped.
template <class Before, class Body> StopReport with_world_stopped(Before &&before, Body &&body) {
  Mutator &self = current_mutator();
  RuntimeScope scope(self);
  publish_context(self, TRICOLOR_ENTRY_CFA());
  before();
  StopReport report = stop_the_world(self);
  body();
  start_the_world();
  return report;
}

template <class Body> StopReport with_world_stopped(Body &&body) {
  return with_world_stopped([] {}, body);
}

} // namespace tricolor::rt

#endif // TRICOLOR_TEST_STOPPED_WORLD_H
