// SPDX-License-Identifier: Apache-2.0
// Saving and loading whole state dicts.
#include "huggingface_hub/serialization/load.hpp"
#include "huggingface_hub/serialization/match.hpp"
#include "huggingface_hub/serialization/save.hpp"

#include "support/safetensors_bytes.hpp"
#include "support/temp_dir.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace huggingface_hub {
namespace {

using safetensors::Dtype;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Pair;
using testing::write_file;

HostTensor floats(std::vector<float> values) {
  const std::uint64_t size = values.size();
  return HostTensor::of(std::move(values), {size});
}

struct StateDictFolder : ::testing::Test {
  std::vector<std::string> files() const {
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(folder.path())) names.push_back(entry.path().filename());
    std::sort(names.begin(), names.end());
    return names;
  }
  testing::TempDir folder{};
};

TEST(HostTensors, HoldWhatTheirShapeSays) {
  EXPECT_THROW((void)HostTensor::of(std::vector<float>(3), {2, 2}), HFValidationError);
  EXPECT_THROW((void)HostTensor::copy(Dtype::f4, {3}, "ab", 2), HFValidationError);
  EXPECT_THROW((void)HostTensor::zeros(Dtype::f32, {UINT64_MAX, 2}), HFValidationError);
  EXPECT_EQ(HostTensor::copy(Dtype::f4, {4}, "ab", 2).bytes(), "ab");
  EXPECT_THAT(HostTensor::zeros(Dtype::i16, {2, 1}).values<std::int16_t>(), ElementsAre(0, 0));
  EXPECT_THROW((void)floats({1}).values<double>(), HFValidationError);
}

TEST(HostTensors, ShareTheirBytesWithCopies) {
  auto first = std::make_unique<HostTensor>(floats({1, 2}));
  const HostTensor second = *first;
  first.reset();
  EXPECT_THAT(second.values<float>(), ElementsAre(1, 2));
}

TEST(TensorDicts, KeepTheOrderOfTheModel) {
  TensorDict dict{{"z", floats({1})}, {"a", floats({2})}};
  dict.set("m", floats({3}));
  dict.set("z", floats({4}));
  EXPECT_THAT(dict.names(), ElementsAre("z", "a", "m"));
  EXPECT_THAT(dict.at("z").values<float>(), ElementsAre(4));
  EXPECT_TRUE(dict.erase("z"));
  EXPECT_FALSE(dict.erase("z"));
  EXPECT_THAT(dict.at("m").values<float>(), ElementsAre(3));
  EXPECT_THROW((void)dict.at("z"), CheckpointError);
}

TEST_F(StateDictFolder, HoldsOneFileWhereThatIsEnough) {
  const auto saved = save_state_dict({{"w", floats({1, 2})}}, folder.path() / "new", {.metadata = {{"by", "me"}}});
  EXPECT_THAT(saved.files, ElementsAre(folder.path() / "new/model.safetensors"));
  EXPECT_TRUE(saved.index.empty());

  const auto loaded = load_checkpoint(folder.path() / "new");
  EXPECT_THAT(*loaded.metadata, ElementsAre(Pair("by", "me"), Pair("format", "pt")));
  EXPECT_THAT(loaded.tensors.at("w").values<float>(), ElementsAre(1, 2));
  EXPECT_THAT(load_state_dict(saved.files[0]).names(), ElementsAre("w"));
}

TEST_F(StateDictFolder, HoldsShardsAndTheirIndex) {
  const TensorDict dict{{"a", floats({1, 2})}, {"b", floats({3})}, {"c", floats({4})}};
  const auto saved = save_state_dict(dict, folder.path(), {.max_shard_size = 8, .metadata = {{"by", "me"}}});
  EXPECT_THAT(files(), ElementsAre("model-00001-of-00002.safetensors", "model-00002-of-00002.safetensors",
                                   "model.safetensors.index.json"));
  EXPECT_EQ(testing::read_file(saved.index), shard_index_json(saved.split, {{"by", "me"}}));
  EXPECT_THAT(*load_checkpoint(saved.files[0]).metadata, ElementsAre(Pair("format", "pt")));

  const auto loaded = load_checkpoint(folder.path());
  EXPECT_THAT(loaded.tensors.names(), ElementsAre("a", "b", "c"));
  EXPECT_THAT(loaded.tensors.at("c").values<float>(), ElementsAre(4));
  EXPECT_THAT(loaded.missing_in_shards, IsEmpty());
  EXPECT_THAT(loaded.unnamed_in_index, IsEmpty());
}

