//===- rt/stack/byte_reader.h - Bytes with an end ---------------------------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// Reads integers of DWARF and of root lists from a bounded run of bytes. A read past the end, or a
// LEB128 number of more than 64 bits, makes the reader fail: it returns 0 from then on and
// `failed()` says so. Whoever uses it tests that before acting on what was read.
//
//===------------------------------------------------------------------------------------------===//

#ifndef TRICOLOR_RT_STACK_BYTE_READER_H
#define TRICOLOR_RT_STACK_BYTE_READER_H

#include <cstddef>
#include <cstdint>

namespace tricolor::rt {

class ByteReader {
public:
  ByteReader(const uint8_t *begin, const uint8_t *end) : at_(begin), end_(end) {}

  const uint8_t *at() const { return at_; }
  size_t left() const { return static_cast<size_t>(end_ - at_); }
  bool at_end() const { return at_ == end_; }
  bool failed() const { return failed_; }

  template <class T> T fixed() {
    T value{};
    if (left() < sizeof(T)) {
      fail();
      return value;
    }
    __builtin_memcpy(&value, at_, sizeof(T));
    at_ += sizeof(T);
    return value;
  }
  uint8_t byte() { return fixed<uint8_t>(); }

  uint64_t uleb() {
    if (at_ != end_ && *at_ < 0x80) [[likely]]
      return *at_++;
    unsigned shift;
    return leb(shift);
  }
  int64_t sleb() {
    unsigned shift;
    uint64_t value = leb(shift);
    if (shift < 64 && !failed_ && (at_[-1] & 0x40))
      value |= ~uint64_t{0} << shift;
    return static_cast<int64_t>(value);
  }

  /// The next `bytes` bytes, which are passed over; null on failure.
  const uint8_t *skip(uint64_t bytes) {
    if (bytes > left()) {
      fail();
      return nullptr;
    }
    const uint8_t *here = at_;
    at_ += bytes;
    return here;
  }
  /// Goes `distance` bytes on or back, not before `begin`.
  void jump(int64_t distance, const uint8_t *begin) {
    if (distance < begin - at_ || distance > end_ - at_)
      fail();
    else
      at_ += distance;
  }

private:
  void fail() {
    failed_ = true;
    at_ = end_;
  }
  uint64_t leb(unsigned &shift) {
    uint64_t value = 0;
    shift = 0;
    for (;;) {
      if (at_ == end_ || shift > 63) {
        fail();
        return 0;
      }
      uint8_t byte = *at_++;
      value |= uint64_t{byte & 0x7fu} << shift;
      shift += 7;
      if (!(byte & 0x80))
        return value;
    }
  }

  const uint8_t *at_, *end_;
  bool failed_ = false;
};

} // namespace tricolor::rt

#endif // TRICOLOR_RT_STACK_BYTE_READER_H
