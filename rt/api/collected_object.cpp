//===- rt/api/collected_object.cpp - The object that an argument is in ------------------------===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//

#include "api/collected_object.h"

#include "mark/bad_pointer.h"
#include "os/fatal.h"
#include "os/output.h"

namespace tricolor::rt {

ObjectRef require_collected(const void *address, const char *wanted) {
  ObjectRef object = find_object(reinterpret_cast<uintptr_t>(address));
  if (object && object_layout(object).kind != ObjectKind::Traced)
    return object;
  report_past(reinterpret_cast<uintptr_t>(address));
  fatal(LineWriter()
            .str(wanted)
            .str(" for ")
            .hex(reinterpret_cast<uintptr_t>(address))
            .str(", which is in no collected object"),
        "give an address inside an object of tricolor::make, of a type derived from "
        "tricolor::managed, or of tricolor_new_*");
}

} // namespace tricolor::rt