TEST_F(StateDictFolder, LosesOldFilesOfThePatternAndNoOthers) {
  for (const char* const name : {"model-00001-of-00003.safetensors", "model.safetensors.index.json", "model.safetensors.bak",
                                 "model-1-of-3.safetensors", "xmodel.safetensors", "model-00009-of-00009.safetensors.index.json"}) {
    write_file(folder.path() / name, "old");
  }
  std::filesystem::create_directory(folder.path() / "model-00001-of-00009.safetensors");
  save_state_dict({{"w", floats({1})}}, folder.path());
  EXPECT_THAT(files(), ElementsAre("model-00001-of-00009.safetensors", "model-1-of-3.safetensors", "model.safetensors",
                                   "model.safetensors.bak", "xmodel.safetensors"));
}

TEST_F(StateDictFolder, KeepsOldFilesForProcessesThatAreNotTheMainOne) {
  write_file(folder.path() / "model-00001-of-00003.safetensors", "old");
  save_state_dict({{"w", floats({1})}}, folder.path(), {.is_main_process = false});
  EXPECT_EQ(files().size(), 2U);
}

TEST_F(StateDictFolder, IsAsItWasWhereSavingFails) {
  save_state_dict({{"w", floats({1})}}, folder.path());
  const std::string before = testing::read_file(folder.path() / "model.safetensors");
  const TensorDict bad{{"a", floats({2, 3})}, {"\xFF", floats({4, 5})}};
  EXPECT_THROW(save_state_dict(bad, folder.path(), {.max_shard_size = 8}), SafetensorsParsingError);
  EXPECT_THAT(files(), ElementsAre("model.safetensors"));
  EXPECT_EQ(testing::read_file(folder.path() / "model.safetensors"), before);
}

TEST_F(StateDictFolder, MayBeSavedOverItself) {
  save_state_dict({{"a", floats({1, 2})}, {"b", floats({3, 4})}}, folder.path());
  const TensorDict loaded = load_state_dict(folder.path());
  save_state_dict(loaded, folder.path(), {.max_shard_size = 8});
  const TensorDict again = load_state_dict(folder.path());
  EXPECT_THAT(again.at("b").values<float>(), ElementsAre(3, 4));
  EXPECT_THAT(loaded.at("b").values<float>(), ElementsAre(3, 4));
}

TEST_F(StateDictFolder, HoldsSharedTensorsOnce) {
  const HostTensor shared = floats({1, 2});
  const TensorDict dict{{"b", shared}, {"a", shared}, {"c", floats({3})}, {"d", shared}};
  const auto saved = save_state_dict(dict, folder.path(), {.metadata = {{"d", "mine"}}});
  ASSERT_EQ(saved.shared.size(), 1U);
  EXPECT_EQ(saved.shared[0].kept, "a");
  EXPECT_THAT(saved.shared[0].removed, ElementsAre("b", "d"));
  const auto loaded = load_checkpoint(folder.path());
  EXPECT_THAT(*loaded.metadata, ElementsAre(Pair("b", "a"), Pair("d", "mine"), Pair("format", "pt")));
  EXPECT_EQ(loaded.tensors.size(), 2U);

  EXPECT_EQ(save_state_dict(dict, folder.path(), {.shared_tensors_to_discard = {"a", "b"}}).shared[0].kept, "d");
}

TEST(SharedTensors, AreThoseThatOverlapInOneStorage) {
  const std::vector<float> memory(8);
  const auto part = [&](std::size_t begin, std::size_t count) {
    HostTensor tensor = HostTensor::view(Dtype::f32, {count}, memory.data() + begin, count * 4);
    return tensor.set_storage({reinterpret_cast<std::uintptr_t>(memory.data()), "cpu", 32}, begin * 4);
  };
  EXPECT_THROW((void)find_shared_names({{"half", part(0, 4)}}), CheckpointError);
  EXPECT_THROW((void)find_shared_names({{"low", part(0, 4)}, {"high", part(4, 4)}}), CheckpointError);
  EXPECT_THROW((void)find_shared_names({{"whole", part(0, 8)}, {"middle", part(2, 2)}, {"end", part(7, 1)}}),
               CheckpointError);  // As in Python: `end` begins after the one before it, `middle`.
  const auto found = find_shared_names({{"whole", part(0, 8)}, {"all", part(0, 8)}, {"part", part(2, 2)}});
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].kept, "all");
  EXPECT_THAT(found[0].removed, ElementsAre("part", "whole"));
}

TEST(SharedTensors, AreNotThoseWithoutElements) {
  const HostTensor none = HostTensor::zeros(Dtype::f32, {0});
  EXPECT_THAT(find_shared_names({{"a", none}, {"b", none}}), IsEmpty());
}

