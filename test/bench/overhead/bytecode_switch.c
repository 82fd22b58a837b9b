//===- test/bench/overhead/bytecode_switch.c - A stack machine in a switch -------------------===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// The classical interpreter loop: code in bytes, an operand stack, frames, a heap of arrays. It runs
// a sieve, Collatz sequences and recursive Fibonacci numbers.
//
//===------------------------------------------------------------------------------------------===//

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum Op {
  PUSH, // 16-bit constant
  LOAD, // local
  STORE,
  ADD,
  SUB,
  MUL,
  DIV,
  MOD,
  LESS,
  EQUAL,
  JUMP, // 16-bit distance
  JUMP_IF_ZERO,
  NEW_ARRAY,
  INDEX,
  SET_INDEX,
  CALL, // function
  RETURN,
  POP,
  HALT
};

typedef struct Array {
  int64_t length;
  int64_t *cells;
} Array;

typedef union Value {
  int64_t number;
  Array *array;
} Value;

typedef struct Function {
  const uint8_t *code;
  int arguments, locals;
} Function;

typedef struct Frame {
  const Function *function;
  const uint8_t *pc;
  Value *locals;
} Frame;

typedef struct Machine {
  Value *stack;
  Frame *frames;
  Function functions[8];
  uint64_t executed;
} Machine;

static int16_t operand(const uint8_t *pc) { return (int16_t)(pc[0] | pc[1] << 8); }

static Array *newArray(int64_t length) {
  Array *array = malloc(sizeof *array);
  array->length = length;
  array->cells = calloc((size_t)length, sizeof *array->cells);
  return array;
}

static void fail(const char *what) {
  fprintf(stderr, "%s\n", what);
  exit(1);
}

static int64_t run(Machine *m, int entry, int64_t argument) {
  Frame *frame = m->frames;
  Value *locals = m->stack;
  const uint8_t *pc = m->functions[entry].code;
  Value *top = locals + m->functions[entry].locals;
  locals[0].number = argument;
  frame->function = &m->functions[entry];
  uint64_t executed = 0;
  for (;;) {
    ++executed;
    switch ((enum Op) * pc++) {
    case PUSH:
      (top++)->number = operand(pc);
      pc += 2;
      break;
    case LOAD:
      *top++ = locals[*pc++];
      break;
    case STORE:
      locals[*pc++] = *--top;
      break;
    case ADD:
      --top;
      top[-1].number += top->number;
      break;
    case SUB:
      --top;
      top[-1].number -= top->number;
      break;
    case MUL:
      --top;
      top[-1].number *= top->number;
      break;
    case DIV:
      if ((--top)->number == 0)
        fail("division by zero");
      top[-1].number /= top->number;
      break;
    case MOD:
      if ((--top)->number == 0)
        fail("division by zero");
      top[-1].number %= top->number;
      break;
    case LESS:
      --top;
      top[-1].number = top[-1].number < top->number;
      break;
    case EQUAL:
      --top;
      top[-1].number = top[-1].number == top->number;
      break;
    case JUMP:
      pc += operand(pc) + 2;
      break;
    case JUMP_IF_ZERO:
      pc += (--top)->number ? 2 : operand(pc) + 2;
      break;
    case NEW_ARRAY:
      top[-1].array = newArray(top[-1].number);
      break;
    case INDEX: {
      Array *array = top[-2].array;
      int64_t at = top[-1].number;
      if (at < 0 || at >= array->length)
        fail("index out of range");
      --top;
      top[-1].number = array->cells[at];
      break;
    }
    case SET_INDEX: {
      Array *array = top[-3].array;
      int64_t at = top[-2].number;
      if (at < 0 || at >= array->length)
        fail("index out of range");
      array->cells[at] = top[-1].number;
      top -= 3;
      break;
    }
    case CALL: {
      const Function *callee = &m->functions[*pc++];
      frame->pc = pc;
      frame->locals = locals;
      ++frame;
      frame->function = callee;
      locals = top - callee->arguments;
      for (int i = callee->arguments; i < callee->locals; ++i)
        locals[i].number = 0;
      top = locals + callee->locals;
      pc = callee->code;
      break;
    }
    case RETURN: {
      Value result = top[-1];
      if (frame == m->frames) {
        m->executed += executed;
        return result.number;
      }
      top = locals;
      *top++ = result;
      --frame;
      pc = frame->pc;
      locals = frame->locals;
      break;
    }
    case POP:
      --top;
      break;
    case HALT:
      fail("halted");
    }
  }
}

//===--- The programs -----------------------------------------------------------------------===//

static uint8_t Code[512];
static int Length;

static int emit(enum Op op) {
  Code[Length++] = (uint8_t)op;
  return Length;
}

static void emitLocal(enum Op op, int local) {
  emit(op);
  Code[Length++] = (uint8_t)local;
}

static int emitWord(enum Op op, int word) {
  emit(op);
  Code[Length++] = (uint8_t)(word & 255);
  Code[Length++] = (uint8_t)(word >> 8 & 255);
  return Length;
}

/// A jump to an earlier place, or, with no place yet, one for patch().
static int emitJump(enum Op op, int target) { return emitWord(op, target - (Length + 3)); }

