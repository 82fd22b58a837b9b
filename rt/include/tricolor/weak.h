//===- tricolor/weak.h - References that keep nothing -------------------------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//

#ifndef TRICOLOR_WEAK_H
#define TRICOLOR_WEAK_H

#include <tricolor/allocation.h>

#include <cstddef>
#include <utility>

namespace tricolor {

/// A reference to a collected object that does not keep it. A value, to be copied and kept anywhere
/// that a pointer may be kept (not in memory of malloc). get() is null as soon as a collection has
/// found the object dead, before its finalizers and its destructor run, and stays so if a finalizer
/// brings the object back.
///
/// Different threads may use different references; one that is written needs synchronization like a
/// pointer.
template <class T> class weak {
public:
  weak() noexcept = default;
  weak(std::nullptr_t) noexcept {}

  /// A reference to *pointer, which is in a collected object; or to nothing. Throws std::bad_alloc.
  /// If `pointer` is in no collected object the program ends with a message.
  weak(T *pointer) {
    if (!pointer)
      return;
    const void *address = const_cast<const std::remove_cv_t<T> *>(pointer);
    cell_ = tricolor_weak_new(address);
    if (!cell_)
      detail::throw_bad_alloc();
    offset_ = static_cast<const char *>(address) -
              static_cast<const char *>(tricolor_object_base(address));
  }

  /// The pointer, or null once the object has been found dead. While a collection is about to find that out, waits
  /// until it knows.
  T *get() const noexcept {
    char *base = static_cast<char *>(tricolor_weak_get(cell_));
    return base ? reinterpret_cast<T *>(base + offset_) : nullptr;
  }

  /// Whether get() is null.
  bool expired() const noexcept { return !get(); }
  void reset() noexcept { *this = weak(); }

private:
  void *cell_ = nullptr;
  std::ptrdiff_t offset_ = 0;
};

/// A map from collected objects to collected objects that keeps no key, and keeps a value while its
/// key and the map can be reached otherwise: also if the value reaches the key. What the program
/// knows about an object, but cannot put into it, goes here. Entries go when their keys die. If a
/// finalizer brings a key back, its entry comes back too.
///
/// A pointer to any part of an object is the same key. Any thread, any number at a time.
template <class K, class V> class weak_map {
public:
  /// Throws std::bad_alloc.
  weak_map() : table_(tricolor_weak_map_new()) {
    if (!table_)
      detail::throw_bad_alloc();
  }
  weak_map(const weak_map &) = delete;
  weak_map &operator=(const weak_map &) = delete;

  /// Sets the value of *key, which is in a collected object; else the program ends with a message.
  void set(const K *key, V *value) {
    tricolor_weak_map_set(table_, key, const_cast<std::remove_cv_t<V> *>(value));
  }
  /// The value of *key, or null.
  V *get(const K *key) const noexcept {
    void *value = nullptr;
    tricolor_weak_map_get(table_, key, &value);
    return static_cast<V *>(value);
  }
  bool contains(const K *key) const noexcept {
    return tricolor_weak_map_get(table_, key, nullptr) != 0;
  }
  /// Removes it; whether it was there.
  bool erase(const K *key) noexcept { return tricolor_weak_map_remove(table_, key) != 0; }
  /// The number of entries, those of keys that have not been found dead yet included.
  std::size_t size() const noexcept { return tricolor_weak_map_size(table_); }

private:
  void *table_;
};

} // namespace tricolor

#endif // TRICOLOR_WEAK_H
