//===- test/bench/overhead/graph.c - Walks over a graph --------------------------------------===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// Vertices and edges of malloc in linked lists: breadth first, depth first, Dijkstra's with a binary heap,
// strongly connected components by Tarjan's algorithm, a spanning forest by union-find.
//
//===------------------------------------------------------------------------------------------===//

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

typedef struct Edge Edge;

typedef struct Vertex {
  Edge *edges;
  struct Vertex *parent; // in a walk, in a set
  struct Vertex *onStack;
  uint64_t distance;
  int index, low, position, number;
} Vertex;

struct Edge {
  Edge *next;
  Vertex *to;
  uint32_t weight;
};

typedef struct Graph {
  Vertex **vertices;
  int count;
} Graph;

static uint32_t State = 7;

static uint32_t next(void) { return (State = State * 1664525u + 1013904223u) >> 8; }

static void connect(Vertex *from, Vertex *to) {
  Edge *e = malloc(sizeof *e);
  e->to = to;
  e->weight = 1 + next() % 100;
  e->next = from->edges;
  from->edges = e;
}

static Graph makeGraph(int count, int degree) {
  Graph g = {malloc(sizeof(Vertex *) * (size_t)count), count};
  for (int i = 0; i < count; ++i) {
    g.vertices[i] = calloc(1, sizeof(Vertex));
    g.vertices[i]->number = i;
  }
  for (int i = 0; i < count; ++i)
    for (int d = 0; d < degree; ++d)
      connect(g.vertices[i], g.vertices[next() % (uint32_t)count]);
  return g;
}

static void reset(Graph *g) {
  for (int i = 0; i < g->count; ++i) {
    Vertex *v = g->vertices[i];
    v->parent = v->onStack = NULL;
    v->distance = UINT64_MAX;
    v->index = v->low = 0;
    v->position = -1;
  }
}

static uint64_t breadthFirst(Graph *g, Vertex *start, Vertex **queue) {
  size_t head = 0, tail = 0;
  uint64_t sum = 0;
  start->distance = 0;
  queue[tail++] = start;
  while (head != tail) {
    Vertex *v = queue[head++];
    sum += v->distance;
    for (Edge *e = v->edges; e; e = e->next)
      if (e->to->distance == UINT64_MAX) {
        e->to->distance = v->distance + 1;
        e->to->parent = v;
        queue[tail++] = e->to;
      }
  }
  return sum + (uint64_t)g->count - tail;
}

static int Time;
static Vertex *StackTop;

/// Tarjan's: the number of components found below v.
static int components(Vertex *v) {
  int found = 0;
  v->index = v->low = ++Time;
  v->onStack = StackTop ? StackTop : v;
  StackTop = v;
  for (Edge *e = v->edges; e; e = e->next) {
    Vertex *to = e->to;
    if (to->index == 0) {
      found += components(to);
      if (to->low < v->low)
        v->low = to->low;
    } else if (to->onStack && to->index < v->low) {
      v->low = to->index;
    }
  }
  if (v->low == v->index) {
    ++found;
    for (Vertex *top;;) {
      top = StackTop;
      StackTop = top->onStack == top ? NULL : top->onStack;
      top->onStack = NULL;
      if (top == v)
        break;
    }
  }
  return found;
}

typedef struct Heap {
  Vertex **items;
  int size;
} Heap;

static void place(Heap *h, Vertex *v, int at) {
  h->items[at] = v;
  v->position = at;
}

static void rise(Heap *h, Vertex *v) {
  int at = v->position;
  for (; at > 0 && h->items[(at - 1) / 2]->distance > v->distance; at = (at - 1) / 2)
    place(h, h->items[(at - 1) / 2], at);
  place(h, v, at);
}

static Vertex *removeFirst(Heap *h) {
  Vertex *first = h->items[0], *last = h->items[--h->size];
  int at = 0;
  for (int child; (child = 2 * at + 1) < h->size; at = child) {
    if (child + 1 < h->size && h->items[child + 1]->distance < h->items[child]->distance)
      ++child;
    if (h->items[child]->distance >= last->distance)
      break;
    place(h, h->items[child], at);
  }
  if (h->size)
    place(h, last, at);
  return first;
}

static uint64_t dijkstra(Vertex *start, Vertex **memory) {
  Heap h = {memory, 0};
  uint64_t sum = 0;
  start->distance = 0;
  start->position = h.size;
  h.items[h.size++] = start;
  while (h.size) {
    Vertex *v = removeFirst(&h);
    sum += v->distance;
    for (Edge *e = v->edges; e; e = e->next) {
      uint64_t distance = v->distance + e->weight;
      if (distance >= e->to->distance)
        continue;
      e->to->distance = distance;
      e->to->parent = v;
      if (e->to->position < 0)
        e->to->position = h.size++;
      rise(&h, e->to);
    }
  }
  return sum;
}

static Vertex *setOf(Vertex *v) {
  while (v->parent) {
    if (v->parent->parent)
      v->parent = v->parent->parent;
    v = v->parent;
  }
  return v;
}

static int forest(Graph *g, uint32_t below) {
  int joined = 0;
  for (int i = 0; i < g->count; ++i)
    for (Edge *e = g->vertices[i]->edges; e; e = e->next) {
      Vertex *a = setOf(g->vertices[i]), *b = setOf(e->to);
      if (a == b || e->weight >= below)
        continue;
      a->parent = b;
      ++joined;
    }
  return joined;
}

int main(int argc, char **argv) {
  int rounds = argc > 1 ? atoi(argv[1]) : 60;
  Graph g = makeGraph(4000, 4);
  Vertex **queue = malloc(sizeof *queue * (size_t)g.count);
  uint64_t check = 0;
  for (int round = 0; round < rounds; ++round) {
    Vertex *start = g.vertices[round * 17 % g.count];
    reset(&g);
    check = check * 31 + breadthFirst(&g, start, queue);
    reset(&g);
    Time = 0;
    for (int i = 0; i < g.count; ++i)
      if (g.vertices[i]->index == 0)
        check += (uint64_t)components(g.vertices[i]);
    reset(&g);
    check = check * 31 + dijkstra(start, queue);
    reset(&g);
    check = check * 31 + (uint64_t)forest(&g, 20 + (uint32_t)round % 30);
  }
  printf("%llu\n", (unsigned long long)check);
  return 0;
}
