//===- test/bench/overhead/life.c - Cellular automata ----------------------------------------===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// The game of life twice: on a torus of bytes, and as a list of living cells in a hash set, whose nodes
// come from a free list over malloc.
//
//===------------------------------------------------------------------------------------------===//

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SIZE = 64, BUCKETS = 4096, CHUNK = 256 };

static void stepTorus(const uint8_t *from, uint8_t *to) {
  for (int y = 0; y < SIZE; ++y) {
    const uint8_t *row = from + y * SIZE;
    const uint8_t *above = from + (y + SIZE - 1) % SIZE * SIZE;
    const uint8_t *below = from + (y + 1) % SIZE * SIZE;
    for (int x = 0; x < SIZE; ++x) {
      int left = (x + SIZE - 1) % SIZE, right = (x + 1) % SIZE;
      int around = above[left] + above[x] + above[right] + row[left] + row[right] + below[left] +
                   below[x] + below[right];
      to[y * SIZE + x] = around == 3 || (around == 2 && row[x]);
    }
  }
}

typedef struct Cell {
  struct Cell *next; // in the bucket or the free list
  struct Cell *listed;
  int32_t x, y;
  int alive, around;
} Cell;

typedef struct World {
  Cell *buckets[BUCKETS];
  Cell *cells;
} World;

static Cell *Free;

static Cell *newCell(void) {
  if (!Free) {
    Cell *chunk = malloc(sizeof *chunk * CHUNK);
    for (int i = 0; i < CHUNK; ++i) {
      chunk[i].next = Free;
      Free = &chunk[i];
    }
  }
  Cell *c = Free;
  Free = c->next;
  return c;
}

static Cell *cellAt(World *w, int32_t x, int32_t y) {
  Cell **bucket = &w->buckets[((uint32_t)x * 73856093u ^ (uint32_t)y * 19349663u) % BUCKETS];
  for (Cell *c = *bucket; c; c = c->next)
    if (c->x == x && c->y == y)
      return c;
  Cell *c = newCell();
  c->x = x;
  c->y = y;
  c->alive = c->around = 0;
  c->next = *bucket;
  *bucket = c;
  c->listed = w->cells;
  w->cells = c;
  return c;
}

static void clear(World *w) {
  memset(w->buckets, 0, sizeof w->buckets);
  while (w->cells) {
    Cell *c = w->cells;
    w->cells = c->listed;
    c->next = Free;
    Free = c;
  }
}

static int stepWorld(World *from, World *to) {
  int population = 0;
  for (Cell *c = from->cells; c; c = c->listed)
    if (c->alive)
      for (int dy = -1; dy <= 1; ++dy)
        for (int dx = -1; dx <= 1; ++dx) {
          Cell *other = cellAt(to, c->x + dx, c->y + dy);
          if (dx == 0 && dy == 0)
            other->alive = 1;
          else
            ++other->around;
        }
  for (Cell *c = to->cells; c; c = c->listed) {
    c->alive = c->around == 3 || (c->around == 2 && c->alive);
    c->around = 0;
    population += c->alive;
  }
  clear(from);
  return population;
}

int main(int argc, char **argv) {
  int rounds = argc > 1 ? atoi(argv[1]) : 200;
  uint8_t *torus = malloc(SIZE * SIZE), *other = malloc(SIZE * SIZE);
  World *world = calloc(1, sizeof *world), *spare = calloc(1, sizeof *spare);
  uint32_t state = 3;
  for (int i = 0; i < SIZE * SIZE; ++i) {
    state = state * 1664525u + 1013904223u;
    torus[i] = state >> 28 < 5;
  }
  static const int8_t Acorn[][2] = {{0, 2}, {1, 0}, {1, 2}, {3, 1}, {4, 2}, {5, 2}, {6, 2}};
  uint64_t check = 0;
  for (int round = 0; round < rounds; ++round) {
    if (round % 400 == 0) {
      clear(world);
      for (size_t i = 0; i < sizeof Acorn / sizeof *Acorn; ++i)
        cellAt(world, Acorn[i][0], Acorn[i][1])->alive = 1;
    }
    for (int i = 0; i < 6; ++i) {
      stepTorus(torus, other);
      uint8_t *swapped = torus;
      torus = other;
      other = swapped;
    }
    for (int i = round % 7; i < SIZE * SIZE; i += 7)
      check += torus[i];
    check = check * 31 + (uint64_t)stepWorld(world, spare);
    World *swapped = world;
    world = spare;
    spare = swapped;
  }
  printf("%llu\n", (unsigned long long)check);
  return 0;
}
