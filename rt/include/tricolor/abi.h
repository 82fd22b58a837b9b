/*===- tricolor/abi.h - What compiled code and the runtime agree on -------------------*- C -*-===*\
|*
|* Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
|* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
|*
|*===------------------------------------------------------------------------------------------===*|
|*
|* The binary interface between code compiled with the plugin and the runtime. The plugin (llvm-pass/,
|* clang-plugin/) writes these structures and names into object files; the runtime (rt/) reads them.
|* Plain C, no dependency, so that both sides and any other frontend can include it.
|*
|* Everything here is versioned by TRICOLOR_ABI_VERSION: the runtime refuses a module or a type of
|* another version with a message that names both, it never guesses.
|*
|* The sections (all have C-identifier names, so the linker defines __start_NAME and __stop_NAME; all
|* are SHF_ALLOC, read-only, position independent: addresses are stored as the signed 32-bit distance
|* from the field that holds them; each is SHF_LINK_ORDER to what it describes and in its COMDAT group,
|* so garbage collection of sections drops both or neither. Maps are not aligned, the others to 4 bytes):
|*
|*   tricolor_maps       one record per function with call-site maps  (struct tricolor_map_record)
|*   tricolor_functions  one int32_t per managed function: the distance to its first byte
|*   tricolor_globals    one record per global that may hold a managed pointer (struct tricolor_global)
|*
\*===------------------------------------------------------------------------------------------===*/

#ifndef TRICOLOR_ABI_H
#define TRICOLOR_ABI_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define TRICOLOR_ABI_VERSION 2

/* Section names. */
#define TRICOLOR_SECTION_MAPS "tricolor_maps"
#define TRICOLOR_SECTION_FUNCTIONS "tricolor_functions"
#define TRICOLOR_SECTION_GLOBALS "tricolor_globals"

/* The name of the GC strategy that managed functions carry (`gc "tricolor"`). */
#define TRICOLOR_GC_NAME "tricolor"

/* The prefix of the annotation by which the clang plugin hands a type's layout to the pass. */
#define TRICOLOR_TYPE_ANNOTATION "tricolor.type:"

/*===--- Types --------------------------------------------------------------------------------===*/

/* Layout programs. A program is a sequence of 64-bit code words that describes, word by word, where
 * a type holds pointers. It never grows with array length. The low 8 bits of a code word are the
 * operation:
 *
 *   END     ends the program. Words past the end hold no pointers.
 *   SKIP    bits 8..63: the next n words hold no pointers.
 *   WORDS   bits 8..31: n, the next n words are described by two bit sets that follow, each of
 *           ceil(n/64) code words, bit i of the set for word i: first the words that hold exactly a
 *           pointer, then the words that may hold one (unions, char storage). The sets are disjoint.
 *   REPEAT  bits 8..31: b, the body's length in code words; the next code word is the count; the
 *           body (b code words, without END) follows and applies count times, one after the other.
 *           Bodies may nest, to a depth of TRICOLOR_PROGRAM_DEPTH.
 */
enum {
  TRICOLOR_OP_END = 0,
  TRICOLOR_OP_SKIP = 1,
  TRICOLOR_OP_WORDS = 2,
  TRICOLOR_OP_REPEAT = 3,
};
#define TRICOLOR_PROGRAM_DEPTH 8

enum {
  /* The plugin filled this descriptor in. Without it the TU was not compiled with the plugin. */
  TRICOLOR_TYPE_FILLED = 1u << 0,
  /* No word of the type may hold a pointer; there is no program. */
  TRICOLOR_TYPE_NOSCAN = 1u << 1,
  /* The type has a destructor that is not trivial. The collector runs it if `destroy` is set. */
  TRICOLOR_TYPE_DESTRUCTOR = 1u << 2,
};

/* A type descriptor. One per type and linked image, in writable data, filled in by the plugin. The
 * runtime copies what it needs on first use (an object may outlive the image that allocated it) and
 * caches its own index in `index`. */
struct tricolor_type {
  uint32_t abi_version;
  uint32_t flags;
  uint64_t size;           /* sizeof(T), bytes */
  uint32_t align;          /* alignof(T), bytes */
  uint32_t program_words;  /* code words in program, END included; 0 when NOSCAN */
  const uint64_t *program; /* layout of one T, or null when NOSCAN */
  const char *name;        /* the type as C++ spells it */
  void (*destroy)(void *); /* destroys one T, whose dynamic type it is; or null */
  uint32_t index;          /* the runtime's; 0 until first use */
  uint32_t run;            /* where its run is: bytes from tricolor_runs; 0 until first use */
};

/*===--- Call-site maps -----------------------------------------------------------------------===*/

/* A record of tricolor_maps: this head, as unaligned bytes, then `size` (ULEB128), then `size` bytes of
 * call sites, sorted by address, at least one. Records follow each other without gaps. */
