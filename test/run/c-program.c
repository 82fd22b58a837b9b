/*===- test/run/c-program.c - A program in C ------------------------------------------*- C -*-===*\
|*
|* Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
|* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
|*
|*===------------------------------------------------------------------------------------------===*|
|*
|* The C interface: lists of conservative memory held by locals, globals, static locals, structures
|* passed by value and variable-length arrays; text in memory that is not scanned.
|*
|* RUN: %tricolorc -O2 -Wall -Wextra %s -o %t %libs
|* RUN: %{poison} %t 2000 | FileCheck %s
|* RUN: %{stress} %t 20 | FileCheck %s
|* RUN: %tricolorc -O0 -std=c99 -Wall -Wextra %s -o %t %libs
|* RUN: %{poison} %t 2000 | FileCheck %s
|* RUN: %{stress} %t 20 | FileCheck %s
|*
|* CHECK: c-program: done
|*
\*===------------------------------------------------------------------------------------------===*/

#include <tricolor/c.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int failures;

static void check(int good, const char *what, long detail) {
  if (good)
    return;
  ++failures;
  fprintf(stderr, "FAILED: %s (%ld)\n", what, detail);
}

struct cell {
  long number;
  char *text;
  struct cell *next;
};

struct list {
  struct cell *first;
  long length;
  long sum;
};

static struct list global_list;
static struct cell *table[10];

static struct cell *make_cell(long number, struct cell *next) {
  struct cell *cell = tricolor_new_conservative(sizeof *cell);
  cell->number = number;
  cell->next = next;
  cell->text = tricolor_new_noscan(24);
  check(cell->text[0] == 0 && cell->text[23] == 0, "new memory is not zero", number);
  snprintf(cell->text, 24, "cell %ld", number);
  return cell;
}

static void check_cell(const struct cell *cell, long number) {
  char text[24];
  snprintf(text, sizeof text, "cell %ld", number);
  check(cell->number == number && strcmp(cell->text, text) == 0, "a cell is damaged", number);
}

__attribute__((noinline)) static struct list make_list(long length) {
  struct list list = {0, 0, 0};
  for (long i = 0; i < length; ++i) {
    list.first = make_cell(i, list.first);
    list.length++;
    list.sum += i;
  }
  tricolor_collect();
  return list;
}

__attribute__((noinline)) static void check_list(struct list list) {
  long length = 0;
  tricolor_collect();
  for (struct cell *cell = list.first; cell; cell = cell->next, ++length)
    check_cell(cell, list.length - 1 - length);
  check(length == list.length, "a list has the wrong length", length);
}

static struct cell **static_cell(void) {
  static struct cell *cell;
  return &cell;
}

__attribute__((noinline)) static void variable_array(long length) {
  struct cell *cells[length];
  for (long i = 0; i < length; ++i)
    cells[i] = 0;
  for (long i = 0; i < length; ++i)
    cells[i] = make_cell(i, 0);
  tricolor_collect();
  for (long i = 0; i < length; ++i)
    check_cell(cells[i], i);
}

int main(int argc, char **argv) {
  long length = argc > 1 ? atol(argv[1]) : 2000;
  struct list local = make_list(length);
  global_list = make_list(length / 2);
  table[9] = make_cell(99, 0);
  *static_cell() = make_cell(100, 0);
  for (long i = 0; i < length; ++i)
    make_cell(-i, 0);
  variable_array(12);
  check_list(local);
  check_list(global_list);
  check_cell(table[9], 99);
  check_cell(*static_cell(), 100);

  struct cell *early = make_cell(7, 0);
  uintptr_t hidden = ~(uintptr_t)early;
  check(tricolor_is_collected(early) && tricolor_object_base(&early->next) == early &&
            tricolor_object_size(early) >= sizeof *early,
        "a cell is not known", 0);
  tricolor_delete(early);
  tricolor_delete(0);
  check(!tricolor_is_collected((void *)~hidden), "a deleted cell is still there", 0);

  int old = tricolor_set_gc_percent(50);
  check(old == 100, "the rate should be 100", old);
  struct tricolor_stats stats;
  tricolor_stats(&stats);
  check(stats.collections >= 5, "collections are not counted", (long)stats.collections);
  check(stats.mallocs - stats.frees == stats.objects, "the statistics do not agree", 0);
  printf("c-program: done\n");
  return failures != 0;
}