static void patch(int jump) {
  Code[jump - 2] = (uint8_t)((Length - jump) & 255);
  Code[jump - 1] = (uint8_t)((Length - jump) >> 8 & 255);
}

static void emitBinary(enum Op op, int local, int constant) {
  emitLocal(LOAD, local);
  emitWord(PUSH, constant);
  emit(op);
}

/// fib(n) = n < 2 ? n : fib(n - 1) + fib(n - 2)
static void assembleFib(void) {
  emitBinary(LESS, 0, 2);
  int large = emitJump(JUMP_IF_ZERO, 0);
  emitLocal(LOAD, 0);
  emit(RETURN);
  patch(large);
  emitBinary(SUB, 0, 1);
  emitLocal(CALL, 0);
  emitBinary(SUB, 0, 2);
  emitLocal(CALL, 0);
  emit(ADD);
  emit(RETURN);
}

/// steps(n): how many steps of Collatz's rule n takes to 1
static void assembleSteps(void) {
  int loop = Length;
  emitBinary(LESS, 0, 2);
  int more = emitJump(JUMP_IF_ZERO, 0);
  emitLocal(LOAD, 1);
  emit(RETURN);
  patch(more);
  emitBinary(ADD, 1, 1);
  emitLocal(STORE, 1);
  emitBinary(MOD, 0, 2);
  int even = emitJump(JUMP_IF_ZERO, 0);
  emitBinary(MUL, 0, 3);
  emitWord(PUSH, 1);
  emit(ADD);
  emitLocal(STORE, 0);
  emitJump(JUMP, loop);
  patch(even);
  emitBinary(DIV, 0, 2);
  emitLocal(STORE, 0);
  emitJump(JUMP, loop);
}

/// collatz(n): the sum of steps(i) for 0 <= i < n
static void assembleCollatz(void) {
  int loop = Length;
  emitLocal(LOAD, 1);
  emitLocal(LOAD, 0);
  emit(LESS);
  int done = emitJump(JUMP_IF_ZERO, 0);
  emitLocal(LOAD, 1);
  emitLocal(CALL, 1);
  emitLocal(LOAD, 2);
  emit(ADD);
  emitLocal(STORE, 2);
  emitBinary(ADD, 1, 1);
  emitLocal(STORE, 1);
  emitJump(JUMP, loop);
  patch(done);
  emitLocal(LOAD, 2);
  emit(RETURN);
}

/// sieve(n): how many primes are below n; local 1 the array, 2 and 3 the loops, 4 the count
static void assembleSieve(void) {
  emitLocal(LOAD, 0);
  emit(NEW_ARRAY);
  emitLocal(STORE, 1);
  emitWord(PUSH, 2);
  emitLocal(STORE, 2);
  int outer = Length;
  emitLocal(LOAD, 2);
  emitLocal(LOAD, 0);
  emit(LESS);
  int done = emitJump(JUMP_IF_ZERO, 0);
  emitLocal(LOAD, 1);
  emitLocal(LOAD, 2);
  emit(INDEX);
  emitWord(PUSH, 0);
  emit(EQUAL);
  int composite = emitJump(JUMP_IF_ZERO, 0);
  emitBinary(ADD, 4, 1);
  emitLocal(STORE, 4);
  emitBinary(MUL, 2, 2);
  emitLocal(STORE, 3);
  int inner = Length;
  emitLocal(LOAD, 3);
  emitLocal(LOAD, 0);
  emit(LESS);
  int innerDone = emitJump(JUMP_IF_ZERO, 0);
  emitLocal(LOAD, 1);
  emitLocal(LOAD, 3);
  emitWord(PUSH, 1);
  emit(SET_INDEX);
  emitLocal(LOAD, 3);
  emitLocal(LOAD, 2);
  emit(ADD);
  emitLocal(STORE, 3);
  emitJump(JUMP, inner);
  patch(innerDone);
  patch(composite);
  emitBinary(ADD, 2, 1);
  emitLocal(STORE, 2);
  emitJump(JUMP, outer);
  patch(done);
  emitLocal(LOAD, 4);
  emit(RETURN);
}

static Function assemble(void (*body)(void), int arguments, int locals) {
  Function f = {Code + Length, arguments, locals};
  body();
  return f;
}

int main(int argc, char **argv) {
  int scale = argc > 1 ? atoi(argv[1]) : 200;
  Machine m = {0};
  m.stack = malloc(sizeof(Value) * 100000);
  m.frames = malloc(sizeof(Frame) * 10000);
  m.functions[0] = assemble(assembleFib, 1, 1);
  m.functions[1] = assemble(assembleSteps, 1, 2);
  m.functions[2] = assemble(assembleCollatz, 1, 3);
  m.functions[3] = assemble(assembleSieve, 1, 5);
  uint64_t sum = 0;
  for (int i = 0; i < scale; ++i) {
    sum = sum * 31 + (uint64_t)run(&m, 0, 15);
    sum = sum * 31 + (uint64_t)run(&m, 2, 300 + i % 100);
    sum = sum * 31 + (uint64_t)run(&m, 3, 2000 + i % 100);
  }
  printf("%llu %llu\n", (unsigned long long)sum, (unsigned long long)m.executed);
  return 0;
}
