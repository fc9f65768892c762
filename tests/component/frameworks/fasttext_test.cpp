// SPDX-License-Identifier: Apache-2.0
#include "fixture.hpp"

#include "huggingface_hub/fasttext.hpp"

#include <sstream>

namespace huggingface_hub {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::expect_refusal;
using testing::FrameworkTest;

/// A classifier that knows two kinds of lines.
std::unique_ptr<fasttext::FastText> trained(const testing::TempDir& home, bool supervised = true) {
  std::string lines;
  for (int i = 0; i < 20; ++i) lines += "__label__sun warm bright day\n__label__rain wet cold day\n";
  testing::write_file(home.path() / "lines.txt", lines);
  fasttext::Args args;
  args.input = (home.path() / "lines.txt").string();
  args.model = supervised ? fasttext::model_name::sup : fasttext::model_name::sg;
  if (supervised) args.loss = fasttext::loss_name::softmax;
  args.dim = 4;
  args.bucket = 100;
  args.minCount = 1;
  args.maxn = 0;
  args.epoch = 20;
  args.lr = 0.5;
  args.thread = 1;
  args.verbose = 0;
  auto model = std::make_unique<fasttext::FastText>();
  model->train(args);
  return model;
}

std::string label_of(const fasttext::FastText& model, const std::string& line) {
  std::istringstream text(line + "\n");
  std::vector<std::pair<float, std::string>> found;
  model.predictLine(text, found, 1, 0);
  return found.empty() ? "" : found[0].second;
}

TEST_F(FrameworkTest, FasttextModelGoesToTheHubAndComesBack) {
  const auto model = trained(home);
  const CommitInfo commit = push_to_hub_fasttext(*model, "user/weather", push());

  EXPECT_EQ(commit.commit_message, "Push fastText model using huggingface_hub.");
  EXPECT_THAT(*hub.list_files("user/weather"), ElementsAre(".gitattributes", "README.md", "config.json", "model.bin"));
  EXPECT_THAT(pushed("user/weather", "README.md"),
              HasSubstr("---\nlibrary_name: fasttext\npipeline_tag: text-classification\ntags:\n- fasttext\n---"));
  EXPECT_EQ(pushed_config("user/weather"), (nlohmann::json{{"framework", "fasttext"}, {"framework_version", "0.9"}}));

  const auto back = from_pretrained_fasttext("user/weather", pull());
  EXPECT_EQ(label_of(*back, "bright and warm"), "__label__sun");
  EXPECT_EQ(label_of(*back, "cold"), "__label__rain");
}

TEST_F(FrameworkTest, FasttextPushTakesAllOptionsOfTheHelper) {
  const auto model = trained(home, /*supervised=*/false);
  api.create_repo("user/vectors");
  api.create_branch("user/vectors", "next");
  PushToHubOptions options = push();
  options.branch = "next";
  options.commit_message = "Words";
  options.config = nlohmann::json{{"corpus", "weather"}};
  options.ignore_patterns = {"README.md"};
  const CommitInfo commit = push_to_hub_fasttext(*model, "user/vectors", options);
  EXPECT_EQ(commit.commit_message, "Words");
  EXPECT_THAT(*hub.list_files("user/vectors", "next"), ElementsAre(".gitattributes", "config.json", "model.bin"));
  EXPECT_THAT(*hub.list_files("user/vectors"), ElementsAre(".gitattributes"));

  FromPretrainedOptions pull_options = pull();
  pull_options.revision = "next";
  EXPECT_EQ(from_pretrained_fasttext("user/vectors", pull_options)->getDimension(), 4);

  PushToHubOptions request = push();
  request.create_pr = true;
  EXPECT_EQ(push_to_hub_fasttext(*model, "user/vectors", request).pr_num, 1U);
  PushToHubOptions private_options = push();
  private_options.private_repo = true;
  push_to_hub_fasttext(*model, "user/secret", private_options);
  EXPECT_TRUE(api.model_info("user/secret").private_repo);
  EXPECT_THAT(pushed("user/secret", "README.md"), HasSubstr("pipeline_tag: feature-extraction"));
}

TEST_F(FrameworkTest, FasttextRefusesToPushWhatIsNoModelAndSendsNothing) {
  const fasttext::FastText empty;
  expect_refusal([&] { push_to_hub_fasttext(empty, "user/empty", push()); }, "train it or load it");
  PushToHubOptions options = push();
  options.config = nlohmann::json::array({1});
  expect_refusal([&] { push_to_hub_fasttext(*trained(home), "user/empty", options); }, "must be a JSON object");
  EXPECT_TRUE(hub.requests().empty());
}

TEST_F(FrameworkTest, FasttextSaysWhatIsWrongWithAFile) {
  const std::string text = "2 3\nword 0.1 0.2 0.3\n";
  hub.add_files("user/vec", {{"model.bin", text}});
  expect_refusal([&] { from_pretrained_fasttext("user/vec", pull()); }, "is no fastText model");
  hub.add_files("user/short", {{"model.bin", "abc"}});
  expect_refusal([&] { from_pretrained_fasttext("user/short", pull()); }, "is no fastText model");
  const std::array<std::int32_t, 2> future{793712314, 13};
  hub.add_files("user/future", {{"model.bin", std::string(reinterpret_cast<const char*>(future.data()), sizeof future)}});
  expect_refusal([&] { from_pretrained_fasttext("user/future", pull()); }, "version 13");
  hub.add_files("user/none", {{"config.json", "{}"}});
  expect_refusal([&] { from_pretrained_fasttext("user/none", pull()); }, "model.bin");
  hub.add_files("user/other", {{"config.json", R"({"framework": "xgboost"})"}});
  expect_refusal([&] { from_pretrained_fasttext("user/other", pull()); }, "framework 'xgboost'");
}

TEST_F(FrameworkTest, FasttextChecksTheVersionOfTheModel) {
  std::string said;
  set_log_sink([&](LogLevel level, std::string_view message) {
    if (level == LogLevel::warning) said += message;
  });
  trained(home)->saveModel((home.path() / "model.bin").string());
  const std::string bytes = testing::read_file(home.path() / "model.bin");
  for (const char* version : {"0.9.2", "0.1"}) {
    hub.add_files("user/m", {{"config.json", R"({"framework_version": ")" + std::string(version) + "\"}"}, {"model.bin", bytes}});
    EXPECT_NE(from_pretrained_fasttext("user/m", pull()), nullptr);
    EXPECT_EQ(said, "");
  }
  for (const char* version : {"1.0", "0.0.3", "2"}) {
    hub.add_files("user/m", {{"config.json", R"({"framework_version": ")" + std::string(version) + ".0\"}"}, {"model.bin", bytes}});
    expect_refusal([&] { from_pretrained_fasttext("user/m", pull()); }, "was made with fastText " + std::string(version));
  }
  hub.add_files("user/m", {{"config.json", "{}"}});
  EXPECT_NE(from_pretrained_fasttext("user/m", pull()), nullptr);
  EXPECT_THAT(said, HasSubstr("does not say with which version of fastText"));
  set_log_sink({});
}

