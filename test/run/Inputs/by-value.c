/* Compiled without the plugin: uses what it was given by value after somebody else has run. */
#include <stdbool.h>
struct big {
  void *n[5];
};
bool c_byval(struct big b, void (*cb)(void), bool (*g)(void *, long), long n) {
  cb();
  for (int i = 0; i < 5; ++i)
    if (!g(b.n[i], n))
      return false;
  return true;
}
