/*===- test/run/no-unwind-tables.c - A program that asked for no unwind tables ---------*- C -*-===*\
|*
|* Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
|* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
|*
|*===------------------------------------------------------------------------------------------===*|
|*
|* The collector walks stacks by unwind tables, so compiled functions get them whatever the flags say.
|* Without them the runtime refuses the image.
|*
|* RUN: %tricolorc -O2 -fno-asynchronous-unwind-tables -fno-unwind-tables %s -o %t %libs
|* RUN: %{stress} %t | FileCheck %s
|*
|* CHECK: no-unwind-tables: 100 nodes
|*
\*===------------------------------------------------------------------------------------------===*/

#include <stdio.h>
#include <tricolor/c.h>

struct node {
  struct node *next;
  int number;
};

static struct node *prepend(struct node *list, int number) {
  struct node *node = tricolor_new_conservative(sizeof *node);
  node->next = list;
  node->number = number;
  return node;
}

int main(void) {
  struct node *list = NULL;
  int count = 0;
  for (int i = 0; i < 100; ++i)
    list = prepend(list, i);
  for (; list; list = list->next)
    count += list->number == 99 - count;
  printf("no-unwind-tables: %d nodes\n", count);
  return 0;
}
