// SPDX-License-Identifier: Apache-2.0
#include "support/temp_dir.hpp"

#include "huggingface_hub/log.hpp"
#include "huggingface_hub/model_hub_mixin.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace huggingface_hub {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using testing::read_file;
using testing::write_file;

struct Line : ModelHubMixin<Line> {
  double slope = 1.0;
  int saves = 0;
  void _save_pretrained(const fs::path& folder) const { write_file(folder / "line.txt", std::to_string(slope)); }
  static Line _from_pretrained(const FromPretrainedArgs& args) {
    Line model;
    model.slope = std::stod(read_file(args.file("line.txt")));
    return model;
  }
};

/// Cannot be copied nor moved.
class Fixed : public ModelHubMixin<Fixed> {
 public:
  explicit Fixed(int given) : value(given) {}
  Fixed(const Fixed&) = delete;
  Fixed& operator=(const Fixed&) = delete;
  const int value;

 private:
  friend access;
  void _save_pretrained(const fs::path&) const {}
  static std::unique_ptr<Fixed> _from_pretrained(const FromPretrainedArgs& args) {
    return std::make_unique<Fixed>(args.model_kwarg("value", 1));
  }
};

struct Shared : ModelHubMixin<Shared> {
  void _save_pretrained(const fs::path&) const {}
  static std::shared_ptr<Shared> _from_pretrained(const FromPretrainedArgs&) { return nullptr; }
};

/// Keeps what it was given, and what it was asked to push.
struct Recorder : ModelHubMixin<Recorder> {
  FromPretrainedArgs args{};
  static inline std::vector<std::pair<std::string, PushToHubOptions>> pushes{};
  void _save_pretrained(const fs::path&) const {}
  static Recorder _from_pretrained(const FromPretrainedArgs& given) {
    Recorder model;
    model.args = given;
    return model;
  }
  CommitInfo push_to_hub(const std::string& repo_id, const PushToHubOptions& options = {}) const {
    pushes.emplace_back(repo_id, options);
    CommitInfo info;
    info.oid = "made";
    return info;
  }
};

struct MixinHooks : ::testing::Test {
  testing::TempDir temporary{};
  fs::path folder = temporary.path() / "deep" / "model";
};

TEST_F(MixinHooks, SaveAndLoadAFolder) {
  Line line;
  line.slope = 2.5;
  EXPECT_EQ(line.save_pretrained(folder), std::nullopt);
  EXPECT_TRUE(fs::exists(folder / "README.md"));
  EXPECT_EQ(Line::from_pretrained(folder.string()).slope, 2.5);
}

TEST_F(MixinHooks, LoadARelativeFolder) {
  Line().save_pretrained(folder);
  const fs::path before = fs::current_path();
  fs::current_path(temporary.path());
  EXPECT_EQ(Line::from_pretrained("deep/model").slope, 1.0);
  fs::current_path(before);
}

TEST_F(MixinHooks, MayBePrivateAndGiveAPointer) {
  Fixed(3).save_pretrained(folder);
  const std::unique_ptr<Fixed> model = Fixed::from_pretrained(folder.string(), {.model_kwargs = {{"value", 9}}});
  EXPECT_EQ(model->value, 9);
}

TEST_F(MixinHooks, MayGiveNothing) {
  write_file(folder / "config.json", "{\"a\": 1}");
  EXPECT_EQ(Shared::from_pretrained(folder.string()), nullptr);
}

