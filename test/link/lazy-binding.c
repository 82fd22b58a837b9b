//===- test/link/lazy-binding.c - The first call of a slow path keeps its registers ---------------===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// Compiled code keeps values in r10 across polls and barriers. The dynamic linker, which binds a function
// at its first call, changes r10: so the image's constructor makes that call.
//
// RUN: %tricolorc -O1 %s -fPIE -pie -fuse-ld=bfd -Wl,-z,lazy -o %t %shlibs
// RUN: timeout 60 %t
// RUN: %tricolorc -O1 %s -fPIE -pie -fuse-ld=lld -Wl,-z,lazy -o %t %shlibs
// RUN: timeout 60 %t
// RUN: %tricolorc -O1 %s -fPIE -pie -fuse-ld=lld -Wl,-z,now -o %t %shlibs
// RUN: timeout 60 %t
// RUN: %tricolorc -O1 %s -fPIE -pie -o %t %libs
// RUN: env TRICOLOR_OPTIONS=stress=1 timeout 60 %t
//
//===------------------------------------------------------------------------------------------===//

#include <stdio.h>
#include <tricolor/c.h>

#define KEEPS_R10(function, first, second, third)                                                  \
  static long through_##function(void) {                                                           \
    register long r10 asm("r10") = 42;                                                             \
    register const void *rdi asm("rdi") = first;                                                   \
    register const void *rsi asm("rsi") = second;                                                  \
    register long rdx asm("rdx") = third;                                                          \
    puts(#function); /* has the stack aligned */                                                   \
    r10 = 42, rdi = first, rsi = second, rdx = third;                                              \
    asm volatile("callq " #function "@PLT"                                                         \
                 : "+r"(r10)                                                                       \
                 : "r"(rdi), "r"(rsi), "r"(rdx)                                                    \
                 : "r11", "memory", "cc", "xmm0", "xmm1");                                         \
    return r10;                                                                                    \
  }

static void *null;
KEEPS_R10(tricolor_poll, 0, 0, 0)
KEEPS_R10(tricolor_trap_poll, 0, 0, 0)
KEEPS_R10(tricolor_write_barrier, &null, 0, 0)
KEEPS_R10(tricolor_bulk_barrier, &null, 0, 0)

int main(void) {
  void *object = tricolor_new_conservative(16); // the constructor comes with what is managed
  int wrong = 0;
  wrong += through_tricolor_poll() != 42;
  wrong += through_tricolor_trap_poll() != 42;
  wrong += through_tricolor_write_barrier() != 42;
  wrong += through_tricolor_bulk_barrier() != 42;
  if (wrong)
    fprintf(stderr, "%d of four calls changed r10\n", wrong);
  return wrong != 0 || !object;
}
