// Compilations that would go wrong silently are errors with a cause, a fix and a location.
// RUN: not %clangxx -c -g -O1 -fsanitize=address %s -fpass-plugin=%tricolor_pass -o %t.o 2>&1 | FileCheck --check-prefix=ASAN %s
// RUN: not %clangxx -c -g -O1 -fsanitize=thread %s -fpass-plugin=%tricolor_pass -o %t.o 2>&1 | FileCheck --check-prefix=TSAN %s
// RUN: not %clangxx -c -g -DREPLACE %s -fpass-plugin=%tricolor_pass -o %t.o 2>&1 | FileCheck --check-prefix=NEW %s
// RUN: %clangxx -c -O1 -fsanitize=undefined %s -fpass-plugin=%tricolor_pass -o %t.o

// ASAN: pipeline-refused.cpp:[[@LINE+2]]:{{.*}}error: tricolor: -fsanitize=address cannot be combined with the plugin
// TSAN: pipeline-refused.cpp:[[@LINE+1]]:{{.*}}error: tricolor: -fsanitize=thread cannot be combined with the plugin
int twice(int N) { return 2 * N; }

#ifdef REPLACE
#include <cstdlib>
// NEW: error: tricolor: a replacement of the global allocation function '_Znwm' is defined
void *operator new(std::size_t Size) { return std::malloc(Size); }
// NEW: error: tricolor: a replacement of the global allocation function '_ZdlPv' is defined
void operator delete(void *Object) noexcept { std::free(Object); }
#endif

// A class's own and placement forms are the program's.
struct Own {
  void *operator new(decltype(sizeof(0)) Size);
  void operator delete(void *);
};
void *Own::operator new(decltype(sizeof(0)) Size) { return nullptr; }
void Own::operator delete(void *) {}
void *operator new(decltype(sizeof(0)), int &Pool) { return &Pool; }
