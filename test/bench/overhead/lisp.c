//===- test/bench/overhead/lisp.c - An evaluator of S-expressions ----------------------------===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// Reads a program of a small Lisp and evaluates it by walking the lists: environments are association
// lists, cells come from blocks of malloc that are given back after each run. Recursive and full of
// calls, with few loops.
//
//===------------------------------------------------------------------------------------------===//

#include <ctype.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef enum { NUMBER, SYMBOL, PAIR, PRIMITIVE, LAMBDA } Kind;

typedef struct Cell Cell;
typedef Cell *(*Primitive)(Cell *arguments);

struct Cell {
  Kind kind;
  union {
    int64_t number;
    const char *name;
    Primitive primitive;
    struct {
      Cell *head, *tail;
    };
    struct {
      Cell *code, *scope; // (parameters . body)
    };
  };
};

enum { CELLS = 4000 };

typedef struct Block {
  struct Block *next;
  int used;
  Cell cells[CELLS];
} Block;

static Block *Blocks;
static Cell *Symbols[256];
static int SymbolCount;
static Cell *Define, *Lambda, *If, *Let, *True;

static Cell *newCell(Kind kind) {
  if (!Blocks || Blocks->used == CELLS) {
    Block *b = malloc(sizeof *b);
    b->next = Blocks;
    b->used = 0;
    Blocks = b;
  }
  Cell *c = &Blocks->cells[Blocks->used++];
  c->kind = kind;
  return c;
}

static void releaseTo(Block *mark, int used) {
  while (Blocks != mark) {
    Block *b = Blocks;
    Blocks = b->next;
    free(b);
  }
  Blocks->used = used;
}

static Cell *number(int64_t n) {
  Cell *c = newCell(NUMBER);
  c->number = n;
  return c;
}

static Cell *cons(Cell *head, Cell *tail) {
  Cell *c = newCell(PAIR);
  c->head = head;
  c->tail = tail;
  return c;
}

static Cell *intern(const char *name, size_t length) {
  for (int i = 0; i < SymbolCount; ++i)
    if (strncmp(Symbols[i]->name, name, length) == 0 && Symbols[i]->name[length] == 0)
      return Symbols[i];
  char *copy = malloc(length + 1);
  memcpy(copy, name, length);
  copy[length] = 0;
  Cell *c = newCell(SYMBOL);
  c->name = copy;
  return Symbols[SymbolCount++] = c;
}

static Cell *read(const char **text) {
  while (isspace((unsigned char)**text))
    ++*text;
  if (**text == '(') {
    ++*text;
    Cell *first = NULL, **end = &first;
    for (;;) {
      while (isspace((unsigned char)**text))
        ++*text;
      if (**text == ')') {
        ++*text;
        return first;
      }
      *end = cons(read(text), NULL);
      end = &(*end)->tail;
    }
  }
  const char *start = *text;
  while (**text && !isspace((unsigned char)**text) && **text != '(' && **text != ')')
    ++*text;
  if (isdigit((unsigned char)*start))
    return number(strtoll(start, NULL, 10));
  return intern(start, (size_t)(*text - start));
}

static Cell *bind(Cell *scope, Cell *name, Cell *value) { return cons(cons(name, value), scope); }

static Cell *Globals;

static Cell *lookup(Cell *scope, const Cell *name) {
  for (; scope; scope = scope->tail)
    if (scope->head->head == name)
      return scope->head->tail;
  for (Cell *c = Globals; c; c = c->tail)
    if (c->head->head == name)
      return c->head->tail;
  fprintf(stderr, "unbound: %s\n", name->name);
  exit(1);
}

static Cell *evaluate(Cell *form, Cell *scope);

static Cell *evaluateAll(Cell *forms, Cell *scope) {
  if (!forms)
    return NULL;
  Cell *head = evaluate(forms->head, scope);
  return cons(head, evaluateAll(forms->tail, scope));
}

static Cell *apply(Cell *function, Cell *arguments) {
  if (function->kind == PRIMITIVE)
    return function->primitive(arguments);
  Cell *scope = function->scope;
  for (Cell *p = function->code->head; p; p = p->tail, arguments = arguments->tail)
    scope = bind(scope, p->head, arguments->head);
  Cell *result = NULL;
  for (Cell *body = function->code->tail; body; body = body->tail)
    result = evaluate(body->head, scope);
  return result;
}

