//===- test/bench/overhead/red_black_tree.c - Insertion and deletion in a red-black tree -----===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// Nodes of malloc with parent pointers: pointer stores of every rotation, searches between them.
//
//===------------------------------------------------------------------------------------------===//

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

typedef enum { RED, BLACK } Color;

typedef struct Node {
  struct Node *left, *right, *parent;
  uint32_t key;
  uint32_t value;
  Color color;
} Node;

typedef struct Tree {
  Node *root;
  size_t size;
} Tree;

static uint64_t State = 88172645463325252u;

static uint32_t next(void) {
  State ^= State << 13;
  State ^= State >> 7;
  State ^= State << 17;
  return (uint32_t)(State >> 32);
}

static void replaceChild(Tree *t, Node *old, Node *with) {
  if (!old->parent)
    t->root = with;
  else if (old->parent->left == old)
    old->parent->left = with;
  else
    old->parent->right = with;
  if (with)
    with->parent = old->parent;
}

static void rotateLeft(Tree *t, Node *n) {
  Node *right = n->right;
  replaceChild(t, n, right);
  n->right = right->left;
  if (n->right)
    n->right->parent = n;
  right->left = n;
  n->parent = right;
}

static void rotateRight(Tree *t, Node *n) {
  Node *left = n->left;
  replaceChild(t, n, left);
  n->left = left->right;
  if (n->left)
    n->left->parent = n;
  left->right = n;
  n->parent = left;
}

static Color colorOf(const Node *n) { return n ? n->color : BLACK; }

static Node *find(const Tree *t, uint32_t key) {
  Node *n = t->root;
  while (n && n->key != key)
    n = key < n->key ? n->left : n->right;
  return n;
}

static void insert(Tree *t, uint32_t key, uint32_t value) {
  Node *parent = NULL, **link = &t->root;
  while (*link) {
    parent = *link;
    if (parent->key == key) {
      parent->value += value;
      return;
    }
    link = key < parent->key ? &parent->left : &parent->right;
  }
  Node *n = malloc(sizeof *n);
  n->left = n->right = NULL;
  n->parent = parent;
  n->key = key;
  n->value = value;
  n->color = RED;
  *link = n;
  ++t->size;

  while (n->parent && n->parent->color == RED) {
    Node *up = n->parent, *top = up->parent;
    Node *uncle = up == top->left ? top->right : top->left;
    if (colorOf(uncle) == RED) {
      up->color = uncle->color = BLACK;
      top->color = RED;
      n = top;
      continue;
    }
    if (up == top->left) {
      if (n == up->right) {
        rotateLeft(t, up);
        up = n;
      }
      up->color = BLACK;
      top->color = RED;
      rotateRight(t, top);
    } else {
      if (n == up->left) {
        rotateRight(t, up);
        up = n;
      }
      up->color = BLACK;
      top->color = RED;
      rotateLeft(t, top);
    }
    break;
  }
  t->root->color = BLACK;
}

/// `n`, which may be null, is one black node short; `parent` is its parent.
static void rebalance(Tree *t, Node *n, Node *parent) {
  while (n != t->root && colorOf(n) == BLACK) {
    if (n == parent->left) {
      Node *other = parent->right;
      if (other->color == RED) {
        other->color = BLACK;
        parent->color = RED;
        rotateLeft(t, parent);
        other = parent->right;
      }
      if (colorOf(other->left) == BLACK && colorOf(other->right) == BLACK) {
        other->color = RED;
        n = parent;
        parent = n->parent;
        continue;
      }
      if (colorOf(other->right) == BLACK) {
        other->left->color = BLACK;
        other->color = RED;
        rotateRight(t, other);
        other = parent->right;
      }
      other->color = parent->color;
      parent->color = BLACK;
      other->right->color = BLACK;
      rotateLeft(t, parent);
    } else {
      Node *other = parent->left;
      if (other->color == RED) {
        other->color = BLACK;
        parent->color = RED;
        rotateRight(t, parent);
        other = parent->left;
      }
      if (colorOf(other->left) == BLACK && colorOf(other->right) == BLACK) {
        other->color = RED;
        n = parent;
        parent = n->parent;
        continue;
      }
      if (colorOf(other->left) == BLACK) {
        other->right->color = BLACK;
        other->color = RED;
        rotateLeft(t, other);
        other = parent->left;
      }
      other->color = parent->color;
      parent->color = BLACK;
      other->left->color = BLACK;
      rotateRight(t, parent);
    }
    break;
  }
  if (n)
    n->color = BLACK;
}

static void erase(Tree *t, Node *n) {
  if (n->left && n->right) {
    Node *after = n->right;
    while (after->left)
      after = after->left;
    n->key = after->key;
    n->value = after->value;
    n = after;
  }
  Node *child = n->left ? n->left : n->right;
  Node *parent = n->parent;
  Color removed = n->color;
  replaceChild(t, n, child);
  free(n);
  --t->size;
  if (removed == BLACK)
    rebalance(t, child, parent);
}

static uint64_t sum(const Node *n, int depth) {
  if (!n)
    return 0;
  return sum(n->left, depth + 1) + (uint64_t)n->key * (uint64_t)depth + n->value +
         sum(n->right, depth + 1);
}

/// The number of black nodes on every path, or an error.
static int blackHeight(const Node *n) {
  if (!n)
    return 0;
  int left = blackHeight(n->left), right = blackHeight(n->right);
  if (left != right || (n->color == RED && (colorOf(n->left) == RED || colorOf(n->right) == RED))) {
    fprintf(stderr, "not a red-black tree\n");
    exit(1);
  }
  return left + (n->color == BLACK);
}

int main(int argc, char **argv) {
  int rounds = argc > 1 ? atoi(argv[1]) : 100;
  Tree t = {NULL, 0};
  uint64_t check = 0;
  for (int round = 0; round < rounds; ++round) {
    for (int i = 0; i < 8000; ++i)
      insert(&t, next() % 65536, (uint32_t)i);
    for (int i = 0; i < 16000; ++i) {
      Node *n = find(&t, next() % 65536);
      check += n ? n->value : 1;
      if (n && i % 2)
        erase(&t, n);
    }
    check = check * 31 + sum(t.root, 1) + t.size;
  }
  printf("%llu %d\n", (unsigned long long)check, blackHeight(t.root));
  return 0;
}
