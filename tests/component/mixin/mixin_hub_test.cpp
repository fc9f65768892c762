// SPDX-License-Identifier: Apache-2.0
// A model goes up and comes back: ModelHubMixin against an embedded hub.
#include "support/download_fixture.hpp"

#include "huggingface_hub/model_hub_mixin.hpp"
#include "huggingface_hub/safetensors/reader.hpp"
#include "huggingface_hub/safetensors/writer.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace huggingface_hub {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;

struct Sizes {
  int width{2};
  std::string activation{"relu"};
};
HUGGINGFACE_HUB_CONFIG(Sizes, width, activation)

class Net : public ModelHubMixin<Net> {
 public:
  Net() = default;
  explicit Net(Sizes given) : sizes(std::move(given)), weights(static_cast<std::size_t>(sizes.width), 0.5F) {}
  Sizes sizes{};
  std::vector<float> weights{};

 private:
  friend access;
  static MixinInfo hub_info() { return {.library_name = "netlib", .library_version = "2.1", .license = "mit"}; }
  const Sizes& hub_config() const { return sizes; }
  void _save_pretrained(const fs::path& folder) const {
    safetensors::save_file({{"w", safetensors::TensorView(weights, {weights.size()})}}, folder / "model.safetensors");
  }
  static Net _from_pretrained(const FromPretrainedArgs& args) {
    Net net(args.config_as<Sizes>());
    net.weights = safetensors::File::open(args.file("model.safetensors")).copy<float>("w");
    return net;
  }
};

struct MixinOnAHub : ::testing::Test {
  server::EmbeddedHub hub = server::EmbeddedHub::start();
  testing::TempDir home{};
  HfApi api = testing::make_api(home.path(), hub.url(), hub.token());

  PushToHubOptions push() const {
    PushToHubOptions options;
    options.api = &api;
    return options;
  }
  FromPretrainedOptions pull() const {
    FromPretrainedOptions options;
    options.api = &api;
    return options;
  }
  std::vector<std::string> user_agents() const {
    std::vector<std::string> all;
    for (const auto& request : hub.requests()) all.push_back(request.header("user-agent"));
    return all;
  }
};

TEST_F(MixinOnAHub, PushesAndLoadsTheSameModel) {
  Net net(Sizes{3, "tanh"});
  net.weights = {1.0F, -2.0F, 0.25F};
  const CommitInfo commit = net.push_to_hub("user/net", push());

  EXPECT_EQ(commit.commit_message, "Push model using huggingface_hub.");
  EXPECT_EQ(commit.oid, hub.resolve("user/net"));
  EXPECT_THAT(*hub.list_files("user/net"), ElementsAre(".gitattributes", "README.md", "config.json", "model.safetensors"));
  EXPECT_EQ(hub.read_file("user/net", "config.json"), "{\n  \"activation\": \"tanh\",\n  \"width\": 3\n}");
  EXPECT_THAT(*hub.read_file("user/net", "README.md"),
              StartsWith("---\nlibrary_name: netlib\nlicense: mit\ntags:\n- model_hub_mixin\n---\n"));

  const Net back = Net::from_pretrained("user/net", pull());
  EXPECT_EQ(back.weights, net.weights);
  EXPECT_EQ(back.sizes.activation, "tanh");
}

TEST_F(MixinOnAHub, GivesABareNameTheNamespaceOfTheUser) {
  EXPECT_EQ(Net(Sizes{}).push_to_hub("net", push()).repo_url.repo_id, "user/net");
}

TEST_F(MixinOnAHub, NamesTheLibraryOfTheClassInTheUserAgent) {
  Net(Sizes{}).push_to_hub("user/net", push());
  EXPECT_THAT(user_agents(), ::testing::Each(StartsWith("netlib/2.1; ")));
  hub.clear_requests();

  FromPretrainedOptions options = pull();
  options.library_name = "other";
  options.library_version = "1";
  (void)Net::from_pretrained("user/net", options);
  EXPECT_THAT(user_agents(), ::testing::Each(StartsWith("other/1; ")));
}

