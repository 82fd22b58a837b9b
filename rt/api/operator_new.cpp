//===- rt/api/operator_new.cpp - The process's operator new and delete ------------------------===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// Every replaceable operator new of the process gives *traced* memory: from our heap, scanned word by
// word as a root, and freed by operator delete only. It does not matter which code calls it: a
// std::vector<Node *> may be grown by a function that the linker took from a file compiled without the
// plugin, and its memory is a root all the same. operator delete also takes what malloc gave.
//
// The runtime does not link libstdc++; the ways to fail (new_handler, std::bad_alloc) are found there
// if the program has it.
//
//===------------------------------------------------------------------------------------------===//

#include "api/allocate.h"
#include "api/export.h"
#include "api/operators.h"
#include "api/release.h"
#include "os/fatal.h"

#include <new>
#include <stdlib.h>

// Of the C++ library, if the program has one; under names of our own.
[[noreturn]] void library_throw_bad_alloc() __asm__("_ZSt17__throw_bad_allocv")
    __attribute__((weak));
std::new_handler library_get_new_handler() __asm__("_ZSt15get_new_handlerv") __attribute__((weak));

namespace tricolor::rt {

namespace {

constexpr size_t kDefaultAlign = __STDCPP_DEFAULT_NEW_ALIGNMENT__;

[[noreturn]] void throw_bad_alloc() {
  if (library_throw_bad_alloc)
    library_throw_bad_alloc();
  fatal("out of memory in operator new, and the program has no std::bad_alloc to throw",
        "link libstdc++ or lower the program's memory use");
}

// The user's new_handler, or null.
std::new_handler handler() { return library_get_new_handler ? library_get_new_handler() : nullptr; }

// All that the nothrow forms do: a new_handler may throw, through a noexcept function.
[[gnu::always_inline]] inline void *try_new(size_t bytes, size_t align) {
  return allocate(current_mutator(), {bytes, align, ObjectKind::Traced, nullptr, ArrayForm::One});
}

[[gnu::always_inline]] inline void *new_or_throw(size_t bytes, size_t align) {
  for (;;) {
    if (void *object = try_new(bytes, align)) [[likely]]
      return object;
    std::new_handler user = handler();
    if (!user)
      throw_bad_alloc();
    user();
  }
}

[[gnu::always_inline]] inline void delete_any(void *object) {
  if (object && release(object, TRICOLOR_CALLER()) == Released::Foreign)
    free(object);
}

} // namespace

} // namespace tricolor::rt

using namespace tricolor::rt;

// clang-format off
TRICOLOR_EXPORT void *operator new(size_t n) { return new_or_throw(n, kDefaultAlign); }
TRICOLOR_EXPORT void *operator new[](size_t n) { return new_or_throw(n, kDefaultAlign); }
TRICOLOR_EXPORT void *operator new(size_t n, const std::nothrow_t &) noexcept { return try_new(n, kDefaultAlign); }
TRICOLOR_EXPORT void *operator new[](size_t n, const std::nothrow_t &) noexcept { return try_new(n, kDefaultAlign); }
TRICOLOR_EXPORT void *operator new(size_t n, std::align_val_t a) { return new_or_throw(n, static_cast<size_t>(a)); }
TRICOLOR_EXPORT void *operator new[](size_t n, std::align_val_t a) { return new_or_throw(n, static_cast<size_t>(a)); }
TRICOLOR_EXPORT void *operator new(size_t n, std::align_val_t a, const std::nothrow_t &) noexcept { return try_new(n, static_cast<size_t>(a)); }
TRICOLOR_EXPORT void *operator new[](size_t n, std::align_val_t a, const std::nothrow_t &) noexcept { return try_new(n, static_cast<size_t>(a)); }

TRICOLOR_EXPORT void operator delete(void *p) noexcept { delete_any(p); }
TRICOLOR_EXPORT void operator delete[](void *p) noexcept { delete_any(p); }
TRICOLOR_EXPORT void operator delete(void *p, size_t) noexcept { delete_any(p); }
TRICOLOR_EXPORT void operator delete[](void *p, size_t) noexcept { delete_any(p); }
TRICOLOR_EXPORT void operator delete(void *p, const std::nothrow_t &) noexcept { delete_any(p); }
TRICOLOR_EXPORT void operator delete[](void *p, const std::nothrow_t &) noexcept { delete_any(p); }
TRICOLOR_EXPORT void operator delete(void *p, std::align_val_t) noexcept { delete_any(p); }
TRICOLOR_EXPORT void operator delete[](void *p, std::align_val_t) noexcept { delete_any(p); }
TRICOLOR_EXPORT void operator delete(void *p, size_t, std::align_val_t) noexcept { delete_any(p); }
TRICOLOR_EXPORT void operator delete[](void *p, size_t, std::align_val_t) noexcept { delete_any(p); }
TRICOLOR_EXPORT void operator delete(void *p, std::align_val_t, const std::nothrow_t &) noexcept { delete_any(p); }
TRICOLOR_EXPORT void operator delete[](void *p, std::align_val_t, const std::nothrow_t &) noexcept { delete_any(p); }
// clang-format on

// Names for the definitions above that nobody can replace.
extern "C" __attribute__((visibility("hidden"), alias("_Znwm"))) void *tricolor_own_new(size_t);
extern "C" __attribute__((visibility("hidden"), alias("_ZdlPv"))) void tricolor_own_delete(void *);

void tricolor::rt::check_operators() {
  void *(*volatile new_in_force)(size_t) = &::operator new;
  void (*volatile delete_in_force)(void *) = &::operator delete;
  if (new_in_force != &tricolor_own_new || delete_in_force != &tricolor_own_delete)
    fatal(
        "the program replaces operator new or operator delete: memory from elsewhere is not traced",
        "remove the replacement, or give classes that need one an operator new of their own");
}
