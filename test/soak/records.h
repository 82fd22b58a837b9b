//===- test/soak/records.h - Objects that know what they must hold ------------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// Each object has a number and a seal that follows from it and from the object's kind. Whoever reaches an object
// knows its number, so memory that was freed, or is another object's by now, is found out.
//
//===------------------------------------------------------------------------------------------===//

#ifndef TRICOLOR_TEST_SOAK_RECORDS_H
#define TRICOLOR_TEST_SOAK_RECORDS_H

#include "ledger.h"

#include <tricolor/tricolor.h>

#include <cstddef>

namespace soak {

inline uint64_t mixed(uint64_t x) {
  x ^= x >> 30;
  x *= 0xbf58476d1ce4e5b9;
  x ^= x >> 27;
  x *= 0x94d049bb133111eb;
  return x ^ x >> 31;
}

enum class Kind : uint64_t { Record = 1, Counted, Entry, Link, Message, Destroyed };

inline uint64_t seal_of(Kind kind, uint64_t number) {
  return mixed(number ^ static_cast<uint64_t>(kind) << 56);
}

struct Record : tricolor::managed {
  explicit Record(uint64_t number) : number(number), seal(seal_of(Kind::Record, number)) {}

  uint64_t number, seal;
  Record *first = nullptr;
  Record *second = nullptr;
};

inline void require_record(const Record *record, uint64_t number, const char *where) {
  require(record && record->number == number && record->seal == seal_of(Kind::Record, number),
          where, number, record);
}

/// A record whose number nobody knows.
inline void require_sealed(const Record *record, const char *where) {
  require(record && record->seal == seal_of(Kind::Record, record->number), where, 0, record);
}

/// Three records of which only the first is referred to from outside.
inline Record *make_family(uint64_t number) {
  auto *record = new Record(number);
  record->first = new Record(number + 1);
  record->second = new Record(number + 2);
  return record;
}

inline void require_family(const Record *record, uint64_t number, const char *where) {
  require_record(record, number, where);
  require_record(record->first, number + 1, where);
  require_record(record->second, number + 2, where);
}

/// Linked by `first`, from number + length - 1 down to number.
inline Record *make_list(uint64_t number, unsigned length) {
  Record *list = nullptr;
  for (unsigned i = 0; i < length; ++i) {
    auto *record = new Record(number + i);
    record->first = list;
    list = record;
  }
  return list;
}

inline void require_list(const Record *list, uint64_t number, unsigned length, const char *where) {
  for (unsigned i = length; i-- > 0; list = list->first)
    require_record(list, number + i, where);
  require(!list, where, number);
}

/// An object whose destructor is counted. What it refers to may have been destroyed before it, so its destructor
/// looks at itself only.
struct Counted : tricolor::managed {
  explicit Counted(uint64_t number) : number(number), seal(seal_of(Kind::Counted, number)) {
    ++ledger.made;
  }
  Counted(const Counted &) = delete;
  Counted &operator=(const Counted &) = delete;
  ~Counted() {
    if ((seal == 0 || seal == seal_of(Kind::Destroyed, number)) && getpid() != first_process)
      return;
    require(seal == seal_of(Kind::Counted, number), "a destructor's object is not whole", number,
            this);
    seal = seal_of(Kind::Destroyed, number);
    ++ledger.destroyed;
  }

  uint64_t number, seal;
  Record *family = nullptr;
};

inline void require_counted(const Counted *object, uint64_t number, const char *where) {
  require(object && object->number == number && object->seal == seal_of(Kind::Counted, number),
          where, number, object);
  if (object->family)
    require_family(object->family, number * 8, where);
}

} // namespace soak

#endif // TRICOLOR_TEST_SOAK_RECORDS_H
