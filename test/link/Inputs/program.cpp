//===- test/link/Inputs/program.cpp - Proves that maps are found --------------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// Every frame here must be found in the maps and described rightly, wherever the linker put them.
//
//===------------------------------------------------------------------------------------------===//

#include "part.h"

#include <cstdio>

static int failures;

static void expect(Outcome outcome, const char *where) {
  if (!outcome.live_kept)
    std::printf("FAILED: %s lost a live node\n", where);
  if (outcome.dead_kept)
    std::printf("FAILED: %s kept %d dead nodes: its map was not found\n", where, outcome.dead_kept);
  failures += !outcome.live_kept || outcome.dead_kept;
}

struct ProgramTag {};
static Node *global;

int main() {
  global = new Node(3);
  fill_part_globals();
  expect(try_frame<ProgramTag>(10), "the program");
  expect(try_part(11), "the part");
  expect(try_frame<SharedTag>(12), "a shared template, called by the program");
  expect(try_part_shared(13), "a shared template, called by the part");
  bool globals_good = global->good(3) && part_globals_good();
  if (!globals_good)
    std::printf("FAILED: a global lost its node\n");
  failures += !globals_good;
  std::printf("maps: %d failures\n", failures);
  return failures != 0;
}
