//===- test/bench/overhead/compress.c - Compression, checksums and a hash --------------------===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// An LZ77 compressor with hash chains and its decompressor, CRC-32 and SHA-256 of the results: loops over
// bytes and words.
//
//===------------------------------------------------------------------------------------------===//

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { HASH_BITS = 13, SHORTEST = 4, LONGEST = 255, WINDOW = 65535, CHAIN = 16 };

typedef struct Matcher {
  int32_t *heads, *previous;
} Matcher;

static uint32_t hashAt(const uint8_t *at) {
  uint32_t word;
  memcpy(&word, at, sizeof word);
  return word * 2654435761u >> (32 - HASH_BITS);
}

static int matchLength(const uint8_t *a, const uint8_t *b, int most) {
  int length = 0;
  while (length < most && a[length] == b[length])
    ++length;
  return length;
}

/// Literals are a zero, a count and the bytes; matches a length and two bytes of distance.
static size_t compress(Matcher *m, const uint8_t *in, int length, uint8_t *out) {
  uint8_t *to = out;
  int literals = 0;
  memset(m->heads, -1, sizeof *m->heads << HASH_BITS);
  for (int at = 0; at < length;) {
    int best = 0, distance = 0;
    if (at + SHORTEST <= length) {
      int most = length - at < LONGEST ? length - at : LONGEST;
      int32_t candidate = m->heads[hashAt(in + at)];
      for (int tries = CHAIN; candidate >= 0 && at - candidate <= WINDOW && tries > 0; --tries) {
        int found = matchLength(in + candidate, in + at, most);
        if (found > best) {
          best = found;
          distance = at - candidate;
        }
        candidate = m->previous[candidate];
      }
    }
    int step = best >= SHORTEST ? best : 1;
    if (best >= SHORTEST || literals == 255) {
      if (literals) {
        *to++ = 0;
        *to++ = (uint8_t)literals;
        memcpy(to, in + at - literals, (size_t)literals);
        to += literals;
        literals = 0;
      }
    }
    if (best >= SHORTEST) {
      *to++ = (uint8_t)best;
      *to++ = (uint8_t)distance;
      *to++ = (uint8_t)(distance >> 8);
    } else {
      ++literals;
    }
    for (; step > 0; --step, ++at)
      if (at + SHORTEST <= length) {
        uint32_t h = hashAt(in + at);
        m->previous[at] = m->heads[h];
        m->heads[h] = at;
      }
  }
  if (literals) {
    *to++ = 0;
    *to++ = (uint8_t)literals;
    memcpy(to, in + length - literals, (size_t)literals);
    to += literals;
  }
  return (size_t)(to - out);
}

static size_t decompress(const uint8_t *in, size_t length, uint8_t *out) {
  const uint8_t *end = in + length;
  uint8_t *to = out;
  while (in < end) {
    int count = *in++;
    if (count == 0) {
      count = *in++;
      memcpy(to, in, (size_t)count);
      in += count;
      to += count;
      continue;
    }
    int distance = in[0] | in[1] << 8;
    in += 2;
    for (; count > 0; --count, ++to)
      *to = to[-distance];
  }
  return (size_t)(to - out);
}

static uint32_t crc(const uint32_t *table, const uint8_t *bytes, size_t length) {
  uint32_t c = ~0u;
  for (size_t i = 0; i < length; ++i)
    c = table[(c ^ bytes[i]) & 255] ^ c >> 8;
  return ~c;
}

static uint32_t rotate(uint32_t x, int n) { return x >> n | x << (32 - n); }

/// The first 32 bits of the fractional part of a root of each prime, computed in integers.
static uint32_t rootBits(uint32_t prime, int degree) {
  unsigned __int128 target = (unsigned __int128)prime << (degree == 2 ? 64 : 96);
  uint64_t low = 0, high = (uint64_t)1 << 40;
  while (high - low > 1) {
    uint64_t middle = low + (high - low) / 2;
    unsigned __int128 power = (unsigned __int128)middle * middle;
    int above = degree == 2 ? power > target : power > target / middle;
    if (above)
      high = middle;
    else
      low = middle;
  }
  return (uint32_t)low;
}

