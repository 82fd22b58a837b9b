// Replacing the global operator new or delete is an error.
// RUN: %tricolorxx -std=c++20 -fsyntax-only -Xclang -verify %s

#include <cstdlib>
#include <new>

// expected-error@+1 {{a replacement of the global 'operator new' cannot be compiled with the tricolor plugin}}
void *operator new(std::size_t size) { return std::malloc(size); }

extern "C++" {
// expected-error@+1 {{a replacement of the global 'operator delete' cannot be compiled}}
void operator delete(void *p) noexcept { std::free(p); }
}

// expected-error@+1 {{a replacement of the global 'operator new[]' cannot be compiled}}
void *operator new[](std::size_t size, std::align_val_t, const std::nothrow_t &) noexcept {
  return std::malloc(size);
}

// Declaring one, placement forms and those of a class are fine.
void operator delete[](void *) noexcept;
void *operator new(std::size_t size, int) { return std::malloc(size); }
struct Own {
  static void *operator new(std::size_t size) { return std::malloc(size); }
  static void operator delete(void *p) { std::free(p); }
};
Own *own() { return new Own; }
