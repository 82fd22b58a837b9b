// A destructor that the collector will not run is a warning.
// RUN: %tricolorxx -std=c++20 -fsyntax-only -Xclang -verify %s
// RUN: %tricolorxx -std=c++20 -fsyntax-only -Werror -fplugin-arg-tricolor-no-warn-destructors %s

#include <string>
#include <tricolor/tricolor.h>
#include <vector>

// expected-warning@+1 {{the collector does not run the destructor of collected type 'Holder', which destroys 'children'; what it releases is released by an explicit delete only}}
struct Holder : tricolor::managed {
  std::vector<Holder *> children;
};
void *holder() { return new Holder; }

void give_back(int);
// expected-warning@+1 {{the collector does not run the destructor of collected type 'File'; what}}
struct File : tricolor::managed {
  int descriptor;
  ~File() { give_back(descriptor); }
};
void *file() { return new File; }

// expected-warning@+1 {{the collector does not run the destructor of collected type 'Derived'; what}}
struct Derived : File {};
void *derived() { return new Derived; }

// A type of the library: at the first use.
void *string() {
  // expected-warning@+1 {{collected type 'std::basic_string<char>'}}
  return tricolor::make<std::string>("x");
}

// These do nothing.
struct Base : tricolor::managed {
  virtual ~Base() = default;
};
struct Nothing : Base {
  ~Nothing() override {}
  Base *member;
};
void *nothing() { return new Nothing; }
