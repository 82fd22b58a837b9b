//===- test/bench/overhead/bytecode_goto.c - A register machine with computed gotos ----------===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// Tagged values (small integers, pairs, nil) in registers; each handler jumps to the next one. It builds
// lists, reverses and sums them, and runs arithmetic loops.
//
//===------------------------------------------------------------------------------------------===//

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

typedef struct Pair Pair;

/// An integer shifted left with the lowest bit set, a pair, or null.
typedef union Value {
  intptr_t bits;
  Pair *pair;
} Value;

struct Pair {
  Value head, tail;
};

enum Op { CONST, MOVE, ADD, SUB, MUL, MOD, CONS, HEAD, TAIL, JUMP, IF_LESS, IF_NULL, CALL, RETURN };

typedef struct Instruction {
  uint8_t op, a, b, c; // a is the target register
  int32_t number;      // a constant, a distance, a function
} Instruction;

typedef struct Frame {
  const Instruction *pc;
  Value *registers;
} Frame;

enum { REGISTERS = 8, PAIRS = 1000 };

typedef struct Chunk {
  struct Chunk *next;
  Pair pairs[PAIRS];
} Chunk;

static Chunk *Chunks;
static int Used = PAIRS;

static Pair *newPair(Value head, Value tail) {
  if (Used == PAIRS) {
    Chunk *c = malloc(sizeof *c);
    c->next = Chunks;
    Chunks = c;
    Used = 0;
  }
  Pair *p = &Chunks->pairs[Used++];
  p->head = head;
  p->tail = tail;
  return p;
}

static void releaseAll(void) {
  while (Chunks) {
    Chunk *c = Chunks;
    Chunks = c->next;
    free(c);
  }
  Used = PAIRS;
}

static Value small(intptr_t n) { return (Value){.bits = n * 2 + 1}; }
static intptr_t number(Value v) { return v.bits >> 1; }

static Value run(const Instruction *const *functions, Value *stack, Frame *frames, Value argument) {
  static const void *const Labels[] = {&&constant, &&move, &&add,  &&sub,  &&mul,    &&mod,  &&cons,
                                       &&head,     &&tail, &&jump, &&less, &&isNull, &&call, &&ret};
#define NEXT goto *Labels[pc->op]
  const Instruction *pc = functions[0];
  Value *r = stack;
  Frame *frame = frames;
  r[0] = argument;
  NEXT;
constant:
  r[pc->a] = small(pc->number);
  ++pc;
  NEXT;
move:
  r[pc->a] = r[pc->b];
  ++pc;
  NEXT;
add:
  r[pc->a] = small(number(r[pc->b]) + number(r[pc->c]));
  ++pc;
  NEXT;
sub:
  r[pc->a] = small(number(r[pc->b]) - number(r[pc->c]));
  ++pc;
  NEXT;
mul:
  r[pc->a] = small(number(r[pc->b]) * number(r[pc->c]));
  ++pc;
  NEXT;
mod:
  r[pc->a] = small(number(r[pc->b]) % number(r[pc->c]));
  ++pc;
  NEXT;
cons:
  r[pc->a].pair = newPair(r[pc->b], r[pc->c]);
  ++pc;
  NEXT;
head:
  r[pc->a] = r[pc->b].pair->head;
  ++pc;
  NEXT;
tail:
  r[pc->a] = r[pc->b].pair->tail;
  ++pc;
  NEXT;
jump:
  pc += pc->number;
  NEXT;
less:
  pc += number(r[pc->b]) < number(r[pc->c]) ? pc->number : 1;
  NEXT;
isNull:
  pc += r[pc->b].pair == NULL ? pc->number : 1;
  NEXT;
call: // r[b] is the argument, r[c] another
  frame->pc = pc;
  frame->registers = r;
  ++frame;
  r[REGISTERS] = r[pc->b];
  r[REGISTERS + 1] = r[pc->c];
  r += REGISTERS;
  r[2].pair = NULL;
  pc = functions[pc->number];
  NEXT;
ret: {
  Value result = r[pc->b];
  if (frame == frames)
    return result;
  --frame;
  pc = frame->pc;
  r = frame->registers;
  r[pc->a] = result;
  ++pc;
  NEXT;
}
#undef NEXT
}

/// main(n): sum(reverse(build(n)) + triangle(n)
static const Instruction Main[] = {
    {CALL, 1, 0, 0, 1}, // r1 = build(n)
    {CALL, 1, 1, 0, 2}, // r1 = reverse(r1)
    {CALL, 1, 1, 0, 3}, // r1 = sum(r1)
    {CALL, 2, 0, 0, 4}, // r2 = triangle(n)
    {ADD, 1, 1, 2, 0},  {RETURN, 0, 1, 0, 0},
};

/// build(n): the list of i * i % 1009 for i below n
static const Instruction Build[] = {
    {CONST, 3, 0, 0, 0},    // i
    {CONST, 4, 0, 0, 1},    // one
    {CONST, 5, 0, 0, 1009}, //
    {IF_LESS, 0, 3, 0, 2},  // while (i < n)
    {RETURN, 0, 2, 0, 0},   //
    {MUL, 6, 3, 3, 0},      //
    {MOD, 6, 6, 5, 0},      //
    {CONS, 2, 6, 2, 0},     //
    {ADD, 3, 3, 4, 0},      //
    {JUMP, 0, 0, 0, -6},
};

/// reverse(list)
static const Instruction Reverse[] = {
    {IF_NULL, 0, 0, 0, 5}, {HEAD, 3, 0, 0, 0},  {TAIL, 0, 0, 0, 0},
    {CONS, 2, 3, 2, 0},    {JUMP, 0, 0, 0, -4}, {RETURN, 0, 2, 0, 0},
};

/// sum(list), recursively
static const Instruction Sum[] = {
    {IF_NULL, 0, 0, 0, 6}, {TAIL, 3, 0, 0, 0},   {CALL, 4, 3, 3, 3},  {HEAD, 5, 0, 0, 0},
    {ADD, 4, 4, 5, 0},     {RETURN, 0, 4, 0, 0}, {CONST, 4, 0, 0, 0}, {RETURN, 0, 4, 0, 0},
};

/// triangle(n): the sum of j for all j < i < n
static const Instruction Triangle[] = {
    {CONST, 3, 0, 0, 0},   {CONST, 4, 0, 0, 1},   {CONST, 6, 0, 0, 0}, // i, one, sum
    {IF_LESS, 0, 3, 0, 2}, {RETURN, 0, 6, 0, 0},                       // while (i < n)
    {CONST, 5, 0, 0, 0},   {IF_LESS, 0, 5, 3, 3},                      // while (j < i)
    {ADD, 3, 3, 4, 0},     {JUMP, 0, 0, 0, -5},                        //
    {ADD, 6, 6, 5, 0},     {ADD, 5, 5, 4, 0},     {JUMP, 0, 0, 0, -5},
};

int main(int argc, char **argv) {
  int rounds = argc > 1 ? atoi(argv[1]) : 400;
  const Instruction *const functions[] = {Main, Build, Reverse, Sum, Triangle};
  Value *stack = malloc(sizeof *stack * REGISTERS * 4000);
  Frame *frames = malloc(sizeof *frames * 4000);
  uint64_t check = 0;
  for (int i = 0; i < rounds; ++i) {
    check = check * 31 + (uint64_t)number(run(functions, stack, frames, small(200 + i % 300)));
    releaseAll();
  }
  printf("%llu\n", (unsigned long long)check);
  return 0;
}
