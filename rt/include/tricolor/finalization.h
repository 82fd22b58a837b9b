//===- tricolor/finalization.h - What happens when objects die ----------------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//

#ifndef TRICOLOR_FINALIZATION_H
#define TRICOLOR_FINALIZATION_H

#include <tricolor/c.h>

#include <cstddef>

namespace tricolor {
namespace detail {
// Keeps function templates from deducing T from a function.
template <class T> struct finalizer_of {
  using type = void (*)(T *);
};
} // namespace detail

/// Has function(pointer) called once the collected object that `pointer` is in cannot be reached any
/// more. `pointer` may point inside the object. The object, and all that it reaches, is alive again
/// for the call, and stays alive if the function makes it reachable; else a later collection
/// destroys and frees it. An object may have several; each runs once, in the order they were added,
/// on the thread that runs finalizers. `delete` forgets them. Weak references to the object are null
/// before the call, and stay so.
///
/// If the function throws, std::terminate is called. If `pointer` is in no collected object the
/// program ends with a message. Any thread.
template <class T>
inline void add_finalizer(T *pointer, typename detail::finalizer_of<T>::type function) {
  tricolor_add_finalizer(pointer, reinterpret_cast<void (*)(void *)>(function));
}

/// Has function(argument) called once the collected object that `pointer` is in is dead for good:
/// after its finalizers, and its destructor. The object is not brought back. If `argument` points
/// into the collected heap it keeps that object until the call has returned; it must not reach the
/// object itself, which would then never die. `delete` forgets the cleanup, as it runs the
/// destructor itself.
///
/// If the function throws, std::terminate is called. If `pointer` is in no collected object the
/// program ends with a message. Any thread.
template <class A>
inline void add_cleanup(const volatile void *pointer,
                        typename detail::finalizer_of<A>::type function, A *argument) {
  tricolor_add_cleanup(const_cast<const void *>(pointer),
                       reinterpret_cast<void (*)(void *)>(function), argument);
}

/// Runs all finalizers, destructors and cleanups of what collections so far have found dead, on the
/// calling thread, and returns how many. First waits for those that another thread is at. Returns 0
/// at once inside one of them, and when the program exits. Any thread.
inline std::size_t run_finalizers() noexcept { return tricolor_run_finalizers(); }

enum class cycle_event : int { begin = TRICOLOR_CYCLE_BEGIN, end = TRICOLOR_CYCLE_END };

/// Has the function called when a collection begins, or when one has ended, for instance to empty a
/// cache. It is called where finalizers are: on another thread, as a rule. A beginning collection
/// waits for the calls, but not longer than 10 ms; under finalizers=pump it does not wait. Several
/// events may be one call. Hooks cannot be removed. Any thread.
inline void on_cycle(cycle_event event, void (*function)()) {
  tricolor_on_cycle(static_cast<int>(event), function);
}

/// The object that `pointer` points to is reachable until here. Any thread.
inline void keep_alive(const volatile void *pointer) noexcept {
  __asm__ volatile("" : : "r"(pointer) : "memory");
}

} // namespace tricolor

#endif // TRICOLOR_FINALIZATION_H
