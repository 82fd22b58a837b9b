//===- rt/mark/barrier_log.h - What write barriers have seen ------------------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// A barrier's slow path remembers words of a store, the overwritten and the new one, in the mutator's
// own buffer: no lock, no atomic, no look at the heap, so that it may stand between any two
// instructions of compiled code. What must be marked of a full buffer is moved to a global list, the log. Marking takes the
// words of the log as roots; the mutators' buffers reach it by handshakes.
//
// Words that point to what the mutator has allocated black lately are left out (heap/black_ranges.h): marked they are.
//
// Remembering words and not objects is what keeps the barrier cheap; that it need not be told whether a
// word is a pointer at all is find_object's totality again.
//
// Two more sources write to the log directly, without a mutator's buffer:
//
//  - Scans of stacks, before marking begins: the words of each thread's frames and thread_locals.
//  - Roots that go while the barrier is on: memory outside of stacks that a root job may not have seen
//    yet when it is freed, unmapped or handed over.
//
// All three have many words that are no pointers, or to what is marked, so they are filtered here: logged is only what points into
// an object that is neither traced (which needs nothing) nor marked (which is grey or black already and
// stays it). Marks are only read.
//
// White finds: how many logged words made something grey since the cycle began. The collector compares
// two values to learn whether a round of buffers has brought anything new.
//
//===------------------------------------------------------------------------------------------===//

#ifndef TRICOLOR_RT_MARK_BARRIER_LOG_H
#define TRICOLOR_RT_MARK_BARRIER_LOG_H

#include "mark/workbuf.h"
#include "stack/root_sink.h"
#include "threads/mutator.h"

#include <tricolor/abi.h>

#include <atomic>
#include <cstddef>
#include <cstdint>

namespace tricolor::rt {

class Marker;

// What a barrier remembers of a store. Set by the collector while the barrier is off.
enum class BarrierWords : uint8_t {
  OverwrittenAndStored, // mode hybrid: stacks that were scanned stay scanned
  Stored,               // mode dijkstra: stacks are scanned again at the end
};
void set_barrier_words(BarrierWords words);
namespace detail {
extern std::atomic<BarrierWords> barrier_words;
}
// Whether the overwritten word is remembered, too.
[[gnu::always_inline]] inline bool barrier_remembers_overwritten() {
  return detail::barrier_words.load(std::memory_order_relaxed) ==
         BarrierWords::OverwrittenAndStored;
}

// What the flag in tricolor_control asks barriers for; compiled code calls them if it asks for anything.
inline constexpr uint32_t kBarrierRemembers = 1, kBarrierChecks = 2, kBarrierRemembersOnce = 4;

enum class Remembering : uint8_t { Off, On };
// Raises or lowers the flag that the marking needs. By the collector.
void set_remembering(Remembering remembering);
// Has each thread remember a word once from here on, as far as it recalls, until remembering is turned off. When all
// threads have been scanned since it was turned on: all that is allocated from then on is black. By the collector.
void remember_once();
// Whether the words of all stores are checked (pointer_check.h), also while nothing is remembered. Set once, by
// initialization.
enum class StoreChecks : uint8_t { Off, On };
void set_store_checks(StoreChecks checks);

// Whether roots that go have to be logged; set by the collector before the handshakes that turn the barrier on
// and after those that turn it off. Who lets a root go asks before it does, in state Runtime up to the end.
enum class DepartingRoots : uint8_t { Forgotten, Logged };
void set_departing_roots(DepartingRoots roots);
DepartingRoots departing_roots();

//===--- Into the mutator's buffer: barriers --------------------------------------------------===//

// Remembers `word`, if it is not null nor surely black. `self` is the caller's, in state Runtime.
void barrier_remember(Mutator &self, uintptr_t word);
// Whether compiled code's barriers remember now; a thread sees it change at its safepoints only. State Runtime.
[[gnu::always_inline]] inline bool barrier_is_on() {
  return __atomic_load_n(&tricolor_control.barrier, __ATOMIC_RELAXED) & kBarrierRemembers;
}
// Whether a word that it has remembered before need not be remembered again.
[[gnu::always_inline]] inline bool barrier_remembers_once() {
  return __atomic_load_n(&tricolor_control.barrier, __ATOMIC_RELAXED) & kBarrierRemembersOnce;
}
// Whether they check.
[[gnu::always_inline]] inline bool barrier_checks() {
  return __atomic_load_n(&tricolor_control.barrier, __ATOMIC_RELAXED) & kBarrierChecks;
}

// Remembers what a store of `stored` over `overwritten` calls for.
void barrier_remember_store(Mutator &self, uintptr_t overwritten, uintptr_t stored);
// Remembers what a copy of `bytes` bytes from `source` (null: none) to `destination` overwrites and
// brings: each aligned word of the destination, and the word of the source that goes there.
void barrier_remember_copy(Mutator &self, const void *destination, const void *source,
                           size_t bytes);
// Remembers the aligned words of a place whose content moves, as a whole, with others that the caller gives here too: what
// is overwritten is also what is stored.
void barrier_remember_moved(Mutator &self, const void *place, size_t bytes);

// Moves those of a mutator's words to the log that must be marked. By the mutator, or with it stopped.
void barrier_flush(Mutator &mutator);

//===--- Into the log: stacks and roots that go -----------------------------------------------===//

// Collects words and gives them to the log in full buffers; the last one when it is destroyed. Until then
// nobody knows of its words: within one answer to a handshake, or one stay in state Runtime.
class LogAppender {
public:
  LogAppender() = default;
  ~LogAppender();
  LogAppender(const LogAppender &) = delete;
  LogAppender &operator=(const LogAppender &) = delete;

  // Logs those of the words that must be marked. They may be written meanwhile.
  void add(const uintptr_t *first, size_t count);
  // A sink for the walks of the stack layer that calls add().
  RootSink sink();

private:
  Workbuf *chunk_ = nullptr;
};

// With a LogAppender of their own: the words of an array; those that lie in [begin, begin + bytes).
void log_words(const uintptr_t *first, size_t count);
void log_memory(uintptr_t begin, size_t bytes);
// The globals of an image that goes.
void log_globals(const tricolor_module *module);

//===--- Out of the log: marking --------------------------------------------------------------===//

bool barrier_log_is_empty();
// Visits and removes every word of the log. Any number of markers at a time.
void barrier_visit_log(Marker &marker);
// The same with one buffer of it; false if the log is empty.
bool barrier_visit_chunk(Marker &marker);

// How many logged words have made something grey, ever, and how many white objects have been deleted.
uint64_t barrier_white_finds();
// Counts a deleted object that was white, before its slot becomes free: a buffer may hold its address, and finds
// nothing any more, while its deleter has what only it referred to (docs/design/concurrent.md, step 7). Any thread.
void note_white_deleted();

// Empties the log without marking. Returns how many of its words pointed to something white: none, if
// marking was complete and the marks are still there.
uint64_t barrier_discard_log();

} // namespace tricolor::rt

#endif // TRICOLOR_RT_MARK_BARRIER_LOG_H
