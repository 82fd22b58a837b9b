//===- rt/stack/symbol.h - What an address is called --------------------------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// For reports: the function or variable that an address lies in, from the symbol table of the image's file
// (which, unlike what the loader knows, has the names of an executable's own functions), or from its dynamic
// symbols if it was stripped. A file that is damaged, or not the one that was loaded, gives a wrong name or
// none.
//
// Takes the loader's lock, reads files, and calls malloc where it demangles: not while the world is stopped,
// and not in signal handlers.
//
//===------------------------------------------------------------------------------------------===//

#ifndef TRICOLOR_RT_STACK_SYMBOL_H
#define TRICOLOR_RT_STACK_SYMBOL_H

#include "os/output.h"

#include <cstddef>
#include <cstdint>

namespace tricolor::rt {

struct Symbol {
  char name[256];  // as the program's source spells it, cut if too long; empty: unknown
  uint64_t offset; // of the address in it
  const char
      *image; // the file's name without directories, in the memory behind it; empty: no image
  uint64_t image_offset; // of the address, as addr2line and llvm-symbolizer want it
  char path[256];
};

enum class SymbolUse : uint8_t { Code, Data };

// False if no image has the address; the symbol may be unknown all the same.
bool find_symbol(uintptr_t address, SymbolUse use, Symbol *symbol);

// Writes "function+0x12 (prog+0x1234)" for the call that returns to the address.
void write_call(LineWriter &line, uintptr_t return_address);
// Writes "'name' (prog)", or "'name'+0x8 (prog)", or "0x... (prog+0x1234)", for a variable's address.
void write_variable(LineWriter &line, uintptr_t address);

} // namespace tricolor::rt

#endif // TRICOLOR_RT_STACK_SYMBOL_H
