//===- rt/os/lock.h - The runtime's mutual exclusion --------------------------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// Mutex is one futex word: free, held, held with sleepers. Zero-initialized is free, so it may be a
// global without a constructor. Not recursive, not fair. A thread is never stopped by signal inside
// the runtime, so a held Mutex is always released soon; signal handlers must not take one.
//
//===------------------------------------------------------------------------------------------===//

#ifndef TRICOLOR_RT_OS_LOCK_H
#define TRICOLOR_RT_OS_LOCK_H

#include <atomic>
#include <cstdint>

namespace tricolor::rt {

class Mutex {
public:
  constexpr Mutex() = default;
  Mutex(const Mutex &) = delete;
  Mutex &operator=(const Mutex &) = delete;

  void lock() {
    uint32_t expected = Free;
    if (!state_.compare_exchange_strong(expected, Held, std::memory_order_acquire,
                                        std::memory_order_relaxed)) [[unlikely]]
      lock_slow();
  }
  bool try_lock() {
    uint32_t expected = Free;
    return state_.compare_exchange_strong(expected, Held, std::memory_order_acquire,
                                          std::memory_order_relaxed);
  }
  void unlock() {
    if (state_.exchange(Free, std::memory_order_release) == HeldWithSleepers) [[unlikely]]
      wake_one();
  }
  /// Whether some thread holds it; for assertions.
  bool is_locked() const { return state_.load(std::memory_order_relaxed) != Free; }

private:
  enum : uint32_t { Free = 0, Held = 1, HeldWithSleepers = 2 };
  void lock_slow();
  void wake_one();
  std::atomic<uint32_t> state_{Free};
};

/// Holds a Mutex for a scope.
class LockGuard {
public:
  explicit LockGuard(Mutex &mutex) : mutex_(mutex) { mutex_.lock(); }
  ~LockGuard() { mutex_.unlock(); }
  LockGuard(const LockGuard &) = delete;
  LockGuard &operator=(const LockGuard &) = delete;

private:
  Mutex &mutex_;
};

} // namespace tricolor::rt

#endif // TRICOLOR_RT_OS_LOCK_H
