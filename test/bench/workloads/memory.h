//===- test/bench/workloads/memory.h - How a workload gets and gives back memory ----*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// The same source of a workload is compiled with Tricolor (-DBENCH_TRICOLOR), with Boehm's collector
// (-DBENCH_BOEHM), with mimalloc (-DBENCH_MIMALLOC) and with the C library's malloc. A type derives from Object, or
// from Flat if it holds no pointers. make() and the like allocate; drop() and drop_array() free where memory
// is freed by hand, and are nothing where it is collected. A workload calls them where the last reference goes.
//
// What make() and make_array() return is initialized in full; make_bytes() promises nothing about its bytes.
//
//===------------------------------------------------------------------------------------------===//

#ifndef TRICOLOR_TEST_BENCH_WORKLOADS_MEMORY_H
#define TRICOLOR_TEST_BENCH_WORKLOADS_MEMORY_H

#if defined(BENCH_TRICOLOR)
#include <tricolor/tricolor.h>
#elif defined(BENCH_BOEHM)
#define GC_THREADS // before gc.h and in every source: pthread_create becomes the collector's
#include <gc/gc.h>
#elif defined(BENCH_MIMALLOC)
#include <mimalloc-new-delete.h>
#endif

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <type_traits>
#include <utility>

enum class Freeing { ByHand, Collected };

#if defined(BENCH_TRICOLOR)

inline constexpr Freeing freeing = Freeing::Collected;
using Object = tricolor::managed;
using Flat = tricolor::managed;

inline void initialize_memory() {}
inline void collect() { tricolor::collect(); }
inline std::uint64_t collections() { return tricolor::stats().collections; }

using tricolor::make;
using tricolor::make_array;
inline unsigned char *make_bytes(std::size_t count) {
  return tricolor::make_array<unsigned char>(count);
}

#elif defined(BENCH_BOEHM)

inline constexpr Freeing freeing = Freeing::Collected;
struct Object {
  static void *operator new(std::size_t bytes) { return GC_MALLOC(bytes); }
  static void operator delete(void *) {}
};
struct Flat {
  static void *operator new(std::size_t bytes) { return GC_MALLOC_ATOMIC(bytes); }
  static void operator delete(void *) {}
};

inline void initialize_memory() { GC_INIT(); }
inline void collect() { GC_gcollect(); }
inline std::uint64_t collections() { return GC_get_gc_no(); }

template <class T> T *make_array(std::size_t count) {
  if constexpr (!std::is_arithmetic_v<T>)
    return static_cast<T *>(GC_MALLOC(count * sizeof(T)));
  void *array = GC_MALLOC_ATOMIC(count * sizeof(T));
  return static_cast<T *>(std::memset(array, 0, count * sizeof(T)));
}
inline unsigned char *make_bytes(std::size_t count) {
  return static_cast<unsigned char *>(GC_MALLOC_ATOMIC(count));
}

#else

inline constexpr Freeing freeing = Freeing::ByHand;
struct Object {};
struct Flat {};

inline void initialize_memory() {}
inline void collect() {}
inline std::uint64_t collections() { return 0; }

template <class T> T *make_array(std::size_t count) { return new T[count](); }
inline unsigned char *make_bytes(std::size_t count) { return new unsigned char[count]; }

#endif

#if !defined(BENCH_TRICOLOR)
template <class T, class... Arguments>
[[gnu::always_inline]] inline T *make(Arguments &&...arguments) {
  return new T(std::forward<Arguments>(arguments)...);
}
#endif

template <class T> [[gnu::always_inline]] inline void drop(T *object) {
  if constexpr (freeing == Freeing::ByHand)
    delete object;
}

template <class T> [[gnu::always_inline]] inline void drop_array(T *array) {
  if constexpr (freeing == Freeing::ByHand)
    delete[] array;
}

#endif // TRICOLOR_TEST_BENCH_WORKLOADS_MEMORY_H
