// Every form of new and delete of managed types, in every language version, without warnings.
// RUN: %tricolorxx -std=c++17 -Wall -Wextra -Wpedantic -Wshadow -Werror -O1 -c %s -o %t.o
// RUN: %tricolorxx -std=c++20 -Wall -Wextra -Wpedantic -Wshadow -Werror -O1 -c %s -o %t.o
// RUN: %tricolorxx -std=c++23 -Wall -Wextra -Wpedantic -Wshadow -Werror -O1 -c %s -o %t.o
// RUN: %tricolorxx -std=c++26 -Wall -Wextra -Wpedantic -Wshadow -Werror -O1 -c %s -o %t.o

#include <memory>
#include <new>
#include <tricolor/tricolor.h>

struct Node : tricolor::managed {
  Node *left = nullptr, *right = nullptr;
};
static_assert(sizeof(Node) == 16, "managed takes no space");

struct Aggregate : tricolor::managed {
  Aggregate *a, *b;
};

struct Base : tricolor::managed {
  Base *link = nullptr;
  virtual ~Base() {}
};
struct Derived : Base {
  int numbers[10];
  ~Derived() override {}
};

struct First : Node {};
struct Second : tricolor::managed {
  int *q;
};
struct Joined : First, Second {};

struct Virtual : virtual tricolor::managed {
  int *p;
};
struct VirtualLeft : virtual Virtual {};
struct VirtualRight : virtual Virtual {};
struct Diamond : VirtualLeft, VirtualRight {};

template <class T> struct Box : tricolor::managed {
  T value;
  static Box *make() { return new Box{{}, T{}}; }
};

class Private : public tricolor::managed {
  ~Private() {}

public:
  static void destroy(Private *p) { delete p; }
};

struct Abstract : tricolor::managed {
  virtual void f() = 0;
  virtual ~Abstract() = default;
};
struct Concrete : Abstract {
  void f() override {}
};

struct alignas(64) Aligned : tricolor::managed {
  char bytes[64];
  ~Aligned() {}
};

struct Throwing : tricolor::managed {
  explicit Throwing(int i) {
    if (i)
      throw i;
  }
};

namespace {
struct Hidden : tricolor::managed {
  Hidden *h;
};
} // namespace

template <class T> T *in_template() {
  struct Local : tricolor::managed {
    T *t;
  };
  return (new Local)->t;
}

void one() {
  delete new Node;
  delete new Joined;
  delete new Diamond;
  delete Box<int>::make();
  Private::destroy(new Private);
  delete new Aligned;
  delete new Hidden;
  delete new Aggregate{{}, nullptr, nullptr};
  delete new Aggregate{};
  delete new Throwing(3);
  const Node *constant = new const Node;
  delete constant;
  in_template<int>();
}

void arrays() {
  delete[] new Node[3];
  delete[] new Derived[2];
  delete[] new Aligned[3];
  delete[] new Node[2][3];
  using Four = Node[4];
  delete[] new Four;
}

void nothrow() {
  delete new (std::nothrow) Node;
  delete[] new (std::nothrow) Derived[3];
  delete new (std::nothrow) Throwing(4);
}

void polymorphic() {
  Base *base = new Derived;
  delete base;
  Abstract *abstract = new Concrete;
  delete abstract;
}

void placement() {
  alignas(Node) char memory[2 * sizeof(Node)];
  Node *node = new (memory) Node;
  node->~Node();
  (void)new (memory) Node[2];
  (void)::new (static_cast<void *>(memory)) Node;
}

void library() {
  auto unique = std::make_unique<Node>();
  auto many = std::make_unique<Node[]>(10);
  auto shared = std::make_shared<Node>();
  std::shared_ptr<Node> owner(new Node);
}
