// SPDX-License-Identifier: Apache-2.0
#include "huggingface_hub/safetensors/reader.hpp"

#include "support/safetensors_bytes.hpp"
#include "support/temp_dir.hpp"

#include "huggingface_hub/safetensors/writer.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sys/resource.h>

namespace huggingface_hub::safetensors {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::write_file;

struct SafetensorsFile : ::testing::Test {
  testing::TempDir folder{};
  std::filesystem::path path = folder.path() / "model.safetensors";

  void save_two() const {
    const std::vector<float> weights{1.5F, -2.0F, 3.25F, 0.0F};
    const std::vector<std::int64_t> steps{7};
    save_file({{"weights", TensorView(weights, {2, 2})}, {"steps", TensorView(steps, {})}}, path, Metadata{{"a", "b"}});
  }
};

TEST_F(SafetensorsFile, GivesValuesInPlace) {
  save_two();
  const File file = File::open(path);

  EXPECT_THAT(file.names(), ElementsAre("steps", "weights"));
  EXPECT_EQ(file.metadata()->at("a"), "b");
  EXPECT_THAT(file.values<float>("weights"), ElementsAre(1.5F, -2.0F, 3.25F, 0.0F));
  EXPECT_THAT(file.values<std::int64_t>("steps"), ElementsAre(7));
  EXPECT_EQ(file.bytes("weights").data(), reinterpret_cast<const char*>(file.values<float>("weights").data()));
}

TEST_F(SafetensorsFile, NamesTheTensorThatIsNotThere) {
  save_two();
  const File file = File::open(path);
  try {
    (void)file.bytes("bias");
    FAIL();
  } catch (const SafetensorsParsingError& error) {
    EXPECT_THAT(error.what(), HasSubstr("File does not contain tensor bias"));
    EXPECT_THAT(error.what(), HasSubstr(path.string()));
  }
}

TEST_F(SafetensorsFile, RefusesValuesOfAnotherType) {
  save_two();
  const File file = File::open(path);
  EXPECT_THROW((void)file.values<double>("weights"), SafetensorsParsingError);
  EXPECT_THROW((void)file.copy<std::int32_t>("steps"), SafetensorsParsingError);
}

TEST_F(SafetensorsFile, CopiesWhereTheDataIsNotAligned) {
  // A header of 57 bytes: what follows begins at 65.
  const std::string header = R"({"t":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}} )";
  const std::string padded = header + std::string(57 - header.size(), ' ');
  const float value = 2.5F;
  write_file(path, testing::safetensors_with_length(
                       57, padded, std::string_view(reinterpret_cast<const char*>(&value), sizeof value)));
  const File file = File::open(path);

  EXPECT_FALSE(file.is_aligned<float>("t"));
  EXPECT_THROW((void)file.values<float>("t"), SafetensorsParsingError);
  EXPECT_THAT(file.copy<float>("t"), ElementsAre(2.5F));
}

TEST_F(SafetensorsFile, LivesAsLongAsAnyCopy) {
  save_two();
  auto first = std::make_unique<File>(File::open(path));
  const File second = *first;
  const auto values = first->values<float>("weights");
  first.reset();
  EXPECT_EQ(values[2], 3.25F);
  EXPECT_EQ(second.tensors().size(), 2U);
}

TEST_F(SafetensorsFile, KeepsItsContentWhenItIsSavedOver) {
  save_two();
  const File before = File::open(path);
  const std::vector<float> other{9.0F};
  save_file({{"weights", TensorView(other, {1})}}, path);
  EXPECT_EQ(before.values<float>("weights")[0], 1.5F);
  EXPECT_EQ(File::open(path).values<float>("weights")[0], 9.0F);
}

TEST_F(SafetensorsFile, TakesWritesToMemoryAndLeavesTheFile) {
  save_two();
  const std::string before = testing::read_file(path);
  const File file = File::open(path);
  file.mutable_data("weights")[0] = 'x';
  EXPECT_EQ(file.bytes("weights")[0], 'x');
  EXPECT_EQ(testing::read_file(path), before);
}

TEST_F(SafetensorsFile, SaysWhichFileCannotBeOpened) {
  try {
    (void)File::open(path);
    FAIL();
  } catch (const HfIoError& error) {
    EXPECT_EQ(error.system_error(), ENOENT);
    EXPECT_THAT(error.what(), HasSubstr(path.string()));
  }
  EXPECT_THROW((void)File::open(folder.path()), HfIoError);
}

TEST_F(SafetensorsFile, RefusesAnEmptyFile) {
  write_file(path, "");
  EXPECT_THROW((void)File::open(path), SafetensorsParsingError);
}

TEST_F(SafetensorsFile, OpensTenGigabytesWithoutReadingThem) {
  constexpr std::uint64_t kSize = 10'000'000'000;
  const std::string header = R"({"t":{"dtype":"U8","shape":[10000000000],"data_offsets":[0,10000000000]}})";
  write_file(path, testing::safetensors_with_length(header.size(), header));
  std::filesystem::resize_file(path, 8 + header.size() + kSize);

  rusage before{};
  rusage after{};
  getrusage(RUSAGE_SELF, &before);
  const File file = File::open(path);
  getrusage(RUSAGE_SELF, &after);

  EXPECT_EQ(file.info("t").byte_size(), kSize);
  // The pages of the header, and a few of the heap: data would be millions.
  EXPECT_LT(after.ru_minflt + after.ru_majflt - before.ru_minflt - before.ru_majflt, 100);
}

}  // namespace
}  // namespace huggingface_hub::safetensors