TEST_F(MixinOnAHub, PushesToABranchThatIsThere) {
  PushToHubOptions options = push();
  options.branch = "dev";
  EXPECT_THROW(Net(Sizes{}).push_to_hub("user/net", options), RevisionNotFoundError);
  EXPECT_TRUE(hub.resolve("user/net").has_value()) << "the repository stays";

  api.create_branch("user/net", "dev");
  Net(Sizes{4, "relu"}).push_to_hub("user/net", options);
  EXPECT_FALSE(hub.read_file("user/net", "config.json").has_value());

  FromPretrainedOptions from = pull();
  from.revision = "dev";
  EXPECT_EQ(Net::from_pretrained("user/net", from).sizes.width, 4);
}

TEST_F(MixinOnAHub, OpensAPullRequest) {
  Net(Sizes{}).push_to_hub("user/net", push());
  PushToHubOptions options = push();
  options.create_pr = true;
  options.commit_message = "Wider";
  const CommitInfo commit = Net(Sizes{8, "relu"}).push_to_hub("user/net", options);
  EXPECT_EQ(commit.pr_num, 1U);

  EXPECT_EQ(Net::from_pretrained("user/net", pull()).sizes.width, 2);
  FromPretrainedOptions from = pull();
  from.revision = *commit.pr_revision;
  EXPECT_EQ(Net::from_pretrained("user/net", from).sizes.width, 8);
}

TEST_F(MixinOnAHub, ChoosesFilesByPatterns) {
  hub.add_file("user/net", "old.bin", "x");
  PushToHubOptions options = push();
  options.ignore_patterns = "README.md";
  options.delete_patterns = "*.bin";
  Net(Sizes{}).push_to_hub("user/net", options);
  EXPECT_THAT(*hub.list_files("user/net"), ElementsAre(".gitattributes", "config.json", "model.safetensors"));

  PushToHubOptions only = push();
  only.allow_patterns = {"*.json"};
  Net(Sizes{}).push_to_hub("user/other", only);
  EXPECT_THAT(*hub.list_files("user/other"), ElementsAre(".gitattributes", "config.json"));
}

TEST_F(MixinOnAHub, ReplacesTheCardUnlessToldToKeepIt) {
  hub.add_file("user/net", "README.md", "hand-written");
  PushToHubOptions keep = push();
  keep.keep_remote_card = true;
  Net(Sizes{}).push_to_hub("user/net", keep);
  EXPECT_EQ(hub.read_file("user/net", "README.md"), "hand-written");
  Net(Sizes{}).push_to_hub("user/net", push());
  EXPECT_THAT(*hub.read_file("user/net", "README.md"), HasSubstr("model_hub_mixin"));
}

TEST_F(MixinOnAHub, MakesAPrivateRepository) {
  PushToHubOptions options = push();
  options.private_repo = true;
  Net(Sizes{}).push_to_hub("user/net", options);
  EXPECT_TRUE(api.model_info("user/net").private_repo.value_or(false));

  FromPretrainedOptions anonymous = pull();
  anonymous.token = false;
  EXPECT_THROW((void)Net::from_pretrained("user/net", anonymous), RepositoryNotFoundError);
}

TEST_F(MixinOnAHub, SavesAndPushesInOneCall) {
  SavePretrainedOptions options;
  options.push_options = push();
  options.push_to_hub = true;
  const auto commit = Net(Sizes{}).save_pretrained(home.path() / "my-net", options);
  EXPECT_EQ(commit->repo_url.repo_id, "user/my-net");
  EXPECT_TRUE(fs::exists(home.path() / "my-net" / "model.safetensors"));
}

/// The Hub counts downloads of a model by its `config.json`.
TEST_F(MixinOnAHub, AsksForTheConfigFirstSoThatTheDownloadCounts) {
  Net(Sizes{}).push_to_hub("user/net", push());
  hub.clear_requests();
  (void)Net::from_pretrained("user/net", pull());
  std::vector<std::string> resolved;
  for (const auto& request : hub.requests()) {
    if (request.target.find("/resolve/") != std::string::npos) resolved.push_back(request.target);
  }
  ASSERT_FALSE(resolved.empty());
  EXPECT_THAT(hub.requests().front().target, ::testing::EndsWith("/user/net/resolve/main/config.json"));
  EXPECT_THAT(resolved.back(), ::testing::EndsWith("/model.safetensors"));
}

