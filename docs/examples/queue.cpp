//===- docs/examples/queue.cpp - A queue between threads ----------------------------*- C++ -*-===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// Two producers and two consumers around one bounded queue. A job is made by one thread and used by
// another, and between the two nothing refers to it but the queue.
//
//   queue [JOBS]     jobs per producer, default 200000
//
//===------------------------------------------------------------------------------------------===//

#include "check.h"

#include <tricolor/tricolor.h>

#include <condition_variable>
#include <mutex>
#include <thread>

namespace {

constexpr int kProducers = 2;
constexpr int kConsumers = 2;

struct Payload : tricolor::managed {
  explicit Payload(long number) : first(number), second(~number) {}
  long first;
  long second;
};

struct Job : tricolor::managed {
  explicit Job(long n) : number(n), payload(new Payload(n)) {}
  long number;
  Payload *payload;
  Job *next = nullptr;
};

// A bounded first-in first-out queue; a null job ends one consumer.
class Queue {
public:
  void push(Job *job) {
    std::unique_lock lock(mutex_);
    not_full_.wait(lock, [this] { return length_ < kCapacity; });
    append(job);
    not_empty_.notify_one();
  }

  // The next job, or null when all producers are done and the queue is empty.
  Job *pop() {
    std::unique_lock lock(mutex_);
    not_empty_.wait(lock, [this] { return length_ > 0 || closed_; });
    Job *job = first_;
    if (job) {
      first_ = job->next;
      if (!first_)
        last_ = nullptr;
      --length_;
      job->next = nullptr;
      not_full_.notify_one();
    }
    return job;
  }

  void close() {
    std::lock_guard lock(mutex_);
    closed_ = true;
    not_empty_.notify_all();
  }

private:
  static constexpr int kCapacity = 64;

  void append(Job *job) {
    if (last_)
      last_->next = job;
    else
      first_ = job;
    last_ = job;
    ++length_;
  }

  std::mutex mutex_;
  std::condition_variable not_empty_;
  std::condition_variable not_full_;
  Job *first_ = nullptr;
  Job *last_ = nullptr;
  int length_ = 0;
  bool closed_ = false;
};

struct Total {
  long jobs = 0;
  long sum = 0;
};

void produce(Queue &queue, long first, long count) {
  for (long i = 0; i < count; ++i)
    queue.push(new Job(first + i));
}

void consume(Queue &queue, Total &total) {
  while (Job *job = queue.pop()) {
    check(job->payload->first == job->number, "a job has another's payload", job->number);
    check(job->payload->second == ~job->number, "a payload is damaged", job->number);
    ++total.jobs;
    total.sum += job->payload->first;
  }
}

} // namespace

int main(int argc, char **argv) {
  long jobs = argument(argc, argv, 1, 200000);

  Queue queue;
  Total totals[kConsumers];
  std::thread consumers[kConsumers];
  for (int i = 0; i < kConsumers; ++i)
    consumers[i] = std::thread([&queue, &total = totals[i]] { consume(queue, total); });
  std::thread producers[kProducers];
  for (int i = 0; i < kProducers; ++i)
    producers[i] = std::thread([&queue, first = i * jobs, jobs] { produce(queue, first, jobs); });

  for (std::thread &thread : producers)
    thread.join();
  queue.close();
  for (std::thread &thread : consumers)
    thread.join();

  Total all;
  for (const Total &total : totals) {
    all.jobs += total.jobs;
    all.sum += total.sum;
  }
  long expected = kProducers * jobs;
  check(all.jobs == expected, "jobs were lost or doubled", all.jobs);
  check(all.sum == expected * (expected - 1) / 2, "wrong sum", all.sum);
  std::printf("queue: %ld jobs, sum %ld\n", all.jobs, all.sum);
  return finish();
}
