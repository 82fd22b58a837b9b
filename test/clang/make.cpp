// make and make_array, in every language version, without warnings.
// RUN: %tricolorxx -std=c++17 -Wall -Wextra -Wpedantic -Wshadow -Werror -O1 -c %s -o %t.o
// RUN: %tricolorxx -std=c++20 -Wall -Wextra -Wpedantic -Wshadow -Werror -O1 -c %s -o %t.o
// RUN: %tricolorxx -std=c++23 -Wall -Wextra -Wpedantic -Wshadow -Werror -O1 -c %s -o %t.o
// RUN: %tricolorxx -std=c++26 -Wall -Wextra -Wpedantic -Wshadow -Werror -O1 -c %s -o %t.o
// RUN: %tricolorxx -std=c++17 -fno-exceptions -fno-rtti -Wall -Wextra -Werror -c %s -o %t.o

#include <tricolor/tricolor.h>
#include <utility>

struct Aggregate {
  int a;
  int *b;
};
struct Explicit {
  explicit Explicit(int, const int &, int &&) {}
};
struct alignas(128) Aligned {
  char bytes[256];
};
struct Member {
  int Member::*pointer;
};

int main() {
  tricolor::make<int>(3);
  tricolor::make<int *>();
  tricolor::make<Aggregate>();
  tricolor::make<Aggregate>(1, nullptr);
  tricolor::make<const Aggregate>();
  tricolor::make<std::pair<int *, int>>(nullptr, 1);
  int i = 0;
  tricolor::make<Explicit>(i, i, 3);
  tricolor::make<Aligned>();
  auto lambda = [&i] { return i; };
  tricolor::make<decltype(lambda)>(lambda);
  tricolor::make_array<int *>(10)[9] = &i;
  tricolor::make_array<Aggregate>(10)[9].b = &i;
  tricolor::make_array<Aligned>(0);
  return tricolor::make_array<Member>(2)[0].pointer == nullptr ? 0 : 1;
}
