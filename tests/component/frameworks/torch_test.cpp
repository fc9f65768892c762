// SPDX-License-Identifier: Apache-2.0
#include "huggingface_hub/torch.hpp"  // First, and alone: it stands for the header test.

#include "fixture.hpp"
#include "support/pickle_bytes.hpp"

#include "huggingface_hub/safetensors/reader.hpp"

#include <cstring>

namespace huggingface_hub {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using testing::expect_refusal;
using testing::FrameworkTest;
using torch::nn::BatchNorm1d;
using torch::nn::Linear;

struct NetConfig {
  std::int64_t hidden{3};
};
HUGGINGFACE_HUB_CONFIG(NetConfig, hidden)

struct NetImpl : torch::nn::Module, TorchModelHubMixin<NetImpl> {
  explicit NetImpl(NetConfig config = {})
      : config_(config),
        first(register_module("first", Linear(2, config.hidden))),
        norm(register_module("norm", BatchNorm1d(config.hidden))),
        last(register_module("last", Linear(torch::nn::LinearOptions(config.hidden, 1).bias(false)))) {}
  torch::Tensor forward(const torch::Tensor& x) { return last(torch::relu(norm(first(x)))); }
  const NetConfig& hub_config() const { return config_; }
  static MixinInfo hub_info() {
    MixinInfo info;
    info.license = "mit";
    return info;
  }

