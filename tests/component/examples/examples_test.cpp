// SPDX-License-Identifier: Apache-2.0
#include "support/download_fixture.hpp"

#include "huggingface_hub/safetensors/writer.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <cstdio>
#include <regex>

namespace huggingface_hub {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;
using ::testing::Not;

struct Outcome {
  std::string output{};  ///< stdout and stderr together.
  bool good{false};
};

struct Examples : ::testing::Test {
  server::EmbeddedHub hub = server::EmbeddedHub::start();
  testing::TempDir home{};

  Examples() {
    const std::vector<float> weights{1.0F, 2.0F};
    hub.add_files("user/demo", {{"config.json", "{}"},
                                {"model.safetensors", safetensors::save({{"w", safetensors::TensorView(weights, {2})}})},
                                {"old/weights.bin", "older"},
                                {"text/notes.md", "notes"}});
  }

  /// With the environment of a user who is logged in to the hub.
  Outcome run(const std::string& example, const std::string& arguments = {}, bool with_hub = true) const {
    std::string command = "env -u HF_ENDPOINT -u HF_TOKEN -u HF_HUB_CACHE -u HF_HUB_OFFLINE HF_HOME='" + home.path().string() + "' ";
    if (with_hub) command += "HF_ENDPOINT=" + hub.url() + " HF_TOKEN=" + hub.token() + " ";
    command += std::string(EXAMPLES) + "/" + example + " " + arguments + " 2>&1";
    Outcome outcome;
    FILE* const pipe = popen(command.c_str(), "r");
    if (pipe == nullptr) return outcome;
    std::array<char, 4096> buffer{};
    while (const std::size_t size = std::fread(buffer.data(), 1, buffer.size(), pipe)) {
      outcome.output.append(buffer.data(), size);
    }
    outcome.good = pclose(pipe) == 0;
    return outcome;
  }

  Outcome run_well(const std::string& example, const std::string& arguments = {}, bool with_hub = true) const {
    Outcome outcome = run(example, arguments, with_hub);
    EXPECT_TRUE(outcome.good) << outcome.output;
    return outcome;
  }
};

/// Both processes tell the same accuracy, and a good one.
void expect_same_accuracy(const std::string& output) {
  std::smatch found;
  ASSERT_TRUE(std::regex_search(output, found, std::regex("trained, accuracy (0\\.9\\d+)"))) << output;
  EXPECT_THAT(output, HasSubstr("second process: loaded user/iris-classifier, accuracy " + found[1].str()));
}

TEST_F(Examples, QuickstartTrainsPushesAndLoadsOnAHubOfItsOwn) {
  const Outcome outcome = run_well("quickstart", "", /*with_hub=*/false);
  expect_same_accuracy(outcome.output);
  EXPECT_THAT(outcome.output, HasSubstr("models--user--iris-classifier"));
  EXPECT_THAT(outcome.output, HasSubstr("pipeline_tag: tabular-classification"));
}

TEST_F(Examples, QuickstartWorksAgainstTheHubOfTheEnvironment) {
  expect_same_accuracy(run_well("quickstart").output);
  EXPECT_TRUE(hub.read_file("user/iris-classifier", "model.safetensors").has_value());
}

TEST_F(Examples, DownloadFilePrintsThePath) {
  const Outcome outcome = run_well("download_file", "user/demo config.json");
  EXPECT_EQ(testing::read_file(outcome.output.substr(0, outcome.output.find('\n'))), "{}");
}

TEST_F(Examples, DownloadFileSaysWhatIsMissing) {
  const Outcome file = run("download_file", "user/demo nothing.json");
  EXPECT_FALSE(file.good);
  EXPECT_THAT(file.output, HasSubstr("No such file"));
  EXPECT_THAT(run("download_file", "user/nothing config.json").output, HasSubstr("No such repository"));
  EXPECT_THAT(run("download_file", "").output, HasSubstr("usage"));
}

TEST_F(Examples, RemoteTensorListsAndFetches) {
  EXPECT_EQ(run_well("remote_tensor", "user/demo").output, "w F32 8 bytes\n");
  EXPECT_EQ(run_well("remote_tensor", "user/demo w").output, "2 values, mean 1.5\n");
  EXPECT_THAT(run("remote_tensor", "user/demo nothing").output, HasSubstr("does not contain tensor nothing"));
}

TEST_F(Examples, SnapshotPatternsTakesWhatMatches) {
  const Outcome outcome = run_well("snapshot_patterns", "user/demo '*.md' '*.json' '*.bin'");
  EXPECT_THAT(outcome.output, HasSubstr("text/notes.md\n"));
  EXPECT_THAT(outcome.output, HasSubstr("config.json\n"));
  EXPECT_THAT(outcome.output, Not(HasSubstr("weights.bin")));
  EXPECT_THAT(outcome.output, Not(HasSubstr("safetensors")));
}

TEST_F(Examples, UploadFolderMakesOneCommit) {
  testing::write_file(home.path() / "mine/a.txt", "a");
  testing::write_file(home.path() / "mine/deep/b.txt", "b");
  testing::write_file(home.path() / "mine/c.tmp", "c");
  run_well("upload_folder", "'" + (home.path() / "mine").string() + "' user/uploaded");
  EXPECT_THAT(*hub.list_files("user/uploaded"), ::testing::ElementsAre(".gitattributes", "a.txt", "deep/b.txt"));
}

TEST_F(Examples, MixinOwnConfigLetsTheCallerOverride) {
  EXPECT_THAT(run_well("mixin_own_config", "user/filter").output, HasSubstr("5 taps, window hamming"));
  EXPECT_EQ(hub.read_file("user/filter", "config.json"), "{\n  \"taps\": 5,\n  \"window\": \"hann\"\n}");
}

TEST_F(Examples, HelperPairPushesAndLoads) {
  EXPECT_THAT(run_well("helper_pair", "user/line").output, HasSubstr("y = 0.5 + 2 x"));
  for (const auto& request : hub.requests()) {
    EXPECT_THAT(request.header("user-agent"), ::testing::StartsWith("regress/1.4; ")) << request.target;
  }
}

TEST_F(Examples, ModelCardIsPushedLoadedAndChanged) {
  const Outcome outcome = run_well("model_card", "user/documented");
  EXPECT_THAT(outcome.output, HasSubstr("license: apache-2.0"));
  EXPECT_THAT(outcome.output, HasSubstr("Tells three kinds of iris apart."));
  EXPECT_THAT(*hub.read_file("user/documented", "README.md"), HasSubstr("license: apache-2.0"));
}

TEST_F(Examples, OfflineHeadersOnlyReadsTheCache) {
  const Outcome before = run("offline_headers_only", "user/demo", /*with_hub=*/false);
  EXPECT_FALSE(before.good);
  EXPECT_THAT(before.output, HasSubstr("not in the cache"));

  run_well("download_file", "user/demo model.safetensors");
  EXPECT_THAT(run_well("offline_headers_only", "user/demo", /*with_hub=*/false).output, HasSubstr("w F32 2\n"));
}

}  // namespace
}  // namespace huggingface_hub
