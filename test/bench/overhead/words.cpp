//===- test/bench/overhead/words.cpp - Words counted in a text -------------------------------===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// Splits a text into words, counts them in a skip list, sorts them by count and joins them again: strings
// and containers of our own over malloc, with templates and destructors as C++ programs have them.
//
//===------------------------------------------------------------------------------------------===//

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <new>
#include <utility>

namespace {

template <class T> class Array {
public:
  Array() = default;
  Array(Array &&other) noexcept { swap(other); }
  Array &operator=(Array &&other) noexcept {
    swap(other);
    return *this;
  }
  ~Array() {
    for (T &item : *this)
      item.~T();
    std::free(items);
  }
  void push(T item) {
    if (count == capacity)
      grow();
    ::new (&items[count++]) T(std::move(item));
  }
  T *begin() { return items; }
  T *end() { return items + count; }
  size_t size() const { return count; }
  T &operator[](size_t i) { return items[i]; }
  const T &operator[](size_t i) const { return items[i]; }

private:
  void swap(Array &other) {
    std::swap(items, other.items);
    std::swap(count, other.count);
    std::swap(capacity, other.capacity);
  }
  void grow() {
    capacity = capacity ? capacity * 2 : 8;
    T *larger = static_cast<T *>(std::malloc(sizeof(T) * capacity));
    for (size_t i = 0; i < count; ++i) {
      ::new (&larger[i]) T(std::move(items[i]));
      items[i].~T();
    }
    std::free(items);
    items = larger;
  }
  T *items = nullptr;
  size_t count = 0, capacity = 0;
};

class String {
public:
  String(const char *text, size_t length)
      : bytes(static_cast<char *>(std::malloc(length + 1))), length(length) {
    std::memcpy(bytes, text, length);
    bytes[length] = 0;
  }
  String(String &&other) noexcept
      : bytes(std::exchange(other.bytes, nullptr)), length(other.length) {}
  String &operator=(String &&other) noexcept {
    std::swap(bytes, other.bytes);
    std::swap(length, other.length);
    return *this;
  }
  ~String() { std::free(bytes); }
  size_t size() const { return length; }
  const char *data() const { return bytes; }
  int compare(const String &other) const {
    int order = std::memcmp(bytes, other.bytes, std::min(length, other.length));
    return order ? order : length < other.length ? -1 : length > other.length;
  }

private:
  char *bytes;
  size_t length;
};

uint32_t Random = 17;

uint32_t next() { return (Random = Random * 1664525u + 1013904223u) >> 8; }

/// Words in order, each with its count.
class SkipList {
  static constexpr int MaxHeight = 10;
  struct Node {
    String word;
    uint64_t count;
    int height;
    Node *following[1];
  };

public:
  ~SkipList() {
    for (Node *n = heads[0]; n;) {
      Node *following = n->following[0];
      n->~Node();
      std::free(n);
      n = following;
    }
  }

  void add(String word) {
    Node **links[MaxHeight];
    Node **level = heads;
    for (int h = MaxHeight - 1; h >= 0; --h) {
      while (level[h] && level[h]->word.compare(word) < 0)
        level = level[h]->following;
      links[h] = &level[h];
    }
    if (Node *found = *links[0]; found && found->word.compare(word) == 0) {
      ++found->count;
      return;
    }
    int height = 1;
    while (height < MaxHeight && next() % 4 == 0)
      ++height;
    void *memory = std::malloc(sizeof(Node) + sizeof(Node *) * static_cast<size_t>(height - 1));
    Node *n = ::new (memory) Node{std::move(word), 1, height, {nullptr}};
    for (int h = 0; h < height; ++h) {
      n->following[h] = *links[h];
      *links[h] = n;
    }
  }

  template <class F> void forEach(F f) const {
    for (const Node *n = heads[0]; n; n = n->following[0])
      f(n->word, n->count);
  }

private:
  Node *heads[MaxHeight] = {};
};

struct Count {
  const String *word;
  uint64_t count;
};

Array<String> split(const char *text) {
  Array<String> words;
  while (*text) {
    while (*text == ' ' || *text == '\n')
      ++text;
    const char *start = text;
    while (*text && *text != ' ' && *text != '\n')
      ++text;
    if (text != start)
      words.push(String(start, static_cast<size_t>(text - start)));
  }
  return words;
}

} // namespace

int main(int argc, char **argv) {
  int rounds = argc > 1 ? std::atoi(argv[1]) : 20;
  constexpr size_t Length = 60000;
  char *text = static_cast<char *>(std::malloc(Length + 1));
  uint64_t check = 0;
  for (int round = 0; round < rounds; ++round) {
    for (size_t i = 0; i < Length; ++i) {
      uint32_t r = next() % 100;
      text[i] = r < 20 ? ' ' : r < 22 ? '\n' : static_cast<char>('a' + r % 7);
    }
    text[Length] = 0;
    SkipList list;
    Array<String> words = split(text);
    for (String &word : words)
      list.add(std::move(word));
    Array<Count> counts;
    list.forEach([&](const String &word, uint64_t count) { counts.push({&word, count}); });
    std::sort(counts.begin(), counts.end(), [](const Count &a, const Count &b) {
      return a.count != b.count ? a.count > b.count : a.word->compare(*b.word) < 0;
    });
    for (size_t i = 0; i < counts.size() && i < 200; ++i)
      for (size_t c = 0; c < counts[i].word->size(); ++c)
        check =
            check * 31 + static_cast<unsigned char>(counts[i].word->data()[c]) + counts[i].count;
  }
  std::printf("%llu\n", static_cast<unsigned long long>(check));
  return 0;
}
