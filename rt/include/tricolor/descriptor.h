//===- tricolor/descriptor.h - How a type reaches the collector ---------------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// Not for users. One descriptor for each type of which collected objects are made, and each linked
// image. Its definition here has the destructor only: when clang instantiates it, the plugin, which
// knows the type's layout by then, attaches that as an annotation, and the pass makes the rest of
// the initializer of it.
// The plugin finds it by the name tricolor::detail::type_descriptor<T>::value.
//
// Not const: the runtime keeps its index of the type there. Hidden: an image's objects are
// described by the image's own descriptor, however images are loaded.
//
//===------------------------------------------------------------------------------------------===//

#ifndef TRICOLOR_DESCRIPTOR_H
#define TRICOLOR_DESCRIPTOR_H

#include <tricolor/abi.h>
#include <tricolor/c.h>

#include <type_traits>

namespace tricolor::detail {

template <class T> struct [[gnu::visibility("hidden")]] type_descriptor {
  static tricolor_type value;
};

/// Destroys a T that is no part of another object. Not a virtual call: T is the type that was made.
template <class T> void destroy(void *object) { static_cast<T *>(object)->T::~T(); }

/// What the collector calls before it frees a T: nothing if the destructor is trivial, deleted, or
/// not public.
template <class T> constexpr auto destroyer() -> void (*)(void *) {
  if constexpr (std::is_destructible_v<T> && !std::is_trivially_destructible_v<T>)
    return &destroy<T>;
  else
    return nullptr;
}

template <class T>
tricolor_type type_descriptor<T>::value{0, 0, 0, 0, 0, nullptr, nullptr, destroyer<T>(), 0, 0};

/// What the descriptor of T describes. Of `new T[n][4]`, where clang names T[4] as the type of the
/// elements, T, if these must be destroyed: the array cookie counts those.
template <class T>
using described = std::remove_cv_t<
    std::conditional_t<std::is_trivially_destructible_v<T>, T, std::remove_all_extents_t<T>>>;

/// The descriptor of T, whatever its const and volatile.
template <class T> inline tricolor_type *descriptor_of() noexcept {
  static_assert(sizeof(T) != 0, "a collected type must be complete");
  return &type_descriptor<described<T>>::value;
}

} // namespace tricolor::detail

#endif // TRICOLOR_DESCRIPTOR_H
