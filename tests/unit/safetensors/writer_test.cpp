// SPDX-License-Identifier: Apache-2.0
#include "huggingface_hub/safetensors/writer.hpp"

#include "support/temp_dir.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <numeric>

namespace huggingface_hub::safetensors {
namespace {

using ::testing::HasSubstr;

std::uint64_t header_size(const std::string& file) {
  std::uint64_t size = 0;
  std::memcpy(&size, file.data(), 8);
  return size;
}

std::string header_of(const std::string& file) { return file.substr(8, header_size(file)); }

const std::vector<std::int32_t> kFour(4, 0);

TEST(Save, WritesTheSmallestFile) { EXPECT_EQ(save({}), std::string("\x08\0\0\0\0\0\0\0{}      ", 16)); }

TEST(Save, PadsTheHeader) {
  const std::string file = save({{"test", TensorView(kFour, {2, 2})}});
  EXPECT_EQ(header_size(file), 0x40U);
  EXPECT_EQ(header_of(file), R"({"test":{"dtype":"I32","shape":[2,2],"data_offsets":[0,16]}}    )");
  EXPECT_EQ(file.size(), 8U + 0x40U + 16U);
}

TEST(Save, PutsWideTypesFirstThenSortsByName) {
  const std::vector<std::uint16_t> half(4, 0);
  const std::string file =
      save({{"test2", TensorView(Dtype::f16, {2, 2}, half.data(), 8)}, {"test1", TensorView(kFour, {2, 2})}});
  EXPECT_EQ(header_size(file), 0x80U);
  EXPECT_THAT(header_of(file),
              ::testing::StartsWith(R"({"test1":{"dtype":"I32","shape":[2,2],"data_offsets":[0,16]},"test2")"));

  const std::string same = save({{"b", TensorView(kFour, {4})}, {"a", TensorView(kFour, {4})}});
  EXPECT_LT(same.find("\"a\""), same.find("\"b\""));
}

TEST(Save, PutsMetadataFirst) {
  const std::string file = save({{"test1", TensorView(kFour, {2, 2})}}, Metadata{{"framework", "pt"}});
  EXPECT_EQ(header_size(file), 0x60U);
  EXPECT_THAT(header_of(file), ::testing::StartsWith(R"({"__metadata__":{"framework":"pt"},"test1":)"));
  EXPECT_THAT(save({}, Metadata{}), HasSubstr(R"({"__metadata__":{}})"));
}

TEST(Save, MatchesTheVectorsOfTheReference) {
  std::vector<float> values(6);
  std::iota(values.begin(), values.end(), 0.0F);
  const std::string exact = save({{"attn.0", TensorView(values, {1, 2, 3})}});
  EXPECT_EQ(header_size(exact), 64U);
  EXPECT_EQ(header_of(exact).back(), '}');
  const std::string padded = save({{"attn0", TensorView(values, {1, 1, 2, 3})}});
  EXPECT_EQ(header_size(padded), 72U);
  EXPECT_THAT(header_of(padded), ::testing::EndsWith("}       "));
  const char byte = 0;
  EXPECT_EQ(header_size(save({{"attn.0", TensorView(Dtype::f4, {1, 2}, &byte, 1)}})), 64U);
}

TEST(Save, EscapesOnlyWhatMustBe) {
  const std::string file = save({{"q\"\\\n\x01\x7F/é", TensorView(kFour, {4})}});
  EXPECT_THAT(file, HasSubstr("{\"q\\\"\\\\\\n\\u0001\x7F/é\":"));
}

TEST(Save, TakesBytesFromAFunctionInPieces) {
  const TensorView made(Dtype::u8, {5}, [](const WriteBytes& write) {
    write("he", 2);
    write("llo", 3);
  });
  EXPECT_THAT(save({{"t", made}}), ::testing::EndsWith("hello"));
}

TEST(Save, RefusesBytesThatDoNotFit) {
  EXPECT_THROW(save({{"t", TensorView(kFour, {3})}}), SafetensorsParsingError);
  const TensorView few(Dtype::u8, {5}, [](const WriteBytes& write) { write("hell", 4); });
  EXPECT_THROW(save({{"t", few}}), SafetensorsParsingError);
  const TensorView many(Dtype::u8, {3}, [](const WriteBytes& write) { write("hell", 4); });
  EXPECT_THROW(save({{"t", many}}), SafetensorsParsingError);
  EXPECT_THROW(save({{"t", TensorView(Dtype::f4, {3}, "xx", 2)}}), SafetensorsParsingError);
}

TEST(Save, RefusesNamesThatCannotBe) {
  const TensorView view(kFour, {4});
  EXPECT_THROW(save({{"t", view}, {"t", view}}), SafetensorsParsingError);
  EXPECT_THROW(save({{"__metadata__", view}}), SafetensorsParsingError);
  EXPECT_THROW(save({{"\xFF", view}}), SafetensorsParsingError);
  EXPECT_THROW(save({}, Metadata{{"a", "\xFF"}}), SafetensorsParsingError);
}

TEST(Save, RefusesAHeaderAboveTheLimit) {
  EXPECT_THROW(save({}, Metadata{{"a", std::string(100'000'000, 'x')}}), SafetensorsParsingError);
}

TEST(SaveFile, WritesWhatSaveGives) {
  const testing::TempDir folder;
  const NamedTensors tensors{{"t", TensorView(kFour, {4})}};
  save_file(tensors, folder.path() / "t.safetensors");
  EXPECT_EQ(testing::read_file(folder.path() / "t.safetensors"), save(tensors));
}

TEST(SaveFile, LeavesNothingBehindWhenItFails) {
  const testing::TempDir folder;
  const auto path = folder.path() / "t.safetensors";
  testing::write_file(path, "before");
  const TensorView breaks(Dtype::u8, {5}, [](const WriteBytes& write) {
    write("he", 2);
    throw std::runtime_error("device lost");
  });
  EXPECT_THROW(save_file({{"t", breaks}}, path), std::runtime_error);
  EXPECT_EQ(testing::read_file(path), "before");
  EXPECT_EQ(std::distance(std::filesystem::directory_iterator(folder.path()), {}), 1);
}

TEST(SaveFile, NamesTheFolderThatIsNotThere) {
  const testing::TempDir folder;
  try {
    save_file({}, folder.path() / "missing" / "t.safetensors");
    FAIL();
  } catch (const HfIoError& error) {
    EXPECT_EQ(error.system_error(), ENOENT);
  }
}

}  // namespace
}  // namespace huggingface_hub::safetensors
