//===- rt/mark/bad_pointer.cpp - A pointer to where no object is --------------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//

#include "mark/bad_pointer.h"

#include "os/lock.h"
#include "os/output.h"
#include "stack/symbol.h"

#include <unistd.h>

namespace tricolor::rt {

namespace {

// Reports of several threads come one after the other.
constinit Mutex g_reporting;

constexpr const char *kIndent = "tricolor:   ";

void write_type(LineWriter &line, ObjectKind kind, const TypeInfo *type) {
  if (type)
    line.str(type->name);
  else if (kind == ObjectKind::Traced)
    line.str("memory of operator new");
  else if (kind == ObjectKind::Conservative)
    line.str("conservative memory");
  else
    line.str("memory without pointers");
}

void write_allocation(LineWriter &line, const ObjectHistory &history) {
  if (history.fate == ObjectFate::Unknown)
    return;
  line.str(", allocated at ");
  write_call(line, history.allocated_at);
}

void write_object(LineWriter &line, const ChainLink &object) {
  ObjectHistory history = history_of(object.object);
  write_type(line, object.kind, object.type ? object.type : history.type);
  line.chr(' ').hex(object.object).str(", ").dec(history.bytes ? history.bytes : object.bytes);
  line.str(" bytes");
  write_allocation(line, history);
}

void write_thread(LineWriter &line, pid_t thread) {
  if (thread == getpid())
    line.str("main thread");
  else
    line.str("thread ").dec(static_cast<uint64_t>(thread));
}

void write_root(LineWriter &line, const Root &root) {
  switch (root.kind) {
  case RootKind::None:
    line.str("none");
    return;
  case RootKind::Global:
    line.str("global ");
    write_variable(line, root.place);
    return;
  case RootKind::ThreadLocal:
    line.str("thread_local at ").hex(root.place).str(" of ");
    write_thread(line, root.thread);
    return;
  case RootKind::Frame:
    line.str("stack of ");
    write_thread(line, root.thread);
    line.str(", frame of ");
    write_call(line, root.place);
    if (root.certainty == RootCertainty::Conservative)
      line.str(", a word that may be a pointer");
    return;
  case RootKind::Record:
    line.str("what a thread, an exception or a finalizer was given");
    return;
  case RootKind::Traced:
    line.str("memory of operator new, which is a root until it is deleted");
    return;
  }
}

void write_fault(LineWriter &line, const BadPointer &bad) {
  const PointerVerdict &verdict = bad.verdict;
  switch (verdict.fault) {
  case PointerFault::None:
    return;
  case PointerFault::FreeSlot:
    line.str("points to a free slot of ").dec(verdict.slot_bytes).str(" bytes");
    return;
  case PointerFault::DeadObject:
    line.str("points to an object that the last collection found dead");
    return;
  case PointerFault::BeyondObject:
    line.str("points behind the end of an object");
    return;
  case PointerFault::BetweenObjects:
    line.str("points behind the last object of a span");
    return;
  case PointerFault::FreePages:
    line.str("points to free pages");
    return;
  }
}

// What was there.
void write_past(LineWriter &line, uintptr_t word, const PointerVerdict &verdict) {
  const ObjectHistory &history = verdict.history;
  if (history.fate == ObjectFate::Unknown) {
    line.str("no object has been there, as far as is known");
    return;
  }
  // Free pages do not say where their objects ended.
  if (word - history.base > history.bytes)
    line.str("before it: ");
  write_type(line, verdict.kind, history.type);
  line.chr(' ').hex(history.base);
  if (history.bytes)
    line.str(", ").dec(history.bytes).str(" bytes");
  write_allocation(line, history);
  if (history.fate == ObjectFate::Swept)
    line.str(", freed by collection ").dec(history.cycle);
  if (history.fate == ObjectFate::Freed && history.freed_at) {
    line.str(", deleted at ");
    write_call(line, history.freed_at);
  } else if (history.fate == ObjectFate::Freed) {
    line.str(", freed after its destructor");
  }
}

template <class Write> void put(const char *what, Write &&write) {
  LineWriter line;
  line.str(kIndent).str(what);
  write(line);
  line.chr('\n').write_to(STDERR_FILENO);
}

} // namespace

void report_object(const char *what, const ChainLink &object) {
  put(what, [&](LineWriter &line) { write_object(line, object); });
}

void report_past(uintptr_t address) {
  PointerVerdict verdict = judge_pointer(address);
  if (verdict.fault != PointerFault::None && allocation_sites_recorded())
    put("was:   ", [&](LineWriter &line) { write_past(line, address, verdict); });
}

void report_root_chain(const RootChain &chain) {
  if (chain.length == 0)
    return put("root:  ", [](LineWriter &line) {
      line.str("none found but the thread itself (a register, or another thread's stack)");
    });
  put("root:  ", [&](LineWriter &line) { write_root(line, chain.root); });
  size_t kept = chain.length < RootChain::kMostLinks ? chain.length : RootChain::kMostLinks;
  for (size_t i = 0; i < kept; ++i) {
    if (chain.length > kept && i == kept / 2)
      put("  -> ", [&](LineWriter &line) { line.dec(chain.length - kept).str(" more objects"); });
    put("  -> ", [&](LineWriter &line) {
      const ChainLink &link = chain.links[i];
      if (i + 1 == kept)
        return write_object(line, link);
      write_type(line, link.kind, link.type);
      line.chr(' ').hex(link.object).str(" (+").dec(link.offset).chr(')');
    });
  }
}

void report_bad_pointer(const BadPointer &bad) {
  LockGuard guard(g_reporting);
  LineWriter line;
  line.str("tricolor: bad pointer ").hex(bad.word);
  line.str(bad.stored_at ? " is stored" : " in use");
  line.str(bad.use == SlotUse::Anything ? ", unless it is a number: it " : ": it ");
  write_fault(line, bad);
  line.chr('\n').write_to(STDERR_FILENO);
  put("was:   ", [&](LineWriter &text) { write_past(text, bad.word, bad.verdict); });
  bool in_object = bad.root.kind == RootKind::None;
  put("slot:  ", [&](LineWriter &text) {
    text.hex(bad.slot).str(", ");
    if (in_object)
      text.chr('+').dec(bad.holder.offset).str(" in ");
    if (in_object)
      write_object(text, bad.holder);
    else
      write_root(text, bad.root);
  });
  if (bad.stored_at)
    put("store: ", [&](LineWriter &text) {
      write_call(text, bad.stored_at);
      text.str(", ");
      write_thread(text, bad.thread);
    });
  if (in_object)
    report_root_chain(bad.chain);
}

} // namespace tricolor::rt
