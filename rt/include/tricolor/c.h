/*===- tricolor/c.h - The collector for C programs ------------------------------------*- C -*-===*\
|*
|* Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
|* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
|*
|*===------------------------------------------------------------------------------------------===*|
|*
|* What tricolor/tricolor.h offers, in C. tricolor.h is written on top of this.
|*
|* Compile with -fplugin=TricolorClang.so; without the plugin the collector would not know which of
|* the program's frames and variables hold pointers, so this header refuses to be used without it.
|*
|* "Collected" memory lives while it can be reached from a variable, from a thread's stack, from
|* other collected memory that can be reached, or from memory of operator new. A pointer to any byte
|* of an object keeps all of it. Pointers that exist only in malloc'd memory, in integers or in
|* files do not count. Objects never move.
|*
|* Every function may be called by any thread at any time, except in a signal handler.
|*
\*===------------------------------------------------------------------------------------------===*/

#ifndef TRICOLOR_C_H
#define TRICOLOR_C_H

/* The runtime's own files, which are compiled without the plugin, define TRICOLOR_BUILDING_RUNTIME.
 * The plugin predefines __TRICOLOR__ where it compiles; where clang only preprocesses (-E, -M), it
 * cannot, and the pragma does it. */
#if !defined(__TRICOLOR__) && !defined(TRICOLOR_BUILDING_RUNTIME)
#pragma tricolor
#endif
#if !defined(__TRICOLOR__) && !defined(TRICOLOR_BUILDING_RUNTIME)
#error "tricolor/c.h needs the compiler plugin: compile with clang-22 -fplugin=TricolorClang.so"
#endif

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/*===--- Allocation ---------------------------------------------------------------------------===*/

/* Collected memory of at least `bytes` bytes, zeroed, aligned to 16 bytes, in which every aligned
 * word may be a pointer. Null when there is no memory, also after a collection. */
void *tricolor_new_conservative(size_t bytes);

/* The same for memory that never holds a pointer to collected memory: it is not scanned. A pointer
 * that is stored there all the same does not keep its object. */
void *tricolor_new_noscan(size_t bytes);

/* Frees a collected object before the collector would. `object` is null, which does nothing, or the
 * address that the allocation returned. For any other address, and for an object that is free
 * already, the program ends with a message. Runs no destructor and no finalizer. */
void tricolor_delete(void *object);

/*===--- Collection ---------------------------------------------------------------------------===*/

/* Runs a complete collection before it returns: what could not be reached when it was called is
 * free afterwards, and its memory has been swept. */
void tricolor_collect(void);

/* Sets how far the heap may grow, in percent of what was live after the last collection, before the
 * next one starts by itself; 100 lets it double. A negative value turns that off: memory is then
 * collected only by tricolor_collect(), or when there is no more. Returns the previous setting,
 * negative if it was off. The setting at start is TRICOLOR_OPTIONS=gcpercent, by default 100. */
int tricolor_set_gc_percent(int percent);

/* Sets a soft limit in bytes for the heap and its tables: collections start early enough to stay below it, as
 * long as they take at most half of the processors' time; then the heap grows past it, which is said once
 * on standard error. 0: none. Returns the previous setting. The setting at start is
 * TRICOLOR_OPTIONS=memlimit, by default 0. Any thread. */
uint64_t tricolor_set_memory_limit(uint64_t bytes);

/*===--- Threads ------------------------------------------------------------------------------===*/

/* Calls body(argument), which is about to block for long (a system call, a lock, a join), in a region in
 * which the collector neither waits for this thread nor interrupts it. The body must not store references
 * to collected objects anywhere, nor overwrite them; it may read and write other memory. If it allocates,
 * deletes or throws, the region ends there and the body goes on as ordinary code. Any thread. */
void tricolor_blocking_region(void (*body)(void *argument), void *argument);

/*===--- When objects die --------------------------------------------------------------------===*/

