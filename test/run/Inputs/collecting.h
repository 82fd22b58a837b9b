//===- test/run/Inputs/collecting.h - A thread that collects all the time -----------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// While it exists, a cycle begins as soon as the last one has ended: whatever the program does meanwhile, it does in
// every phase.
//
//===------------------------------------------------------------------------------------------===//

#ifndef TRICOLOR_TEST_COLLECTING_H
#define TRICOLOR_TEST_COLLECTING_H

#include <tricolor/tricolor.h>

#include <atomic>
#include <thread>

class Collecting {
public:
  Collecting() = default;
  ~Collecting() {
    done_ = true;
    thread_.join();
  }
  Collecting(const Collecting &) = delete;
  Collecting &operator=(const Collecting &) = delete;

  long cycles() const { return cycles_; }
  // Until so many more cycles are over.
  void await(long cycles) const {
    for (long end = cycles_ + cycles; cycles_ < end;)
      std::this_thread::yield();
  }

private:
  std::atomic<bool> done_{false};
  std::atomic<long> cycles_{0};
  std::thread thread_{[this] {
    while (!done_) {
      tricolor::collect();
      ++cycles_;
    }
  }};
};

#endif // TRICOLOR_TEST_COLLECTING_H
