//===- rt/os/output.cpp - Text without stdio ----------------------------------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//

#include "os/output.h"
#include <cerrno>
#include <cstring>
#include <unistd.h>

namespace tricolor::rt {

LineWriter &LineWriter::str(const char *text, size_t length) {
  size_t room = capacity - size_;
  size_t n = length < room ? length : room;
  std::memcpy(buffer_ + size_, text, n);
  size_ += n;
  if (n < length)
    std::memcpy(buffer_ + capacity - 4, "...\n", 4);
  return *this;
}

LineWriter &LineWriter::str(const char *text) {
  return str(text ? text : "(null)", text ? std::strlen(text) : 6);
}

LineWriter &LineWriter::chr(char c) { return str(&c, 1); }

LineWriter &LineWriter::dec(uint64_t value) {
  char digits[20];
  size_t n = 0;
  do
    digits[sizeof digits - ++n] = static_cast<char>('0' + value % 10);
  while (value /= 10);
  return str(digits + sizeof digits - n, n);
}

LineWriter &LineWriter::signed_dec(int64_t value) {
  if (value >= 0)
    return dec(static_cast<uint64_t>(value));
  return chr('-').dec(0 - static_cast<uint64_t>(value));
}

LineWriter &LineWriter::hex(uint64_t value) {
  char digits[16];
  size_t n = 0;
  do
    digits[sizeof digits - ++n] = "0123456789abcdef"[value & 15];
  while (value >>= 4);
  return str("0x", 2).str(digits + sizeof digits - n, n);
}

LineWriter &LineWriter::fixed(uint64_t value, unsigned decimals) {
  uint64_t unit = 1;
  for (unsigned i = 0; i < decimals; ++i)
    unit *= 10;
  dec(value / unit);
  if (decimals == 0)
    return *this;
  chr('.');
  for (value %= unit; unit > 1; value %= unit) {
    unit /= 10;
    chr(static_cast<char>('0' + value / unit));
  }
  return *this;
}

LineWriter &LineWriter::real(double value, unsigned decimals) {
  if (value < 0) {
    chr('-');
    value = -value;
  }
  for (unsigned i = 0; i < decimals; ++i)
    value *= 10;
  return fixed(static_cast<uint64_t>(value + 0.5), decimals);
}

LineWriter &LineWriter::pad(size_t column) {
  while (size_ < column && size_ < capacity)
    chr(' ');
  return *this;
}

const char *LineWriter::c_str() {
  buffer_[size_] = 0;
  return buffer_;
}

void LineWriter::write_to(int fd) const {
  int saved = errno;
  for (size_t done = 0; done < size_;) {
    ssize_t n = write(fd, buffer_ + done, size_ - done);
    if (n > 0)
      done += static_cast<size_t>(n);
    else if (n == 0 || errno != EINTR)
      break; // nobody to tell
  }
  errno = saved;
}

} // namespace tricolor::rt
