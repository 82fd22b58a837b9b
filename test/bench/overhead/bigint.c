//===- test/bench/overhead/bigint.c - Arithmetic of large integers ---------------------------===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// Numbers are arrays of 32-bit digits from malloc: factorials, Fibonacci numbers, powers modulo a prime,
// conversion to decimal.
//
//===------------------------------------------------------------------------------------------===//

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

typedef struct Number {
  int length; // digits used, the last one is not 0
  uint32_t digits[];
} Number;

static Number *allocate(int length) {
  Number *n = malloc(sizeof *n + sizeof(uint32_t) * (size_t)length);
  n->length = length;
  return n;
}

static Number *trim(Number *n) {
  while (n->length > 0 && n->digits[n->length - 1] == 0)
    --n->length;
  return n;
}

static Number *fromWord(uint32_t word) {
  Number *n = allocate(1);
  n->digits[0] = word;
  return trim(n);
}

static Number *copy(const Number *a) {
  Number *n = allocate(a->length);
  memcpy(n->digits, a->digits, sizeof(uint32_t) * (size_t)a->length);
  return n;
}

static Number *add(const Number *a, const Number *b) {
  if (a->length < b->length) {
    const Number *swapped = a;
    a = b;
    b = swapped;
  }
  Number *sum = allocate(a->length + 1);
  uint64_t carry = 0;
  for (int i = 0; i < a->length; ++i) {
    carry += (uint64_t)a->digits[i] + (i < b->length ? b->digits[i] : 0);
    sum->digits[i] = (uint32_t)carry;
    carry >>= 32;
  }
  sum->digits[a->length] = (uint32_t)carry;
  return trim(sum);
}

static Number *multiply(const Number *a, const Number *b) {
  Number *product = allocate(a->length + b->length);
  memset(product->digits, 0, sizeof(uint32_t) * (size_t)product->length);
  for (int i = 0; i < a->length; ++i) {
    uint64_t carry = 0;
    for (int j = 0; j < b->length; ++j) {
      carry += (uint64_t)a->digits[i] * b->digits[j] + product->digits[i + j];
      product->digits[i + j] = (uint32_t)carry;
      carry >>= 32;
    }
    product->digits[i + b->length] = (uint32_t)carry;
  }
  return trim(product);
}

static int compare(const Number *a, const Number *b) {
  if (a->length != b->length)
    return a->length < b->length ? -1 : 1;
  for (int i = a->length; i-- > 0;)
    if (a->digits[i] != b->digits[i])
      return a->digits[i] < b->digits[i] ? -1 : 1;
  return 0;
}

/// Divides in place and returns the remainder.
static uint32_t divideByWord(Number *a, uint32_t by) {
  uint64_t rest = 0;
  for (int i = a->length; i-- > 0;) {
    rest = rest << 32 | a->digits[i];
    a->digits[i] = (uint32_t)(rest / by);
    rest %= by;
  }
  trim(a);
  return (uint32_t)rest;
}

/// a modulo m, by shifting and subtracting.
static Number *modulo(const Number *a, const Number *m) {
  Number *rest = allocate(m->length + 1);
  rest->length = 0;
  for (int i = a->length; i-- > 0;)
    for (int bit = 31; bit >= 0; --bit) {
      uint32_t in = a->digits[i] >> bit & 1;
      for (int d = 0; d < rest->length; ++d) {
        uint32_t out = rest->digits[d] >> 31;
        rest->digits[d] = rest->digits[d] << 1 | in;
        in = out;
      }
      if (in)
        rest->digits[rest->length++] = in;
      if (compare(rest, m) < 0)
        continue;
      int64_t borrow = 0;
      for (int d = 0; d < rest->length; ++d) {
        borrow += (int64_t)rest->digits[d] - (d < m->length ? m->digits[d] : 0);
        rest->digits[d] = (uint32_t)borrow;
        borrow >>= 32;
      }
      trim(rest);
    }
  return rest;
}

static void replace(Number **variable, Number *value) {
  free(*variable);
  *variable = value;
}

static Number *power(const Number *base, const Number *exponent, const Number *m) {
  Number *result = fromWord(1), *square = copy(base);
  for (int i = 0; i < exponent->length * 32; ++i) {
    if (exponent->digits[i / 32] >> i % 32 & 1) {
      replace(&result, multiply(result, square));
      replace(&result, modulo(result, m));
    }
    replace(&square, multiply(square, square));
    replace(&square, modulo(square, m));
  }
  free(square);
  return result;
}

static uint64_t decimalSum(const Number *n) {
  Number *rest = copy(n);
  uint64_t sum = 0;
  while (rest->length) {
    uint32_t group = divideByWord(rest, 1000000000);
    for (; group; group /= 10)
      sum += group % 10;
  }
  free(rest);
  return sum;
}

int main(int argc, char **argv) {
  int rounds = argc > 1 ? atoi(argv[1]) : 60;
  uint64_t check = 0;
  for (int round = 0; round < rounds; ++round) {
    Number *factorial = fromWord(1);
    for (uint32_t i = 2; i < 300 + (uint32_t)round % 50; ++i) {
      Number *factor = fromWord(i);
      replace(&factorial, multiply(factorial, factor));
      free(factor);
    }
    check = check * 31 + decimalSum(factorial);
    Number *a = fromWord(0), *b = fromWord(1);
    for (int i = 0; i < 2000; ++i) {
      Number *sum = add(a, b);
      free(a);
      a = b;
      b = sum;
    }
    check = check * 31 + decimalSum(a);
    Number *prime = allocate(4); // 2^127 - 1
    memset(prime->digits, 0xFF, sizeof(uint32_t) * 4);
    prime->digits[3] >>= 1;
    Number *exponent = copy(prime);
    exponent->digits[0] -= 2 + (uint32_t)round;
    Number *base = fromWord(3 + (uint32_t)round);
    Number *result = power(base, exponent, prime);
    check = check * 31 + decimalSum(result);
    Number *all[] = {factorial, a, b, prime, exponent, result, base};
    for (size_t i = 0; i < sizeof all / sizeof *all; ++i)
      free(all[i]);
  }
  printf("%llu\n", (unsigned long long)check);
  return 0;
}