static void sha256(const uint32_t *constants, uint32_t *state, const uint8_t *bytes) {
  uint32_t w[64];
  for (int i = 0; i < 16; ++i)
    w[i] = (uint32_t)bytes[4 * i] << 24 | (uint32_t)bytes[4 * i + 1] << 16 |
           (uint32_t)bytes[4 * i + 2] << 8 | bytes[4 * i + 3];
  for (int i = 16; i < 64; ++i) {
    uint32_t s0 = rotate(w[i - 15], 7) ^ rotate(w[i - 15], 18) ^ w[i - 15] >> 3;
    uint32_t s1 = rotate(w[i - 2], 17) ^ rotate(w[i - 2], 19) ^ w[i - 2] >> 10;
    w[i] = w[i - 16] + s0 + w[i - 7] + s1;
  }
  uint32_t s[8];
  memcpy(s, state, sizeof s);
  for (int i = 0; i < 64; ++i) {
    uint32_t e = s[4], a = s[0];
    uint32_t t1 = s[7] + (rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25)) +
                  ((e & s[5]) ^ (~e & s[6])) + constants[i] + w[i];
    uint32_t t2 =
        (rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22)) + ((a & s[1]) ^ (a & s[2]) ^ (s[1] & s[2]));
    memmove(s + 1, s, 7 * sizeof *s);
    s[4] += t1;
    s[0] = t1 + t2;
  }
  for (int i = 0; i < 8; ++i)
    state[i] += s[i];
}

int main(int argc, char **argv) {
  int rounds = argc > 1 ? atoi(argv[1]) : 40;
  enum { LENGTH = 40000 };
  static const char *const Words[] = {"collector ", "the ",     "of ",      "a pointer ",
                                      "stack",      " barrier", "\n",       "is ",
                                      "heap ",      "word, ",   "mutator ", "0123"};
  uint8_t *in = malloc(LENGTH + 16), *packed = malloc(2 * LENGTH), *unpacked = malloc(LENGTH + 16);
  Matcher m = {malloc(sizeof(int32_t) << HASH_BITS), malloc(sizeof(int32_t) * LENGTH)};
  uint32_t table[256], constants[64], primes = 0, state = 5;
  for (uint32_t i = 0; i < 256; ++i) {
    table[i] = i;
    for (int bit = 0; bit < 8; ++bit)
      table[i] = table[i] & 1 ? table[i] >> 1 ^ 0xEDB88320u : table[i] >> 1;
  }
  uint32_t initial[8];
  for (uint32_t p = 2; primes < 64; ++p) {
    int isPrime = 1;
    for (uint32_t d = 2; d * d <= p; ++d)
      isPrime &= p % d != 0;
    if (!isPrime)
      continue;
    if (primes < 8)
      initial[primes] = rootBits(p, 2);
    constants[primes++] = rootBits(p, 3);
  }
  uint64_t check = 0;
  for (int round = 0; round < rounds; ++round) {
    for (int at = 0; at < LENGTH;) {
      state = state * 1664525u + 1013904223u;
      for (const char *w = Words[(state >> 16) % 12]; *w && at < LENGTH; ++w)
        in[at++] = (uint8_t)*w;
    }
    size_t size = compress(&m, in, LENGTH, packed);
    if (decompress(packed, size, unpacked) != LENGTH || memcmp(in, unpacked, LENGTH) != 0) {
      fprintf(stderr, "not the same after decompression\n");
      return 1;
    }
    uint32_t hash[8];
    memcpy(hash, initial, sizeof hash);
    for (int at = 0; at + 64 <= LENGTH; at += 64)
      sha256(constants, hash, in + at);
    check = check * 31 + size + crc(table, packed, size) + hash[0];
  }
  printf("%llu\n", (unsigned long long)check);
  return 0;
}