class Weather : public FasttextModelHubMixin<Weather> {
 public:
  fasttext::FastText& hub_model() { return *model; }
  std::unique_ptr<fasttext::FastText> model = std::make_unique<fasttext::FastText>();
};
class PinnedWeather : public FasttextModelHubMixin<PinnedWeather> {
 public:
  fasttext::FastText& hub_model() { return model; }
  fasttext::FastText model{};
};

TEST_F(FrameworkTest, FasttextMixinOwnsAModel) {
  Weather weather;
  weather.model = trained(home);
  weather.push_to_hub("user/weather", push());
  EXPECT_THAT(pushed("user/weather", "README.md"), HasSubstr("tags:\n- fasttext\n- model_hub_mixin\n"));
  EXPECT_EQ(label_of(*Weather::from_pretrained("user/weather", pull()).model, "cold"), "__label__rain");
  const std::unique_ptr<PinnedWeather> pinned = PinnedWeather::from_pretrained("user/weather", pull());
  EXPECT_EQ(label_of(pinned->model, "warm"), "__label__sun");
}

}  // namespace
}  // namespace huggingface_hub

// Debian's libfasttext has a `main` of its own, which would come before that of GoogleTest's library.
int main(int argc, char** argv) {
  ::testing::InitGoogleMock(&argc, argv);
  return RUN_ALL_TESTS();
}