  NetConfig config_;
  Linear first;
  BatchNorm1d norm;
  Linear last;
};
TORCH_MODULE(Net);

/// Named tensors and nothing else.
struct Tensors : torch::nn::Module {
  explicit Tensors(const std::vector<std::pair<std::string, torch::Tensor>>& all) {
    for (const auto& [name, tensor] : all) register_parameter(name, tensor, /*requires_grad=*/tensor.is_floating_point());
  }
};

const torch::Tensor kInput = torch::tensor({{1.0F, -2.0F}, {0.5F, 3.0F}});

std::vector<std::string> names_of(const torch::nn::Module& module) {
  std::vector<std::string> names;
  for (const auto& [name, tensor] : torch_state_dict(module)) names.push_back(name);
  return names;
}

TEST(TorchStateDict, HasTheOrderOfPython) {
  struct Order : torch::nn::Module {
    Order() {
      register_parameter("p", torch::zeros({1}));
      const Linear shared(1, 1);
      register_module("a", shared);
      register_module("bn", BatchNorm1d(1));
      register_module("b", shared);
      register_buffer("buf", torch::zeros({1}));
      register_buffer("undefined", torch::Tensor());
    }
  };
  EXPECT_THAT(names_of(Order()), ElementsAre("p", "buf", "a.weight", "a.bias", "bn.weight", "bn.bias", "bn.running_mean",
                                             "bn.running_var", "bn.num_batches_tracked", "b.weight", "b.bias"));
}

TEST(TorchFile, HasNoMetadataWhereNothingIsSharedAsInPython) {
  struct Two : torch::nn::Module {
    Two() {
      register_module("l1", Linear(2, 2));
      register_module("l2", Linear(2, 2));
    }
  };
  const testing::TempDir home;
  save_torch_model(Two(), home.path() / "m.safetensors");
  const auto file = safetensors::File::open(home.path() / "m.safetensors");
  EXPECT_EQ(file.metadata(), std::nullopt);
  EXPECT_THAT(file.names(), ElementsAre("l1.bias", "l1.weight", "l2.bias", "l2.weight"));
}

TEST_F(FrameworkTest, TorchModelGoesToTheHubAndComesBack) {
  Net net(NetConfig{4});
  net->forward(kInput);  // Moves the running statistics.
  net->eval();
  net->push_to_hub("user/net", push());
  EXPECT_THAT(*hub.list_files("user/net"), ElementsAre(".gitattributes", "README.md", "config.json", "model.safetensors"));
  EXPECT_EQ(pushed("user/net", "config.json"), "{\n  \"hidden\": 4\n}");
  EXPECT_THAT(pushed("user/net", "README.md"), HasSubstr("license: mit\ntags:\n- model_hub_mixin\n- pytorch_model_hub_mixin\n"));

  TorchFromPretrainedOptions options;
  options.api = &api;
  options.strict = true;
  Net back(NetImpl::from_pretrained("user/net", options));
  EXPECT_FALSE(back->is_training());
  EXPECT_EQ(back->hub_config().hidden, 4);
  EXPECT_TRUE(torch::equal(back->forward(kInput), net->forward(kInput)));
  EXPECT_TRUE(back->first->weight.requires_grad());
}

TEST_F(FrameworkTest, TorchHelpersTakeAnyModule) {
  const Linear line(2, 1);
  const CommitInfo commit = push_to_hub_torch(line, "user/line", push());
  EXPECT_EQ(commit.commit_message, "Push PyTorch model using huggingface_hub.");
  EXPECT_EQ(pushed_config("user/line")["framework"], "torch");
  EXPECT_THAT(pushed("user/line", "README.md"), HasSubstr("library_name: pytorch\ntags:\n- pytorch\n---"));
  Linear back(2, 1);
  TorchFromPretrainedOptions options;
  options.api = &api;
  from_pretrained_torch(*back, "user/line", options);
  EXPECT_TRUE(torch::equal(back->weight, line->weight));
  Linear wider(3, 1);
  expect_refusal([&] { from_pretrained_torch(*wider, "user/line", options); }, "size mismatch for weight");
  hub.add_files("user/other", {{"config.json", R"({"framework": "eigen"})"}});
  expect_refusal([&] { from_pretrained_torch(*wider, "user/other", options); }, "framework 'eigen'");
}

TEST(TorchLoading, NeverRepeatsATensorOfOneElement) {
  const testing::TempDir home;
  const auto path = home.path() / "m.safetensors";
  save_torch_model(Tensors({{"w", torch::tensor({7.0F})}}), path);
  Tensors model({{"w", torch::zeros({4})}});
  expect_refusal([&] { load_torch_model(model, path); }, "size mismatch for w: copying a param with shape F32 [1]");
  EXPECT_EQ(model.named_parameters()["w"].sum().item<float>(), 0);
}

TEST(TorchLoading, TakesASingleValueFromAList) {
  const testing::TempDir home;
  save_torch_model(Tensors({{"w", torch::tensor({7.0F, 8.0F})}}), home.path() / "m.safetensors");
  Tensors model({{"w", torch::tensor(0.0F)}});
  load_torch_model(model, home.path() / "m.safetensors");
  EXPECT_EQ(model.named_parameters()["w"].item<float>(), 7);
}

TEST(TorchLoading, ComparesNamesBeforeAnythingChanges) {
  const testing::TempDir home;
  const auto path = home.path() / "m.safetensors";
  save_torch_model(Tensors({{"a", torch::ones({1})}, {"z", torch::ones({1})}}), path);
  Tensors model({{"a", torch::zeros({1})}, {"b", torch::zeros({1})}});
  LoadTorchModelOptions strict;
  strict.strict = true;
  expect_refusal([&] { load_torch_model(model, path, strict); }, "Missing key(s): \"b\".\nUnexpected key(s): \"z\".");
  EXPECT_EQ(model.named_parameters()["a"].item<float>(), 0);
  const IncompatibleKeys keys = load_torch_model(model, path);
  EXPECT_THAT(keys.missing_keys, ElementsAre("b"));
  EXPECT_THAT(keys.unexpected_keys, ElementsAre("z"));
  EXPECT_EQ(model.named_parameters()["a"].item<float>(), 1);
}

TEST(TorchLoading, ConvertsTypesAndNamesThoseItDoesNotHave) {
  const testing::TempDir home;
  const auto path = home.path() / "m.safetensors";
  save_torch_model(Tensors({{"w", torch::tensor({1.5, 2.5}, torch::kFloat64)}}), path);
  Tensors model({{"w", torch::zeros({2}, torch::kFloat16)}});
  load_torch_model(model, path);
  EXPECT_EQ(model.named_parameters()["w"].sum().item<float>(), 4);
  EXPECT_EQ(model.named_parameters()["w"].scalar_type(), torch::kFloat16);

  const std::string two("\x38\x40", 2);
  safetensors::save_file({{"w", {safetensors::Dtype::f8_e4m3, {2}, two.data(), two.size()}}}, path);
  expect_refusal([&] { load_torch_model(model, path); }, "is of type F8_E4M3, which this LibTorch does not have");
}

TEST(TorchFile, HoldsEveryTypeInRowOrder) {
  const testing::TempDir home;
  const auto path = home.path() / "m.safetensors";
  std::vector<std::pair<std::string, torch::Tensor>> all;
  for (const auto& [dtype, type] : detail::kTorchTypes) {
    all.emplace_back(std::string(to_string(dtype)), torch::arange(6).to(type).reshape({2, 3}).t());
  }
  save_torch_model(Tensors(all), path);
  const auto file = safetensors::File::open(path);
  EXPECT_THAT(file.info("F32").shape, ElementsAre(3, 2));
  EXPECT_THAT(file.copy<float>("F32"), ElementsAre(0, 3, 1, 4, 2, 5));
  std::vector<std::pair<std::string, torch::Tensor>> empty;
  for (const auto& [name, tensor] : all) empty.emplace_back(name, torch::zeros_like(tensor));
  Tensors model(empty);
  load_torch_model(model, path);
  for (const auto& [name, tensor] : all) {
    EXPECT_EQ(file.info(name).dtype, *safetensors::dtype_from_string(name));
    EXPECT_TRUE(torch::equal(model.named_parameters()[name], tensor)) << name;
  }
}

/// One layer under two names.
struct Tied : torch::nn::Module {
  Linear layer{2, 2};
  Tied() {
    register_module("decoder", layer);
    register_module("encoder", layer);
  }
};

TEST(TorchFile, KeepsOneNameOfWhatIsShared) {
  const testing::TempDir home;
  const auto path = home.path() / "m.safetensors";
  const Tied tied;
  save_torch_model(tied, path);
  const auto file = safetensors::File::open(path);
  EXPECT_THAT(file.names(), ElementsAre("decoder.bias", "decoder.weight"));
  EXPECT_EQ(file.metadata()->at("encoder.weight"), "decoder.weight");
  EXPECT_EQ(file.metadata()->at("format"), "pt");

  Tied back;
  LoadTorchModelOptions strict;
  strict.strict = true;
  load_torch_model(back, path, strict);
  EXPECT_TRUE(torch::equal(back.layer->weight, tied.layer->weight));
  EXPECT_EQ(back.layer->weight.data_ptr(), back.named_parameters()["encoder.weight"].data_ptr());
}

TEST(TorchFile, RefusesAPartOfALargerStorage) {
  const testing::TempDir home;
  const torch::Tensor large = torch::ones({10});
  expect_refusal([&] { save_torch_model(Tensors({{"w", large.slice(0, 0, 2)}}), home.path() / "m.safetensors"); }, "'w'");
  expect_refusal([&] { save_torch_model(Tensors({{"w", torch::ones({2, 2}).to_sparse()}}), home.path() / "m.safetensors"); },
                 "sparse");
}

TEST_F(FrameworkTest, TorchReadsShardedCheckpoints) {
  Net net;
  SaveStateDictOptions small;
  small.max_shard_size = 40;
  const auto saved = save_state_dict(torch_tensor_dict(*net), home.path() / "shards", small);
  ASSERT_TRUE(saved.split.is_sharded);
  Net local(NetImpl::from_pretrained((home.path() / "shards").string()));
  EXPECT_TRUE(torch::equal(local->first->weight, net->first->weight));

  api.create_repo("user/shards");
  api.upload_folder("user/shards", home.path() / "shards");
  hub.add_file("user/shards", "onnx/model.onnx", "not wanted");
  TorchFromPretrainedOptions options;
  options.api = &api;
  options.strict = true;
  hub.clear_requests();
  Net back(NetImpl::from_pretrained("user/shards", options));
  EXPECT_TRUE(torch::equal(back->last->weight, net->last->weight));
  for (const auto& request : hub.requests()) EXPECT_THAT(request.target, Not(HasSubstr("resolve/main/onnx")));
}

/// States no configuration.
struct PlainImpl : torch::nn::Module, TorchModelHubMixin<PlainImpl> {
  Linear line{register_module("line", Linear(1, 1))};
};

TEST_F(FrameworkTest, TorchReadsAPickleOfTheHubWhereThereIsNothingElse) {
  namespace pickles = testing::pickles;
  const std::array<float, 2> values{3, 4};
  const std::string bytes(reinterpret_cast<const char*>(values.data()), sizeof values);
  const std::string pickle = pickles::torch_file(
      pickles::dictionary({{"line.weight", pickles::tensor(pickles::storage("FloatStorage", "0", 2), 0, {1, 1}, {1, 1})},
                           {"line.bias", pickles::tensor(pickles::storage("FloatStorage", "0", 2), 1, {1}, {1})}}),
      {{"0", bytes}});
  hub.add_files("user/old", {{"pytorch_model.bin", pickle}});
  TorchFromPretrainedOptions options;
  options.api = &api;
  options.strict = true;
  const auto model = PlainImpl::from_pretrained("user/old", options);
  EXPECT_EQ(model->line->weight.item<float>(), 3);
  EXPECT_EQ(model->line->bias.item<float>(), 4);

  testing::write_file(home.path() / "old/pytorch_model.bin", pickle);
  EXPECT_THROW(PlainImpl::from_pretrained((home.path() / "old").string()), LocalEntryNotFoundError);
  LoadTorchModelOptions unsafe;
  EXPECT_THROW(load_torch_model(*model, home.path() / "old", unsafe), CheckpointError);
  unsafe.safe = false;
  EXPECT_TRUE(load_torch_model(*model, home.path() / "old", unsafe).empty());
}

TEST_F(FrameworkTest, TorchNamesTheFileThatIsMissing) {
  hub.add_files("user/none", {{"config.json", "{}"}});
  TorchFromPretrainedOptions options;
  options.api = &api;
  expect_refusal([&] { PlainImpl::from_pretrained("user/none", options); }, "model.safetensors");
}

TEST_F(FrameworkTest, TorchRefusesADeviceThatIsNoneBeforeItDownloadsWeights) {
  hub.add_files("user/net", {{"config.json", "{}"}});
  TorchFromPretrainedOptions options;
  options.api = &api;
  options.map_location = "toaster";
  EXPECT_THROW(NetImpl::from_pretrained("user/net", options), HFValidationError);
  for (const auto& request : hub.requests()) EXPECT_THAT(request.target, Not(HasSubstr("model.safetensors")));
}

TEST_F(FrameworkTest, TorchModelWithoutConfigurationKeepsThatOfTheFile) {
  const auto folder = home.path() / "plain";
  PlainImpl().save_pretrained(folder);
  EXPECT_FALSE(std::filesystem::exists(folder / "config.json"));
  testing::write_file(folder / "config.json", R"({"seed": 1})");
  TorchFromPretrainedOptions options;
  options.strict = true;
  EXPECT_EQ(PlainImpl::from_pretrained(folder.string(), options)->stored_hub_config(), (nlohmann::json{{"seed", 1}}));
  options.model_kwargs = {{"size", 1}};
  expect_refusal([&] { PlainImpl::from_pretrained(folder.string(), options); }, "has no argument 'size'");
}

}  // namespace
}  // namespace huggingface_hub