TEST_F(StateDictFolder, IsLoadedWhereItHasOneFileOfAnyName) {
  safetensors::save_file({}, folder.path() / "other.safetensors");
  EXPECT_TRUE(load_state_dict(folder.path()).empty());
  safetensors::save_file({}, folder.path() / "second.safetensors");
  EXPECT_THROW((void)load_state_dict(folder.path()), CheckpointError);
  EXPECT_THROW((void)load_state_dict(folder.path() / "nothing"), HfIoError);
  EXPECT_THROW((void)load_state_dict(folder.path(), {.filename_pattern = "pytorch_model{suffix}.bin"}), HFValidationError);
}

TEST_F(StateDictFolder, TellsWhereIndexAndShardsDisagree) {
  save_state_dict({{"a", floats({1, 2})}, {"b", floats({3, 4})}}, folder.path(), {.max_shard_size = 8});
  write_file(folder.path() / "model.safetensors.index.json",
             R"({"weight_map": {"a": "model-00001-of-00002.safetensors", "z": "model-00002-of-00002.safetensors"}})");
  const auto loaded = load_checkpoint(folder.path());
  EXPECT_THAT(loaded.missing_in_shards, ElementsAre("z"));
  EXPECT_THAT(loaded.unnamed_in_index, ElementsAre("b"));
  std::filesystem::remove(folder.path() / "model-00002-of-00002.safetensors");
  EXPECT_THROW((void)load_checkpoint(folder.path()), HfIoError);
}

TEST_F(StateDictFolder, GivesAlignedTensorsOfFilesThatAreNot) {
  const std::string header = R"({"t":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}})";
  const float value = 2.5F;
  write_file(folder.path() / "t.safetensors",
             testing::safetensors_with_length(57, header + std::string(57 - header.size(), ' '),
                                              std::string_view(reinterpret_cast<const char*>(&value), sizeof value)));
  EXPECT_THAT(load_state_dict(folder.path()).at("t").values<float>(), ElementsAre(2.5F));
}

struct Model {
  std::vector<float> a{0, 0}, b{0};
  TensorDict state() { return {{"a", HostTensor::view(Dtype::f32, {2}, a.data(), 8)}, {"b", HostTensor::view(Dtype::f32, {1}, b.data(), 4)}}; }
};

TEST(LoadInto, CopiesWhatFits) {
  Model model;
  const auto keys = load_state_dict_into(model.state(), {{"a", floats({1, 2})}, {"x", floats({3})}});
  EXPECT_THAT(model.a, ElementsAre(1, 2));
  EXPECT_THAT(keys.missing_keys, ElementsAre("b"));
  EXPECT_THAT(keys.unexpected_keys, ElementsAre("x"));
}

TEST(LoadInto, LeavesTheModelAloneWhereStrictFails) {
  Model model;
  try {
    load_state_dict_into(model.state(), {{"a", floats({1, 2})}, {"y", floats({3})}, {"x", floats({3})}},
                         {.model_name = "Net", .strict = true});
    FAIL();
  } catch (const CheckpointError& error) {
    EXPECT_STREQ(error.what(), "Error(s) in loading state_dict for Net\nMissing key(s): \"b\".\nUnexpected key(s): \"x\",\"y\".");
  }
  EXPECT_THAT(model.a, ElementsAre(0, 0));
}

TEST(LoadInto, RefusesAnotherShapeInAnyCase) {
  Model model;
  try {
    load_state_dict_into(model.state(), {{"b", floats({1})}, {"a", floats({1})}});
    FAIL();
  } catch (const CheckpointError& error) {
    EXPECT_THAT(error.what(), HasSubstr("size mismatch for a: copying a param with shape F32 [1] from checkpoint, the shape "
                                        "in current model is F32 [2]"));
  }
  EXPECT_THAT(model.b, ElementsAre(0));
  EXPECT_THROW(load_state_dict_into({{"a", floats({1})}}, {{"a", HostTensor::zeros(Dtype::f64, {1})}}), CheckpointError);
}

TEST(LoadInto, TakesEitherNameOfASharedTensor) {
  const HostTensor shared = floats({0});
  const TensorDict model{{"a", shared}, {"b", shared}};
  EXPECT_TRUE(load_state_dict_into(model, {{"b", floats({5})}}, {.strict = true}).empty());
  EXPECT_THAT(shared.values<float>(), ElementsAre(5));
  EXPECT_THAT(match_state_dict(model, {{"b", floats({5})}, {"a", floats({6})}}).unexpected_keys, ElementsAre("b"));
}

TEST(LoadInto, NeedsAModelThatMayBeWrittenTo) {
  const std::vector<float> memory{1};
  const TensorDict model{{"a", HostTensor::view(Dtype::f32, {1}, static_cast<const void*>(memory.data()), 4)}};
  EXPECT_THROW(load_state_dict_into(model, {{"a", floats({1})}}), HFValidationError);
}

}  // namespace
}  // namespace huggingface_hub
