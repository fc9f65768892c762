// SPDX-License-Identifier: Apache-2.0
#include "fixture.hpp"

#include "huggingface_hub/version.hpp"

namespace huggingface_hub::testing {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::StartsWith;

class Arguments : public CommandTest {};

TEST_F(Arguments, VersionIsPrintedInEveryMode) {
  const std::string version = kVersion;
  EXPECT_EQ(run({"version", "-q"}).out, version + "\n");
  EXPECT_EQ(run({"version", "--json"}).out, "{\"version\": \"" + version + "\"}\n");
  EXPECT_EQ(run({"version", "--format", "agent"}).out, "version=" + version + "\n");
  EXPECT_EQ(run({"version", "--format=human"}).out, "✓ hfcpp version\n  version: " + version + "\n");
  EXPECT_EQ(run({"--version"}).out, version + "\n");
}

TEST_F(Arguments, VersionAsksNobody) {
  EXPECT_EQ(run({"version"}).code, 0);
  EXPECT_EQ(hub_.request_count(), 0U);
}

TEST_F(Arguments, TwoModesExcludeEachOther) {
  const CommandResult result = run({"version", "-q", "--json"});
  EXPECT_EQ(result.code, 2);
  EXPECT_EQ(result.out, "");
  EXPECT_EQ(result.err, "Error: '-q' and '--json' are mutually exclusive.\n");
}

TEST_F(Arguments, AModeHasToBeOne) {
  EXPECT_EQ(run({"version", "--format", "x"}).err,
            "Error: Invalid value for '--format': 'x'. Valid values: agent, auto, human, json, quiet.\n");
  EXPECT_EQ(run({"version", "--format"}).err, "Error: Option '--format' requires a value.\n");
  EXPECT_EQ(run({"version", "--no-truncate=1"}).err, "Error: Option '--no-truncate' does not take a value.\n");
}

TEST_F(Arguments, AModeBeforeTheCommandIsUnknown) { EXPECT_EQ(run({"-q", "version"}).code, 2); }

TEST_F(Arguments, AGroupAloneShowsItsHelpOnStderr) {
  const CommandResult result = run({"auth"});
  EXPECT_EQ(result.code, 2);
  EXPECT_EQ(result.out, "");
  EXPECT_THAT(result.err, StartsWith("Usage: hfcpp auth"));
}

TEST_F(Arguments, ACommandWithoutItsArgumentsShowsItsHelp) {
  const CommandResult result = run({"download"});
  EXPECT_EQ(result.code, 0);
  EXPECT_THAT(result.out, StartsWith("Usage: hfcpp download [OPTIONS] REPO_ID [FILENAMES]...\n"));
}

TEST_F(Arguments, EachOptionalArgumentTakesOneValue) {
  const CommandResult result = run({"upload", "alice/m1", "no-such-folder", "sub"});
  EXPECT_THAT(result.err, HasSubstr("no-such-folder"));
  EXPECT_THAT(result.err, ::testing::Not(HasSubstr("Usage:")));
}

TEST_F(Arguments, AfterADoubleDashEverythingIsAValue) {
  EXPECT_THAT(run({"upload", "alice/m1", "--", "-folder"}).err, ::testing::Not(HasSubstr("No such option")));
}

TEST_F(Arguments, AMissingArgumentIsNamedAndNothingIsSent) {
  const CommandResult result = run({"repos", "tag", "create", "alice/m1"});
  EXPECT_EQ(result.code, 2);
  EXPECT_THAT(result.err, EndsWith("Error: Missing argument 'TAG'.\n"));
  EXPECT_EQ(hub_.request_count(), 0U);
}

TEST_F(Arguments, UsageErrorsNameWhatIsWrong) {
  EXPECT_THAT(run({"download", "a/b", "--max-workers", "x"}).err,
              EndsWith("Error: Invalid value for '--max-workers': 'x' is not a valid integer.\n"));
  EXPECT_THAT(run({"download", "a/b", "--type", "foo"}).err,
              HasSubstr("'foo' is not one of 'model', 'dataset', 'space', 'kernel'."));
  EXPECT_THAT(run({"download", "a/b", "--limit-rate", "fast"}).err,
              HasSubstr("Invalid value for '--limit-rate': 'fast' is no number of bytes a second"));
  EXPECT_THAT(run({"download", "a/b", "--nope"}).err, EndsWith("Error: No such option: --nope\n"));
  EXPECT_THAT(run({"download", "a/b", "--revision"}).err, EndsWith("Error: Option '--revision' requires an argument.\n"));
  EXPECT_THAT(run({"download", "a/b", "--dry-run=x"}).err, HasSubstr("does not take a value"));
  EXPECT_THAT(run({"version", "extra"}).err, EndsWith("Error: Got unexpected extra argument (extra)\n"));
  EXPECT_THAT(run({"nope"}).err, EndsWith("Error: No such command 'nope'.\n"));
  EXPECT_EQ(run({"nope"}).code, 2);
}

TEST_F(Arguments, WhatBelongsToPythonSaysSo) {
  const CommandResult result = run({"skills"});
  EXPECT_EQ(result.code, 2);
  EXPECT_EQ(result.err, "Error: 'hf skills' is not part of hfcpp.\n");
}

TEST_F(Arguments, TheTypeMayBeThePrefixOfTheId) {
  EXPECT_EQ(run({"repos", "create", "datasets/alice/d1", "--private", "--json"}).out,
            "{\"repo_id\": \"alice/d1\", \"url\": \"" + hub_.url() + "/datasets/alice/d1\"}\n");
  const CommandResult both = run({"repos", "create", "datasets/alice/d1", "--type", "dataset"});
  EXPECT_EQ(both.code, 2);
  EXPECT_EQ(both.err,
            "Error: Ambiguous repo type: got prefix 'datasets/' in repo ID and explicit --type. Use one or the other.\n");
}

TEST_F(Arguments, AValueMayStartWithADash) {
  ASSERT_EQ(run({"repos", "create", "m1"}).code, 0);
  EXPECT_EQ(run({"repos", "tag", "create", "alice/m1", "v1", "-m", "-x"}).code, 0);
  EXPECT_EQ(run({"repos", "tag", "create", "-mtext", "alice/m1", "v2", "-q"}).out, "v2\n");
}

TEST_F(Arguments, AfterTwoDashesEverythingIsAnArgument) {
  EXPECT_THAT(run({"download", "--", "a/b", "-q"}).err, HasSubstr("Error: "));
  EXPECT_EQ(run({"download", "--", "a/b", "-q"}).code, 1);  // `-q` was the file.
}

TEST_F(Arguments, OldNamesOfCommandsStillWork) {
  const CommandResult result = run({"repo", "create", "m1", "-q"});
  EXPECT_EQ(result.out, "alice/m1\n");
  EXPECT_THAT(result.err, HasSubstr("hfcpp repos"));
}

TEST_F(Arguments, ATokenOnTheCommandLineDrawsAWarning) {
  environment_.erase("HF_TOKEN");
  const CommandResult result = run({"repos", "create", "m1", "-q", "--token", kToken});
  EXPECT_EQ(result.out, "alice/m1\n");
  EXPECT_THAT(result.err, StartsWith("Warning: "));
  EXPECT_THAT(result.err, ::testing::Not(HasSubstr(kToken)));
}

TEST_F(Arguments, AnAgentIsRecognisedByTheRegistryOfPython) {
  write_file(home_ / ".agent_harnesses.json",
             R"({"standardEnvVars": ["AI_AGENT"], "harnesses": {"x": {"envVars": {"X_AGENT": "*"}}}})");
  EXPECT_THAT(run({"version"}).out, StartsWith("✓"));
  environment_["X_AGENT"] = "1";
  EXPECT_THAT(run({"version"}).out, StartsWith("version="));
  environment_.erase("X_AGENT");
  environment_["AI_AGENT"] = "someone";
  EXPECT_THAT(run({"version"}).out, StartsWith("version="));
}

TEST_F(Arguments, ABrokenEnvironmentIsOneLine) {
  environment_["HF_HUB_ETAG_TIMEOUT"] = "soon";
  const CommandResult result = run({"download", "a/b"});
  EXPECT_EQ(result.code, 1);
  EXPECT_THAT(result.err, HasSubstr("HF_HUB_ETAG_TIMEOUT"));
}

}  // namespace
}  // namespace huggingface_hub::testing
