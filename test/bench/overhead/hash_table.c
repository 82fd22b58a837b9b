//===- test/bench/overhead/hash_table.c - A hash table with chains ---------------------------===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// String keys, nodes of malloc, growth by rehashing: what a symbol table or a cache does.
//
//===------------------------------------------------------------------------------------------===//

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct Entry {
  struct Entry *next;
  uint64_t hash;
  char *key;
  uint64_t value;
} Entry;

typedef struct Table {
  Entry **buckets;
  size_t mask, size;
} Table;

static uint64_t State = 0x9E3779B97F4A7C15u;

static uint64_t next(void) {
  State ^= State << 13;
  State ^= State >> 7;
  State ^= State << 17;
  return State;
}

static uint64_t hashOf(const char *key) {
  uint64_t h = 14695981039346656037u;
  for (; *key; ++key)
    h = (h ^ (unsigned char)*key) * 1099511628211u;
  return h;
}

static char *copyOf(const char *text) {
  size_t length = strlen(text) + 1;
  return memcpy(malloc(length), text, length);
}

static void initialize(Table *t, size_t buckets) {
  t->buckets = calloc(buckets, sizeof *t->buckets);
  t->mask = buckets - 1;
  t->size = 0;
}

static void grow(Table *t) {
  size_t count = (t->mask + 1) * 2;
  Entry **buckets = calloc(count, sizeof *buckets);
  for (size_t i = 0; i <= t->mask; ++i)
    for (Entry *e = t->buckets[i], *following; e; e = following) {
      following = e->next;
      Entry **bucket = &buckets[e->hash & (count - 1)];
      e->next = *bucket;
      *bucket = e;
    }
  free(t->buckets);
  t->buckets = buckets;
  t->mask = count - 1;
}

static Entry **locate(Table *t, const char *key, uint64_t hash) {
  Entry **link = &t->buckets[hash & t->mask];
  while (*link && ((*link)->hash != hash || strcmp((*link)->key, key) != 0))
    link = &(*link)->next;
  return link;
}

static Entry *findOrInsert(Table *t, const char *key) {
  uint64_t hash = hashOf(key);
  Entry **link = locate(t, key, hash);
  if (*link)
    return *link;
  Entry *e = malloc(sizeof *e);
  e->next = NULL;
  e->hash = hash;
  e->key = copyOf(key);
  e->value = 0;
  *link = e;
  if (++t->size > t->mask)
    grow(t);
  return e;
}

static int removeKey(Table *t, const char *key) {
  Entry **link = locate(t, key, hashOf(key));
  Entry *e = *link;
  if (!e)
    return 0;
  *link = e->next;
  free(e->key);
  free(e);
  --t->size;
  return 1;
}

static void clear(Table *t) {
  for (size_t i = 0; i <= t->mask; ++i)
    for (Entry *e = t->buckets[i], *following; e; e = following) {
      following = e->next;
      free(e->key);
      free(e);
    }
  free(t->buckets);
}

static void makeKey(char *text, uint64_t number) {
  static const char Prefix[] = "identifier_";
  memcpy(text, Prefix, sizeof Prefix - 1);
  char *at = text + sizeof Prefix - 1;
  do
    *at++ = (char)('a' + number % 26);
  while ((number /= 26) != 0);
  *at = 0;
}

int main(int argc, char **argv) {
  int rounds = argc > 1 ? atoi(argv[1]) : 30;
  uint64_t check = 0;
  for (int round = 0; round < rounds; ++round) {
    Table t;
    initialize(&t, 16);
    char key[64];
    for (int i = 0; i < 60000; ++i) {
      makeKey(key, next() % 20000);
      Entry *e = findOrInsert(&t, key);
      e->value += (uint64_t)i;
      check += e->value;
      if (i % 4 == 0) {
        makeKey(key, next() % 20000);
        check += (uint64_t)removeKey(&t, key);
      }
    }
    for (size_t i = 0; i <= t.mask; ++i)
      for (const Entry *e = t.buckets[i]; e; e = e->next)
        check = check * 31 + e->value;
    check += t.size;
    clear(&t);
  }
  printf("%llu\n", (unsigned long long)check);
  return 0;
}
