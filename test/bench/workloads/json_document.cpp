//===- test/bench/workloads/json_document.cpp - JSON documents that are built and dropped -----===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
//   json_document RECORDS COUNT
//
// COUNT times the text of a document of RECORDS records is parsed into a tree of values, which is walked and
// dropped. An operation is a value.
//
//===------------------------------------------------------------------------------------------===//

#include "measurement.h"

#include <cstring>
#include <string>

namespace {

enum class Kind : std::uint8_t { Null, False, True, Number, String, Array, Record };

struct Text {
  unsigned char *bytes = nullptr;
  std::size_t length = 0;
};

/// A value, its name in the record that it is in, and its first element and its neighbour.
struct Value : Object {
  explicit Value(Kind k) : kind(k) {}
  Kind kind;
  std::int64_t number = 0;
  Text text;
  Text name;
  Value *first = nullptr;
  Value *next = nullptr;
};

class Parser {
public:
  explicit Parser(const std::string &text) : at_(text.data()) {}

  Value *value() {
    switch (skip_blanks()) {
    case '{':
      return elements(Kind::Record, '}');
    case '[':
      return elements(Kind::Array, ']');
    case '"': {
      auto *made = make<Value>(Kind::String);
      made->text = string();
      return made;
    }
    case 'n':
      at_ += 4;
      return make<Value>(Kind::Null);
    case 't':
      at_ += 4;
      return make<Value>(Kind::True);
    case 'f':
      at_ += 5;
      return make<Value>(Kind::False);
    default:
      return number();
    }
  }

private:
  char skip_blanks() {
    while (*at_ == ' ' || *at_ == '\n')
      ++at_;
    return *at_;
  }

  void expect(char character) {
    if (skip_blanks() != character) {
      std::fprintf(stderr, "json_document: %c expected at %.20s\n", character, at_);
      std::exit(1);
    }
    ++at_;
  }

  Value *elements(Kind kind, char end) {
    auto *made = make<Value>(kind);
    ++at_;
    if (skip_blanks() == end) {
      ++at_;
      return made;
    }
    Value *last = nullptr;
    for (;;) {
      Text name;
      if (kind == Kind::Record) {
        skip_blanks();
        name = string();
        expect(':');
      }
      Value *element = value();
      element->name = name;
      (last ? last->next : made->first) = element;
      last = element;
      if (skip_blanks() == end)
        break;
      expect(',');
    }
    ++at_;
    return made;
  }

  Text string() {
    expect('"');
    const char *end = at_;
    while (*end != '"')
      ++end;
    Text text;
    text.length = static_cast<std::size_t>(end - at_);
    if (text.length != 0) {
      text.bytes = make_bytes(text.length);
      std::memcpy(text.bytes, at_, text.length);
    }
    at_ = end + 1;
    return text;
  }

  Value *number() {
    bool negative = *at_ == '-';
    at_ += negative;
    if (*at_ < '0' || *at_ > '9') {
      std::fprintf(stderr, "json_document: a value expected at %.20s\n", at_);
      std::exit(1);
    }
    auto *made = make<Value>(Kind::Number);
    while (*at_ >= '0' && *at_ <= '9')
      made->number = made->number * 10 + (*at_++ - '0');
    if (negative)
      made->number = -made->number;
    return made;
  }

  const char *at_;
};

struct Sum {
  std::uint64_t checksum = 0;
  std::uint64_t values = 0;

  void add(const Text &text) {
    if (text.length != 0)
      checksum = checksum * 31 + text.bytes[0] + text.bytes[text.length - 1] + text.length;
  }

  void add(const Value *value) {
    ++values;
    checksum = checksum * 31 + static_cast<std::uint64_t>(value->kind) +
               static_cast<std::uint64_t>(value->number);
    add(value->text);
    add(value->name);
    for (const Value *element = value->first; element; element = element->next)
      add(element);
  }
};

void drop_document(Value *value) {
  if constexpr (freeing == Freeing::ByHand) {
    for (Value *element = value->first; element;) {
      Value *next = element->next;
      drop_document(element);
      element = next;
    }
    drop_array(value->text.bytes);
    drop_array(value->name.bytes);
    drop(value);
  }
}

std::string document(std::uint64_t records) {
  std::string text = "[";
  for (std::uint64_t i = 0; i != records; ++i) {
    std::string n = std::to_string(i);
    text += i ? ",\n" : "\n";
    text += "{\"id\": " + n + ", \"name\": \"record number " + n + "\", \"tags\": [\"t" +
            std::to_string(i % 7) + "\", \"tag " + std::to_string(i % 1000) +
            "\", \"\"], \"balance\": -" + std::to_string(i * 37 % 100003) +
            ", \"active\": " + (i % 3 ? "true" : "false") +
            ", \"parent\": null, \"place\": {\"street\": \"street " + std::to_string(i % 512) +
            "\", \"number\": " + std::to_string(i % 99) + ", \"point\": [" +
            std::to_string(i % 180) + ", -" + std::to_string(i % 90) + "]}}";
  }
  return text + "\n]\n";
}

} // namespace

int main(int argc, char **argv) {
  std::uint64_t records = argument(argc, argv, 1);
  std::uint64_t count = argument(argc, argv, 2);
  initialize_memory();
  std::string text = document(records);

  Measurement measurement;
  Sum sum;
  for (std::uint64_t i = 0; i != count; ++i) {
    Value *root = Parser(text).value();
    sum.add(root);
    drop_document(root);
  }
  measurement.end();
  measurement.print(sum.checksum + text.size(), sum.values);
}
