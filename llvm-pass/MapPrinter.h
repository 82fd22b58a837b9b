//===- llvm-pass/MapPrinter.h - Writes the section tricolor_maps --------------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// The GCMetadataPrinter of the strategy "tricolor": at the end of a module the back end hands it the
// call sites it recorded, and it writes one record per function (tricolor/abi.h) into a section that is
// SHF_LINK_ORDER to the function's section and in its COMDAT group: whatever drops or keeps the code
// drops or keeps its maps. Object files and assembly text alike.
//
// It fails the compilation on any location that it does not understand: a root that is skipped in
// silence is an object freed too early.
//
//===------------------------------------------------------------------------------------------===//

#ifndef TRICOLOR_LLVM_PASS_MAPPRINTER_H
#define TRICOLOR_LLVM_PASS_MAPPRINTER_H

namespace tricolor {

/// Does nothing; makes the linker keep the registration (see Strategy.h).
void linkMapPrinter();

} // namespace tricolor

#endif // TRICOLOR_LLVM_PASS_MAPPRINTER_H
