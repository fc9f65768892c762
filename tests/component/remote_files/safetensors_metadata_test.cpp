// SPDX-License-Identifier: Apache-2.0
#include "support/download_fixture.hpp"
#include "support/safetensors_bytes.hpp"

#include "huggingface_hub/errors.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hf = huggingface_hub;
using hf::testing::safetensors;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;

namespace {

class SafetensorsMetadata : public hf::testing::DownloadTest {
 protected:
  const std::string one{safetensors(R"({"__metadata__":{"format":"pt"},"w":{"dtype":"F32","shape":[2,3],"data_offsets":[0,24]},)"
                                    R"("s":{"dtype":"U3","shape":[],"data_offsets":[24,28]}})", 28)};
  const std::string two{safetensors(R"({"v":{"dtype":"F32","shape":[5],"data_offsets":[0,20]},)"
                                    R"("z":{"dtype":"I8","shape":[4,0],"data_offsets":[20,20]}})", 20)};

  void add_sharded() {
    hub.add_files("acme/tiny", {{"model-1.safetensors", one},
                                {"model-2.safetensors", two},
                                {"model.safetensors.index.json",
                                 R"({"metadata":{"total_size":48},"weight_map":{"w":"model-1.safetensors",)"
                                 R"("s":"model-1.safetensors","v":"model-2.safetensors","z":"model-2.safetensors"}})"}});
  }

  static void expect_sharded(const hf::SafetensorsRepoMetadata& repo) {
    EXPECT_TRUE(repo.sharded);
    EXPECT_EQ(repo.metadata->text(), R"({"total_size":48})");
    EXPECT_THAT(repo.weight_map, ElementsAre(Pair("s", "model-1.safetensors"), Pair("v", "model-2.safetensors"),
                                             Pair("w", "model-1.safetensors"), Pair("z", "model-2.safetensors")));
    EXPECT_THAT(repo.parameter_count, ElementsAre(Pair("F32", 11U), Pair("I8", 0U), Pair("U3", 1U)));
    EXPECT_EQ(repo.files_metadata.size(), 2U);
  }
};

}  // namespace

TEST_F(SafetensorsMetadata, OfOneFileAreWhatItsHeaderSays) {
  hub.add_file("acme/tiny", "model.safetensors", one);

  const auto repo = api.get_safetensors_metadata("acme/tiny");

  EXPECT_FALSE(repo.sharded);
  EXPECT_FALSE(repo.metadata.has_value());
  EXPECT_THAT(repo.weight_map, ElementsAre(Pair("s", "model.safetensors"), Pair("w", "model.safetensors")));
  const hf::SafetensorsFileMetadata& file = repo.files_metadata.at("model.safetensors");
  EXPECT_THAT(file.metadata, ElementsAre(Pair("format", "pt")));
  EXPECT_THAT(file.parameter_count, ElementsAre(Pair("F32", 6U), Pair("U3", 1U)));
  EXPECT_EQ(file.tensors.at("w").data_offsets, (std::pair<std::uint64_t, std::uint64_t>{0, 24}));
  EXPECT_THAT(file.tensors.at("w").shape, ElementsAre(2U, 3U));
  EXPECT_EQ(file.tensors.at("s").parameter_count, 1U);
}

TEST_F(SafetensorsMetadata, OfShardsAreAddedUp) {
  add_sharded();
  expect_sharded(api.get_safetensors_metadata("acme/tiny"));
}

TEST_F(SafetensorsMetadata, OfShardsComeByOneRequestToo) {
  hub.add_files("acme/tiny",
                {{"model-1.safetensors", two},
                 {"model.safetensors.index.json",
                  R"({"metadata":{"total_size":20},"weight_map":{"v":"model-1.safetensors","z":"model-1.safetensors"}})"}});
  const auto repo = api.get_sharded_safetensors_metadata("acme/tiny");

  EXPECT_TRUE(repo.sharded);
  EXPECT_EQ(repo.metadata->text(), R"({"total_size":20})");
  EXPECT_EQ(repo.weight_map.at("v"), "model-1.safetensors");
  EXPECT_EQ(repo.parameter_count.at("F32"), 5U);
  EXPECT_THROW(api.get_sharded_safetensors_metadata("acme/tiny", {.filename = "x.index.json"}), hf::EntryNotFoundError);
}

TEST_F(SafetensorsMetadata, AreNotCheckedBeyondTheirBeingThere) {
  hub.add_file("acme/tiny", "odd.safetensors", safetensors(R"({"w":{"dtype":"?","shape":[9],"data_offsets":[7,3]}})", 0));
  EXPECT_EQ(api.parse_safetensors_file_metadata("acme/tiny", "odd.safetensors").tensors.at("w").dtype, "?");
}

TEST_F(SafetensorsMetadata, AreAnErrorWhereTheyCannotBeRead) {
  hub.add_file("acme/none", "config.json", "{}");
  EXPECT_THROW(api.get_safetensors_metadata("acme/none"), hf::NotASafetensorsRepoError);

  for (const std::string& file : {std::string("1234567"), safetensors("{", 0), safetensors("[]", 0),
                                  safetensors(R"({"w":{"dtype":"F32","shape":[1]}})", 4),
                                  hf::testing::safetensors_with_length(25'000'001, "{}", std::string(25'000'001, ' '))}) {
    hub.add_file("acme/tiny", "bad.safetensors", file);
    EXPECT_THROW(api.parse_safetensors_file_metadata("acme/tiny", "bad.safetensors"), hf::SafetensorsParsingError);
  }
}
