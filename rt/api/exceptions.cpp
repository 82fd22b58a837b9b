//===- rt/api/exceptions.cpp - Exceptions in flight -------------------------------------------===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// An exception object lives in memory of the C++ library, outside our heap, and may hold the only
// reference to a collected object while it flies or is kept by an exception_ptr. Compiled code calls
// these functions in place of the library's:
//
//  1. On allocation the object's memory becomes an external root.
//  2. On the throw the exception's destructor is replaced by ours, which removes the root and calls the
//     original one: the library calls it exactly once, when the last catch or exception_ptr has let go,
//     on whichever thread that is.
//  3. An object whose constructor throws is freed without having been thrown: the root goes there.
//
//===------------------------------------------------------------------------------------------===//

#include "api/export.h"
#include "mark/external_roots.h"
#include "os/fatal.h"
#include "threads/mutator.h"

#include <tricolor/abi.h>

#include <string.h>

// Of the C++ library, if the program has one. Declared under names of our own: the library's headers
// declare them too, with types of its own.
using Destructor = void (*)(void *);
void *library_allocate_exception(size_t size) __asm__("__cxa_allocate_exception")
    __attribute__((weak));
void library_free_exception(void *object) __asm__("__cxa_free_exception") __attribute__((weak));
[[noreturn]] void library_throw(void *object, void *type_info,
                                Destructor destructor) __asm__("__cxa_throw") __attribute__((weak));
void *library_init_primary_exception(void *object, void *type_info,
                                     Destructor destructor) __asm__("__cxa_init_primary_exception")
    __attribute__((weak));

using namespace tricolor::rt;

namespace {

template <class Function> Function require(Function function) {
  if (!function)
    fatal("the program throws exceptions and has no C++ runtime library",
          "link with clang++ (libstdc++ or libc++abi), after -ltricolor");
  return function;
}

// The destructor of every exception thrown by compiled code.
void exception_ends(void *object) {
  ExternalRoot root;
  {
    RuntimeScope scope(current_mutator());
    // Removed after the user's destructor has run: it may still use what the object refers to.
    root = find_external_root(object);
  }
  if (root.destructor)
    root.destructor(object);
  RuntimeScope scope(current_mutator());
  remove_external_root(object);
}

} // namespace

TRICOLOR_API void *tricolor_allocate_exception(size_t size) {
  void *object = require(library_allocate_exception)(size);
  // It has what malloc left there: perhaps the last exception, whose objects are dead. The program allocates, which is
  // a safepoint, before it writes.
  memset(object, 0, size);
  RuntimeScope scope(current_mutator());
  add_external_root(object, size);
  return object;
}

TRICOLOR_API void tricolor_free_exception(void *object) {
  {
    RuntimeScope scope(current_mutator());
    remove_external_root(object);
  }
  require(library_free_exception)(object);
}

TRICOLOR_API void tricolor_throw(void *object, void *type_info, Destructor destructor) {
  {
    RuntimeScope scope(current_mutator());
    set_external_root_destructor(object, destructor);
  }
  require(library_throw)(object, type_info, exception_ends);
  __builtin_unreachable(); // the library's never returns, but a function pointer does not say so
}

TRICOLOR_API void *tricolor_init_primary_exception(void *object, void *type_info,
                                                   Destructor destructor) {
  {
    RuntimeScope scope(current_mutator());
    set_external_root_destructor(object, destructor);
  }
  return require(library_init_primary_exception)(object, type_info, exception_ends);
}
