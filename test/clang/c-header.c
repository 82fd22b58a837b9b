// tricolor/c.h in C, without warnings.
// RUN: %tricolorc -std=c99 -Wall -Wextra -Wpedantic -Wstrict-prototypes -Werror -O1 -c %s -o %t.o
// RUN: %tricolorc -std=c11 -Wall -Wextra -Wpedantic -Wstrict-prototypes -Werror -O1 -c %s -o %t.o
// RUN: %tricolorc -std=c17 -Wall -Wextra -Wpedantic -Wstrict-prototypes -Werror -O1 -c %s -o %t.o
// RUN: %tricolorc -std=c23 -Wall -Wextra -Wpedantic -Wstrict-prototypes -Werror -O1 -c %s -o %t.o

#include <tricolor/c.h>

#if __TRICOLOR__ != 1
#error "no plugin"
#endif

size_t use(const void *p) {
  tricolor_collect();
  struct tricolor_stats stats;
  tricolor_stats(&stats);
  unsigned char mask[8];
  size_t sum = tricolor_pointer_mask(p, mask, 8);
  if (mask[0] == TRICOLOR_WORD_POINTER || mask[1] == TRICOLOR_WORD_MAY_BE_POINTER)
    sum += mask[2] == TRICOLOR_WORD_NO_POINTER;
  if (tricolor_is_collected(p))
    sum += tricolor_object_size(p) + (tricolor_object_base(p) == p);
  void **memory = tricolor_new_conservative(64);
  memory[0] = tricolor_new_noscan(64);
  tricolor_delete(memory);
  return sum + stats.objects + stats.by_size[0].objects + (size_t)tricolor_set_gc_percent(50);
}
