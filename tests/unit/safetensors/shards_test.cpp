// SPDX-License-Identifier: Apache-2.0
#include "huggingface_hub/serialization/shards.hpp"

#include "huggingface_hub/serialization/shard_index.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace huggingface_hub {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Pair;

using Sizes = std::vector<std::pair<std::string, std::uint64_t>>;
using Files = std::vector<std::pair<std::string, std::vector<std::string>>>;

StateDictSplit split_sizes(const Sizes& sizes, ShardSize limit) {
  return split_state_dict_into_shards(
      sizes, [](std::uint64_t size) { return size; }, {"m{suffix}.bin", limit});
}

std::vector<std::vector<std::string>> groups(const StateDictSplit& split) {
  std::vector<std::vector<std::string>> names;
  for (const auto& file : split.filename_to_tensors) names.push_back(file.second);
  return names;
}

TEST(Shards, AreFilledInOrder) {
  const auto split = split_sizes({{"a", 6}, {"b", 6}, {"c", 2}, {"d", 6}, {"e", 2}, {"f", 2}}, 10);
  EXPECT_THAT(groups(split), ElementsAre(ElementsAre("a"), ElementsAre("b", "c"), ElementsAre("d", "e", "f")));
  EXPECT_EQ(split.filename_to_tensors[2].first, "m-00003-of-00003.bin");
  EXPECT_EQ(split.total_size, 24U);
  EXPECT_TRUE(split.is_sharded);
}

TEST(Shards, MayBeExactlyFull) { EXPECT_EQ(split_sizes({{"a", 5}, {"b", 5}}, 10).filename_to_tensors.size(), 1U); }

TEST(Shards, OfAnOversizedTensorDoNotCloseTheCurrentOne) {
  EXPECT_THAT(groups(split_sizes({{"t0", 3}, {"t1", 11}, {"t2", 3}}, 10)),
              ElementsAre(ElementsAre("t1"), ElementsAre("t0", "t2")));
  EXPECT_THAT(groups(split_sizes({{"l1", 6}, {"l2", 10}, {"l3", 30}, {"l4", 2}, {"l5", 2}}, 10)),
              ElementsAre(ElementsAre("l1"), ElementsAre("l3"), ElementsAre("l2"), ElementsAre("l4", "l5")));
}

TEST(Shards, HaveNoNumberWhereThereIsOne) {
  const auto split = split_sizes({{"a", 1}}, "5GB");
  EXPECT_FALSE(split.is_sharded);
  EXPECT_THAT(split.tensor_to_filename, ElementsAre(Pair("a", "m.bin")));
  EXPECT_TRUE(split_sizes({}, 1).filename_to_tensors.empty());
}

TEST(Shards, KeepTensorsOfOneStorageTogether) {
  const Sizes sizes{{"a", 4}, {"b", 8}, {"c", 4}, {"d", 8}, {"e", 1}};
  const auto split = split_state_dict_into_shards(
      sizes, [](std::uint64_t size) { return size; },
      [](std::uint64_t size) { return size == 1 ? std::nullopt : std::optional<std::uint64_t>(size); },
      {"m{suffix}.bin", 10});
  EXPECT_THAT(groups(split), ElementsAre(ElementsAre("a", "c"), ElementsAre("b", "e", "d")));
  EXPECT_EQ(split.total_size, 13U);
}

TEST(Shards, LeaveOutWhatHasNoSize) {
  const Sizes sizes{{"a", 4}, {"note", 0}};
  const auto split = split_state_dict_into_shards(
      sizes, [](std::uint64_t size) { return size == 0 ? std::nullopt : std::optional<std::uint64_t>(size); });
  EXPECT_THAT(split.tensor_to_filename, ElementsAre(Pair("a", "model.safetensors")));
}

TEST(Shards, NeedAPatternWithASuffix) {
  for (const char* const pattern : {"model.safetensors", "{suffix}", "{suffix}{suffix}", "a/m{suffix}.bin", "m{suffix}{x}"}) {
    EXPECT_THROW((void)split_state_dict_into_shards(Sizes{{"a", 1}}, [](std::uint64_t size) { return size; },
                                                    SplitOptions{pattern, 1}),
                 HFValidationError)
        << pattern;
  }
}

