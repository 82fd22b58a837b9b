//===- test/unit/stack/modules_test.cpp - Registration, lookup, validation, globals ---------===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//

#include "stack/modules.h"

#include "managed_frame.h"
#include "recording_sink.h"
#include "stack/read_section.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>
#include <unistd.h>

namespace tricolor::rt {
namespace {

const void *managed = reinterpret_cast<void *>(test_managed_frame);
const void *managed_noreturn = reinterpret_cast<void *>(test_managed_noreturn);

uintptr_t address(const void *pointer) { return reinterpret_cast<uintptr_t>(pointer); }

const std::vector<uint8_t> no_roots = {TRICOLOR_ROOT_END};

TEST(Modules, FindsTheListOfACall) {
  size_t bytes;
  EXPECT_EQ(find_root_list(address(test_managed_frame_site), &bytes), nullptr);
  TestModule module;
  module.add_map(managed_noreturn, {{test_managed_noreturn_site, no_roots}});
  module.add_map(managed, {{test_managed_frame_site, {root(TRICOLOR_ROOT_SLOT, 7), 8, 0}}});
  module.do_register();
  const uint8_t *list = find_root_list(address(test_managed_frame_site), &bytes);
  ASSERT_NE(list, nullptr);
  EXPECT_EQ(list[0], root(TRICOLOR_ROOT_SLOT, 7));
  EXPECT_EQ(bytes, 3u);
  EXPECT_NE(find_root_list(address(test_managed_noreturn_site), &bytes), nullptr);
  for (int distance : {-1, 1, 1000, -1000})
    EXPECT_EQ(
        find_root_list(address(test_managed_frame_site) + static_cast<uintptr_t>(distance), &bytes),
        nullptr);
  module.unregister();
  EXPECT_EQ(find_root_list(address(test_managed_frame_site), &bytes), nullptr);
}

TEST(Modules, FindsEachOfManySites) {
  std::vector<TestRecord::Site> sites;
  const char *code = static_cast<const char *>(managed);
  for (size_t offset = 1; code + offset <= test_managed_frame_site; ++offset)
    sites.push_back(
        {code + offset, {root(TRICOLOR_ROOT_SLOT, 7), static_cast<uint8_t>(offset & 0x38), 0}});
  TestModule module;
  module.add_map(managed, sites);
  module.do_register();
  for (const auto &site : sites) {
    size_t bytes;
    const uint8_t *list = find_root_list(address(site.return_address), &bytes);
    ASSERT_NE(list, nullptr);
    EXPECT_EQ(bytes, site.list.size());
    EXPECT_EQ(memcmp(list, site.list.data(), bytes), 0);
  }
}

TEST(Modules, FindsListsInEachWayOfWritingThem) {
  TestModule module;
  const auto *code = static_cast<const char *>(managed);
  uint8_t slot = root(TRICOLOR_ROOT_SLOT, 7);
  // The offsets 1 to 8; the last distance in more bytes than it needs.
  module.add_map_bytes(code + 1, {1 << 2 | TRICOLOR_SITE_NOTHING, 1 << 2 | TRICOLOR_SITE_NEW, slot,
                                  8, 0, 1 << 2 | TRICOLOR_SITE_LAST, 1 << 2 | TRICOLOR_SITE_NEW,
                                  slot, 16, slot, 24, 0, 1 << 2 | TRICOLOR_SITE_NOTHING,
                                  1 << 2 | TRICOLOR_SITE_LAST, 1 << 2 | TRICOLOR_SITE_EARLIER, 0,
                                  (1 << 2 | TRICOLOR_SITE_LAST) | 0x80, 0});
  module.do_register();
  std::vector<uint8_t> none = {0}, first = {slot, 8, 0}, second = {slot, 16, slot, 24, 0};
  const std::vector<uint8_t> *lists[] = {&none, &first,  &first, &second,
                                         &none, &second, &first, &first};
  for (size_t i = 0; i < std::size(lists); ++i) {
    size_t bytes;
    const uint8_t *list = find_root_list(address(code + 1 + i), &bytes);
    ASSERT_NE(list, nullptr);
    EXPECT_EQ(std::vector<uint8_t>(list, list + bytes), *lists[i]) << i;
  }
}

// What a linker leaves that folds functions of equal code.
TEST(Modules, RecordsOfOneFunctionMustAgree) {
  std::vector<uint8_t> slot = {root(TRICOLOR_ROOT_SLOT, 7), 8, 0};
  TestModule module;
  module.add_map(managed, {{test_managed_frame_site - 1, slot}, {test_managed_frame_site, slot}});
  module.add_map(managed,
                 {{test_managed_frame_site - 1, slot}, {test_managed_frame_site, no_roots}});
  module.do_register();
  size_t bytes;
  const uint8_t *list = find_root_list(address(test_managed_frame_site - 1), &bytes);
  ASSERT_NE(list, nullptr);
  EXPECT_EQ(std::vector<uint8_t>(list, list + bytes), slot);
  list = find_root_list(address(test_managed_frame_site), &bytes);
  ASSERT_NE(list, nullptr);
  EXPECT_EQ(list[0] & 7, TRICOLOR_ROOT_FRAME);
}

TEST(Modules, KnowsManagedCode) {
  EXPECT_FALSE(pc_in_managed_code(address(managed)));
  TestModule module;
  module.add_function(managed);
  module.do_register();
  EXPECT_TRUE(pc_in_managed_code(address(managed)));
  EXPECT_TRUE(pc_in_managed_code(address(test_managed_frame_site)));
  EXPECT_FALSE(pc_in_managed_code(address(managed_noreturn)));
  EXPECT_FALSE(pc_in_managed_code(address(reinterpret_cast<void *>(test_after_noreturn))));
  EXPECT_FALSE(pc_in_managed_code(address(reinterpret_cast<void *>(&qsort))));
  EXPECT_FALSE(pc_in_managed_code(0));
  EXPECT_FALSE(pc_in_managed_code(~uintptr_t{0}));
  module.unregister();
  EXPECT_FALSE(pc_in_managed_code(address(managed)));
}

uintptr_t scalar_global, pair_globals[6], unknown_global[3];
struct Wide {
  uintptr_t words[70];
} wide_globals[2];

class Globals : public testing::Test {
protected:
  void SetUp() override {
    scalar_global = 0x6100;
    for (size_t i = 0; i < 6; ++i)
      pair_globals[i] = 0x6200 + i;
    for (size_t i = 0; i < 3; ++i)
      unknown_global[i] = 0x6300 + i;
    for (size_t i = 0; i < 140; ++i)
      wide_globals[i / 70].words[i % 70] = 0x6400 + i;
    module.add_global(&scalar_global, 1, 1, {1, 0});
    module.add_global(pair_globals, 3, 2, {1, 2});
    module.add_global(unknown_global, 3, 0, {});
    // Words 0, 33 and 69 exact, word 64 tolerant.
    module.add_global(wide_globals, 2, 70, {1, 2, 1u << 5, 0, 0, 1});
    module.do_register();
  }
  TestModule module;
};

TEST_F(Globals, AreVisitedByTheirSets) {
  RecordingSink all;
  EXPECT_EQ(visit_all_globals(all.sink()), 1u);
  EXPECT_EQ(all.count(0x6100, RootCertainty::Exact), 1u);
  for (size_t i = 0; i < 6; ++i)
    EXPECT_EQ(all.count(0x6200 + i, i % 2 == 0 ? RootCertainty::Exact : RootCertainty::Tolerant),
              1u);
  for (size_t i = 0; i < 3; ++i)
    EXPECT_EQ(all.count(0x6300 + i, RootCertainty::Tolerant), 1u);
  for (size_t i = 0; i < 140; ++i) {
    size_t word = i % 70;
    EXPECT_EQ(all.count(0x6400 + i, RootCertainty::Exact),
              word == 0 || word == 33 || word == 69 ? 1u : 0u);
    EXPECT_EQ(all.count(0x6400 + i, RootCertainty::Tolerant), word == 64 ? 1u : 0u);
  }
  EXPECT_EQ(all.words().size(), 1u + 6 + 3 + 8);
}

// In parts of 64 words, the least there are: each word once, and no part has more memory than was asked
// for.
TEST_F(Globals, AreVisitedInParts) {
  RecordingSink whole, parts;
  visit_all_globals(whole.sink());
  GlobalsPlace place = {next_image(0), 0, 0}, passing = place;
  size_t bytes = 0, calls = 0;
  while (size_t passed = visit_globals(place, 64 * 8, parts.sink())) {
    EXPECT_LE(passed, 64u * 8);
    EXPECT_EQ(pass_globals(passing, 64 * 8), passed);
    EXPECT_EQ(passing.word, place.word);
    bytes += passed;
    ++calls;
  }
  EXPECT_EQ(bytes, (1u + 6 + 3 + 140) * 8);
  EXPECT_GE(calls, 3u);
  ASSERT_EQ(parts.words().size(), whole.words().size());
  for (size_t i = 0; i < whole.words().size(); ++i)
    EXPECT_EQ(parts.count(whole.words()[i].value, whole.words()[i].certainty), 1u);
}

// A place goes with its image, and is not a place of what comes after it.
TEST_F(Globals, PlacesAreOfOneRegistration) {
  uint64_t first = next_image(0);
  GlobalsPlace gone = {first, 0, 0};
  module.unregister();
  EXPECT_EQ(next_image(0), 0u);
  RecordingSink sink;
  EXPECT_EQ(visit_globals(gone, 4096, sink.sink()), 0u);
  module.do_register();
  EXPECT_GT(next_image(0), first);
  EXPECT_EQ(visit_globals(gone, 4096, sink.sink()), 0u) << "another life of the image";
  EXPECT_TRUE(sink.words().empty());
}

// Readers look things up while a module comes and goes. What they may see is all or nothing; what
// was freed must not be looked at (run under the sanitizers).
TEST(Modules, ReadersGoOnWhileModulesComeAndGo) {
  std::atomic<bool> done{false};
  std::atomic<size_t> hits{0}, misses{0};
  auto read = [&] {
    while (!done) {
      size_t bytes;
      const uint8_t *list = find_root_list(address(test_managed_frame_site), &bytes);
      bool in_code = pc_in_managed_code(address(test_managed_frame_site));
      (list ? hits : misses) += 1;
      (in_code ? hits : misses) += 1;
    }
  };
  std::thread first(read), second(read);
  TestModule module;
  module.add_map(managed, {{test_managed_frame_site, no_roots}});
  module.add_function(managed);
  for (int i = 0; i < 300; ++i) {
    module.do_register();
    if (i % 32 == 0)
      std::this_thread::yield();
    module.unregister();
  }
  module.do_register();
  size_t seen = hits;
  while (hits == seen)
    std::this_thread::yield();
  done = true;
  first.join();
  second.join();
  EXPECT_GT(hits, 0u);
}

TEST(Modules, ReadSectionsNest) {
  ReadSection outer;
  ReadSection inner;
  EXPECT_FALSE(pc_in_managed_code(address(managed)));
}

TEST(Modules, RefreshIsRepeatable) {
  modules_refresh();
  modules_refresh();
}

class ModulesDeath : public testing::Test {
protected:
  void SetUp() override {
    module.add_map(managed_noreturn, {{test_managed_noreturn_site, no_roots}});
    second = static_cast<uint8_t *>(end_of_maps(0));
    module.add_map(managed,
                   {{test_managed_frame_site - 2, no_roots}, {test_managed_frame_site, no_roots}});
    module.add_function(managed);
    module.add_global(&scalar_global, 1, 1, {1, 0});
  }
  void *end_of_maps(int more) {
    return static_cast<char *>(const_cast<void *>(module.module.maps_end)) + more;
  }
  tricolor_map_record *second_record() { return reinterpret_cast<tricolor_map_record *>(second); }
  void expect_refusal(const std::vector<uint8_t> &sites, const char *message) {
    module.add_map_bytes(managed_noreturn, sites);
    EXPECT_DEATH(module.do_register(), message);
  }
  uint8_t *second;
  TestModule module;
};

TEST_F(ModulesDeath, WellFormedOneIsAccepted) { module.do_register(); }

TEST_F(ModulesDeath, ForeignVersionOfTheModule) {
  module.module.abi_version = TRICOLOR_ABI_VERSION + 1;
  EXPECT_DEATH(module.do_register(),
               "image .*: it was compiled for version 3 .* runtime has version 2");
}

TEST_F(ModulesDeath, ForeignVersionOfARecord) {
  second_record()->version = 7;
  EXPECT_DEATH(module.do_register(), "a stack map is for version 7");
}

TEST_F(ModulesDeath, CutOffMaps) {
  auto begin = static_cast<const uint8_t *>(module.module.maps_begin);
  std::string message =
      "tricolor_maps, byte " + std::to_string(second - begin) + ": the last record is cut off";
  for (auto *end = static_cast<const uint8_t *>(module.module.maps_end) - 1; end != second; --end) {
    module.module.maps_end = end;
    EXPECT_DEATH(module.do_register(), message);
  }
}

TEST_F(ModulesDeath, SizesThatMakeNoSense) {
  second[sizeof(tricolor_map_record)] += 1;
  EXPECT_DEATH(module.do_register(), "record is cut off");
  second[sizeof(tricolor_map_record)] -= 2;
  EXPECT_DEATH(module.do_register(), "");
  module.add_map_bytes(managed_noreturn, {});
  second[sizeof(tricolor_map_record)] += 1;
  EXPECT_DEATH(module.do_register(), "a record has no call sites");
}

TEST_F(ModulesDeath, BoundsOutsideTheImage) {
  module.module.maps_begin = nullptr;
  EXPECT_DEATH(module.do_register(), "bounds make no sense");
  module.module.maps_begin = end_of_maps(64);
  EXPECT_DEATH(module.do_register(), "bounds make no sense");
}

TEST_F(ModulesDeath, UnsortedSites) {
  expect_refusal({4, 0}, "call sites are not sorted");
  expect_refusal({0}, "call sites are not sorted");
}

TEST_F(ModulesDeath, FunctionsOfMoreThanFourGigabytes) {
  expect_refusal({4, 0xfc, 0xff, 0xff, 0xff, 0x3f}, "a function is larger than 4 GiB");
}

TEST_F(ModulesDeath, ListsThatThereAreNot) {
  expect_refusal({4, 4 | TRICOLOR_SITE_LAST}, "has the list of the last one, and there is none");
  module.module.maps_end = second;
  expect_refusal(
      {4 | TRICOLOR_SITE_NEW, root(TRICOLOR_ROOT_REGISTER, 3), 0, 4 | TRICOLOR_SITE_EARLIER, 1},
      "has an earlier list that there is not");
}

TEST_F(ModulesDeath, ListsWithoutEnd) {
  const char *message = "a root list has no end or is of an unknown kind";
  const std::vector<uint8_t> lists[] = {{},
                                        {root(TRICOLOR_ROOT_REGISTER, 3)},
                                        {root(TRICOLOR_ROOT_SLOT, 7), 0x80},
                                        {root(TRICOLOR_ROOT_MASK, 7), 0, 9, 0, 0, 0, 0},
                                        {root(TRICOLOR_ROOT_REPEAT, 7), 0, 2, 1, 0, 0},
                                        {root(TRICOLOR_ROOT_END, 1)}};
  for (const auto &list : lists) {
    std::vector<uint8_t> sites = {4 | TRICOLOR_SITE_NEW};
    sites.insert(sites.end(), list.begin(), list.end());
    module.module.maps_end = second;
    expect_refusal(sites, message);
  }
}

TEST_F(ModulesDeath, CutOffSites) {
  expect_refusal({4, 0x84}, "a call site is cut off");
  module.module.maps_end = second;
  expect_refusal({4 | TRICOLOR_SITE_EARLIER}, "has an earlier list that there is not");
}

TEST_F(ModulesDeath, FunctionOutsideTheImage) {
  second_record()->anchor = 0x70000000;
  EXPECT_DEATH(module.do_register(), "function outside the image's code");
}

TEST_F(ModulesDeath, FunctionsOutsideTheImageOrWithoutUnwindInformation) {
  module.add_function(&scalar_global);
  EXPECT_DEATH(module.do_register(), "tricolor_functions, byte 4: a function lies outside");
}

TEST_F(ModulesDeath, FunctionsWithoutUnwindInformation) {
  module.add_function(static_cast<const char *>(managed) + 1);
  EXPECT_DEATH(module.do_register(), "has no unwind information");
}

TEST_F(ModulesDeath, GlobalsOutsideTheImage) {
  module.first_global()->count = 0x7fffffff;
  EXPECT_DEATH(module.do_register(), "tricolor_globals, byte 0: a global lies outside the image");
  module.first_global()->stride = 0;
  EXPECT_DEATH(module.do_register(), "a global lies outside the image");
}

TEST_F(ModulesDeath, GlobalWithoutItsSets) {
  module.first_global()->stride = 65;
  EXPECT_DEATH(module.do_register(), "too short for its sets");
}

TEST_F(ModulesDeath, RegisteredTwice) {
  EXPECT_DEATH(
      {
        module.do_register();
        module.do_register();
      },
      "registered twice");
}

TEST_F(ModulesDeath, UnknownModule) {
  EXPECT_DEATH(modules_unregister(&module.module), "not registered");
  tricolor_module on_stack = module.module;
  EXPECT_DEATH(modules_register(&on_stack), "in no loaded image");
}

const tricolor_module *unregistered_at_exit;

// Runs after exit()'s handlers, as the destructors of images do.
[[gnu::destructor]] void unregister_at_exit() {
  if (!unregistered_at_exit)
    return;
  modules_unregister(unregistered_at_exit);
  _exit(pc_in_managed_code(address(managed)) ? 5 : 6);
}

TEST_F(ModulesDeath, UnregisteringAtExitIsIgnored) {
  EXPECT_EXIT(
      {
        unregistered_at_exit = &module.module;
        modules_register(unregistered_at_exit);
        exit(0);
      },
      testing::ExitedWithCode(5), "");
}

} // namespace
} // namespace tricolor::rt
