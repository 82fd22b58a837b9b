//===- test/unit/stack/shared_image_test.cpp - Images that come and go ----------------------===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//
//
// Builds small shared objects with hand-written tables (clang is there: the project is built with it),
// loads and unloads them.
//
//===------------------------------------------------------------------------------------------===//

#include "os/metadata.h"
#include "own_stack.h"
#include "parked_thread.h"
#include "prompt_signals.h"
#include "recording_sink.h"
#include "stack/frame_walk.h"
#include "stack/modules.h"
#include "stack/unwind.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <dlfcn.h>
#include <filesystem>
#include <fstream>
#include <string>
#include <unistd.h>

#ifndef TRICOLOR_TEST_C_COMPILER
#define TRICOLOR_TEST_C_COMPILER "clang-22"
#endif

namespace tricolor::rt {
namespace {

// One managed function with a site (an exact slot at rsp + 0), a global, thread_locals.
constexpr char image_source[] = R"(
#include <tricolor/abi.h>
#ifndef TLS_WORDS
#define TLS_WORDS 4
#endif
#ifndef TLS_MODEL
#define TLS_MODEL "global-dynamic"
#endif
__attribute__((tls_model(TLS_MODEL))) __thread uintptr_t image_locals[TLS_WORDS];
uintptr_t *image_thread_locals(void) { return image_locals; }
uintptr_t image_global;
void image_function(void (*function)(void *), void *argument, uintptr_t exact, uintptr_t dead);
extern const char __start_tricolor_maps[], __stop_tricolor_maps[];
extern const char __start_tricolor_functions[], __stop_tricolor_functions[];
extern const char __start_tricolor_globals[], __stop_tricolor_globals[];
struct tricolor_module image_module = {
    TRICOLOR_ABI_VERSION,       0,
    __start_tricolor_maps,      __stop_tricolor_maps,
    __start_tricolor_functions, __stop_tricolor_functions,
    __start_tricolor_globals,   __stop_tricolor_globals, 0,
};
#ifdef EMPTY_FUNCTIONS
#define EMPTY "empty1: .cfi_startproc\n .cfi_endproc\n empty2: .cfi_startproc\n .cfi_endproc\n"
#else
#define EMPTY
#endif
__asm__("  .text\n"
        EMPTY
        "  .globl image_function\n"
        "  .type image_function, @function\n"
        "image_function:\n"
        "  .cfi_startproc\n"
        "  subq $24, %rsp\n"
        "  .cfi_def_cfa_offset 32\n"
        "  movq %rdx, 0(%rsp)\n"
        "  movq %rcx, 8(%rsp)\n"
        "  movq %rdi, %rax\n"
        "  movq %rsi, %rdi\n"
        "  xorl %edx, %edx\n"
        "  xorl %ecx, %ecx\n"
        "  call *%rax\n"
        ".Lsite:\n"
        "  addq $24, %rsp\n"
        "  .cfi_def_cfa_offset 8\n"
        "  ret\n"
        "  .cfi_endproc\n"
        "  .size image_function, . - image_function\n"
        "  .section tricolor_maps,\"a\",@progbits\n"
        "  .long .Lsite - .\n"
        "  .byte 2\n"
        "  .uleb128 1f - 0f\n"
        "0: .uleb128 (.Lsite - image_function) * 4 + 2\n"
        "  .byte 1 | 7 << 3, 0, 0\n"
        "1:\n"
        "  .section tricolor_functions,\"a\",@progbits\n"
        "  .p2align 2\n"
        "  .long image_function - .\n"
        "  .section tricolor_globals,\"a\",@progbits\n"
        "  .p2align 2\n"
        "  .long 24, image_global - ., 1, 1, 1, 0\n"
        "  .text\n");
)";

std::string image_directory() {
  static const std::string directory = [] {
    std::string path = (std::filesystem::temp_directory_path() / "tricolor-stack-XXXXXX").string();
    if (!mkdtemp(path.data()))
      abort();
    static std::string kept = path;
    atexit([] { std::filesystem::remove_all(kept); });
    return path;
  }();
  return directory;
}

// The path of the image built with these options, which is built once.
std::string build_image(const std::string &name, const std::string &options) {
  std::string path = image_directory() + "/" + name + ".so";
  if (std::filesystem::exists(path))
    return path;
  std::string source = image_directory() + "/image.c";
  std::ofstream(source) << image_source;
  std::string include = std::filesystem::path(__FILE__).parent_path() / "../../../rt/include";
  std::string command = std::string(TRICOLOR_TEST_C_COMPILER) +
                        " -O1 -shared -fPIC -Wl,-Bsymbolic -I'" + include + "' " + options + " '" +
                        source + "' -o '" + path + "'";
  if (std::system(command.c_str()) != 0)
    ADD_FAILURE() << command;
  return path;
}

class Image {
public:
  explicit Image(const std::string &path) : handle_(dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL)) {
    if (!handle_) {
      fprintf(stderr, "%s\n", dlerror());
      abort();
    }
    module_ = find<tricolor_module>("image_module");
    modules_register(module_);
  }
  ~Image() {
    modules_unregister(module_);
    modules_unload_begins();
    dlclose(handle_);
    modules_unload_ended();
  }
  template <class T> T *find(const char *name) {
    return reinterpret_cast<T *>(dlsym(handle_, name));
  }
  void call(void (*function)(void *), void *argument, uintptr_t exact, uintptr_t dead) {
    find<void(void (*)(void *), void *, uintptr_t, uintptr_t)>("image_function")(function, argument,
                                                                                 exact, dead);
  }
  uintptr_t *thread_locals() { return find<uintptr_t *()>("image_thread_locals")(); }

private:
  void *handle_;
  tricolor_module *module_ = nullptr;
};

