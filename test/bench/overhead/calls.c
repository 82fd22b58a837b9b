//===- test/bench/overhead/calls.c - Functions that do little but call -----------------------===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// Fibonacci, Ackermann and Takeuchi numbers, queens on a board, permutations, towers of Hanoi on linked
// pegs.
//
//===------------------------------------------------------------------------------------------===//

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

static int64_t fibonacci(int n) { return n < 2 ? n : fibonacci(n - 1) + fibonacci(n - 2); }

static int64_t ackermann(int64_t m, int64_t n) {
  if (m == 0)
    return n + 1;
  return ackermann(m - 1, n == 0 ? 1 : ackermann(m, n - 1));
}

static int takeuchi(int x, int y, int z) {
  if (y >= x)
    return z;
  return takeuchi(takeuchi(x - 1, y, z), takeuchi(y - 1, z, x), takeuchi(z - 1, x, y));
}

static int queens(int n, uint32_t columns, uint32_t left, uint32_t right) {
  uint32_t all = (1u << n) - 1;
  if (columns == all)
    return 1;
  int solutions = 0;
  for (uint32_t free = all & ~(columns | left | right); free; free &= free - 1) {
    uint32_t bit = free & (0u - free);
    solutions += queens(n, columns | bit, (left | bit) << 1, (right | bit) >> 1);
  }
  return solutions;
}

static uint64_t permutations(int *items, int from, int count) {
  if (from == count) {
    uint64_t value = 0;
    for (int i = 0; i < count; ++i)
      value = value * 7 + (uint64_t)items[i];
    return value & 1023;
  }
  uint64_t sum = 0;
  for (int i = from; i < count; ++i) {
    int swapped = items[from];
    items[from] = items[i];
    items[i] = swapped;
    sum += permutations(items, from + 1, count);
    items[i] = items[from];
    items[from] = swapped;
  }
  return sum;
}

typedef struct Disk {
  struct Disk *below;
  int size;
} Disk;

typedef struct Peg {
  Disk *top;
  uint64_t moves;
} Peg;

static void moveTower(Peg *from, Peg *to, Peg *spare, int height) {
  if (height > 1)
    moveTower(from, spare, to, height - 1);
  Disk *disk = from->top;
  from->top = disk->below;
  disk->below = to->top;
  to->top = disk;
  to->moves += (uint64_t)disk->size;
  if (height > 1)
    moveTower(spare, to, from, height - 1);
}

int main(int argc, char **argv) {
  int rounds = argc > 1 ? atoi(argv[1]) : 30;
  uint64_t check = 0;
  Peg pegs[3] = {{NULL, 0}, {NULL, 0}, {NULL, 0}};
  for (int size = 12; size > 0; --size) {
    Disk *disk = malloc(sizeof *disk);
    disk->size = size;
    disk->below = pegs[0].top;
    pegs[0].top = disk;
  }
  int items[8] = {3, 1, 4, 1, 5, 9, 2, 6};
  for (int i = 0; i < rounds; ++i) {
    check = check * 31 + (uint64_t)fibonacci(20 + i % 3);
    check = check * 31 + (uint64_t)ackermann(2, 60 + i % 30);
    check = check * 31 + (uint64_t)takeuchi(12, 6 + i % 2, 1);
    check = check * 31 + (uint64_t)queens(7 + i % 2, 0, 0, 0);
    check = check * 31 + permutations(items, 1, 8);
    moveTower(&pegs[i % 3], &pegs[(i + 1) % 3], &pegs[(i + 2) % 3], 12);
    check = check * 31 + pegs[0].moves;
  }
  printf("%llu\n", (unsigned long long)check);
  return 0;
}
