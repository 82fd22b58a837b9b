//===- rt/os/perturb.h - Random delays at protocol steps ----------------------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// With perturb=SEED each step of a protocol is a place where the thread may yield or sleep for a moment,
// decided by a generator that each thread seeds from SEED and from how many threads asked before it. The same seed
// makes the same decisions in each thread; how the kernel schedules around them is not in our hands.
//
//===------------------------------------------------------------------------------------------===//

#ifndef TRICOLOR_RT_OS_PERTURB_H
#define TRICOLOR_RT_OS_PERTURB_H

#include <cstdint>

namespace tricolor::rt {

/// 0: off. Before other threads exist.
void set_perturbation(uint64_t seed);

namespace detail {
extern uint64_t perturbation_seed;
void perturb_slow();
} // namespace detail

/// A step of a protocol. Any thread, also in signal handlers.
inline void perturb() {
  if (detail::perturbation_seed) [[unlikely]]
    detail::perturb_slow();
}

} // namespace tricolor::rt

#endif // TRICOLOR_RT_OS_PERTURB_H
