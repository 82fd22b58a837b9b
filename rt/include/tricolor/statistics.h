//===- tricolor/statistics.h - What the collector has done so far -------------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//

#ifndef TRICOLOR_STATISTICS_H
#define TRICOLOR_STATISTICS_H

#include <tricolor/c.h>

#include <array>
#include <cstddef>
#include <cstdint>

namespace tricolor {

/// The objects of one size class, since the program began.
struct size_class_statistics {
  std::uint64_t size;    ///< bytes of a slot of this class; 0 for large objects
  std::uint64_t mallocs; ///< objects allocated
  std::uint64_t frees;   ///< objects freed, by delete or by the collector
  std::uint64_t objects; ///< objects there now, dead ones that are not swept yet included
};

/// All counts are of the whole process since it began; they cover collected memory and the memory
/// of operator new. What other threads do meanwhile may be in some fields and not yet in others.
struct statistics {
  std::uint64_t collections;      ///< cycles finished
  std::uint64_t heap_live_bytes;  ///< reachable at the end of the last cycle; 0 before the first
  std::uint64_t heap_inuse_bytes; ///< in spans that hold at least one object, free slots included
  std::uint64_t heap_sys_bytes;   ///< obtained from the operating system and not given back
  std::uint64_t metadata_bytes;   ///< of tables, mark bits and the like, beside heap_sys_bytes
  std::uint64_t objects;          ///< objects there now, dead ones that are not swept yet included
  std::uint64_t mallocs;          ///< objects allocated
  std::uint64_t frees;            ///< objects freed, by delete or by the collector
  std::uint64_t pause_total_ns;   ///< nanoseconds, the longest pause of each cycle added up
  std::uint64_t pause_max_ns;     ///< the longest single pause, nanoseconds
  std::uint64_t mark_cpu_ns;  ///< nanoseconds of processor time that marking took, in all threads
  std::uint64_t sweep_cpu_ns; ///< and sweeping
  /// Nanoseconds of the longest pause in each of the last cycles, the most recent one first; 0 behind the
  /// first cycle. A pause is the time that one thread was held for the collector, or in mode=stw and
  /// mode=dijkstra all of them.
  std::array<std::uint64_t, TRICOLOR_STATS_PAUSES> pauses_ns;
  /// How often a thread was held for how long, all pauses of all cycles: holds[i] counts those from
  /// tricolor_hold_ns(i) up to below tricolor_hold_ns(i + 1). The last entry has all longer ones too.
  std::array<std::uint64_t, TRICOLOR_STATS_HOLDS> holds;
  /// The first by_size_count entries are the size classes, smallest first; the rest is zero.
  std::array<size_class_statistics, TRICOLOR_STATS_SIZE_CLASSES> by_size;
  std::size_t by_size_count;
  /// Objects larger than every size class.
  size_class_statistics large;
};

/// The statistics now. Allocates nothing. Any thread.
inline statistics stats() noexcept {
  struct tricolor_stats in;
  ::tricolor_stats(&in);
  auto copy = [](const tricolor_size_class_stats &from) {
    return size_class_statistics{from.size, from.mallocs, from.frees, from.objects};
  };
  statistics out{};
  out.collections = in.collections;
  out.heap_live_bytes = in.heap_live_bytes;
  out.heap_inuse_bytes = in.heap_inuse_bytes;
  out.heap_sys_bytes = in.heap_sys_bytes;
  out.metadata_bytes = in.metadata_bytes;
  out.objects = in.objects;
  out.mallocs = in.mallocs;
  out.frees = in.frees;
  out.pause_total_ns = in.pause_total_ns;
  out.pause_max_ns = in.pause_max_ns;
  out.mark_cpu_ns = in.mark_cpu_ns;
  out.sweep_cpu_ns = in.sweep_cpu_ns;
  for (std::size_t i = 0; i != out.pauses_ns.size(); ++i)
    out.pauses_ns[i] = in.pauses_ns[i];
  for (std::size_t i = 0; i != out.holds.size(); ++i)
    out.holds[i] = in.holds[i];
  for (std::size_t i = 0; i != out.by_size.size(); ++i)
    out.by_size[i] = copy(in.by_size[i]);
  out.by_size_count = in.by_size_count;
  out.large = copy(in.large);
  return out;
}

} // namespace tricolor

#endif // TRICOLOR_STATISTICS_H
