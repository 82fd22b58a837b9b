//===- rt/stack/module_tables.h - The tables of one image, indexed ----------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// Built when an image registers and immutable from then on. The linker puts the records of an image
// in no useful order and of no fixed size, so each of the three sections gets an index in memory of
// the runtime: map records by the first byte of their function, functions by address, globals by
// number. The records themselves stay where they are, in the image.
//
// Building validates: structure, versions, that all addresses lie in the image, that every managed
// function has unwind information. What is wrong ends the program, naming the image. What a root list
// says about a frame is checked when it is used.
//
//===------------------------------------------------------------------------------------------===//

#ifndef TRICOLOR_RT_STACK_MODULE_TABLES_H
#define TRICOLOR_RT_STACK_MODULE_TABLES_H

#include "stack/loaded_image.h"
#include "stack/thread_local_block.h"

#include <tricolor/abi.h>

#include <cstddef>
#include <cstdint>

namespace tricolor::rt {

/// The map record of the function that begins here.
struct FunctionMap {
  uintptr_t function_begin;
  const uint8_t *record;
};

struct ModuleTables {
  const tricolor_module *module;
  FunctionMap *maps; ///< sorted by function_begin; a function may occur twice
  size_t map_count;
  uintptr_t *functions; ///< the first bytes of the managed functions, sorted
  size_t function_count;
  const tricolor_global **globals;
  size_t global_count;
  ThreadLocalBlock thread_locals;
  uintptr_t code_begin, code_end; ///< all return addresses and function begins are in [begin, end)
};

/// Never null. Takes the loader's lock.
ModuleTables *build_module_tables(const tricolor_module *module, const LoadedImage &image);
void free_module_tables(ModuleTables *tables);

/// The root list of the call that returns to this address, null if the image has none. `bytes` receives
/// its size, END included.
const uint8_t *find_root_list(const ModuleTables &tables, uintptr_t return_address, size_t *bytes);
/// Whether a managed function of the image begins at this address.
bool is_function_begin(const ModuleTables &tables, uintptr_t address);
/// How many words of memory a global has, those included that hold no pointer.
size_t global_words(const tricolor_global &global);
/// Hands those of the `count` words from word number `first` to the sink (null: to nobody) that may hold
/// pointers, and returns how many of the `count` it has passed: up to 63 less, so that a part ends where its set of
/// bits can be taken up again, but at least one. `first` is 0 or where another part ended; `count` at
/// least 64.
size_t visit_global_part(const tricolor_global &global, size_t first, size_t count,
                         const RootSink *sink);

} // namespace tricolor::rt

#endif // TRICOLOR_RT_STACK_MODULE_TABLES_H
