// SPDX-License-Identifier: Apache-2.0
// Shards and indexes are cut by the Python client and by us in the same way, and read both ways.
#include "interop/checkpoints/judge.hpp"

#include "huggingface_hub/serialization/load.hpp"
#include "huggingface_hub/serialization/save.hpp"

namespace huggingface_hub {
namespace {

using nlohmann::json;
using testing::CheckpointJudge;

using Sized = std::pair<std::uint64_t, std::optional<int>>;

TEST_F(CheckpointJudge, CutsRandomStateDictsAsWeDo) {
  const auto lines = ask({"splits"});
  ASSERT_EQ(lines.size(), 300U);
  for (const std::string& line : lines) {
    const json expected = json::parse(line);
    std::vector<std::pair<std::string, Sized>> tensors;
    for (const json& item : expected["tensors"]) {
      tensors.emplace_back(item[0], Sized(item[1][0], item[1][1].is_null() ? std::nullopt : std::optional<int>(item[1][1])));
    }
    const json& limit = expected["limit"];
    const ShardSize most = limit.is_string() ? ShardSize(limit.get<std::string>()) : ShardSize(limit.get<std::int64_t>());
    const StateDictSplit split = split_state_dict_into_shards(
        tensors, [](const Sized& sized) { return sized.first; }, [](const Sized& sized) { return sized.second; },
        SplitOptions{"model{suffix}.safetensors", most});
    json files = json::array();
    for (const auto& [file, names] : split.filename_to_tensors) files.push_back({file, names});
    EXPECT_EQ(files, expected["files"]) << line;
    OrderedMetadata metadata;
    for (const json& item : expected["metadata"]) metadata.emplace_back(item[0], item[1]);
    EXPECT_EQ(shard_index_json(split, metadata), expected["index"].get<std::string>());
  }
}

TEST_F(CheckpointJudge, WritesTheShardsThatWeWrite) {
  const auto theirs = folder.path() / "theirs";
  const auto ours = folder.path() / "ours";
  std::filesystem::create_directories(theirs);
  ask({"save", theirs.string(), "24"});
  const TensorDict loaded = load_state_dict(theirs);
  ASSERT_EQ(loaded.size(), 5U);
  TensorDict in_their_order;
  for (const char* const name : {"z.weight", "a.bias", "none", "step", "\xC3\xA9"}) in_their_order.set(name, loaded.at(name));
  save_state_dict(in_their_order, ours, {.max_shard_size = 24});
  std::size_t files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(theirs)) {
    EXPECT_EQ(testing::read_file(entry.path()), testing::read_file(ours / entry.path().filename())) << entry.path();
    ++files;
  }
  EXPECT_EQ(files, 4U);
  EXPECT_EQ(ask({"dump", ours.string()}), dump(loaded));
}

}  // namespace
}  // namespace huggingface_hub
