//===- rt/stack/modules.h - The images that were compiled with the plugin ---------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// Each image (executable or shared object) tells the runtime about its tables by a constructor;
// here they are validated, indexed and looked up.
//
// What is registered is published as one immutable snapshot (stack/module_table.h). Readers, among
// them signal handlers, take the current one inside a read section (stack/read_section.h); who
// changes it builds a new one, publishes it and waits until no reader can hold the old one before
// it frees it. So when modules_unregister() returns nobody looks at the image's memory any more,
// and loading and unloading in a loop leaves nothing behind.
//
// At exit images are not unmapped but their destructors run while other threads go on.
// Unregistering is therefore ignored from exit() on: the roots in the images stay roots.
//
//===------------------------------------------------------------------------------------------===//

#ifndef TRICOLOR_RT_STACK_MODULES_H
#define TRICOLOR_RT_STACK_MODULES_H

#include "stack/loaded_image.h"
#include "stack/root_sink.h"

#include <tricolor/abi.h>

#include <cstddef>
#include <cstdint>

namespace tricolor::rt {

/// Validates and indexes an image's tables. Ends the program with the image's name and the cause if
/// they are of another ABI version, cut off or otherwise malformed. Any thread, also in a
/// constructor of the image (the loader's lock is then held); not while the world is stopped.
void modules_register(const tricolor_module *module);
// The same with image_of() asked by the caller, who may be in a state in which the loader's lock must not be waited for.
void modules_register(const tricolor_module *module, const LoadedImage &image);

/// The image that contains the module; ends the program if there is none. Takes the loader's lock.
LoadedImage image_of(const tricolor_module *module);

enum class Unregistration : uint8_t { Done, Ignored };

/// Forgets the image; waits for readers that look at it. No frame of it may be on any stack. Any
/// thread; not while the world is stopped. Ignored from exit() on: the image stays.
Unregistration modules_unregister(const tricolor_module *module);

/// To be called before every stop, by the thread that is going to walk or have stacks walked: if
/// images came or went since the last call, forgets what was cached about addresses in them. A few
/// hundred nanoseconds. Takes the loader's lock: not while the world is stopped.
void modules_refresh();
// The same with loader_counts() asked by the caller, who may hold locks that the loader's lock must not
// be waited for under.
void modules_refresh(const LoaderCounts &counts);

/// To be called around whatever may unmap an image (dlclose). Between the two nothing is cached
/// about code addresses, and the second forgets what was. With it no cached recipe can outlive its
/// image, also if the image goes between modules_refresh() and the stop. Nests, any thread.
void modules_unload_begins();
void modules_unload_ended();

/// Whether the address is an instruction of a function compiled with the plugin. Async-signal-safe,
/// lock-free; safe while images come and go.
bool pc_in_managed_code(uintptr_t pc);

/// The root list of the call that returns to this address, null if it has none. `size` receives how
/// many bytes may be read from it.
const uint8_t *find_root_list(uintptr_t return_address, size_t *size);

/// A place among the global roots of an image, which is known by the number that its registration got:
/// numbers only grow and are not used again, so that a place stays the same while other images come and
/// go.
struct GlobalsPlace {
  uint64_t image;
  size_t record; ///< number of the image's record
  size_t word;   ///< of the record's memory
};

/// The least number of a registered image that is above `image`; 0 if there is none.
uint64_t next_image(uint64_t image);
/// Hands the words from the place on to the sink and moves the place behind them: about `bytes` bytes of
/// memory (at least 512), never more, and less only at the end. Returns the bytes passed; 0 when there is
/// nothing from there on, or the image has gone. A record without memory counts as one word. Any thread,
/// also while images come and go: an image's memory stays until the call has returned.
size_t visit_globals(GlobalsPlace &place, size_t bytes, const RootSink &sink);
/// The same without a sink: only moves.
size_t pass_globals(GlobalsPlace &place, size_t bytes);
/// The number of a registered image; 0 if it is not registered.
uint64_t image_number(const tricolor_module *module);

/// Hands the thread_locals of all registered images, as they are in one thread, to the sink. The
/// thread is given by its thread pointer (%fs:0); it must stand still, or be the caller. Blocks
/// that the thread has not touched yet are not allocated and are skipped.
void visit_thread_locals(uintptr_t thread_pointer, const RootSink &sink);

} // namespace tricolor::rt

#endif // TRICOLOR_RT_STACK_MODULES_H
