//===- test/bench/overhead/regex.c - A matcher of regular expressions ------------------------===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// Compiles a pattern to a nondeterministic automaton of malloc'ed states and runs all of its states at
// once over a text (Thompson's construction).
//
//===------------------------------------------------------------------------------------------===//

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SPLIT = 256, MATCH, ANY };

typedef struct State {
  int c; // a byte, or one of the above
  struct State *out, *other;
  int lastList;
} State;

/// A part of the automaton; `open` is a list, through the pointers themselves, of those to be filled.
typedef union Hole {
  union Hole *next;
  State *state;
} Hole;

typedef struct Part {
  State *start;
  Hole *open;
} Part;

static int StateCount;

static State *newState(int c, State *out, State *other) {
  State *s = malloc(sizeof *s);
  s->c = c;
  s->out = out;
  s->other = other;
  s->lastList = 0;
  ++StateCount;
  return s;
}

static void fill(Hole *holes, State *state) {
  while (holes) {
    Hole *following = holes->next;
    holes->state = state;
    holes = following;
  }
}

static Hole *join(Hole *a, Hole *b) {
  if (!a)
    return b;
  Hole *last = a;
  while (last->next)
    last = last->next;
  last->next = b;
  return a;
}

static Hole *holeAt(State **where) {
  Hole *h = (Hole *)where;
  h->next = NULL;
  return h;
}

static Part parseChoice(const char **pattern);

static Part parseOne(const char **pattern) {
  Part p;
  if (**pattern == '(') {
    ++*pattern;
    p = parseChoice(pattern);
    ++*pattern; // ')'
  } else {
    p.start = newState(**pattern == '.' ? ANY : (unsigned char)**pattern, NULL, NULL);
    p.open = holeAt(&p.start->out);
    ++*pattern;
  }
  for (; **pattern == '*' || **pattern == '+' || **pattern == '?'; ++*pattern) {
    State *split = newState(SPLIT, p.start, NULL);
    Hole *leave = holeAt(&split->other);
    if (**pattern == '?') {
      p.start = split;
      p.open = join(p.open, leave);
    } else {
      fill(p.open, split);
      if (**pattern == '*')
        p.start = split;
      p.open = leave;
    }
  }
  return p;
}

static Part parseSequence(const char **pattern) {
  Part p = parseOne(pattern);
  while (**pattern && **pattern != '|' && **pattern != ')') {
    Part more = parseOne(pattern);
    fill(p.open, more.start);
    p.open = more.open;
  }
  return p;
}

static Part parseChoice(const char **pattern) {
  Part p = parseSequence(pattern);
  while (**pattern == '|') {
    ++*pattern;
    Part other = parseSequence(pattern);
    p.start = newState(SPLIT, p.start, other.start);
    p.open = join(p.open, other.open);
  }
  return p;
}

typedef struct List {
  State **states;
  int count;
} List;

static int ListNumber;

static void add(List *l, State *s) {
  if (s->lastList == ListNumber)
    return;
  s->lastList = ListNumber;
  if (s->c == SPLIT) {
    add(l, s->out);
    add(l, s->other);
    return;
  }
  l->states[l->count++] = s;
}

/// How many positions of the text end a match that begins anywhere.
static int matches(State *start, const char *text, List *now, List *then) {
  int found = 0;
  now->count = 0;
  ++ListNumber;
  for (; *text; ++text) {
    add(now, start);
    then->count = 0;
    ++ListNumber;
    int ended = 0;
    for (int i = 0; i < now->count; ++i) {
      State *s = now->states[i];
      if (s->c == MATCH)
        ended = 1;
      else if (s->c == ANY || s->c == (unsigned char)*text)
        add(then, s->out);
    }
    found += ended;
    List *swapped = now;
    now = then;
    then = swapped;
  }
  return found;
}

int main(int argc, char **argv) {
  int rounds = argc > 1 ? atoi(argv[1]) : 30;
  static const char *const Patterns[] = {"(a|b)*abb",          "ab+c?d",      "x(yz|zy)+x", "a.b.c",
                                         "(ab|ba|cd)+(x|y)?z", "a?a?a?a?aaaa"};
  enum { LENGTH = 8000 };
  char *text = malloc(LENGTH + 1);
  uint32_t state = 99;
  for (int i = 0; i < LENGTH; ++i) {
    state = state * 1664525u + 1013904223u;
    text[i] = "aaabbbcdxyz"[(state >> 16) % 11];
  }
  text[LENGTH] = 0;
  uint64_t check = 0;
  for (int round = 0; round < rounds; ++round) {
    for (size_t p = 0; p < sizeof Patterns / sizeof *Patterns; ++p) {
      const char *pattern = Patterns[p];
      StateCount = 0;
      Part whole = parseChoice(&pattern);
      fill(whole.open, newState(MATCH, NULL, NULL));
      List a = {malloc(sizeof(State *) * (size_t)StateCount), 0};
      List b = {malloc(sizeof(State *) * (size_t)StateCount), 0};
      check = check * 31 + (uint64_t)matches(whole.start, text, &a, &b);
      free(a.states);
      free(b.states);
    }
    text[round * 37 % LENGTH] = 'a';
  }
  printf("%llu\n", (unsigned long long)check);
  return 0;
}
