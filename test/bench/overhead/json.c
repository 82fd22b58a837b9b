//===- test/bench/overhead/json.c - A JSON parser and printer --------------------------------===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// Generates a document, parses it into a tree of malloc'ed nodes, walks and prints it, and frees it.
//
//===------------------------------------------------------------------------------------------===//

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef enum { NUL, TRUE, FALSE, NUMBER, STRING, LIST, OBJECT } Kind;

typedef struct Json {
  Kind kind;
  struct Json *next; // the next element of the list or member of the object
  char *key;         // of a member
  union {
    double number;
    char *string;
    struct Json *first;
  };
} Json;

typedef struct Text {
  char *bytes;
  size_t length, capacity;
} Text;

static void append(Text *t, const char *bytes, size_t length) {
  if (t->length + length + 1 > t->capacity) {
    t->capacity = (t->length + length + 1) * 2;
    t->bytes = realloc(t->bytes, t->capacity);
  }
  memcpy(t->bytes + t->length, bytes, length);
  t->length += length;
  t->bytes[t->length] = 0;
}

static void appendText(Text *t, const char *text) { append(t, text, strlen(text)); }

static void appendByte(Text *t, char c) { append(t, &c, 1); }

static void appendNumber(Text *t, long n) {
  char digits[24];
  int at = sizeof digits;
  unsigned long rest = n < 0 ? 0ul - (unsigned long)n : (unsigned long)n;
  do
    digits[--at] = (char)('0' + rest % 10);
  while ((rest /= 10) != 0);
  if (n < 0)
    digits[--at] = '-';
  append(t, digits + at, sizeof digits - (size_t)at);
}

static uint32_t State = 12345;

static uint32_t next(void) { return (State = State * 1664525u + 1013904223u) >> 8; }

static void generate(Text *t, int depth) {
  switch (depth == 0 ? next() % 5 : 5 + next() % 2) {
  case 0:
    appendText(t, next() % 2 ? "true" : "false");
    break;
  case 1:
    appendText(t, "null");
    break;
  case 2:
    appendNumber(t, (long)(next() % 2000000) - 1000000);
    break;
  case 3:
  case 4:
    appendByte(t, '"');
    for (uint32_t i = 0, n = 3 + next() % 20; i < n; ++i) {
      uint32_t c = next() % 30;
      appendText(t, c == 27 ? "\\n" : c == 28 ? "\\\"" : c == 29 ? "\\u0041" : "");
      if (c < 27)
        appendByte(t, (char)(c == 26 ? ' ' : 'a' + c));
    }
    appendByte(t, '"');
    break;
  case 5:
    appendByte(t, '[');
    for (uint32_t i = 0, n = 2 + next() % 6; i < n; ++i) {
      appendText(t, i ? ", " : "");
      generate(t, depth - 1);
    }
    appendByte(t, ']');
    break;
  default:
    appendText(t, "{\n");
    for (uint32_t i = 0, n = 2 + next() % 6; i < n; ++i) {
      appendText(t, i ? ",\n  \"key" : "  \"key");
      appendNumber(t, next() % 100);
      appendText(t, "\" : ");
      generate(t, depth - 1);
    }
    appendText(t, "\n}");
    break;
  }
}

static void fail(const char *at) {
  fprintf(stderr, "syntax error at %.20s\n", at);
  exit(1);
}

static const char *skip(const char *at) {
  while (*at == ' ' || *at == '\n' || *at == '\t')
    ++at;
  return at;
}

static const char *parseString(const char *at, char **result) {
  const char *end = at + 1;
  while (*end != '"')
    end += *end == '\\' ? 2 : 1;
  char *out = malloc((size_t)(end - at)), *to = out;
  for (++at; at != end; ++at) {
    if (*at != '\\') {
      *to++ = *at;
      continue;
    }
    if (*++at == 'n') {
      *to++ = '\n';
    } else if (*at == 'u') {
      int code = 0;
      for (int i = 1; i <= 4; ++i)
        code = code * 16 + (at[i] <= '9' ? at[i] - '0' : (at[i] | 32) - 'a' + 10);
      *to++ = (char)code;
      at += 4;
    } else {
      *to++ = *at;
    }
  }
  *to = 0;
  *result = out;
  return end + 1;
}

