//===- tricolor/allocation.h - Collected objects of any type ------------------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//

#ifndef TRICOLOR_ALLOCATION_H
#define TRICOLOR_ALLOCATION_H

#include <tricolor/descriptor.h>

#include <cstddef>
#include <cstdlib>
#include <memory>
#include <new>
#include <type_traits>
#include <utility>

namespace tricolor {
namespace detail {

/// Throws std::bad_alloc; ends the program where exceptions are turned off.
[[noreturn, gnu::cold, gnu::noinline]] inline void throw_bad_alloc() {
#ifdef __cpp_exceptions
  throw std::bad_alloc();
#else
  std::abort();
#endif
}

/// The same for a length that cannot be.
[[noreturn, gnu::cold, gnu::noinline]] inline void throw_bad_array_new_length() {
#ifdef __cpp_exceptions
  throw std::bad_array_new_length();
#else
  std::abort();
#endif
}

// Inlined at every level of optimization: the option badptr reports where these are called, not where they are.
template <class T> [[gnu::always_inline]] inline void *allocate() {
  void *object = tricolor_new(descriptor_of<T>());
  if (!object)
    throw_bad_alloc();
  return object;
}

/// `bytes` bytes of elements of type T, an array cookie before them included.
template <class T> [[gnu::always_inline]] inline void *allocate_array(std::size_t bytes) {
  void *object = tricolor_new_array(descriptor_of<T>(), bytes);
  if (!object)
    throw_bad_alloc();
  return object;
}

/// `count` elements of type T, from the start of the memory on.
template <class T> [[gnu::always_inline]] inline void *allocate_elements(std::size_t count) {
  std::size_t bytes;
  if (__builtin_mul_overflow(count, sizeof(T), &bytes))
    throw_bad_array_new_length();
  if constexpr (std::is_trivially_destructible_v<T>)
    return allocate_array<T>(bytes);
  void *object = tricolor_new_counted_array(descriptor_of<T>(), count);
  if (!object)
    throw_bad_alloc();
  return object;
}

/// Frees `object` on the way out, unless release() was called.
class allocation_guard {
public:
  explicit allocation_guard(void *object) noexcept : object_(object) {}
  allocation_guard(const allocation_guard &) = delete;
  allocation_guard &operator=(const allocation_guard &) = delete;
  ~allocation_guard() {
    if (object_)
      tricolor_delete(object_);
  }
  void release() noexcept { object_ = nullptr; }

private:
  void *object_;
};

} // namespace detail

/// A new collected T, made as T(arguments...), or as T{arguments...} if T is an aggregate that has
/// no such constructor; T need not derive from managed. It is aligned as T demands. It lives while
/// it can be reached, or until `delete`. If T's destructor is not trivial, the collector has it run
/// (see tricolor/tricolor.h).
///
/// Throws std::bad_alloc if there is no memory, also after a collection (with -fno-exceptions: ends
/// the program), and what the constructor throws; the memory is free then. Any thread.
template <class T, class... Arguments> inline T *make(Arguments &&...arguments) {
  static_assert(std::is_object_v<T>, "make<T> needs an object type");
  static_assert(!std::is_array_v<T>, "use make_array<T>(n) for arrays");
  void *memory = detail::allocate<T>();
  detail::allocation_guard guard(memory);
  T *object;
  if constexpr (std::is_constructible_v<T, Arguments...> || !std::is_aggregate_v<T>)
    object = ::new (memory) T(std::forward<Arguments>(arguments)...);
  else
    object = ::new (memory) T{std::forward<Arguments>(arguments)...};
  guard.release();
  return object;
}

/// A new collected array of `count` elements, each value-initialized (scalars are zero, pointers
/// null); T need not derive from managed. Returns the first element. The array lives while any byte
/// of it can be reached; then its elements are destroyed, the last one first. With `count` 0 the result is not null and must not be dereferenced.
///
/// An array of char, unsigned char or std::byte holds no pointers; what is constructed in it does
/// not keep collected objects alive. tricolor_new_conservative gives memory that does.
///
/// The result must not be given to `delete[]`, which would look for an array cookie in front of it.
/// Freeing early: destroy the elements, then tricolor_delete(result).
///
/// Throws std::bad_array_new_length if count * sizeof(T) does not fit in std::size_t,
/// std::bad_alloc if there is no memory, also after a collection (with -fno-exceptions: both end
/// the program), and what a constructor throws; then the elements made so far are destroyed and the
/// memory is free. Any thread.
template <class T> inline T *make_array(std::size_t count) {
  static_assert(std::is_object_v<T>, "make_array<T> needs an object type");
  static_assert(!std::is_array_v<T>, "make_array<T> takes the type of an element that is no array");
  void *memory = detail::allocate_elements<T>(count);
  T *first = static_cast<T *>(memory);
  // New memory is zero, and that is the value of every scalar's zero but of pointers to members.
  if constexpr (std::is_scalar_v<T> && !std::is_member_pointer_v<T>)
    return first;
  detail::allocation_guard guard(memory);
  std::uninitialized_value_construct_n(first, count);
  guard.release();
  return first;
}

} // namespace tricolor

#endif // TRICOLOR_ALLOCATION_H
