//===- rt/collector/configuration.h - The options in force --------------------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// The options of this process. Constant once ensure_initialized() has returned; gcpercent is only where
// it began, the pacer has the current one.
//
//===------------------------------------------------------------------------------------------===//

#ifndef TRICOLOR_RT_COLLECTOR_CONFIGURATION_H
#define TRICOLOR_RT_COLLECTOR_CONFIGURATION_H

#include "collector/options.h"

namespace tricolor::rt {

// Any thread.
const Options &configuration();

// Called by initialization, and by unit tests while no cycle can run.
void set_configuration(const Options &options);

} // namespace tricolor::rt

#endif // TRICOLOR_RT_COLLECTOR_CONFIGURATION_H
