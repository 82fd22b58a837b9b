//===- test/unit/collector/options_test.cpp - TRICOLOR_OPTIONS --------------------------------===//
//
// Part of Tricolor, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===------------------------------------------------------------------------------------------===//

#include "collector/options.h"

#include <gtest/gtest.h>

#include <string>

namespace tricolor::rt {
namespace {

Options parsed(const char *text) {
  Options options;
  ParseOutcome outcome = parse_options(text, options);
  EXPECT_EQ(outcome.status, ParseStatus::Good) << text;
  return options;
}

ParseStatus status(const char *text) {
  Options options;
  return parse_options(text, options).status;
}

TEST(Options, DefaultsAreTheDocumentedOnes) {
  Options options = parsed("");
  EXPECT_EQ(options.gcpercent, 100);
  EXPECT_EQ(options.markers, 0);
  EXPECT_EQ(options.stress, 0);
  EXPECT_EQ(options.poison, 0);
  EXPECT_EQ(options.collector_mode(), CollectorMode::Hybrid);
  EXPECT_EQ(options.memlimit, 0);
}

TEST(Options, ReadsEveryKind) {
  Options options = parsed("mode=stw:gcpercent=250:markers=7:trace=1:stress=12:poison=1");
  EXPECT_EQ(options.gcpercent, 250);
  EXPECT_EQ(options.markers, 7);
  EXPECT_EQ(options.trace, 1);
  EXPECT_EQ(options.stress, 12);
  EXPECT_EQ(options.poison, 1);
  EXPECT_EQ(options.collector_mode(), CollectorMode::Stw);
  EXPECT_EQ(parsed("mode=dijkstra").collector_mode(), CollectorMode::Dijkstra);
  EXPECT_EQ(parsed("perturb=17").perturb, 17);
  EXPECT_EQ(parsed("badptr=2").badptr, 2);
}

TEST(Options, BytesHaveUnits) {
  EXPECT_EQ(parsed("memlimit=1000").memlimit, 1000);
  EXPECT_EQ(parsed("memlimit=3K").memlimit, 3 << 10);
  EXPECT_EQ(parsed("memlimit=200M").memlimit, 200 << 20);
  EXPECT_EQ(parsed("memlimit=4G").memlimit, int64_t{4} << 30);
}

TEST(Options, WhoRunsFinalizers) {
  EXPECT_EQ(parsed("").finalizer_mode(), FinalizerMode::Thread);
  EXPECT_EQ(parsed("finalizers=pump").finalizer_mode(), FinalizerMode::Pump);
  EXPECT_EQ(parsed("finalizers=thread").finalizer_mode(), FinalizerMode::Thread);
  EXPECT_EQ(status("finalizers=1"), ParseStatus::BadValue);
}

TEST(Options, WordsForNumbers) {
  EXPECT_EQ(parsed("gcpercent=off").gcpercent, kGcPercentOff);
  EXPECT_EQ(parsed("markers=auto").markers, 0);
}

TEST(Options, EmptyPiecesAreSkippedAndTheLastOneCounts) {
  EXPECT_EQ(parsed("::stress=1::stress=5:").stress, 5);
}

TEST(Options, UnknownNamesAreErrors) {
  EXPECT_EQ(status("stres=1"), ParseStatus::UnknownName);
  EXPECT_EQ(status("=1"), ParseStatus::UnknownName);
  EXPECT_EQ(status("trace=1:nonsense"), ParseStatus::UnknownName);
  EXPECT_EQ(status("Trace=1"), ParseStatus::UnknownName);
}

TEST(Options, BadValuesAreErrors) {
  for (const char *text :
       {"trace", "trace=", "trace=2", "trace=yes", "trace=-1", "stress=1x", "stress=99999999999999",
        "gcpercent=0", "gcpercent=Off", "markers=0", "markers=33", "mode=go", "mode=", "badptr=3",
        "memlimit=M", "memlimit=1T", "memlimit=-1", "memlimit=9999999999G"})
    EXPECT_EQ(status(text), ParseStatus::BadValue) << text;
}

TEST(Options, TheOutcomeNamesTheOffender) {
  Options options;
  std::string text = "trace=1:markers=99:poison=1";
  ParseOutcome outcome = parse_options(text.c_str(), options);
  EXPECT_EQ(std::string(outcome.at, outcome.length), "markers=99");
  EXPECT_NE(std::string(outcome.valid).find("32"), std::string::npos);
}

TEST(Options, RaisedPrivilegesIgnoreTheVariable) {
  EXPECT_EQ(options_from_environment("stress=3", Privilege::Ordinary).stress, 3);
  EXPECT_EQ(options_from_environment("stress=3", Privilege::Raised).stress, 0);
  // Not even an error is made of it.
  EXPECT_EQ(options_from_environment("nonsense", Privilege::Raised).stress, 0);
}

TEST(OptionsDeathTest, AnUnknownOptionListsTheValidOnes) {
  EXPECT_EXIT(options_from_environment("nonsense=1", Privilege::Ordinary),
              testing::ExitedWithCode(2), "unknown option 'nonsense=1'.*\n.*\n[^$]*gcpercent");
}

TEST(OptionsDeathTest, ABadValueNamesTheValidOnes) {
  EXPECT_EXIT(options_from_environment("markers=99", Privilege::Ordinary),
              testing::ExitedWithCode(2), "bad value in 'markers=99'.*from 1 to 32");
}

TEST(OptionsDeathTest, HelpPrintsAndExits) {
  EXPECT_EXIT(options_from_environment("help=1", Privilege::Ordinary), testing::ExitedWithCode(0),
              "");
}

} // namespace
} // namespace tricolor::rt