static const char *parse(const char *at, Json **result) {
  Json *j = malloc(sizeof *j);
  *result = j;
  j->next = NULL;
  j->key = NULL;
  at = skip(at);
  if (*at == '[' || *at == '{') {
    int isObject = *at == '{';
    char close = isObject ? '}' : ']';
    j->kind = isObject ? OBJECT : LIST;
    j->first = NULL;
    Json **link = &j->first;
    for (at = skip(at + 1); *at != close;) {
      char *key = NULL;
      if (isObject) {
        if (*at != '"')
          fail(at);
        at = skip(parseString(at, &key));
        if (*at++ != ':')
          fail(at);
      }
      at = skip(parse(at, link));
      (*link)->key = key;
      link = &(*link)->next;
      if (*at == ',')
        at = skip(at + 1);
      else if (*at != close)
        fail(at);
    }
    return at + 1;
  }
  if (*at == '"') {
    j->kind = STRING;
    return parseString(at, &j->string);
  }
  if (*at == '-' || (*at >= '0' && *at <= '9')) {
    int negative = *at == '-';
    at += negative;
    double n = 0;
    while (*at >= '0' && *at <= '9')
      n = n * 10 + (*at++ - '0');
    j->kind = NUMBER;
    j->number = negative ? -n : n;
    return at;
  }
  static const struct {
    const char *word;
    Kind kind;
  } Words[] = {{"true", TRUE}, {"false", FALSE}, {"null", NUL}};
  for (int i = 0; i < 3; ++i)
    if (strncmp(at, Words[i].word, strlen(Words[i].word)) == 0) {
      j->kind = Words[i].kind;
      return at + strlen(Words[i].word);
    }
  fail(at);
  return at;
}

static void printString(Text *t, const char *s) {
  appendByte(t, '"');
  for (; *s; ++s)
    if (*s == '"' || *s == '\\') {
      appendByte(t, '\\');
      appendByte(t, *s);
    } else if (*s == '\n') {
      appendText(t, "\\n");
    } else {
      appendByte(t, *s);
    }
  appendByte(t, '"');
}

static void print(Text *t, const Json *j) {
  switch (j->kind) {
  case NUL:
    appendText(t, "null");
    break;
  case TRUE:
    appendText(t, "true");
    break;
  case FALSE:
    appendText(t, "false");
    break;
  case NUMBER:
    appendNumber(t, (long)j->number);
    break;
  case STRING:
    printString(t, j->string);
    break;
  case LIST:
  case OBJECT:
    appendByte(t, j->kind == LIST ? '[' : '{');
    for (const Json *e = j->first; e; e = e->next) {
      if (e != j->first)
        appendByte(t, ',');
      if (e->key) {
        printString(t, e->key);
        appendByte(t, ':');
      }
      print(t, e);
    }
    appendByte(t, j->kind == LIST ? ']' : '}');
    break;
  }
}

static void release(Json *j) {
  if (j->kind == LIST || j->kind == OBJECT)
    for (Json *e = j->first, *following; e; e = following) {
      following = e->next;
      release(e);
    }
  else if (j->kind == STRING)
    free(j->string);
  free(j->key);
  free(j);
}

int main(int argc, char **argv) {
  int rounds = argc > 1 ? atoi(argv[1]) : 150;
  Text document = {NULL, 0, 0}, printed = {NULL, 0, 0};
  generate(&document, 6);
  uint64_t check = document.length;
  for (int i = 0; i < rounds; ++i) {
    Json *j;
    parse(document.bytes, &j);
    printed.length = 0;
    print(&printed, j);
    release(j);
    for (size_t b = 0; b < printed.length; b += 7)
      check = check * 31 + (unsigned char)printed.bytes[b];
  }
  printf("%llu %zu\n", (unsigned long long)check, printed.length);
  return 0;
}
