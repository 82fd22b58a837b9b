//===- test/bench/workloads/pipeline.cpp - Three threads that hand messages on ----------------===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
//   pipeline COUNT WINDOW
//
// One thread makes COUNT messages, each with a payload of 32 to 159 bytes, a second one gives each a new payload, and a third
// one adds them up and keeps the last WINDOW of them. They hand them on in batches of 128 by bounded queues. An
// operation is a message.
//
//===------------------------------------------------------------------------------------------===//

#include "measurement.h"
#include "threads.h"

#include <cstring>
#include <pthread.h>

namespace {

constexpr unsigned BatchSize = 128;
// Batches in a queue. More: the threads wait less for each other; fewer: less is alive.
constexpr unsigned QueueSize = 16;

struct Message : Object {
  explicit Message(std::uint64_t n) : number(n) {}
  unsigned char *payload = nullptr;
  std::size_t length = 0;
  std::uint64_t number;
};

struct Batch : Object {
  Message *messages[BatchSize] = {};
  std::size_t size = 0;
};

/// In static storage, where collectors look.
class Queue {
public:
  /// Null is the end.
  void push(Batch *batch) {
    pthread_mutex_lock(&lock_);
    while (size_ == QueueSize)
      pthread_cond_wait(&room_, &lock_);
    batches_[(first_ + size_++) % QueueSize] = batch;
    pthread_cond_signal(&filled_);
    pthread_mutex_unlock(&lock_);
  }

  Batch *pop() {
    pthread_mutex_lock(&lock_);
    while (size_ == 0)
      pthread_cond_wait(&filled_, &lock_);
    Batch *batch = batches_[first_];
    batches_[first_] = nullptr;
    first_ = (first_ + 1) % QueueSize;
    --size_;
    pthread_cond_signal(&room_);
    pthread_mutex_unlock(&lock_);
    return batch;
  }

private:
  pthread_mutex_t lock_ = PTHREAD_MUTEX_INITIALIZER;
  pthread_cond_t room_ = PTHREAD_COND_INITIALIZER, filled_ = PTHREAD_COND_INITIALIZER;
  Batch *batches_[QueueSize] = {};
  unsigned first_ = 0, size_ = 0;
};

Queue made, changed;

void produce(std::uint64_t count) {
  for (std::uint64_t i = 0; i < count;) {
    auto *batch = make<Batch>();
    while (batch->size != BatchSize && i < count) {
      auto *message = make<Message>(i);
      message->length = 32 + i % 128;
      message->payload = make_bytes(message->length);
      std::memset(message->payload, static_cast<int>(i & 255), message->length);
      batch->messages[batch->size++] = message;
      ++i;
    }
    made.push(batch);
  }
  made.push(nullptr);
}

/// The new payload is the old one with 1 added to its first and its last byte.
void change() {
  while (Batch *batch = made.pop()) {
    for (std::size_t i = 0; i != batch->size; ++i) {
      Message *message = batch->messages[i];
      unsigned char *payload = make_bytes(message->length);
      std::memcpy(payload, message->payload, message->length);
      ++payload[0];
      ++payload[message->length - 1];
      drop_array(message->payload);
      message->payload = payload;
    }
    changed.push(batch);
  }
  changed.push(nullptr);
}

std::uint64_t consume(std::size_t window) {
  Message **kept = make_array<Message *>(window);
  std::uint64_t sum = 0;
  while (Batch *batch = changed.pop()) {
    for (std::size_t i = 0; i != batch->size; ++i) {
      Message *message = batch->messages[i];
      sum =
          sum * 31 + message->number + message->payload[0] + message->payload[message->length - 1];
      Message *&place = kept[message->number % window];
      if (place) {
        sum += place->payload[place->length / 2];
        drop_array(place->payload);
        drop(place);
      }
      place = message;
    }
    drop(batch);
  }
  for (std::size_t i = 0; i != window; ++i) {
    if (!kept[i])
      continue;
    sum = sum * 31 + kept[i]->number;
    drop_array(kept[i]->payload);
    drop(kept[i]);
  }
  drop_array(kept);
  return sum;
}

} // namespace

int main(int argc, char **argv) {
  std::uint64_t count = argument(argc, argv, 1);
  std::size_t window = argument(argc, argv, 2);
  initialize_memory();

  Measurement measurement;
  std::uint64_t sum = 0;
  in_threads(3, [&](unsigned index) {
    if (index == 0)
      produce(count);
    else if (index == 1)
      change();
    else
      sum = consume(window);
  });
  measurement.end();
  measurement.print(sum, count);
}
