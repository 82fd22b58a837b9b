//===- tricolor/objects.h - Asking about objects ------------------------------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// These take any address, also one of freed, foreign or no memory, and never read what it points
// to. An object is what one allocation returned: collected or, as far as not said otherwise, of
// operator new.
//
//===------------------------------------------------------------------------------------------===//

#ifndef TRICOLOR_OBJECTS_H
#define TRICOLOR_OBJECTS_H

#include <tricolor/c.h>

#include <cstddef>
#include <vector>

namespace tricolor {

/// Whether the address is in a collected object that has not been freed. False for memory of
/// operator new, which is not collected. Any thread.
inline bool is_collected(const volatile void *address) noexcept {
  return tricolor_is_collected(const_cast<const void *>(address)) != 0;
}

/// The first byte of the object that the address is in, or null if it is in none. Any thread.
inline void *object_base(const volatile void *address) noexcept {
  return tricolor_object_base(const_cast<const void *>(address));
}

/// The bytes of the object that the address is in, counted from its base: at least what was asked
/// for, rounded up to the size of its slot. 0 if the address is in no object. Any thread.
inline std::size_t object_size(const volatile void *address) noexcept {
  return tricolor_object_size(const_cast<const void *>(address));
}

/// Which 8-byte words of the object that the address is in the collector reads as pointers: one
/// entry for each word, object_size / 8 of them, true where the word holds a pointer or may hold
/// one (member of a union, char storage). Empty if the address is in no object. Throws
/// std::bad_alloc. Any thread.
inline std::vector<bool> pointer_mask(const volatile void *address) {
  const void *object = const_cast<const void *>(address);
  std::vector<unsigned char> words(tricolor_pointer_mask(object, nullptr, 0));
  // The object may be gone by now, or the address be in a smaller one.
  std::size_t count = tricolor_pointer_mask(object, words.data(), words.size());
  if (count < words.size())
    words.resize(count);
  std::vector<bool> mask(words.size());
  for (std::size_t i = 0; i != words.size(); ++i)
    mask[i] = words[i] != TRICOLOR_WORD_NO_POINTER;
  return mask;
}

} // namespace tricolor

#endif // TRICOLOR_OBJECTS_H