TEST(ShardSizes, AreReadLikePythonReadsThem) {
  EXPECT_EQ(parse_size_to_int("5GB"), 5'000'000'000);
  EXPECT_EQ(parse_size_to_int("1.5MB"), 1'500'000);
  EXPECT_EQ(parse_size_to_int("5 gb"), 5'000'000'000);
  EXPECT_EQ(parse_size_to_int(" 10 KB "), 10'000);
  EXPECT_EQ(parse_size_to_int("1e3KB"), 1'000'000);
  EXPECT_EQ(parse_size_to_int("-1MB"), -1'000'000);
  EXPECT_EQ(parse_size_to_int("1_000KB"), 1'000'000);
  EXPECT_EQ(parse_size_to_int("+2TB"), 2'000'000'000'000);
  EXPECT_EQ(parse_size_to_int("0.0015KB"), 1);
  for (const char* const text : {"1KiB", "1ooKB", "5", "", "KB", "1__0KB", "_1KB", "nanMB", "infGB", "+-1KB", "0x1KB"}) {
    EXPECT_THROW((void)parse_size_to_int(text), HFValidationError) << text;
  }
}

TEST(ShardSizes, TakeNumbersOfAnyIntegerType) {
  EXPECT_EQ(ShardSize(5).bytes(), 5);
  EXPECT_EQ(ShardSize(UINT64_MAX).bytes(), INT64_MAX);
  EXPECT_EQ(ShardSize(std::string("1KB")).bytes(), 1000);
}

TEST(ShardIndexFile, IsWrittenAsPythonDoes) {
  const auto split = split_sizes({{"a\xC3\xA9", 60}, {"b", 24}}, 60);
  EXPECT_EQ(shard_index_json(split, {{"note", "\xF0\x9F\x98\x80\""}}),
            "{\n  \"metadata\": {\n    \"total_size\": 84,\n    \"note\": \"\\ud83d\\ude00\\\"\"\n  },\n"
            "  \"weight_map\": {\n    \"a\\u00e9\": \"m-00001-of-00002.bin\",\n    \"b\": \"m-00002-of-00002.bin\"\n  }\n}");
}

TEST(ShardIndexFile, LetsMetadataReplaceTheTotal) {
  EXPECT_THAT(shard_index_json(split_sizes({{"a", 1}, {"b", 1}}, 1), {{"x", "1"}, {"total_size", "many"}}),
              HasSubstr("\"total_size\": \"many\",\n    \"x\": \"1\""));
}

TEST(ShardIndexFile, IsReadBack) {
  const auto index = parse_shard_index(shard_index_json(split_sizes({{"b", 1}, {"a", 1}}, 1)), "i.json", ".bin");
  EXPECT_THAT(index.weight_map, ElementsAre(Pair("a", "m-00002-of-00002.bin"), Pair("b", "m-00001-of-00002.bin")));
  EXPECT_THAT(index.shards(), ElementsAre("m-00001-of-00002.bin", "m-00002-of-00002.bin"));
  EXPECT_EQ(index.metadata["total_size"], 2);
}

struct BadShardName : ::testing::TestWithParam<const char*> {};
TEST_P(BadShardName, IsRefused) {
  const nlohmann::json index{{"weight_map", {{"w", GetParam()}}}};
  EXPECT_THROW((void)parse_shard_index(index.dump(), "i.json"), CheckpointError);
}
INSTANTIATE_TEST_SUITE_P(ShardIndexFile, BadShardName,
                         ::testing::Values("/x.safetensors", "\\x.safetensors", "C:x.safetensors", "C:\\x.safetensors",
                                           "\\\\srv\\share\\x.safetensors", "..\\x.safetensors", "../x.safetensors",
                                           "a/../x.safetensors", "a\\..\\..\\x.safetensors", "x.bin", "x.SAFETENSORS",
                                           "", ".."));

TEST(ShardIndexFile, MustBeOne) {
  for (const char* const text : {"", "[]", "{}", "{\"weight_map\": []}", "{\"weight_map\": {\"a\": 1}}", "null", "{"}) {
    EXPECT_THROW((void)parse_shard_index(text, "i.json"), CheckpointError) << text;
  }
  EXPECT_THROW((void)parse_shard_index(std::string(kMaxIndexSize + 1, ' '), "i.json"), CheckpointError);
}

}  // namespace
}  // namespace huggingface_hub
