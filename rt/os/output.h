//===- rt/os/output.h - Text without stdio ------------------------------------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// LineWriter puts a line together in a fixed buffer and writes it with one write(2), so that lines
// of several threads do not mix. No locale, no malloc, no lock: usable while the world is stopped
// and in signal handlers. What does not fit is cut and the text then ends in "...".
//
//===------------------------------------------------------------------------------------------===//

#ifndef TRICOLOR_RT_OS_OUTPUT_H
#define TRICOLOR_RT_OS_OUTPUT_H

#include <cstddef>
#include <cstdint>

namespace tricolor::rt {

class LineWriter {
public:
  LineWriter() = default;

  LineWriter &str(const char *text);
  LineWriter &str(const char *text, size_t length);
  LineWriter &chr(char c);
  LineWriter &dec(uint64_t value);
  LineWriter &signed_dec(int64_t value);
  /// With 0x in front.
  LineWriter &hex(uint64_t value);
  /// `value / 10^decimals` with so many digits after the point: fixed(1234, 3) is 1.234.
  LineWriter &fixed(uint64_t value, unsigned decimals);
  /// A fraction with `decimals` digits after the point, rounded to nearest; not for infinities.
  LineWriter &real(double value, unsigned decimals);
  /// Spaces until the line is `column` characters long.
  LineWriter &pad(size_t column);

  const char *data() const { return buffer_; }
  size_t size() const { return size_; }
  /// The text with a zero byte behind it; valid until the next change.
  const char *c_str();
  void clear() { size_ = 0; }
  /// Writes the text to a file descriptor, all of it, retrying after signals; errno is kept. The
  /// text stays.
  void write_to(int fd) const;

  static constexpr size_t capacity = 2000;

private:
  char buffer_[capacity + 1];
  size_t size_ = 0;
};

} // namespace tricolor::rt

#endif // TRICOLOR_RT_OS_OUTPUT_H
