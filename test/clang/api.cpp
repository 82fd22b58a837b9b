// The names of tricolor/tricolor.h, in every language version, without warnings.
// RUN: %tricolorxx -std=c++17 -Wall -Wextra -Wpedantic -Wshadow -Werror -O1 -c %s -o %t.o
// RUN: %tricolorxx -std=c++20 -Wall -Wextra -Wpedantic -Wshadow -Werror -O1 -c %s -o %t.o
// RUN: %tricolorxx -std=c++23 -Wall -Wextra -Wpedantic -Wshadow -Werror -O1 -c %s -o %t.o
// RUN: %tricolorxx -std=c++26 -Wall -Wextra -Wpedantic -Wshadow -Werror -O1 -c %s -o %t.o

#include <tricolor/tricolor.h>

unsigned long use(const void *p) {
  tricolor::collect();
  int previous = tricolor::set_gc_percent(-1);
  tricolor::statistics s = tricolor::stats();
  unsigned long sum = s.collections + s.heap_live_bytes + s.heap_inuse_bytes + s.heap_sys_bytes +
                      s.objects + s.mallocs + s.frees + s.pause_total_ns + s.pause_max_ns;
  for (auto pause : s.pauses_ns)
    sum += pause;
  static_assert(sizeof s.pauses_ns / sizeof s.pauses_ns[0] == 256, "the last 256");
  for (unsigned long i = 0; i != s.by_size_count; ++i)
    sum += s.by_size[i].size + s.by_size[i].mallocs + s.by_size[i].frees + s.by_size[i].objects;
  sum += s.large.objects;
  if (tricolor::is_collected(p))
    sum += tricolor::object_size(p) + (tricolor::object_base(p) == p);
  for (bool word : tricolor::pointer_mask(p))
    sum += word;
  return sum + static_cast<unsigned long>(previous);
}