struct tricolor_map_record {
  int32_t anchor;  /* the first site's return address, relative to this field */
  uint8_t version; /* TRICOLOR_ABI_VERSION */
} __attribute__((packed));

/* A call site begins with a ULEB128 number: bits 0..1 say what its root list is, the others are the
 * distance of its return address from that of the site before, for the first site from the function's
 * first byte. The distance is never 0.
 *
 *   NOTHING  there are no roots
 *   LAST     the list of the last site before that is not NOTHING
 *   NEW      the list that follows (below)
 *   EARLIER  a ULEB128 number follows: n stands for the list of the n-th NEW site before, from 0
 */
enum {
  TRICOLOR_SITE_NOTHING = 0,
  TRICOLOR_SITE_LAST = 1,
  TRICOLOR_SITE_NEW = 2,
  TRICOLOR_SITE_EARLIER = 3,
};

/* A root list is a sequence of entries, ended by TRICOLOR_ROOT_END. An entry starts with one byte:
 * bits 0..2 the kind, bits 3..7 the DWARF number of the base register (x86-64: 3 rbx, 6 rbp, 7 rsp).
 * rsp means its value at the call instruction before the return address is pushed, that is the
 * callee's CFA. Integers are LEB128, offsets signed and in bytes, counts unsigned and in 8-byte words.
 * Bit sets are ceil(n/8) bytes, bit i of the set for word i, lowest bit first.
 *
 *   END
 *   SLOT      offset                              one word that holds a pointer
 *   TOLERANT  offset                              one word that may hold a pointer
 *   RANGE     offset, n                           n words, each may hold a pointer
 *   MASK      offset, n, exact set, tolerant set  n words
 *   REPEAT    offset, count, n, exact, tolerant   count times n words, all with the same sets
 *   REGISTER  (no operand)                        the register itself holds a pointer or may
 *   FRAME     (no operand)                        the whole frame, from rsp to its CFA, and the
 *                                                 callee-saved registers: each word may be a pointer
 */
enum {
  TRICOLOR_ROOT_END = 0,
  TRICOLOR_ROOT_SLOT = 1,
  TRICOLOR_ROOT_TOLERANT = 2,
  TRICOLOR_ROOT_RANGE = 3,
  TRICOLOR_ROOT_MASK = 4,
  TRICOLOR_ROOT_REPEAT = 5,
  TRICOLOR_ROOT_REGISTER = 6,
  TRICOLOR_ROOT_FRAME = 7,
};

/*===--- Globals ------------------------------------------------------------------------------===*/

/* A record of tricolor_globals: `count` elements of `stride` words, all with the same sets. With
 * stride 0, `count` words of which each may hold a pointer, and no sets. The sets follow the header:
 * ceil(stride/32) uint32_t for the words that hold a pointer, as many for those that may. */
struct tricolor_global {
  uint32_t size;  /* bytes of this record, a multiple of 4 */
  int32_t anchor; /* the global's first byte, relative to this field */
  uint32_t count;
  uint32_t stride;
};

/*===--- Modules ------------------------------------------------------------------------------===*/

/* One per linked image (executable or shared object), registered by a constructor that the plugin
 * emits once per image, before any other constructor runs, and unregistered by its destructor. */
struct tricolor_module {
  uint32_t abi_version;
  uint32_t reserved;
  const void *maps_begin, *maps_end;
  const void *functions_begin, *functions_end;
  const void *globals_begin, *globals_end;
  /* TRICOLOR_POLL_PAGE_BYTES bytes, aligned to them, that the image's trap polls read; null if it has
   * none. The runtime protects it while a poll must trap. */
  void *poll_page;
};

/* Tells the runtime about an image; keeps the pointer until it is unregistered. Any thread. Ends the
 * program with a message if the image is of another ABI version or its sections are malformed. */
void tricolor_register_module(const struct tricolor_module *module);
/* Forgets it. Any thread; no frame of the image may be on any stack. */
void tricolor_unregister_module(const struct tricolor_module *module);

/*===--- Safepoints and barriers --------------------------------------------------------------===*/

/* The two flags that compiled code tests, one by one or both at once. Written by the collector only. */
struct tricolor_control {
  uint32_t poll;    /* not 0: call tricolor_poll() at the next poll */
  uint32_t barrier; /* not 0: call the barrier before a store */
};
extern struct tricolor_control tricolor_control;

/* The slow path of a poll: answers handshakes. A safepoint: the caller's frame must have a map. */
void tricolor_poll(void);

/* A trap poll is the instruction `testl %eax, page(%rip)` (85 05 and a distance of 32 bits) with the
 * image's poll page. Where it faults on a protected page the thread answers and goes on behind it. A
 * safepoint: the map is that of the address behind the instruction, and may list any register. */