constexpr uintptr_t exact_tag = 0x5ec3e700000000e1;

struct Walked {
  RecordingSink sink;
  WalkCounts counts;
};

[[gnu::noinline]] void walk_here(void *argument) {
  auto *walked = static_cast<Walked *>(argument);
  TRICOLOR_TEST_CONTEXT(context);
  walked->counts = walk_stack(context, walked->sink.sink());
}

TEST(SharedImage, IsPreciseWhileLoaded) {
  Image image(build_image("plain", ""));
  Walked walked;
  image.call(walk_here, &walked, exact_tag, 1);
  EXPECT_EQ(walked.counts.precise, 1u);
  EXPECT_EQ(walked.counts.cut, 0u);
  EXPECT_EQ(walked.sink.count(exact_tag, RootCertainty::Exact), 1u);
  auto function = reinterpret_cast<uintptr_t>(image.find<void>("image_function"));
  EXPECT_TRUE(pc_in_managed_code(function));
  *image.find<uintptr_t>("image_global") = 0x610ba1;
  RecordingSink globals;
  EXPECT_EQ(visit_all_globals(globals.sink()), 1u);
  EXPECT_EQ(globals.count(0x610ba1, RootCertainty::Exact), 1u);
}

TEST(SharedImage, WithEitherLinker) {
  for (const char *linker : {"lld", "bfd"}) {
    std::string options = std::string("-fuse-ld=") + linker + " -Wl,-z,now";
    Image image(build_image(std::string("linker-") + linker, options));
    Walked walked;
    image.call(walk_here, &walked, exact_tag, 1);
    EXPECT_EQ(walked.counts.precise, 1u) << linker;
    EXPECT_EQ(walked.counts.cut, 0u) << linker;
  }
}

TEST(SharedImage, LoadingInALoopLeavesNothingBehind) {
  std::string path = build_image("plain", "");
  auto round = [&] {
    Image image(path);
    modules_refresh();
    Walked walked;
    image.call(walk_here, &walked, exact_tag, 1);
    EXPECT_EQ(walked.counts.precise, 1u);
  };
  round();
  size_t before = metadata_bytes();
  for (int i = 0; i < 300; ++i)
    round();
  EXPECT_EQ(metadata_bytes(), before);
  EXPECT_EQ(visit_all_globals(ignoring_sink()), 0u);
}

// A function without code has the address of the next one, and lld keeps only one of the two in the table.
TEST(SharedImage, FunctionsBehindEmptyOnes) {
  for (const char *linker : {"lld", "bfd"}) {
    Image image(build_image(std::string("empty-") + linker,
                            std::string("-DEMPTY_FUNCTIONS -fuse-ld=") + linker));
    Walked walked;
    image.call(walk_here, &walked, exact_tag, 1);
    EXPECT_EQ(walked.counts.precise, 1u) << linker;
    EXPECT_EQ(walked.counts.cut, 0u) << linker;
    auto function = reinterpret_cast<uintptr_t>(image.find<void>("image_function"));
    EXPECT_TRUE(pc_in_managed_code(function)) << linker;
    EXPECT_TRUE(pc_in_managed_code(function + 10)) << linker;
  }
}

// Two images that come to lie at the same addresses have different frames there.
TEST(SharedImage, AnotherImageAtTheSamePlace) {
  std::string plain = build_image("plain", "");
  std::string other = build_image("without-maps", "");
  for (int i = 0; i < 20; ++i) {
    Walked walked;
    {
      Image image(plain);
      image.call(walk_here, &walked, exact_tag, 1);
    }
    EXPECT_EQ(walked.counts.precise, 1u);
    // The same code at the same place, not registered: no maps any more.
    void *handle = dlopen(other.c_str(), RTLD_NOW | RTLD_LOCAL);
    ASSERT_NE(handle, nullptr);
    Walked again;
    using Function = void(void (*)(void *), void *, uintptr_t, uintptr_t);
    reinterpret_cast<Function *>(dlsym(handle, "image_function"))(walk_here, &again, exact_tag, 1);
    EXPECT_EQ(again.counts.precise, 0u);
    EXPECT_TRUE(again.sink.saw(exact_tag));
    dlclose(handle);
  }
}

