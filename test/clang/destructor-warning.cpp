// A destructor that the collector cannot run is a warning.
// RUN: %tricolorxx -std=c++20 -fsyntax-only -Xclang -verify %s
// RUN: %tricolorxx -std=c++20 -fsyntax-only -Werror -fplugin-arg-tricolor-no-warn-destructors %s

#include <string>
#include <tricolor/tricolor.h>
#include <vector>

void give_back(int);
// expected-warning@+1 {{the collector cannot run the destructor of collected type 'File': it is not public; what it releases stays allocated when the object is collected}}
class File : public tricolor::managed {
public:
  static void *make() { return new File; }

private:
  ~File() { give_back(descriptor); }
  int descriptor;
};

// expected-warning@+1 {{the destructor of collected type 'Holder', which destroys 'children': it is not public}}
struct Holder : tricolor::managed {
  static void *make() { return new Holder; }

protected:
  std::vector<Holder *> children;
  ~Holder() = default;
};

// expected-warning@+1 {{the destructor of collected type 'Deleted', which destroys 'numbers': it is deleted}}
struct Deleted : tricolor::managed {
  Deleted() noexcept {}
  ~Deleted() = delete;
  std::vector<int> numbers;
};
void *deleted() { return new (std::nothrow) Deleted; }

// These do nothing.
struct Base : tricolor::managed {
protected:
  ~Base() = default;
};
class Nothing : public Base {
  ~Nothing() {}
  Base *member;

public:
  static void *make() { return new Nothing; }
};

// These run.
struct Public : tricolor::managed {
  std::vector<Public *> children;
  ~Public() { give_back(1); }
};
void *run() { return new Public; }
void *string() { return tricolor::make<std::string>("x"); }
