// Pointers that are not aligned to words are errors at the member.
// RUN: %tricolorxx -std=c++20 -fsyntax-only -Xclang -verify %s

#include <tricolor/tricolor.h>

struct __attribute__((packed)) Packed : tricolor::managed {
  char c;
  // expected-error@+1 {{pointer 'next' is not aligned to 8 bytes in collected type 'Packed'}}
  Packed *next;
};
void *packed() { return new Packed; }

// One of them would be aligned, an array of them is not.
struct __attribute__((packed)) Odd : tricolor::managed {
  // expected-error@+1 {{pointer 'next' is not aligned to 8 bytes in collected type 'Odd'}}
  Odd *next;
  int i;
};
void *odd() { return new Odd[2]; }

struct __attribute__((packed)) Element {
  union {
    // expected-error@+1 {{pointer 'pointer' is not aligned to 8 bytes in collected type 'Elements'}}
    int *pointer;
    long number;
  };
  int i;
};
struct Elements : tricolor::managed {
  Element elements[4];
};
void *elements() { return new Elements; }

#pragma pack(push, 4)
struct Four : tricolor::managed {
  int i;
  // expected-error@+1 {{pointer 'reference' is not aligned to 8 bytes in collected type 'Four'}}
  Four &reference;
  explicit Four(Four &f) : reference(f) {}
};
#pragma pack(pop)
void *four(Four &f) { return new Four(f); }

// Packed, but the pointers are at whole words, and there is none in the odd one.
struct __attribute__((packed)) Fine : tricolor::managed {
  Fine *next;
  long number;
};
struct __attribute__((packed)) Scalars : tricolor::managed {
  char c;
  long number;
};
void *fine() { return new Fine[3]; }
void *scalars() { return new Scalars; }
