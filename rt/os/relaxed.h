//===- rt/os/relaxed.h - A field that others may read at any time -------------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// Relaxed<T> is an atomic with the syntax of a plain field: every access is relaxed. It is for
// fields that one thread writes (under a lock or as the owner) while others may look at any moment,
// and that need no ordering of their own: the ordering comes from something else, which the field's
// comment names. Below it are other accesses that order nothing.
//
//===------------------------------------------------------------------------------------------===//

#ifndef TRICOLOR_RT_OS_RELAXED_H
#define TRICOLOR_RT_OS_RELAXED_H

#include "os/sanitizer.h"

#include <atomic>

namespace tricolor::rt {

template <class T> class Relaxed {
public:
  Relaxed() = default;
  constexpr Relaxed(T value) : value_(value) {}
  Relaxed(const Relaxed &) = delete;
  Relaxed &operator=(const Relaxed &) = delete;

  operator T() const { return value_.load(std::memory_order_relaxed); }
  T get() const { return value_.load(std::memory_order_relaxed); }
  T operator=(T value) {
    value_.store(value, std::memory_order_relaxed);
    return value;
  }
  T operator->() const { return get(); }
  /// get() of a field that nobody writes as long as the caller may read it: a load like any other, part of another
  /// instruction where there is one for it.
  const T &settled() const {
    static_assert(sizeof(std::atomic<T>) == sizeof(T));
    return reinterpret_cast<const T &>(value_);
  }
  /// get() of a field that may lie in memory which has become something else; see load_perhaps_stale().
  TRICOLOR_NOT_INSTRUMENTED T get_perhaps_stale() const {
    return __atomic_load_n(reinterpret_cast<const T *>(&value_), __ATOMIC_RELAXED);
  }

private:
  std::atomic<T> value_;
};

// Raises a counter to `value`, unless it is as high already.
template <class T> inline void raise_to(std::atomic<T> &counter, T value) {
  T there = counter.load(std::memory_order_relaxed);
  while (there < value && !counter.compare_exchange_weak(there, value, std::memory_order_relaxed)) {
  }
}

// The value of an atomic that may lie in a block of metadata which has become another structure
// (metadata.h). The caller finds that out afterwards; a sanitizer would take it for a race with whoever
// writes the other structure, so it does not look.
template <class T>
TRICOLOR_NOT_INSTRUMENTED inline T load_perhaps_stale(const std::atomic<T> &from) {
  static_assert(sizeof(std::atomic<T>) == sizeof(T));
  return __atomic_load_n(reinterpret_cast<const T *>(&from), __ATOMIC_ACQUIRE);
}

} // namespace tricolor::rt

#endif // TRICOLOR_RT_OS_RELAXED_H