/* Finalizers, cleanups, destructors of C++ types and hooks are called by the finalizer thread, a
 * thread of the process that the collector makes when it first needs it; with
 * TRICOLOR_OPTIONS=finalizers=pump by tricolor_run_finalizers() only. They are called one after the
 * other, some time after the collection that found the object dead. What has not been called when
 * the program exits is not called. An exception that leaves one ends the program. */

/* Has function(address) called once the object that `address` is in cannot be reached any more. The
 * object, and all that it reaches, is alive again for the call, and stays alive if the function
 * makes it reachable; else a later collection frees it. An object may have several; they are called
 * in the order they were added, once each. `tricolor_delete` forgets them. Weak references to the
 * object are null before, and stay so.
 *
 * For an address that is in no collected object the program ends with a message. */
void tricolor_add_finalizer(void *address, void (*function)(void *address));

/* Has function(argument) called once the object that `address` is in is dead for good: after its
 * finalizers and its destructor. The object is not brought back. If `argument` points into the
 * collected heap, it keeps that object until the call has returned; it must not reach the object
 * itself, which would then never die. `tricolor_delete` forgets it.
 *
 * For an address that is in no collected object the program ends with a message. */
void tricolor_add_cleanup(const void *address, void (*function)(void *argument), void *argument);

/* Makes all calls that are waiting, on the calling thread, and hooks as well, and returns how many
 * calls that were (without hooks). First waits for calls that another thread is making. Returns 0 at
 * once inside such a call, and when the program exits. What one collection has found is called
 * before what a later one has. */
size_t tricolor_run_finalizers(void);

/* A weak reference to the object that `address` is in: collected memory, to be kept like a pointer
 * to it, that does not keep the object. All references to an object are the same one until the
 * object dies. Null when there is no memory.
 *
 * For an address that is in no collected object the program ends with a message. */
void *tricolor_weak_new(const void *address);

/* The first byte of the object, or null if it has been found dead, or deleted. Null for null. While a
 * collection is about to find that out, waits until it knows, as tricolor_weak_new does. */
void *tricolor_weak_get(const void *reference);

/* A weak map: collected memory, to be kept like a pointer to it. It maps collected objects, the
 * keys, to words. It keeps no key. The value of a key, if it points into the collected heap, is kept
 * while key and map can be reached otherwise, also if the value reaches the key. Entries go with
 * their keys. Null when there is no memory. Any number of threads may use it at a time. */
void *tricolor_weak_map_new(void);
/* Sets the value of the object that `key` is in. For an address that is in no collected object the
 * program ends with a message. */
void tricolor_weak_map_set(void *map, const void *key, void *value);
/* 1 and the value in *value (unless `value` is null) if the object that `key` is in has one; else 0
 * and null. */
int tricolor_weak_map_get(const void *map, const void *key, void **value);
/* Removes it; 1 if it was there, else 0. */
int tricolor_weak_map_remove(void *map, const void *key);
/* How many entries the map has, those of keys that have not yet been found dead included. */
size_t tricolor_weak_map_size(const void *map);

/* Events for tricolor_on_cycle. */
#define TRICOLOR_CYCLE_BEGIN 0
#define TRICOLOR_CYCLE_END 1

/* Has the function called when a collection begins, or when one has ended. Where finalizers are
 * called (see above), which is another thread as a rule. A beginning collection waits for the calls,
 * but not longer than 10 ms: what they let go is usually freed by it. Under finalizers=pump it does
 * not wait. Several events may be one call. The function may do anything; if it waits for a
 * collection, that is a later one. It cannot be removed. */
void tricolor_on_cycle(int event, void (*function)(void));

/*===--- Statistics ---------------------------------------------------------------------------===*/

/* How many pauses tricolor_stats keeps. */
#define TRICOLOR_STATS_PAUSES 256
/* The number of entries in holds. */
#define TRICOLOR_STATS_HOLDS 256
/* The number of entries in by_size; more than there are size classes. */
#define TRICOLOR_STATS_SIZE_CLASSES 96

