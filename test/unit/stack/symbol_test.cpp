//===- test/unit/stack/symbol_test.cpp - Names of functions and variables -----------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//

#include "stack/symbol.h"

#include <gtest/gtest.h>

#include <string>
#include <sys/mman.h>

namespace tricolor::rt::symbol_test {

[[gnu::noinline]] uintptr_t return_address() {
  return reinterpret_cast<uintptr_t>(__builtin_return_address(0));
}
// In no dynamic symbol table, and with a name to demangle.
[[gnu::noinline]] static uintptr_t caller(int) {
  uintptr_t address = return_address();
  __asm__ volatile("");
  return address;
}
static long some_variable[4] = {1};

namespace {

template <class F> std::string written(F &&write) {
  LineWriter line;
  write(line);
  return line.c_str();
}

TEST(Symbol, ACallIsNamedByItsFunction) {
  std::string text = written([](LineWriter &line) { write_call(line, caller(1)); });
  EXPECT_NE(text.find("symbol_test::caller(int)+0x"), std::string::npos) << text;
  EXPECT_NE(text.find("(unit-stack+0x"), std::string::npos) << text;
}

TEST(Symbol, AVariableIsNamed) {
  auto address = reinterpret_cast<uintptr_t>(some_variable);
  EXPECT_EQ(written([&](LineWriter &line) { write_variable(line, address); }),
            "'tricolor::rt::symbol_test::some_variable' (unit-stack)");
  EXPECT_EQ(written([&](LineWriter &line) { write_variable(line, address + 16); }),
            "'tricolor::rt::symbol_test::some_variable'+0x10 (unit-stack)");
}

TEST(Symbol, OfALibraryTheDynamicNamesAreKnown) {
  Symbol symbol;
  ASSERT_TRUE(find_symbol(reinterpret_cast<uintptr_t>(&mprotect), SymbolUse::Code, &symbol));
  EXPECT_NE(std::string(symbol.name).find("mprotect"), std::string::npos) << symbol.name;
  EXPECT_EQ(std::string(symbol.image).find('/'), std::string::npos);
}

TEST(Symbol, MemoryOfNobodyIsAnAddress) {
  int local = 0;
  auto address = reinterpret_cast<uintptr_t>(&local);
  Symbol symbol;
  EXPECT_FALSE(find_symbol(address, SymbolUse::Data, &symbol));
  EXPECT_EQ(written([&](LineWriter &line) { write_call(line, address); }),
            written([&](LineWriter &line) { line.hex(address); }));
  EXPECT_EQ(written([&](LineWriter &line) { write_call(line, 0); }), "0x0");
}

} // namespace
} // namespace tricolor::rt::symbol_test
