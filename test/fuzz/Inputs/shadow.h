//===- test/fuzz/Inputs/shadow.h - The expected heap of a generated program ---------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// Every object has an identity, a number. The shadow knows which kind of object has which identity and
// which identities its slots refer to; it is made of ints, so it keeps nothing alive. A generated
// program does everything twice: to the pointers and to the identities. check_object() compares the two
// from one pointer on; what was freed too early is poisoned and does not look like an object.
//
// The shadow is compiled without the plugin: it has no polls, so checking is fast, and it never holds a
// pointer across a safepoint.
//
//===------------------------------------------------------------------------------------------===//

#ifndef TRICOLOR_TEST_SHADOW_H
#define TRICOLOR_TEST_SHADOW_H

constexpr int most_objects = 400000;
constexpr int most_kinds = 16;
constexpr int most_slots = 12;

struct Shadow {
  int kind;
  int slots[most_slots];
};
extern Shadow shadow[most_objects];

// A new identity. 0 is null's.
int fresh_identity(int kind);
// The value of a field that an object of this identity has at its beginning, and at its end.
long first_value(int identity);
long last_value(int identity);

// Where an object of the kind has slot and last value, in bytes from its part `Object`.
void describe_slot(int kind, int slot, long offset);
void describe_last(int kind, long offset);
void describe_whole(int kind, long offset); // from the part `Object` to the object's own address
extern long whole_offsets[most_kinds];

// Compares what the pointer leads to with the shadow; ends the program at the first difference.
void check_object(const void *object, int identity, int line);
void check_number(long got, long expected, int line);
long checks_done();

// Functions without maps that get pointers in the caller's frame, call back, and then use them.
struct Passed {
  void *words[3];
};
void *last_passed(void (*back)(void *), void *context, int, int, int, int, void *seventh,
                  void *eighth);
void *word_passed(void (*back)(void *), void *context, Passed passed, int index);
void *variadic_passed(void (*back)(void *), void *context, int count, ...);

// Numbers that the optimizer cannot foresee; each thread has its own sequence.
unsigned random_number();
void seed_random(unsigned seed);

#endif // TRICOLOR_TEST_SHADOW_H
