//===- tricolor/managed.h - Types whose objects are collected -----------------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// The operators are type-aware (P2719): clang passes them the most derived type, so that each `new`
// reaches the descriptor of what it makes. clang calls that an extension and warns where such
// operators are declared, hence the pragma; uses are not diagnosed.
//
//===------------------------------------------------------------------------------------------===//

#ifndef TRICOLOR_MANAGED_H
#define TRICOLOR_MANAGED_H

#include <tricolor/allocation.h>

#include <cstddef>
#include <new>
#include <type_traits>

#ifndef __cpp_lib_type_identity
// The tag by which type-aware operators are recognized; the library has it since C++20.
namespace std {
template <class T> struct type_identity {
  using type = T;
};
} // namespace std
#endif

#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wunknown-warning-option"
#pragma clang diagnostic ignored "-Wext-cxx-type-aware-allocators"

namespace tricolor {

/// Derive from it to have `new` make collected objects:
///
///   struct Node : tricolor::managed { Node *left = nullptr; Node *right = nullptr; };
///
/// `new Node` and `new Node[n]` then give zeroed collected memory, aligned as the type demands,
/// before the constructor runs. `delete` and `delete[]` free early, after the destructor; nobody
/// has to call them: the collector has the destructors of what it frees run, unless they are trivial
/// or not public (see tricolor/tricolor.h). Objects on the stack, in variables,
/// as members, in containers and by placement new are ordinary ones.
///
/// `new Node[n]` keeps the count in front of the first element, so that object_base() of the result
/// is not the result.
///
/// `new` throws std::bad_alloc if there is no memory, also after a collection (with -fno-exceptions
/// it ends the program); `new (std::nothrow)` returns null. Any thread.
///
/// managed is empty and takes no space in a derived class, unless its first member derives from
/// managed as well: C++ demands different addresses for the two then.
struct managed {
  template <class T>
  [[gnu::always_inline]] static void *operator new(std::type_identity<T>, std::size_t,
                                                   std::align_val_t) {
    return detail::allocate<T>();
  }
  template <class T>
  [[gnu::always_inline]] static void *operator new[](std::type_identity<T>, std::size_t bytes,
                                                     std::align_val_t) {
    return detail::allocate_array<T>(bytes);
  }
  template <class T>
  [[gnu::always_inline]] static void *operator new(std::type_identity<T>, std::size_t,
                                                   std::align_val_t,
                                                   const std::nothrow_t &) noexcept {
    return tricolor_new(detail::descriptor_of<T>());
  }
  template <class T>
  [[gnu::always_inline]] static void *operator new[](std::type_identity<T>, std::size_t bytes,
                                                     std::align_val_t,
                                                     const std::nothrow_t &) noexcept {
    return tricolor_new_array(detail::descriptor_of<T>(), bytes);
  }

  template <class T>
  [[gnu::always_inline]] static void operator delete(std::type_identity<T>, void *object,
                                                     std::size_t, std::align_val_t) noexcept {
    tricolor_delete(object);
  }
  template <class T>
  [[gnu::always_inline]] static void operator delete[](std::type_identity<T>, void *object,
                                                       std::size_t, std::align_val_t) noexcept {
    tricolor_delete(object);
  }
  // Called when the constructor throws in new (std::nothrow).
  template <class T>
  [[gnu::always_inline]] static void operator delete(std::type_identity<T>, void *object,
                                                     std::size_t, std::align_val_t,
                                                     const std::nothrow_t &) noexcept {
    tricolor_delete(object);
  }
  template <class T>
  [[gnu::always_inline]] static void operator delete[](std::type_identity<T>, void *object,
                                                       std::size_t, std::align_val_t,
                                                       const std::nothrow_t &) noexcept {
    tricolor_delete(object);
  }

  // Placement, which the operators above would hide.
  static void *operator new(std::size_t, void *place) noexcept { return place; }
  static void *operator new[](std::size_t, void *place) noexcept { return place; }
  static void operator delete(void *, void *) noexcept {}
  static void operator delete[](void *, void *) noexcept {}
};

} // namespace tricolor

#pragma clang diagnostic pop

#endif // TRICOLOR_MANAGED_H