/* The objects of one size class, since the program began. */
struct tricolor_size_class_stats {
  uint64_t size;    /* bytes of a slot of this class; 0 for large objects */
  uint64_t mallocs; /* objects allocated */
  uint64_t frees;   /* objects freed, by delete or by the collector */
  uint64_t objects; /* objects there now, dead ones that are not swept yet included */
};

/* All counts are of the whole process since it began; they cover collected memory and the memory of
 * operator new. What other threads do meanwhile may be in some fields and not yet in others. */
struct tricolor_stats {
  uint64_t collections;      /* cycles finished */
  uint64_t heap_live_bytes;  /* reachable at the end of the last cycle; 0 before the first */
  uint64_t heap_inuse_bytes; /* in spans that hold at least one object, free slots included */
  uint64_t heap_sys_bytes;   /* obtained from the operating system and not given back */
  uint64_t metadata_bytes;   /* of tables, mark bits and the like, beside heap_sys_bytes */
  uint64_t objects;          /* objects there now, dead ones that are not swept yet included */
  uint64_t mallocs;          /* objects allocated */
  uint64_t frees;            /* objects freed, by delete or by the collector */
  uint64_t pause_total_ns;   /* nanoseconds, the longest pause of each cycle added up */
  uint64_t pause_max_ns;     /* the longest single pause, nanoseconds */
  uint64_t mark_cpu_ns;      /* nanoseconds of processor time that marking took, in all threads */
  uint64_t sweep_cpu_ns;     /* and sweeping */
  /* Nanoseconds of the longest pause in each of the last cycles, the most recent one first; 0 behind the first
   * cycle. A pause is the time that one thread was held for the collector, or in mode=stw and
   * mode=dijkstra all of them. */
  uint64_t pauses_ns[TRICOLOR_STATS_PAUSES];
  /* How often a thread was held for how long, all pauses of all cycles: holds[i] counts those from
   * tricolor_hold_ns(i) up to below tricolor_hold_ns(i + 1). The last entry has all longer ones too. */
  uint64_t holds[TRICOLOR_STATS_HOLDS];
  /* The first by_size_count entries are the size classes, smallest first; the rest is zero. */
  size_t by_size_count;
  struct tricolor_size_class_stats by_size[TRICOLOR_STATS_SIZE_CLASSES];
  /* Objects larger than every size class. */
  struct tricolor_size_class_stats large;
};

/* Fills in *stats. */
void tricolor_stats(struct tricolor_stats *stats);

/* The shortest time, in nanoseconds, that is counted in holds[entry]; UINT64_MAX from TRICOLOR_STATS_HOLDS on. Any
 * thread. */
uint64_t tricolor_hold_ns(size_t entry);

/*===--- Asking about objects -----------------------------------------------------------------===*/

/* These take any address, also one of freed, foreign or no memory, and never read what it points
 * to. An object is what one allocation returned: collected or, as far as not said otherwise, of
 * operator new. */

/* 1 if the address is in a collected object that has not been freed, else 0. Memory of operator new
 * is not collected. */
int tricolor_is_collected(const void *address);

/* The first byte of the object that the address is in, or null if it is in none. The object is
 * kept by the result, as by any pointer. */
void *tricolor_object_base(const void *address);

/* The bytes of the object that the address is in, counted from its base: at least what was asked
 * for, rounded up to the size of its slot. 0 if the address is in no object. */
size_t tricolor_object_size(const void *address);

/* What tricolor_pointer_mask says about a word. */
#define TRICOLOR_WORD_NO_POINTER 0
#define TRICOLOR_WORD_POINTER 1
#define TRICOLOR_WORD_MAY_BE_POINTER 2

/* Which 8-byte words of the object that the address is in the collector reads as pointers: writes
 * one byte for each of its first `words` words to `mask` (TRICOLOR_WORD_...), and returns how many
 * words the object has, object_size / 8. 0, and nothing written, if the address is in no object.
 * `mask` may be null if `words` is 0. */
size_t tricolor_pointer_mask(const void *address, unsigned char *mask, size_t words);

#ifdef __cplusplus
}
#endif

#endif /* TRICOLOR_C_H */
