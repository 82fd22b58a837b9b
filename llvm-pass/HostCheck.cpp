//===- llvm-pass/HostCheck.cpp - Is the loading program of our LLVM ----------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// Two ways in which the host is another LLVM:
//
//   1. It brought another shared LLVM. The lookup from the global scope finds the host's
//      LLVMGetVersion first, ours, if it is loaded at all, later.
//   2. It has LLVM linked in statically. Then our shared LLVM is loaded because of the plugin, and
//      so stands behind it in the list of images; an LLVM that the host uses stands before.
//
//===------------------------------------------------------------------------------------------===//

#include "HostCheck.h"

#include "llvm-c/Core.h"
#include "llvm/Config/llvm-config.h"

#include <cstdint>
#include <dlfcn.h>
#include <link.h>

namespace tricolor {
namespace {

std::string versionString(unsigned Major, unsigned Minor, unsigned Patch) {
  return std::to_string(Major) + "." + std::to_string(Minor) + "." + std::to_string(Patch);
}

/// Which of two addresses lies in the image that was loaded first.
struct LoadOrder {
  uintptr_t LLVM = 0, Plugin = 0;
  int Position = 0, LLVMPosition = -1, PluginPosition = -1;
};

int visitImage(dl_phdr_info *Info, size_t, void *Data) {
  auto &Order = *static_cast<LoadOrder *>(Data);
  for (int I = 0; I != Info->dlpi_phnum; ++I) {
    const ElfW(Phdr) &Header = Info->dlpi_phdr[I];
    if (Header.p_type != PT_LOAD)
      continue;
    uintptr_t Begin = Info->dlpi_addr + Header.p_vaddr, End = Begin + Header.p_memsz;
    if (Order.LLVM >= Begin && Order.LLVM < End)
      Order.LLVMPosition = Order.Position;
    if (Order.Plugin >= Begin && Order.Plugin < End)
      Order.PluginPosition = Order.Position;
  }
  ++Order.Position;
  return 0;
}

} // namespace

std::string checkHost() {
  const std::string Expected =
      versionString(LLVM_VERSION_MAJOR, LLVM_VERSION_MINOR, LLVM_VERSION_PATCH);
  auto Refusal = [&](const std::string &Found) {
    return "tricolor: the plugin was built for LLVM " + Expected +
           " but the program that loads it " + Found + "; use clang, opt or llc " + Expected +
           " as a package that shares libLLVM, or rebuild the plugin for the other LLVM";
  };

  using GetVersion = void (*)(unsigned *, unsigned *, unsigned *);
  auto HostVersion = reinterpret_cast<GetVersion>(dlsym(RTLD_DEFAULT, "LLVMGetVersion"));
  for (GetVersion Version : {HostVersion, GetVersion(&LLVMGetVersion)}) {
    if (!Version)
      continue;
    unsigned Major = 0, Minor = 0, Patch = 0;
    Version(&Major, &Minor, &Patch);
    if (std::string Found = versionString(Major, Minor, Patch); Found != Expected)
      return Refusal("uses LLVM " + Found);
  }

  LoadOrder Order;
  Order.LLVM = reinterpret_cast<uintptr_t>(&LLVMGetVersion);
  Order.Plugin = reinterpret_cast<uintptr_t>(&checkHost);
  // Taking a function's address in a shared object may yield a PLT entry of the executable; the
  // loader knows the real one.
  if (void *Real = dlsym(RTLD_DEFAULT, "LLVMGetVersion"))
    Order.LLVM = reinterpret_cast<uintptr_t>(Real);
  dl_iterate_phdr(visitImage, &Order);
  if (Order.LLVMPosition > Order.PluginPosition)
    return Refusal("has another LLVM linked into it");
  return "";
}

} // namespace tricolor
