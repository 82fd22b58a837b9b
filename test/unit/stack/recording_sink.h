//===- test/unit/stack/recording_sink.h - A sink that remembers what it was told ---*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//

#ifndef TRICOLOR_TEST_UNIT_STACK_RECORDING_SINK_H
#define TRICOLOR_TEST_UNIT_STACK_RECORDING_SINK_H

#include "stack/modules.h"

#include <algorithm>
#include <vector>

namespace tricolor::rt {

class RecordingSink {
public:
  struct Word {
    uintptr_t address, value;
    RootCertainty certainty;
  };

  RootSink sink() { return {this, record}; }
  const std::vector<Word> &words() const { return words_; }

  size_t count(uintptr_t value) const {
    return static_cast<size_t>(std::count_if(
        words_.begin(), words_.end(), [&](const Word &word) { return word.value == value; }));
  }
  size_t count(uintptr_t value, RootCertainty certainty) const {
    return static_cast<size_t>(std::count_if(words_.begin(), words_.end(), [&](const Word &word) {
      return word.value == value && word.certainty == certainty;
    }));
  }
  bool saw(uintptr_t value) const { return count(value) != 0; }

private:
  [[gnu::no_sanitize("address", "thread", "memory")]] static void
  record(void *self, const uintptr_t *first, size_t count, RootCertainty certainty) {
    for (size_t i = 0; i < count; ++i) {
      uintptr_t value = static_cast<const volatile uintptr_t *>(first)[i];
      static_cast<RecordingSink *>(self)->words_.push_back(
          {reinterpret_cast<uintptr_t>(first + i), value, certainty});
    }
  }

  std::vector<Word> words_;
};

/// Takes the words and forgets them.
inline RootSink ignoring_sink() {
  return {nullptr, [](void *, const uintptr_t *, size_t, RootCertainty) {}};
}

/// Hands the globals of all registered images to the sink. Returns how many images have any.
inline size_t visit_all_globals(const RootSink &sink) {
  size_t images = 0;
  for (uint64_t image = 0; (image = next_image(image)) != 0;) {
    GlobalsPlace place = {image, 0, 0};
    if (visit_globals(place, SIZE_MAX, sink) != 0)
      ++images;
  }
  return images;
}

} // namespace tricolor::rt

#endif // TRICOLOR_TEST_UNIT_STACK_RECORDING_SINK_H
