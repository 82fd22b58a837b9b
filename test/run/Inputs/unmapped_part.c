/* Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
 * SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
 *
 * Compiled without the plugin: a function that blocks, with a result that the back end cannot take under a map. */
#include <unistd.h>

long double read_real(int descriptor, int *thread) {
  char byte = 0;
  *thread = gettid();
  return read(descriptor, &byte, 1) == 1 ? (long double)byte : -1;
}
