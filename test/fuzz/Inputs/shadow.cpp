//===- test/fuzz/Inputs/shadow.cpp - The expected heap of a generated program -----------------===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//

#include "shadow.h"

#include <cstdarg>
#include <cstdio>
#include <cstring>
#include <unistd.h>

namespace {

constexpr int most_visited = 400; // of one check: what raises it finds more and takes longer
constexpr int most_depth = 12;

struct Kind {
  int slot_count;
  long slots[most_slots];
  long last;
};
Kind kinds[most_kinds];
int identities = 1;
long checks = 0;
thread_local unsigned long state = 88172645463325252ul;

[[noreturn]] void fail(const char *what, const void *object, int identity, int line) {
  char text[200];
  int length =
      std::snprintf(text, sizeof text, "FAIL line %d: %s: object %p, identity %d, kind %d\n", line,
                    what, object, identity, shadow[identity].kind);
  (void)!write(1, text, static_cast<unsigned long>(length));
  _exit(3);
}

long word_at(const void *object, long offset) {
  long value;
  std::memcpy(&value, static_cast<const char *>(object) + offset, sizeof value);
  return value;
}

void visit(const void *object, int identity, int line, int depth, int &left) {
  if (identity == 0) {
    if (object)
      fail("a pointer should be null", object, identity, line);
    return;
  }
  if (!object)
    fail("a pointer should not be null", object, identity, line);
  const Kind &kind = kinds[shadow[identity].kind];
  if (word_at(object, 0) != first_value(identity))
    fail("an object's beginning is not what was written", object, identity, line);
  if (word_at(object, kind.last) != last_value(identity))
    fail("an object's end is not what was written", object, identity, line);
  if (depth == 0 || --left < 0)
    return;
  for (int i = 0; i < kind.slot_count; ++i)
    visit(reinterpret_cast<const void *>(word_at(object, kind.slots[i])), shadow[identity].slots[i],
          line, depth - 1, left);
}

} // namespace

Shadow shadow[most_objects];
long whole_offsets[most_kinds];

int fresh_identity(int kind) {
  int identity = __atomic_fetch_add(&identities, 1, __ATOMIC_RELAXED);
  if (identity >= most_objects) {
    // The program allocated more than it is meant to: not a fault.
    (void)!write(1, "FULL\n", 5);
    _exit(0);
  }
  shadow[identity].kind = kind;
  return identity;
}

long first_value(int identity) { return identity * 0x9e3779b97f4a7c15l ^ 0x1234; }
long last_value(int identity) { return ~first_value(identity) * 3; }

void describe_slot(int kind, int slot, long offset) {
  kinds[kind].slots[slot] = offset;
  if (kinds[kind].slot_count <= slot)
    kinds[kind].slot_count = slot + 1;
}
void describe_last(int kind, long offset) { kinds[kind].last = offset; }
void describe_whole(int kind, long offset) { whole_offsets[kind] = offset; }

void check_object(const void *object, int identity, int line) {
  int left = most_visited;
  visit(object, identity, line, most_depth, left);
  __atomic_fetch_add(&checks, 1, __ATOMIC_RELAXED);
}

void check_number(long got, long expected, int line) {
  if (got != expected)
    fail("a number is wrong", reinterpret_cast<void *>(got), 0, line);
}

long checks_done() { return __atomic_load_n(&checks, __ATOMIC_RELAXED); }

void *last_passed(void (*back)(void *), void *context, int, int, int, int, void *, void *eighth) {
  asm volatile("" : : "r"(&eighth) : "memory"); // stays where it was passed
  back(context);
  return eighth;
}

void *word_passed(void (*back)(void *), void *context, Passed passed, int index) {
  back(context);
  return passed.words[index];
}

void *variadic_passed(void (*back)(void *), void *context, int count, ...) {
  va_list list;
  va_start(list, count);
  back(context);
  void *last = nullptr;
  for (int i = 0; i < count; ++i)
    last = va_arg(list, void *);
  va_end(list);
  return last;
}

unsigned random_number() {
  state ^= state << 13;
  state ^= state >> 7;
  state ^= state << 17;
  return static_cast<unsigned>(state >> 20);
}

void seed_random(unsigned seed) {
  state = 88172645463325252ul + seed * 0x9e3779b97f4a7c15ul;
  for (int i = 0; i < 8; ++i)
    random_number();
}
