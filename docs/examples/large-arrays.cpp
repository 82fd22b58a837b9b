//===- docs/examples/large-arrays.cpp - A gibibyte of large arrays ------------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// Allocates TOTAL MiB in arrays of PIECE KiB, of which the last KEPT are live at any time: arrays
// of pointers and plain ones in turn. Checks that new memory is zero, that contents stay, and that
// the heap stays small. It touches memory with a few calls, not with loops.
//
//   large-arrays [TOTAL [PIECE [KEPT]]]     default 1024 8192 8
//
//===------------------------------------------------------------------------------------------===//

#include "check.h"

#include <tricolor/tricolor.h>

#include <algorithm>
#include <cstddef>
#include <cstring>

namespace {

struct Node : tricolor::managed {
  explicit Node(long number) : value(number) {}
  long value;
};

// Nodes in each array of pointers, spread over its length.
constexpr size_t kNodes = 8;

// An array, and what was put into it.
struct Piece : tricolor::managed {
  Piece(long n, size_t size) : number(n), bytes(size) {}
  long number;
  size_t bytes;
  Node **pointers = nullptr;
  unsigned char *plain = nullptr;
};

// Whether all words of an array are zero; one comparison of the array with itself, shifted by a
// byte.
bool all_zero(const void *array, size_t bytes) {
  auto *first = static_cast<const unsigned char *>(array);
  return first[0] == 0 && std::memcmp(first, first + 1, bytes - 1) == 0;
}

bool all_equal(const unsigned char *array, unsigned char value, size_t bytes) {
  return array[0] == value && std::memcmp(array, array + 1, bytes - 1) == 0;
}

Piece *make_piece(long number, size_t bytes) {
  Piece *piece = new Piece(number, bytes);
  if (number % 2 == 0) {
    size_t words = bytes / sizeof(Node *);
    piece->pointers = tricolor::make_array<Node *>(words);
    check(all_zero(piece->pointers, bytes), "a new array of pointers is not zero", number);
    for (size_t i = 0; i < kNodes; ++i)
      piece->pointers[(words - 1) / (kNodes - 1) * i] =
          new Node(number * 100 + static_cast<long>(i));
  } else {
    piece->plain = tricolor::make_array<unsigned char>(bytes);
    check(all_zero(piece->plain, bytes), "a new plain array is not zero", number);
    std::memset(piece->plain, static_cast<int>(number & 0xff), bytes);
  }
  return piece;
}

void check_piece(const Piece *piece) {
  if (piece->pointers) {
    size_t words = piece->bytes / sizeof(Node *);
    for (size_t i = 0; i < kNodes; ++i) {
      const Node *node = piece->pointers[(words - 1) / (kNodes - 1) * i];
      check(node && node->value == piece->number * 100 + static_cast<long>(i),
            "an array of pointers is damaged", piece->number);
    }
  } else {
    check(all_equal(piece->plain, static_cast<unsigned char>(piece->number & 0xff), piece->bytes),
          "a plain array is damaged", piece->number);
  }
}

} // namespace

int main(int argc, char **argv) {
  long total = argument(argc, argv, 1, 1024);
  long piece_kib = argument(argc, argv, 2, 8192);
  long kept = argument(argc, argv, 3, 8);
  size_t bytes = static_cast<size_t>(piece_kib) * 1024;
  long pieces = total * 1024 / piece_kib;

  Piece **ring = tricolor::make_array<Piece *>(static_cast<size_t>(kept));
  long checked = 0;
  size_t peak = 0;
  for (long i = 0; i < pieces; ++i) {
    Piece *&place = ring[i % kept];
    if (place) {
      check_piece(place);
      ++checked;
      place = nullptr;
    }
    place = make_piece(i, bytes);
    if (i % 16 == 15)
      peak = std::max<size_t>(peak, tricolor::stats().heap_inuse_bytes);
  }
  check(checked == pieces - kept, "wrong number of pieces checked", checked);

  // At most `kept` pieces are live at a time, and the heap may double before a cycle. What has been
  // freed must have been used again.
  if (pieces >= 16 * kept)
    check(peak <= 5 * static_cast<size_t>(kept) * bytes, "the heap grew as if nothing were freed",
          static_cast<long>(peak >> 20));
  std::printf("large-arrays: %ld pieces of %ld KiB\n", pieces, piece_kib);
  return finish();
}
