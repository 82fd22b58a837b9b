//===- test/bench/overhead/sort.c - Four ways of sorting -------------------------------------===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// Quicksort of records by pointer, merge sort of a linked list, heap sort of an array of structs, radix
// sort of integers; each result is checked for order.
//
//===------------------------------------------------------------------------------------------===//

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct Record {
  uint32_t key;
  char name[12];
  struct Record *next;
} Record;

typedef struct Entry {
  double weight;
  const Record *record;
} Entry;

static uint32_t State = 1;

static uint32_t next(void) { return (State = State * 1664525u + 1013904223u) >> 4; }

static int compare(const Record *a, const Record *b) {
  if (a->key != b->key)
    return a->key < b->key ? -1 : 1;
  return memcmp(a->name, b->name, sizeof a->name);
}

static void quickSort(Record **records, size_t count) {
  while (count > 12) {
    Record *pivot = records[count / 2];
    size_t i = 0, j = count - 1;
    for (;;) {
      while (compare(records[i], pivot) < 0)
        ++i;
      while (compare(records[j], pivot) > 0)
        --j;
      if (i >= j)
        break;
      Record *swapped = records[i];
      records[i++] = records[j];
      records[j--] = swapped;
    }
    quickSort(records, i);
    records += i;
    count -= i;
  }
  for (size_t i = 1; i < count; ++i) {
    Record *inserted = records[i];
    size_t j = i;
    for (; j > 0 && compare(records[j - 1], inserted) > 0; --j)
      records[j] = records[j - 1];
    records[j] = inserted;
  }
}

static Record *merge(Record *a, Record *b) {
  Record *first = NULL, **end = &first;
  while (a && b) {
    Record **smaller = compare(a, b) <= 0 ? &a : &b;
    *end = *smaller;
    end = &(*smaller)->next;
    *smaller = *end;
  }
  *end = a ? a : b;
  return first;
}

static Record *mergeSort(Record *list, size_t count) {
  if (count == 1) {
    list->next = NULL;
    return list;
  }
  Record *middle = list;
  for (size_t i = 0; i < count / 2; ++i)
    middle = middle->next;
  Record *right = mergeSort(middle, count - count / 2);
  return merge(mergeSort(list, count / 2), right);
}

static void siftDown(Entry *entries, size_t at, size_t count) {
  Entry moved = entries[at];
  for (size_t child; (child = 2 * at + 1) < count; at = child) {
    if (child + 1 < count && entries[child].weight < entries[child + 1].weight)
      ++child;
    if (entries[child].weight <= moved.weight)
      break;
    entries[at] = entries[child];
  }
  entries[at] = moved;
}

static void heapSort(Entry *entries, size_t count) {
  for (size_t i = count / 2; i-- > 0;)
    siftDown(entries, i, count);
  for (size_t i = count; i-- > 1;) {
    Entry swapped = entries[0];
    entries[0] = entries[i];
    entries[i] = swapped;
    siftDown(entries, 0, i);
  }
}

static void radixSort(uint64_t *numbers, uint64_t *other, size_t count) {
  for (int shift = 0; shift < 32; shift += 8) {
    size_t starts[257] = {0};
    for (size_t i = 0; i < count; ++i)
      ++starts[(numbers[i] >> shift & 255) + 1];
    for (int b = 0; b < 256; ++b)
      starts[b + 1] += starts[b];
    for (size_t i = 0; i < count; ++i)
      other[starts[numbers[i] >> shift & 255]++] = numbers[i];
    uint64_t *swapped = numbers;
    numbers = other;
    other = swapped;
  }
}

static void require(int inOrder) {
  if (!inOrder) {
    fprintf(stderr, "not in order\n");
    exit(1);
  }
}

int main(int argc, char **argv) {
  int rounds = argc > 1 ? atoi(argv[1]) : 60;
  enum { COUNT = 6000 };
  Record *records = malloc(sizeof *records * COUNT);
  Record **pointers = malloc(sizeof *pointers * COUNT);
  Entry *entries = malloc(sizeof *entries * COUNT);
  uint64_t *numbers = malloc(sizeof *numbers * COUNT * 2);
  uint64_t check = 0;
  for (int round = 0; round < rounds; ++round) {
    for (size_t i = 0; i < COUNT; ++i) {
      records[i].key = next() % 4000;
      for (size_t c = 0; c < sizeof records[i].name; ++c)
        records[i].name[c] = (char)('a' + next() % 26);
      records[i].next = i + 1 < COUNT ? &records[i + 1] : NULL;
      pointers[i] = &records[i];
      entries[i] = (Entry){(double)next(), &records[i]};
      numbers[i] = next();
    }
    quickSort(pointers, COUNT);
    Record *list = mergeSort(records, COUNT);
    heapSort(entries, COUNT);
    radixSort(numbers, numbers + COUNT, COUNT);
    for (size_t i = 0; i < COUNT; ++i, list = list->next) {
      require(compare(list, pointers[i]) == 0);
      require(i == 0 ||
              (entries[i - 1].weight <= entries[i].weight && numbers[i - 1] <= numbers[i]));
      check = check * 31 + list->key + entries[i].record->key + numbers[i];
    }
  }
  printf("%llu\n", (unsigned long long)check);
  return 0;
}
