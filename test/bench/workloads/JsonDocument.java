//===- test/bench/workloads/JsonDocument.java - JSON documents that are built and dropped -----===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// What json_document.cpp does, in Java; there is said what the parts are.
//
//===------------------------------------------------------------------------------------------===//

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

public final class JsonDocument {
  enum Kind { NULL, FALSE, TRUE, NUMBER, STRING, ARRAY, RECORD }

  static final byte[] EMPTY = new byte[0];

  static final class Value {
    final Kind kind;
    long number;
    byte[] text = EMPTY;
    byte[] name = EMPTY;
    Value first;
    Value next;

    Value(Kind kind) {
      this.kind = kind;
    }
  }

  static final class Parser {
    final byte[] bytes;
    int at;

    Parser(byte[] bytes) {
      this.bytes = bytes;
    }

    byte skipBlanks() {
      while (bytes[at] == ' ' || bytes[at] == '\n') {
        ++at;
      }
      return bytes[at];
    }

    void expect(char character) {
      if (skipBlanks() != character) {
        throw new IllegalStateException("json_document: " + character + " expected at " + at);
      }
      ++at;
    }

    Value skip(int length, Kind kind) {
      at += length;
      return new Value(kind);
    }

    Value value() {
      switch (skipBlanks()) {
        case '{':
          return elements(Kind.RECORD, '}');
        case '[':
          return elements(Kind.ARRAY, ']');
        case '"':
          Value made = new Value(Kind.STRING);
          made.text = text();
          return made;
        case 'n':
          return skip(4, Kind.NULL);
        case 't':
          return skip(4, Kind.TRUE);
        case 'f':
          return skip(5, Kind.FALSE);
        default:
          return number();
      }
    }

    Value elements(Kind kind, char end) {
      Value made = new Value(kind);
      ++at;
      if (skipBlanks() == end) {
        ++at;
        return made;
      }
      Value last = null;
      for (;;) {
        byte[] name = EMPTY;
        if (kind == Kind.RECORD) {
          skipBlanks();
          name = text();
          expect(':');
        }
        Value element = value();
        element.name = name;
        if (last != null) {
          last.next = element;
        } else {
          made.first = element;
        }
        last = element;
        if (skipBlanks() == end) {
          break;
        }
        expect(',');
      }
      ++at;
      return made;
    }

    byte[] text() {
      expect('"');
      int end = at;
      while (bytes[end] != '"') {
        ++end;
      }
      byte[] text = end == at ? EMPTY : Arrays.copyOfRange(bytes, at, end);
      at = end + 1;
      return text;
    }

    Value number() {
      boolean negative = bytes[at] == '-';
      if (negative) {
        ++at;
      }
      if (bytes[at] < '0' || bytes[at] > '9') {
        throw new IllegalStateException("json_document: a value expected at " + at);
      }
      Value made = new Value(Kind.NUMBER);
      while (bytes[at] >= '0' && bytes[at] <= '9') {
        made.number = made.number * 10 + (bytes[at++] - '0');
      }
      if (negative) {
        made.number = -made.number;
      }
      return made;
    }
  }

  static final class Sum {
    long checksum;
    long values;

    void add(byte[] text) {
      if (text.length != 0) {
        checksum = checksum * 31 + text[0] + text[text.length - 1] + text.length;
      }
    }

    void add(Value value) {
      ++values;
      checksum = checksum * 31 + value.kind.ordinal() + value.number;
      add(value.text);
      add(value.name);
      for (Value element = value.first; element != null; element = element.next) {
        add(element);
      }
    }
  }

  static byte[] document(long records) {
    StringBuilder text = new StringBuilder("[");
    for (long i = 0; i != records; ++i) {
      text.append(i == 0 ? "" : ",");
      text.append("\n{\"id\": ").append(i).append(", \"name\": \"record number ").append(i);
      text.append("\", \"tags\": [\"t").append(i % 7).append("\", \"tag ").append(i % 1000).append("\", \"\"], ");
      text.append("\"balance\": -").append(i * 37 % 100003).append(", \"active\": ").append(i % 3 != 0);
      text.append(", \"parent\": null, \"place\": {\"street\": \"street ").append(i % 512);
      text.append("\", \"number\": ").append(i % 99).append(", \"point\": [").append(i % 180);
      text.append(", -").append(i % 90).append("]}}");
    }
    return text.append("\n]\n").toString().getBytes(StandardCharsets.US_ASCII);
  }

  public static void main(String[] arguments) {
    byte[] text = document(Long.parseLong(arguments[0]));
    long count = Long.parseLong(arguments[1]);

    Measurement measurement = new Measurement();
    Sum sum = new Sum();
    for (long i = 0; i != count; ++i) {
      sum.add(new Parser(text).value());
    }
    measurement.end();
    measurement.print(sum.checksum + text.length, sum.values);
  }
}
