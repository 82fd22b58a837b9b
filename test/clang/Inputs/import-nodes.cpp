// The importer of module-import.test.
#include <tricolor/tricolor.h>
import nodes;

struct Derived : Node {
  Derived *other;
};
struct Own : tricolor::managed {
  Own *own;
};

void *node() { return new Node; }
void *derived() { return new Derived; }
void *own() { return new Own; }
void *many(unsigned long n) { return new Derived[n]; }
void destroy(Derived *d) { delete d; }
void destroy(Node *n) { delete n; }