thread_local volatile uintptr_t executable_local;
// The module that stands for the test program itself.
tricolor_module program_module = {
    TRICOLOR_ABI_VERSION, 0, nullptr, nullptr, nullptr, nullptr, nullptr, nullptr, nullptr};

TEST(ThreadLocals, OfTheExecutableInEveryThread) {
  TRICOLOR_TEST_NEEDS_PROMPT_SIGNALS();
  static std::atomic<bool> set, leave;
  set = leave = false;
  executable_local = 0x71500;
  ParkableThread thread([] {
    executable_local = 0x71501;
    set = true;
    while (!leave)
      sched_yield();
  });
  while (!set)
    sched_yield();
  thread.park();
  RecordingSink before, own, others;
  visit_thread_locals(own_thread_pointer(), before.sink());
  EXPECT_FALSE(before.saw(0x71500));
  modules_register(&program_module);
  visit_thread_locals(own_thread_pointer(), own.sink());
  visit_thread_locals(thread.thread_pointer(), others.sink());
  modules_unregister(&program_module);
  EXPECT_TRUE(own.saw(0x71500));
  EXPECT_FALSE(own.saw(0x71501));
  EXPECT_TRUE(others.saw(0x71501));
  EXPECT_FALSE(others.saw(0x71500));
  leave = true;
}

// A thread that can be told to run a function.
class Worker {
public:
  Worker()
      : thread_([this] {
          while (!leave_) {
            if (std::function<void()> *job = job_.exchange(nullptr)) {
              (*job)();
              done_ = true;
            }
            sched_yield();
          }
        }) {}
  ~Worker() { leave_ = true; }
  void run(std::function<void()> job) {
    done_ = false;
    job_ = &job;
    while (!done_)
      sched_yield();
  }
  RecordingSink thread_locals() {
    RecordingSink sink;
    thread_.park();
    visit_thread_locals(thread_.thread_pointer(), sink.sink());
    thread_.release();
    return sink;
  }

private:
  std::atomic<bool> leave_{false}, done_{false};
  std::atomic<std::function<void()> *> job_{nullptr};
  ParkableThread thread_;
};

TEST(ThreadLocals, OfAnImageLoadedLater) {
  TRICOLOR_TEST_NEEDS_PROMPT_SIGNALS();
  Worker worker;
  Image image(build_image("plain", ""));
  // The worker's block does not exist before its first use.
  EXPECT_TRUE(worker.thread_locals().words().empty());
  image.thread_locals()[1] = 0x71600;
  worker.run([&] { image.thread_locals()[2] = 0x71601; });
  RecordingSink own, others = worker.thread_locals();
  visit_thread_locals(own_thread_pointer(), own.sink());
  EXPECT_TRUE(own.saw(0x71600));
  EXPECT_FALSE(own.saw(0x71601));
  EXPECT_TRUE(others.saw(0x71601));
  EXPECT_FALSE(others.saw(0x71600));
}

// Code compiled for initial-exec never asks the loader for its block, so the threads' DTVs do not know it.
TEST(ThreadLocals, OfAnInitialExecImageLoadedLater) {
  TRICOLOR_TEST_NEEDS_PROMPT_SIGNALS();
  Worker worker;
  Image image(build_image("initial-exec", "-DTLS_MODEL='\"initial-exec\"'"));
  image.thread_locals()[1] = 0x71700;
  worker.run([&] { image.thread_locals()[2] = 0x71701; });
  RecordingSink own, others = worker.thread_locals();
  visit_thread_locals(own_thread_pointer(), own.sink());
  EXPECT_TRUE(own.saw(0x71700));
  EXPECT_TRUE(others.saw(0x71701));
}

// The loader gives the number of a small image that is gone to a large one. The worker has not noticed and
// still has the small block.
TEST(ThreadLocals, OutdatedBlocksDoNoHarm) {
  TRICOLOR_TEST_NEEDS_PROMPT_SIGNALS();
  Worker worker;
  std::string small = build_image("plain", ""), large = build_image("large", "-DTLS_WORDS=2000000");
  for (int i = 0; i < 3; ++i) {
    {
      Image image(small);
      worker.run([&] { image.thread_locals()[0] = 1; });
      EXPECT_FALSE(worker.thread_locals().words().empty());
    }
    Image image(large);
    worker.thread_locals();
    worker.run([&] { image.thread_locals()[1999999] = 0x71801; });
    EXPECT_TRUE(worker.thread_locals().saw(0x71801));
  }
}

} // namespace
} // namespace tricolor::rt
