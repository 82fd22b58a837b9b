//===- rt/collector/configuration.cpp - The options in force ----------------------------------===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//

#include "collector/configuration.h"

namespace tricolor::rt {

namespace {
constinit Options g_options;
} // namespace

const Options &configuration() { return g_options; }

void set_configuration(const Options &options) { g_options = options; }

} // namespace tricolor::rt
