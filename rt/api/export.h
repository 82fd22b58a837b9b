//===- rt/api/export.h - What the runtime shows to programs -------------------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// The runtime is compiled with hidden visibility; an API function is marked with this. Never inlined:
// an entry's frame is where a walk begins (TRICOLOR_ENTRY_CFA).
//
//===------------------------------------------------------------------------------------------===//

#ifndef TRICOLOR_RT_API_EXPORT_H
#define TRICOLOR_RT_API_EXPORT_H

#define TRICOLOR_EXPORT __attribute__((visibility("default"), noinline))
#define TRICOLOR_API extern "C" TRICOLOR_EXPORT

#endif // TRICOLOR_RT_API_EXPORT_H
