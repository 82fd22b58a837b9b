//===- test/bench/overhead/numeric.c - Loops over numbers ------------------------------------===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// Matrix multiplication, a Fourier transform, Mandelbrot's set, a sieve and a heat equation: the loops of
// numerical programs, vectorized where the compiler can.
//
//===------------------------------------------------------------------------------------------===//

#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { N = 96, FFT = 4096, GRID = 128, PRIMES = 60000 };

static void multiply(const double *restrict a, const double *restrict b, double *restrict c) {
  for (int i = 0; i < N; ++i)
    for (int j = 0; j < N; ++j) {
      double sum = 0;
      for (int k = 0; k < N; ++k)
        sum += a[i * N + k] * b[k * N + j];
      c[i * N + j] = sum;
    }
}

typedef struct Complex {
  double re, im;
} Complex;

static void transform(Complex *x, const Complex *roots, int n) {
  for (int i = 1, j = 0; i < n; ++i) {
    int bit = n >> 1;
    for (; j & bit; bit >>= 1)
      j ^= bit;
    j ^= bit;
    if (i < j) {
      Complex swapped = x[i];
      x[i] = x[j];
      x[j] = swapped;
    }
  }
  for (int length = 2; length <= n; length *= 2)
    for (int start = 0; start < n; start += length)
      for (int k = 0; k < length / 2; ++k) {
        Complex w = roots[k * (n / length)];
        Complex *even = &x[start + k], *odd = even + length / 2;
        Complex t = {w.re * odd->re - w.im * odd->im, w.re * odd->im + w.im * odd->re};
        *odd = (Complex){even->re - t.re, even->im - t.im};
        *even = (Complex){even->re + t.re, even->im + t.im};
      }
}

static int mandelbrot(double re, double im) {
  double x = 0, y = 0;
  int steps = 0;
  for (; steps < 200 && x * x + y * y < 4; ++steps) {
    double t = x * x - y * y + re;
    y = 2 * x * y + im;
    x = t;
  }
  return steps;
}

static int sieve(uint8_t *composite, int n) {
  int count = 0;
  memset(composite, 0, (size_t)n);
  for (int i = 2; i < n; ++i)
    if (!composite[i]) {
      ++count;
      for (int j = 2 * i; j < n; j += i)
        composite[j] = 1;
    }
  return count;
}

static void diffuse(const float *restrict from, float *restrict to) {
  for (int y = 1; y + 1 < GRID; ++y)
    for (int x = 1; x + 1 < GRID; ++x) {
      const float *at = &from[y * GRID + x];
      to[y * GRID + x] = *at + 0.1f * (at[-1] + at[1] + at[-GRID] + at[GRID] - 4 * *at);
    }
}

int main(int argc, char **argv) {
  int rounds = argc > 1 ? atoi(argv[1]) : 60;
  double *a = malloc(sizeof *a * N * N), *b = malloc(sizeof *b * N * N);
  double *c = malloc(sizeof *c * N * N);
  Complex *x = malloc(sizeof *x * FFT), *roots = malloc(sizeof *roots * FFT);
  float *heat = calloc(GRID * GRID, sizeof *heat), *other = calloc(GRID * GRID, sizeof *other);
  uint8_t *composite = malloc(PRIMES);
  for (int i = 0; i < N * N; ++i) {
    a[i] = i % 7 - 3;
    b[i] = i % 5 - 2;
  }
  for (int i = 0; i < FFT; ++i)
    roots[i] = (Complex){cos(2 * 3.14159265358979 * i / FFT), sin(2 * 3.14159265358979 * i / FFT)};
  int64_t check = 0;
  for (int round = 0; round < rounds; ++round) {
    multiply(a, b, c);
    check += (int64_t)c[round * 97 % (N * N)];
    for (int i = 0; i < FFT; ++i)
      x[i] = (Complex){i % (round + 3), 0};
    transform(x, roots, FFT);
    check += (int64_t)(x[5].re * 16);
    for (int py = 0; py < 32; ++py)
      for (int px = 0; px < 48; ++px)
        check += mandelbrot(px / 16.0 - 2, py / 16.0 - 1 + round * 1e-4);
    check += sieve(composite, PRIMES - round % 100);
    heat[GRID * GRID / 2 + GRID / 2] += 1000;
    for (int step = 0; step < 20; ++step) {
      diffuse(heat, other);
      float *swapped = heat;
      heat = other;
      other = swapped;
    }
    check += (int64_t)heat[(GRID / 2 + 3) * GRID + GRID / 2];
  }
  printf("%lld\n", (long long)check);
  return 0;
}