TEST_F(MixinHooks, SeeWhatTheCallerAskedFor) {
  fs::create_directories(folder);
  const Recorder plain = Recorder::from_pretrained(folder.string());
  EXPECT_EQ(plain.args.model_id, folder.string());
  EXPECT_EQ(plain.args.revision, std::nullopt);
  EXPECT_EQ(plain.args.cache_dir, std::nullopt);
  EXPECT_FALSE(plain.args.force_download);
  EXPECT_FALSE(plain.args.local_files_only);
  EXPECT_TRUE(plain.args.token.is_implicit());
  EXPECT_EQ(plain.args.local_dir, folder);

  const Recorder asked = Recorder::from_pretrained(
      folder.string(), {.cache_dir = "/c", .force_download = true, .local_files_only = true, .revision = "v1", .token = "hf_t"});
  EXPECT_EQ(asked.args.revision, "v1");
  EXPECT_EQ(asked.args.cache_dir, "/c");
  EXPECT_TRUE(asked.args.force_download);
  EXPECT_TRUE(asked.args.local_files_only);
  EXPECT_EQ(asked.args.token.value(), "hf_t");
}

TEST_F(MixinHooks, NameTheFileThatAFolderLacks) {
  fs::create_directories(folder);
  try {
    (void)Line::from_pretrained(folder.string());
    FAIL();
  } catch (const EntryNotFoundError& error) {
    EXPECT_THAT(error.what(), ::testing::HasSubstr("line.txt"));
  }
}

TEST_F(MixinHooks, DoNotLeaveTheFolder) {
  fs::create_directories(folder);
  const Recorder model = Recorder::from_pretrained(folder.string());
  EXPECT_THROW((void)model.args.file("../secret"), HFValidationError);
  EXPECT_THROW((void)model.args.file("/etc/passwd"), HFValidationError);
  EXPECT_EQ(model.args.folder(), folder);
}

TEST_F(MixinHooks, RefuseWhatIsNeitherAFolderNorAnId) {
  EXPECT_THROW((void)Line::from_pretrained("a/b/c"), HFValidationError);
}

TEST_F(MixinHooks, PassTheirErrorsOn) {
  struct Broken : ModelHubMixin<Broken> {
    void _save_pretrained(const fs::path&) const { throw std::logic_error("out of paper"); }
    static Broken _from_pretrained(const FromPretrainedArgs&) { return {}; }
  };
  EXPECT_THROW(Broken().save_pretrained(folder), std::logic_error);
  EXPECT_FALSE(fs::exists(folder / "README.md"));
}

TEST_F(MixinHooks, WarnWhereAFolderHasNoConfig) {
  fs::create_directories(folder);
  std::vector<std::string> warnings;
  set_log_sink([&](LogLevel level, std::string_view message) {
    if (level == LogLevel::warning) warnings.emplace_back(message);
  });
  (void)Recorder::from_pretrained(folder.string());
  set_log_sink({});
  EXPECT_THAT(warnings, ::testing::ElementsAre("config.json not found in " + folder.string()));
}

TEST_F(MixinHooks, PushAfterSavingWhenAsked) {
  Recorder::pushes.clear();
  Recorder model;
  model.set_hub_config(json{{"kept", 1}});
  const auto commit = model.save_pretrained(
      folder, {.config = json{{"a", 1}}, .push_options = {.branch = "dev"}, .push_to_hub = true, .repo_id = "me/CustomID"});
  EXPECT_EQ(commit->oid, "made");
  model.save_pretrained(folder / "", {.push_to_hub = true});

  ASSERT_EQ(Recorder::pushes.size(), 2U);
  EXPECT_EQ(Recorder::pushes[0].first, "me/CustomID");
  EXPECT_EQ(Recorder::pushes[0].second.config, (json{{"a", 1}}));
  EXPECT_EQ(Recorder::pushes[0].second.model_card_kwargs, json::object());
  EXPECT_EQ(Recorder::pushes[0].second.branch, "dev");
  EXPECT_EQ(Recorder::pushes[1].first, "model");
  EXPECT_EQ(Recorder::pushes[1].second.config, (json{{"kept", 1}}));
}

TEST_F(MixinHooks, SendNothingForIdsAndBranchesThatCannotBe) {
  EXPECT_THROW(Line().push_to_hub("not/an/id"), HFValidationError);
  EXPECT_THROW(Line().push_to_hub("me/line", {.branch = "dev", .create_pr = true}), HFValidationError);
}

}  // namespace
}  // namespace huggingface_hub
