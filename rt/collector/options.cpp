//===- rt/collector/options.cpp - TRICOLOR_OPTIONS --------------------------------------------===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//

#include "collector/options.h"

#include "os/output.h"

#include <unistd.h>

namespace tricolor::rt {

namespace {

// A piece of the option text.
struct Piece {
  const char *text;
  size_t length;

  bool is(const char *word) const {
    size_t i = 0;
    while (i < length && word[i] == text[i])
      ++i;
    return i == length && !word[i];
  }
};

enum class Validity : uint8_t { Good, Bad };

Validity parse_number(Piece piece, int64_t low, int64_t high, int64_t &value) {
  // 12 digits hold every limit of every option and cannot overflow.
  if (piece.length == 0 || piece.length > 12)
    return Validity::Bad;
  int64_t number = 0;
  for (size_t i = 0; i < piece.length; ++i) {
    if (piece.text[i] < '0' || piece.text[i] > '9')
      return Validity::Bad;
    number = number * 10 + (piece.text[i] - '0');
  }
  if (number < low || number > high)
    return Validity::Bad;
  value = number;
  return Validity::Good;
}

// A number of bytes, or of KiB, MiB, GiB with the letter behind it.
Validity parse_bytes(Piece piece, int64_t &value) {
  constexpr char kUnits[] = {'K', 'M', 'G'};
  int64_t unit = 1;
  for (int64_t i = 0; i < 3; ++i)
    if (piece.length > 1 && piece.text[piece.length - 1] == kUnits[i]) {
      --piece.length;
      unit = int64_t{1} << 10 * (i + 1);
      break;
    }
  constexpr int64_t kMost = int64_t{1} << 46;
  if (parse_number(piece, 0, kMost / unit, value) == Validity::Bad)
    return Validity::Bad;
  value *= unit;
  return Validity::Good;
}

// One of the names; the value is its place among them.
template <size_t Count>
Validity parse_name(const char *const (&names)[Count], Piece piece, int64_t &value) {
  for (value = 0; value < static_cast<int64_t>(Count); ++value)
    if (piece.is(names[value]))
      return Validity::Good;
  return Validity::Bad;
}

Validity parse_value(OptionKind kind, Piece piece, int64_t &value) {
  switch (kind) {
  case OptionKind::Switch:
    return parse_number(piece, 0, 1, value);
  case OptionKind::Severity:
    return parse_number(piece, 0, 2, value);
  case OptionKind::Count:
    return parse_number(piece, 0, 1'000'000'000, value);
  case OptionKind::Percent:
    if (piece.is("off")) {
      value = kGcPercentOff;
      return Validity::Good;
    }
    return parse_number(piece, 1, 100'000, value);
  case OptionKind::Markers:
    if (piece.is("auto")) {
      value = 0;
      return Validity::Good;
    }
    return parse_number(piece, 1, 32, value);
  case OptionKind::Bytes:
    return parse_bytes(piece, value);
  case OptionKind::Mode:
    return parse_name(kModeNames, piece, value);
  case OptionKind::Finalizers:
    return parse_name(kFinalizerModeNames, piece, value);
  }
  return Validity::Bad;
}

ParseOutcome parse_one(Piece whole, Options &options) {
  size_t equals = 0;
  while (equals < whole.length && whole.text[equals] != '=')
    ++equals;
  Piece name = {whole.text, equals};
  Piece value = {whole.text + equals, 0};
  if (equals < whole.length)
    value = {whole.text + equals + 1, whole.length - equals - 1};
#define TRICOLOR_OPTION(field, option_name, kind, initial, values, help_text)                      \
  if (name.is(option_name)) {                                                                      \
    if (parse_value(OptionKind::kind, value, options.field) == Validity::Good)                     \
      return {};                                                                                   \
    return {ParseStatus::BadValue, whole.text, whole.length, values};                              \
  }
#include "collector/options.def"
  return {ParseStatus::UnknownName, whole.text, whole.length, nullptr};
}

struct OptionText {
  const char *name;
  const char *values;
  const char *help;
  OptionKind kind;
  int64_t initial;
};

constexpr OptionText kOptionTexts[] = {
#define TRICOLOR_OPTION(field, name, kind, initial, values, help)                                  \
  {name, values, help, OptionKind::kind, initial},
#include "collector/options.def"
};

void write_initial(LineWriter &line, const OptionText &option) {
  if (option.kind == OptionKind::Mode)
    line.str(kModeNames[option.initial]);
  else if (option.kind == OptionKind::Finalizers)
    line.str(kFinalizerModeNames[option.initial]);
  else if (option.kind == OptionKind::Markers && option.initial == 0)
    line.str("auto");
  else
    line.dec(static_cast<uint64_t>(option.initial));
}

[[noreturn]] void reject(const ParseOutcome &outcome) {
  LineWriter line;
  line.str("tricolor: error: TRICOLOR_OPTIONS: ");
  line.str(outcome.status == ParseStatus::UnknownName ? "unknown option '" : "bad value in '");
  for (size_t i = 0; i < outcome.length && i < 100; ++i)
    line.chr(outcome.at[i]);
  line.str("'");
  if (outcome.valid)
    line.str("; valid values: ").str(outcome.valid);
  line.str("\ntricolor: valid options (name=value, separated by colons):\n");
  line.write_to(STDERR_FILENO);
  print_options(STDERR_FILENO);
  _exit(2);
}

} // namespace

ParseOutcome parse_options(const char *text, Options &options) {
  while (*text) {
    Piece piece = {text, 0};
    while (text[piece.length] && text[piece.length] != ':')
      ++piece.length;
    if (piece.length) {
      ParseOutcome outcome = parse_one(piece, options);
      if (outcome.status != ParseStatus::Good)
        return outcome;
    }
    text += piece.length;
    if (*text)
      ++text;
  }
  return {};
}

void print_options(int fd) {
  for (const OptionText &option : kOptionTexts) {
    LineWriter line;
    line.str("  ").str(option.name).str("=");
    write_initial(line, option);
    line.str("\n      ").str(option.help).str(" (").str(option.values).str(")\n");
    line.write_to(fd);
  }
}

Options options_from_environment(const char *text, Privilege privilege) {
  Options options;
  if (!text || privilege == Privilege::Raised)
    return options;
  ParseOutcome outcome = parse_options(text, options);
  if (outcome.status != ParseStatus::Good)
    reject(outcome);
  if (options.help) {
    LineWriter line;
    line.str("TRICOLOR_OPTIONS: name=value, separated by colons; shown with their defaults\n");
    line.write_to(STDOUT_FILENO);
    print_options(STDOUT_FILENO);
    _exit(0);
  }
  return options;
}

} // namespace tricolor::rt