TEST_F(MixinOnAHub, LoadsARepositoryWithoutAConfig) {
  const std::vector<float> weights{7.0F};
  hub.add_file("user/bare", "model.safetensors", safetensors::save({{"w", safetensors::TensorView(weights, {1})}}));
  const Net net = Net::from_pretrained("user/bare", pull());
  EXPECT_EQ(net.weights, weights);
  EXPECT_EQ(net.sizes.width, 2) << "the default";
}

TEST_F(MixinOnAHub, SaysWhatIsMissing) {
  EXPECT_THROW((void)Net::from_pretrained("user/nothing", pull()), RepositoryNotFoundError);
  hub.add_file("user/empty", "notes.txt", "no weights");
  EXPECT_THROW((void)Net::from_pretrained("user/empty", pull()), RemoteEntryNotFoundError);
  FromPretrainedOptions options = pull();
  options.revision = "v9";
  EXPECT_THROW((void)Net::from_pretrained("user/empty", options), RevisionNotFoundError);
}

TEST_F(MixinOnAHub, LoadsFromTheCacheAlone) {
  Net(Sizes{}).push_to_hub("user/net", push());
  FromPretrainedOptions options = pull();
  options.local_files_only = true;
  EXPECT_THROW((void)Net::from_pretrained("user/net", options), LocalEntryNotFoundError);
  (void)Net::from_pretrained("user/net", pull());
  hub.clear_requests();
  EXPECT_EQ(Net::from_pretrained("user/net", options).sizes.width, 2);
  EXPECT_TRUE(hub.requests().empty());
}

TEST_F(MixinOnAHub, LoadsIntoAnotherCacheAndAgainByForce) {
  Net(Sizes{}).push_to_hub("user/net", push());
  FromPretrainedOptions options = pull();
  options.cache_dir = home.path() / "elsewhere";
  (void)Net::from_pretrained("user/net", options);
  EXPECT_TRUE(fs::exists(home.path() / "elsewhere" / "models--user--net"));

  options.force_download = true;
  options.resume_download = true;
  hub.clear_requests();
  (void)Net::from_pretrained("user/net", options);
  EXPECT_FALSE(hub.requests().empty());
}

TEST_F(MixinOnAHub, TalksToTheEndpointOfTheCall) {
  const HfApi elsewhere = testing::make_api(home.path() / "other", "http://127.0.0.1:9", hub.token());
  PushToHubOptions to;
  to.api = &elsewhere;
  to.endpoint = hub.url();
  Net(Sizes{}).push_to_hub("user/net", to);
  FromPretrainedOptions from;
  from.api = &elsewhere;
  from.endpoint = hub.url();
  EXPECT_EQ(Net::from_pretrained("user/net", from).sizes.width, 2);
}

TEST_F(MixinOnAHub, NeedsATokenToPush) {
  PushToHubOptions options = push();
  options.token = false;
  try {
    Net(Sizes{}).push_to_hub("user/net", options);
    FAIL();
  } catch (const HfHubHTTPError& error) {
    EXPECT_EQ(error.status(), 401);
  }
}

TEST_F(MixinOnAHub, PushesNothingWhereTheCardIsRefused) {
  struct BadCard : ModelHubMixin<BadCard> {
    static MixinInfo hub_info() { return {.license = "no-such-license"}; }
    void _save_pretrained(const fs::path&) const {}
  };
  EXPECT_THROW(BadCard().push_to_hub("user/bad", push()), HfHubError);
  EXPECT_THAT(*hub.list_files("user/bad"), ElementsAre(".gitattributes"));
}

TEST_F(MixinOnAHub, LeavesNoTemporaryFolderBehind) {
  // The folder of a push tells its own name while the model is being saved.
  struct Nosy : ModelHubMixin<Nosy> {
    mutable fs::path seen{};
    void _save_pretrained(const fs::path& folder) const { seen = folder; }
  };
  const Nosy nosy{};
  nosy.push_to_hub("user/nosy", push());
  EXPECT_EQ(nosy.seen.filename(), "nosy");
  EXPECT_EQ(nosy.seen.parent_path().filename(), "user");
  EXPECT_FALSE(fs::exists(nosy.seen.parent_path().parent_path()));
}

}  // namespace
}  // namespace huggingface_hub