static Cell *evaluate(Cell *form, Cell *scope) {
  if (!form || form->kind == NUMBER)
    return form;
  if (form->kind == SYMBOL)
    return lookup(scope, form);
  Cell *operation = form->head, *rest = form->tail;
  if (operation == If) {
    Cell *chosen = evaluate(rest->head, scope) ? rest->tail : rest->tail->tail;
    return evaluate(chosen->head, scope);
  }
  if (operation == Lambda) {
    Cell *c = newCell(LAMBDA);
    c->code = rest;
    c->scope = scope;
    return c;
  }
  if (operation == Let)
    return evaluate(rest->tail->tail->head,
                    bind(scope, rest->head, evaluate(rest->tail->head, scope)));
  if (operation == Define) {
    Globals = bind(Globals, rest->head, evaluate(rest->tail->head, scope));
    return rest->head;
  }
  Cell *function = evaluate(operation, scope);
  return apply(function, evaluateAll(rest, scope));
}

static Cell *add(Cell *a) { return number(a->head->number + a->tail->head->number); }
static Cell *subtract(Cell *a) { return number(a->head->number - a->tail->head->number); }
static Cell *multiply(Cell *a) { return number(a->head->number * a->tail->head->number); }
static Cell *remainderOf(Cell *a) { return number(a->head->number % a->tail->head->number); }
static Cell *less(Cell *a) { return a->head->number < a->tail->head->number ? True : NULL; }
static Cell *pair(Cell *a) { return cons(a->head, a->tail->head); }
static Cell *head(Cell *a) { return a->head->head; }
static Cell *tail(Cell *a) { return a->head->tail; }
static Cell *null(Cell *a) { return a->head ? NULL : True; }

static void definePrimitive(const char *name, Primitive primitive) {
  Cell *c = newCell(PRIMITIVE);
  c->primitive = primitive;
  Globals = bind(Globals, intern(name, strlen(name)), c);
}

static const char Program[] =
    "(define map (lambda (f l) (if (null l) l (cons (f (head l)) (map f (tail l))))))"
    "(define fold (lambda (f z l) (if (null l) z (fold f (f z (head l)) (tail l)))))"
    "(define range (lambda (a b) (if (< a b) (cons a (range (+ a 1) b)) nil)))"
    "(define filter (lambda (p l) (if (null l) l (if (p (head l))"
    "  (cons (head l) (filter p (tail l))) (filter p (tail l))))))"
    "(define append (lambda (a b) (if (null a) b (cons (head a) (append (tail a) b)))))"
    "(define sort (lambda (l) (if (null l) l (let p (head l) (append"
    "  (sort (filter (lambda (x) (< x p)) (tail l)))"
    "  (cons p (sort (filter (lambda (x) (if (< x p) nil 1)) (tail l)))))))))"
    "(define fib (lambda (n) (if (< n 2) n (+ (fib (- n 1)) (fib (- n 2))))))"
    "(define tak (lambda (x y z) (if (< y x)"
    "  (tak (tak (- x 1) y z) (tak (- y 1) z x) (tak (- z 1) x y)) z)))"
    "(define scramble (lambda (x) (% (+ (* x 7919) 13) 1009)))"
    "(define main (lambda (n) (+ (fib 13) (+ (tak 10 6 2)"
    "  (fold (lambda (a b) (% (+ (* a 31) b) 1000003)) n"
    "    (sort (map scramble (range n (+ n 60)))))))))";

int main(int argc, char **argv) {
  int rounds = argc > 1 ? atoi(argv[1]) : 70;
  Define = intern("define", 6);
  Lambda = intern("lambda", 6);
  If = intern("if", 2);
  Let = intern("let", 3);
  True = number(1);
  definePrimitive("+", add);
  definePrimitive("-", subtract);
  definePrimitive("*", multiply);
  definePrimitive("%", remainderOf);
  definePrimitive("<", less);
  definePrimitive("cons", pair);
  definePrimitive("head", head);
  definePrimitive("tail", tail);
  definePrimitive("null", null);
  Globals = bind(Globals, intern("nil", 3), NULL);
  const char *text = Program;
  while (*text)
    evaluate(read(&text), NULL);
  Cell *call = cons(intern("main", 4), cons(NULL, NULL));
  Block *mark = Blocks;
  int used = Blocks->used;
  uint64_t check = 0;
  for (int i = 0; i < rounds; ++i) {
    call->tail->head = number(i);
    check = check * 31 + (uint64_t)evaluate(call, NULL)->number;
    releaseTo(mark, used);
  }
  printf("%llu\n", (unsigned long long)check);
  return 0;
}
