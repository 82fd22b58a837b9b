//===- rt/collector/options.h - TRICOLOR_OPTIONS ------------------------------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// The runtime's configuration: parsed once, before the heap exists, from the environment variable
// TRICOLOR_OPTIONS (`name=value` pairs separated by colons), constant afterwards. An unknown name or a
// value out of range is an error, never ignored: a test that believes it runs under stress must.
// In a program with raised privileges (AT_SECURE) the variable is not looked at.
//
//===------------------------------------------------------------------------------------------===//

#ifndef TRICOLOR_RT_COLLECTOR_OPTIONS_H
#define TRICOLOR_RT_COLLECTOR_OPTIONS_H

#include <cstddef>
#include <cstdint>

namespace tricolor::rt {

class LineWriter;

enum class CollectorMode : uint8_t { Hybrid, Dijkstra, Stw };
inline constexpr const char *kModeNames[] = {"hybrid", "dijkstra", "stw"};

enum class FinalizerMode : uint8_t { Thread, Pump };
inline constexpr const char *kFinalizerModeNames[] = {"thread", "pump"};

// The value of gcpercent that means "off".
inline constexpr int64_t kGcPercentOff = -1;

enum class OptionKind : uint8_t {
  Switch,
  Severity,
  Count,
  Percent,
  Markers,
  Mode,
  Bytes,
  Finalizers
};

struct Options {
#define TRICOLOR_OPTION(field, name, kind, initial, values, help) int64_t field = initial;
#include "collector/options.def"

  FinalizerMode finalizer_mode() const { return static_cast<FinalizerMode>(finalizers); }
  CollectorMode collector_mode() const { return static_cast<CollectorMode>(mode); }
};

enum class ParseStatus : uint8_t { Good, UnknownName, BadValue };

// What parse_options found wrong: pointers into the parsed text.
struct ParseOutcome {
  ParseStatus status = ParseStatus::Good;
  const char *at = nullptr; // the offending name=value
  size_t length = 0;
  const char *valid = nullptr; // for BadValue: the valid values
};

// Parses `text` ("a=1:b=2", empty pieces are skipped) into `options`; stops at the first error. Pure.
ParseOutcome parse_options(const char *text, Options &options);

// Writes the list of options, one per line, with values, defaults and help, to file descriptor `fd`.
void print_options(int fd);

enum class Privilege : uint8_t { Ordinary, Raised };

// Reads the environment variable's text (null: not set) as initialization does: ends the program with a
// message for a bad option, prints the list and exits for help=1, ignores the text when Raised.
Options options_from_environment(const char *text, Privilege privilege);

} // namespace tricolor::rt

#endif // TRICOLOR_RT_COLLECTOR_OPTIONS_H