#define TRICOLOR_POLL_PAGE_BYTES 4096
#define TRICOLOR_POLL_BYTES 6

/* What is called in place of a trap poll where none can be made. As tricolor_poll(). */
void tricolor_trap_poll(void);

/* The slow path of a write barrier, called before `*slot = value` when tricolor_control.barrier is set:
 * remembers the overwritten and the new word. Not a safepoint; takes no lock. `value` is any word that
 * may carry a pointer. Compiled code calls the poll and both barriers by LLVM's convention
 * preserve_most: all integer registers but r11 are as before. A C caller need not know. */
void tricolor_write_barrier(void *slot, uintptr_t value);
/* The same for one or two stores, by the instructions at the return address, one each:
 *   testq value, slot    any register (rsp: as below), any memory operand
 *   testl %esp, slot     for a value that is no address of an object
 * They are decoded with the registers as they are at the call, and executed afterwards. The stack may have
 * any alignment. All integer registers and xmm0 to xmm15 are as before; of larger vector registers the
 * lower 16 bytes. For optimized code only. */
void tricolor_store_barrier_1(void);
void tricolor_store_barrier_2(void);
/* The same before `bytes` bytes at dst are overwritten by those at src (by something that holds no
 * pointers when src is null). */
void tricolor_bulk_barrier(void *dst, const void *src, size_t bytes);

/*===--- Sorting ------------------------------------------------------------------------------===*/

/* Compiled code calls these in place of libc's qsort and glibc's qsort_r, whose moves the collector would not
 * see: same contracts; the order of equal elements is not specified. Whenever the comparator runs, the array
 * is a permutation of what it was; it may throw or jump away. Safepoints where the comparator is one. */
void tricolor_qsort(void *base, size_t count, size_t size,
                    int (*compare)(const void *, const void *));
void tricolor_qsort_r(void *base, size_t count, size_t size,
                      int (*compare)(const void *, const void *, void *), void *argument);

/*===--- Exceptions in flight -----------------------------------------------------------------===*/

/* The pass calls these in place of the __cxa_ functions of the same names, so that the exception object
 * is a root from its allocation to its end. Same contracts as in the C++ ABI. */
void *tricolor_allocate_exception(size_t size);
void tricolor_free_exception(void *object);
#ifdef __cplusplus
[[noreturn]]
#else
_Noreturn
#endif
void tricolor_throw(void *object, void *type_info, void (*destructor)(void *));
void *tricolor_init_primary_exception(void *object, void *type_info, void (*destructor)(void *));

/*===--- Allocation ---------------------------------------------------------------------------===*/

/* A run: free, zeroed slots for objects of one size, [next, end), that belong to one thread. Compiled code takes
 * the next one itself:
 *
 *   run = tricolor_runs + type->run
 *   if run->next == run->end: call tricolor_new(type)
 *   object = run->next; run->next += run->object_bytes
 *
 * No poll may be between the loads and the store, and nothing that makes the object known to others before the
 * store. Where the runtime wants the call (before a type's first use, a thread's first allocation, in some modes) the
 * run that compiled code finds is empty. */
struct tricolor_run {
  uintptr_t next;
  uintptr_t end;
  uint16_t object_bytes;
  /* what follows is the runtime's */
};
/* The calling thread's runs. Written by the runtime only. */
extern __thread char *tricolor_runs __attribute__((tls_model("initial-exec")));
/* Where the runs for tricolor_new_noscan() are, in bytes from tricolor_runs: the i-th for 16 * i bytes, i > 0. */
struct tricolor_noscan_runs {
  uint32_t offsets[65];
};
extern const struct tricolor_noscan_runs tricolor_noscan_runs;

/* All return zeroed memory, or null when there is none left. Safepoints. */

/* One T of type->size bytes. */
void *tricolor_new(struct tricolor_type *type);
/* `bytes` bytes that hold elements of the type, the first at offset bytes % type->size (what an array
 * cookie leaves), to the end. If the type has `destroy`, the elements are behind an array cookie of the C++
 * ABI, with their number in its last word. */
void *tricolor_new_array(struct tricolor_type *type, size_t bytes);
/* `count` elements of the type, from the start; the collector destroys as many. */
void *tricolor_new_counted_array(struct tricolor_type *type, size_t count);
/* Memory of a layout nobody knows: every word may be a pointer. Collected. */
void *tricolor_new_conservative(size_t bytes);
/* Memory that holds no pointers. Collected. */
void *tricolor_new_noscan(size_t bytes);
/* Frees early; null does nothing. Ends the program with a message if it is no object or already free. */
void tricolor_delete(void *object);

#ifdef __cplusplus
}
#endif

#endif /* TRICOLOR_ABI_H */
