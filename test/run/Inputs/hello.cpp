// Allocates, collects and greets.
#include <tricolor/tricolor.h>

#include <cstdio>

struct Node : tricolor::managed {
  long value = 42;
};

int main() {
  Node *node = new Node;
  tricolor::collect();
  std::printf("hello: %ld\n", node->value);
  return node->value == 42 ? 0 : 1;
}
