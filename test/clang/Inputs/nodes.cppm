// The interface unit of module-interface.test.
module;
#include <tricolor/tricolor.h>
export module nodes;

export struct Node : tricolor::managed {
  Node *next;
};
export Node *make_node() { return new Node; }
