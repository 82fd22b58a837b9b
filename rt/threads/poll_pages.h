//===- rt/threads/poll_pages.h - The pages that trap polls read ---------------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// Each image whose code has trap polls has a page that they read (tricolor/abi.h). Protecting the pages
// is to trap polls what the poll flag is to the others: the world's stopper does both (world.cpp).
//
// All pages are in one state. An image that registers while they are protected has its page protected
// before its code runs.
//
//===------------------------------------------------------------------------------------------===//

#ifndef TRICOLOR_RT_THREADS_POLL_PAGES_H
#define TRICOLOR_RT_THREADS_POLL_PAGES_H

#include <cstdint>

namespace tricolor::rt {

enum class PollPages : uint8_t { Readable, Protected };

// Brings all pages into the state. Does not allocate. State Runtime; who calls it may hold the
// registry's lock.
void set_poll_pages(PollPages state);
// Makes them readable in a copy of the process (os/process_mark.h). Takes no lock: its holder may not be there.
void abandon_poll_pages();

// An image's page, from the image's registration on until before it is unmapped. State Runtime.
void add_poll_page(void *page);
void remove_poll_page(void *page);

enum class PageKind : uint8_t { PollPage, Other };

// Whether an image's page begins at this address. Async-signal-safe.
PageKind page_kind(uintptr_t address);

} // namespace tricolor::rt

#endif // TRICOLOR_RT_THREADS_POLL_PAGES_H
