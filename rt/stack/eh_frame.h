//===- rt/stack/eh_frame.h - Finding a function's unwind information --------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// From an address to the FDE (frame description entry) that covers it: the loader says which image
// the address is in and where its .eh_frame_hdr is; that has a table sorted by address; the table's
// row leads to the FDE in .eh_frame and from there to its CIE.
//
// The loader is asked through _dl_find_object (glibc 2.35), which is lock-free, async-signal-safe
// and always current, so there is no list of images to keep, and a thread that is parked in the
// middle of dlopen does not matter. All reads are bounded by the image's mapping.
//
//===------------------------------------------------------------------------------------------===//

#ifndef TRICOLOR_RT_STACK_EH_FRAME_H
#define TRICOLOR_RT_STACK_EH_FRAME_H

#include <cstddef>
#include <cstdint>

namespace tricolor::rt {

/// What kind of frame the CIE describes.
enum class FrameKind : uint8_t {
  Call,   ///< an ordinary function
  Signal, ///< the kernel's return from a signal handler: its caller was interrupted, it did not
          ///< call
};

struct UnwindImage {
  const uint8_t *begin, *end; ///< its mapping
  const uint8_t *eh_frame_hdr;
};

struct UnwindEntry {
  uintptr_t function_begin, function_end;
  const uint8_t *cie_program, *cie_program_end; ///< CFA instructions that every FDE starts with
  const uint8_t *program, *program_end;         ///< the FDE's own
  uint64_t code_alignment;
  int64_t data_alignment;
  uint8_t pointer_encoding; ///< DW_EH_PE of addresses in programs
  FrameKind kind;
  const uint8_t *image_begin, *image_end;
};

/// False if no loaded image with unwind information contains the address.
bool find_unwind_image(uintptr_t pc, UnwindImage *image);

/// The first byte of the last function that begins at or before the address, by the sorted table
/// alone (it may end before it); 0 if there is none.
uintptr_t find_function_row(const UnwindImage &image, uintptr_t pc);

/// False if nothing describes the function at the address. For a return address ask for the byte
/// before it: a call may be the last instruction of its function.
bool find_unwind_entry(uintptr_t pc, UnwindEntry *entry);

/// Reads a pointer in a DW_EH_PE encoding at *at, not beyond `end`, and moves *at behind it. False
/// if the encoding is none that images use.
bool read_encoded_pointer(uint8_t encoding, const uint8_t **at, const uint8_t *end,
                          uintptr_t *value);

} // namespace tricolor::rt

#endif // TRICOLOR_RT_STACK_EH_FRAME_H
