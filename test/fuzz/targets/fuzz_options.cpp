//===- test/fuzz/targets/fuzz_options.cpp - TRICOLOR_OPTIONS, arbitrary text ------------------===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// A libFuzzer target. What the parser accepts is in every option's range; what it rejects it points at.
//
//===------------------------------------------------------------------------------------------===//

#include "collector/options.h"

#include <cstdint>
#include <cstdlib>
#include <cstring>

using namespace tricolor::rt;

namespace {

void require(bool condition) {
  if (!condition)
    std::abort();
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  // On the heap, so that AddressSanitizer knows where it ends.
  char *text = static_cast<char *>(std::malloc(size + 1));
  memcpy(text, data, size);
  text[size] = 0;
  const char *end = text + strlen(text);
  Options options;
  ParseOutcome outcome = parse_options(text, options);
  if (outcome.status == ParseStatus::Good) {
    require(!outcome.at && !outcome.valid);
    require(options.help == 0 || options.help == 1);
    require(options.gcpercent == kGcPercentOff ||
            (options.gcpercent >= 1 && options.gcpercent <= 100'000));
    require(options.markers >= 0 && options.markers <= 32);
    require(options.stress >= 0 && options.stress <= 1'000'000'000);
  } else {
    require(outcome.at >= text && outcome.length >= 1 &&
            outcome.length <= static_cast<size_t>(end - outcome.at));
    require(!memchr(outcome.at, ':', outcome.length));
    require((outcome.status == ParseStatus::BadValue) == (outcome.valid != nullptr));
  }
  std::free(text);
  return 0;
}
