// The passes leave valid IR at every level, of code with the shapes that they have to split: exceptions,
// computed gotos, asm goto, loops with two entries, setjmp, variable-length arrays, atomics, thread-locals.
// RUN: %clangxx -std=c++20 -O0 -g -Xclang -load -Xclang %tricolor_pass -fpass-plugin=%tricolor_pass -mllvm -tricolor-verify-ir -c %s -o %t.o
// RUN: %clangxx -std=c++20 -O1 -g -Xclang -load -Xclang %tricolor_pass -fpass-plugin=%tricolor_pass -mllvm -tricolor-verify-ir -c %s -o %t.o
// RUN: %clangxx -std=c++20 -O2 -g -Xclang -load -Xclang %tricolor_pass -fpass-plugin=%tricolor_pass -mllvm -tricolor-verify-ir -c %s -o %t.o
// RUN: %clangxx -std=c++20 -O3 -g -march=x86-64-v4 -Xclang -load -Xclang %tricolor_pass -fpass-plugin=%tricolor_pass -mllvm -tricolor-verify-ir -c %s -o %t.o
// RUN: %clangxx -std=c++20 -Os -g -Xclang -load -Xclang %tricolor_pass -fpass-plugin=%tricolor_pass -mllvm -tricolor-verify-ir -c %s -o %t.o

#include <atomic>
#include <coroutine>
#include <csetjmp>
#include <cstring>
#include <functional>
#include <memory>
#include <string>
#include <vector>

struct Node {
  Node *Next;
  long Key;
};

Node *Global;
thread_local Node *Local;
std::atomic<Node *> Shared;
struct Tagged {
  Node *To;
  long Tag;
};
std::atomic<Tagged> Wide;
std::jmp_buf Jump;

Node *throughExceptions(Node *N, const std::function<void(Node *)> &F) {
  Node *Kept = N;
  for (int I = 0; I < 10; ++I)
    try {
      F(Kept);
      if (Kept->Key > 3)
        throw std::string("large");
    } catch (const std::string &S) {
      Kept = Kept->Next;
    } catch (...) {
      Kept->Next = nullptr;
      throw;
    }
  return Kept;
}

long computedGoto(const unsigned char *Code, Node **Stack) {
  static void *const Labels[] = {&&push, &&pop, &&end};
  Node *Top = nullptr;
  goto *Labels[*Code++];
push:
  *Stack++ = Top;
  goto *Labels[*Code++];
pop:
  Top = *--Stack;
  goto *Labels[*Code++];
end:
  return Top->Key;
}

Node *asmGoto(Node *N) {
again:
  asm goto("" : : "r"(N) : "memory" : again, out);
  Global = N;
out:
  return N->Next;
}

int twoEntries(Node **Slots, int N) {
  if (N & 1)
    goto odd;
even:
  Slots[N] = Global;
  --N;
odd:
  Slots[N] = Local;
  --N;
  if (N > 0)
    goto even;
  return N;
}

Node *longJump(Node *N) {
  Node *volatile Kept = N;
  if (setjmp(Jump))
    return Kept;
  Global = N;
  std::longjmp(Jump, 1);
}

void variableLength(Node *N, int Count) {
  Node *Slots[Count];
  for (int I = 0; I < Count; ++I)
    Slots[I] = N;
  std::memcpy(Global, Slots, sizeof(Node *) * Count);
}

void atomics(Node *N) {
  Node *Old = Shared.exchange(N);
  while (!Shared.compare_exchange_weak(Old, N))
    N->Next = Old;
  Wide.store({N, 1});
  Local = N;
}

void conditional(Node **To, Node **From, const long *Keys, int N) {
  for (int I = 0; I < N; ++I)
    if (Keys[I] > 0)
      To[I] = From[I];
}

struct Task {
  struct promise_type {
    Node *Value = nullptr;
    Task get_return_object() { return {}; }
    std::suspend_never initial_suspend() { return {}; }
    std::suspend_always final_suspend() noexcept { return {}; }
    void return_value(Node *N) { Value = N; }
    void unhandled_exception() {}
  };
};

Task coroutine(Node *N) {
  Node *Kept = N;
  co_await std::suspend_always();
  Global = Kept;
  co_return Kept->Next;
}

struct Large {
  Node *Nodes[20];
  virtual Large copy() { return *this; }
  virtual ~Large() = default;
};

Large byValue(Large L, std::vector<std::unique_ptr<Large>> &All) {
  for (auto &One : All)
    L = One->copy();
  return L;
}
