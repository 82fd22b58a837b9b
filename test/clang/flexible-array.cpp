// Flexible array members are errors at the member.
// RUN: %tricolorxx -std=c++20 -fsyntax-only -Xclang -verify %s

#include <tricolor/tricolor.h>

#pragma clang diagnostic ignored "-Wflexible-array-extensions"

struct Flexible : tricolor::managed {
  int length;
  // expected-error@+1 {{flexible array member 'elements' in collected type 'Flexible'}}
  int elements[];
};
void *flexible() { return new Flexible; }

struct Inner {
  long length;
  // expected-error@+1 {{flexible array member 'elements' in collected type 'Outer'}}
  Inner *elements[0];
};
struct Outer : tricolor::managed {
  Inner inner;
};
void *outer() { return new Outer; }

// Neither used as a collected type nor able to hold a pointer.
struct Unused : tricolor::managed {
  int length;
  int elements[];
};
struct Marker : tricolor::managed {
  int *p;
  int end[0];
};
void *marker() { return new Marker; }
