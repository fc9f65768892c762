// SPDX-License-Identifier: Apache-2.0
#include "huggingface_hub/serialization/torch_checkpoint.hpp"

#include "support/pickle_bytes.hpp"
#include "support/temp_dir.hpp"

#include "huggingface_hub/serialization/save.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace huggingface_hub::torch_files {
namespace {

using namespace testing::pickles;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::write_file;
using testing::zip_bytes;

struct TorchFiles : ::testing::Test {
  std::string refusal(const std::string& content, const LoadTorchFileOptions& options = {}) const {
    write_file(path, content);
    try {
      (void)load_torch_file(path, options);
    } catch (const CheckpointError& error) {
      EXPECT_THAT(error.what(), HasSubstr(path.string()));
      return error.what();
    }
    return "accepted";
  }
  static std::string bytes_of(const std::vector<float>& values) {
    return {reinterpret_cast<const char*>(values.data()), values.size() * sizeof(float)};
  }
  /// Of PyTorch itself; see tests/vectors/torch/make.py.
  static std::filesystem::path real(const std::string& name) {
    return std::filesystem::path(HUGGINGFACE_HUB_TEST_DATA) / "vectors" / "torch" / name;
  }

  testing::TempDir folder{};
  std::filesystem::path path = folder.path() / "pytorch_model.bin";
};

TEST_F(TorchFiles, GiveTensorsInPlaceAndStridedOnesCopied) {
  const std::string shared = storage("FloatStorage", "0", 6);
  write_file(path, torch_file(dictionary({{"w", tensor(shared, 0, {2, 3}, {3, 1})},
                                          {"t", tensor(shared, 0, {3, 2}, {1, 3})},
                                          {"tail", tensor(shared, 4, {2}, {1})},
                                          {"same", tensor(shared, 5, {3}, {0})},
                                          {"none", tensor(shared, 0, {0, 4}, {4, 1})},
                                          {"one", tensor(shared, 2, {}, {})}}),
                              {{"0", bytes_of({1, 2, 3, 4, 5, 6})}}));
  const TensorDict tensors = load_torch_file(path).tensors;
  EXPECT_THAT(tensors.names(), ElementsAre("w", "t", "tail", "same", "none", "one"));
  EXPECT_THAT(tensors.at("w").to_vector<float>(), ElementsAre(1, 2, 3, 4, 5, 6));
  EXPECT_THAT(tensors.at("t").values<float>(), ElementsAre(1, 4, 2, 5, 3, 6));
  EXPECT_THAT(tensors.at("tail").to_vector<float>(), ElementsAre(5, 6));
  EXPECT_THAT(tensors.at("same").values<float>(), ElementsAre(6, 6, 6));
  EXPECT_EQ(tensors.at("none").shape(), (safetensors::Shape{0, 4}));
  EXPECT_THAT(tensors.at("one").to_vector<float>(), ElementsAre(3));
  EXPECT_EQ(tensors.at("w").storage(), tensors.at("tail").storage());
  EXPECT_EQ(tensors.at("tail").storage_offset(), 16U);
}

TEST_F(TorchFiles, RefuseTensorsThatReachOutOfTheirStorage) {
  const auto with = [&](std::uint64_t count, std::uint64_t offset, const std::vector<std::uint64_t>& shape,
                        const std::vector<std::uint64_t>& strides) {
    return refusal(torch_file(dictionary({{"w", tensor(storage("FloatStorage", "0", count), offset, shape, strides)}}),
                              {{"0", bytes_of({1, 2, 3, 4})}}));
  };
  EXPECT_EQ(with(4, 0, {4}, {1}), "accepted");
  EXPECT_THAT(with(4, 1, {4}, {1}), HasSubstr("reaches out of its storage"));
  EXPECT_THAT(with(4, 0, {2, 2}, {3, 1}), HasSubstr("reaches out of its storage"));
  EXPECT_THAT(with(4, 5, {}, {}), HasSubstr("reaches out of its storage"));
  EXPECT_THAT(with(5, 0, {4}, {1}), HasSubstr("cut short"));
  EXPECT_THAT(with(1ULL << 62, 0, {4}, {1}), HasSubstr("cut short"));
  EXPECT_THAT(with(4, 0, {1ULL << 62, 8}, {0, 0}), HasSubstr("larger than can be counted"));
  EXPECT_THAT(with(4, 0, {3, 3}, {(1ULL << 62), 1ULL << 62}), HasSubstr("larger than can be counted"));
  EXPECT_THAT(with(4, 0, {1ULL << 40}, {0}), HasSubstr("more memory than is allowed"));
}

TEST_F(TorchFiles, CopyNoMoreThanIsAllowed) {
  const std::string twice = torch_file(dictionary({{"w", tensor(storage("FloatStorage", "0", 4), 0, {2, 2}, {1, 2})}}),
                                       {{"0", bytes_of({1, 2, 3, 4})}});
  EXPECT_EQ(refusal(twice, {.max_copied_bytes = 16}), "accepted");
  EXPECT_THAT(refusal(twice, {.max_copied_bytes = 15}), HasSubstr("more memory than is allowed"));
}

TEST_F(TorchFiles, RefuseWhatIsNoCheckpointAndSayWhatItIs) {
  EXPECT_THAT(refusal(std::string("\x80\x02\x8A\x0A\x6C\xFC\x9C\x46\xF9\x20\x6A\xA8\x50\x19.", 15)),
              HasSubstr("before PyTorch 1.6"));
  EXPECT_THAT(refusal("\x80\x02}."), HasSubstr("bare pickle"));
  EXPECT_THAT(refusal(""), HasSubstr("not a file of torch.save"));
  EXPECT_THAT(refusal(zip_bytes({{"a.txt", "x"}})), HasSubstr("without a file data.pkl"));
  EXPECT_THAT(refusal(zip_bytes({{"a/data.pkl", "N."}, {"b/data.pkl", "N."}})), HasSubstr("two files data.pkl"));
  EXPECT_THAT(refusal(zip_bytes({{"a/data.pkl", "N."}, {"a/constants.pkl", "N."}})), HasSubstr("TorchScript"));
  EXPECT_THAT(refusal(zip_bytes({{"a/data.pkl", "}."}, {"a/byteorder", "big"}})), HasSubstr("big endian"));
  EXPECT_THAT(refusal(zip_bytes({{"a/data.pkl", "]."}})), HasSubstr("holds a list"));
  EXPECT_THAT(refusal(zip_bytes({{"a/data.pkl", "}K\x01Ns."}})), HasSubstr("a key that is a number"));
  EXPECT_THAT(refusal(torch_file(dictionary({{"w", tensor(storage("FloatStorage", "7", 1), 0, {1}, {1})}}), {})),
              HasSubstr("'archive/data/7' is missing"));
  EXPECT_THAT(refusal(torch_file("\x80\x02" + global("os", "system") + text("ls") + "\x85R.", {})), HasSubstr("os.system"));
}

TEST_F(TorchFiles, HoldTensorsInAMemberOfATraining) {
  const std::string inner = "}" + text("w") + tensor(storage("LongStorage", "0", 1), 0, {1}, {1}) + "s";
  write_file(path, torch_file(dictionary({{"epoch", number(3)}, {"model", inner}}), {{"0", std::string(8, '\1')}}));
  EXPECT_THAT(load_torch_file(path).ignored, ElementsAre("epoch", "model"));
  EXPECT_THAT(load_torch_file(path, {.key = "model"}).tensors.names(), ElementsAre("w"));
  EXPECT_THROW((void)load_torch_file(path, {.key = "epoch"}), CheckpointError);
}

TEST_F(TorchFiles, OfPyTorchItselfAreRead) {
  for (const char* const name : {"module.bin", "module_2_15.bin"}) {
    const TorchFile file = load_torch_file(real(name));
    EXPECT_EQ(file.tensors.size(), 16U);
    EXPECT_THAT(file.tensors.at("fp16").shape(), ElementsAre(3, 2));
    std::vector<float> halves;
    for (const std::uint16_t bits : file.tensors.at("fp16").values<std::uint16_t>()) {
      halves.push_back(safetensors::f16_to_float(bits));
    }
    EXPECT_THAT(halves, ElementsAre(0, 3, 1, 4, 2, 5));
    EXPECT_EQ(file.tensors.at("b16").dtype(), safetensors::Dtype::bf16);
    EXPECT_THAT(file.tensors.at("scalar").values<std::int64_t>(), ElementsAre(7));
    EXPECT_EQ(file.tensors.at("a.weight").storage(), file.tensors.at("b.weight").storage());
  }
  EXPECT_THAT(load_torch_file(real("training.bin")).ignored, ElementsAre("epoch", "lr", "name", "nested", "none", "list"));
  EXPECT_THAT(load_torch_file(real("views.bin")).tensors.at("col").values<float>(), ElementsAre(2, 6, 10));
  EXPECT_THROW((void)load_torch_file(real("legacy.bin")), CheckpointError);
}

TEST_F(TorchFiles, HoldTypesThatHaveNoStorageOfTheirOwn) {
  const TorchFile file = load_torch_file(real("newtypes.bin"));
  EXPECT_EQ(file.tensors.at("f8").dtype(), safetensors::Dtype::f8_e4m3);
  EXPECT_THAT(file.tensors.at("u16").values<std::uint16_t>(), ElementsAre(0, 1, 2));
  EXPECT_EQ(file.tensors.at("f8t").bytes(), std::string("\x00\x42\x3C\x44\x40\x45", 6));
}

TEST_F(TorchFiles, BecomeSafetensorsWithSharedTensorsOnce) {
  const auto saved = save_state_dict(load_torch_file(real("module.bin")).tensors, folder.path());
  ASSERT_EQ(saved.shared.size(), 2U);
  EXPECT_EQ(saved.shared[0].kept, "a.weight");
  EXPECT_EQ(saved.split.tensor_to_filename.size(), 14U);
}

TEST_F(TorchFiles, AreLoadedFromFoldersOnlyWhereThatIsAskedFor) {
  const std::string one = torch_file(dictionary({{"w", tensor(storage("ByteStorage", "0", 1), 0, {1}, {1})}}), {{"0", "x"}});
  write_file(path, one);
  EXPECT_THROW((void)load_torch_checkpoint(folder.path()), CheckpointError);
  EXPECT_THROW((void)load_torch_checkpoint(path), SafetensorsParsingError);
  EXPECT_EQ(load_torch_checkpoint(folder.path(), {.safe = false}).tensors.at("w").bytes(), "x");
  EXPECT_EQ(load_torch_checkpoint(path, {.safe = false}).files.size(), 1U);
  EXPECT_THROW((void)load_torch_checkpoint(folder.path(), {.filename_pattern = "pytorch_model{suffix}.bin"}),
               HFValidationError);

  save_state_dict({{"s", HostTensor::zeros(safetensors::Dtype::u8, {1})}}, folder.path());
  EXPECT_THAT(load_torch_checkpoint(folder.path(), {.safe = false}).tensors.names(), ElementsAre("s"));
}

TEST_F(TorchFiles, AreLoadedInShards) {
  for (const std::string number : {"1", "2"}) {
    write_file(folder.path() / ("pytorch_model-0000" + number + "-of-00002.bin"),
               torch_file(dictionary({{"w" + number, tensor(storage("ByteStorage", "0", 1), 0, {1}, {1})}}), {{"0", number}}));
  }
  write_file(folder.path() / "pytorch_model.bin.index.json",
             R"({"weight_map": {"w1": "pytorch_model-00001-of-00002.bin", "w2": "pytorch_model-00002-of-00002.bin"}})");
  const auto loaded = load_torch_checkpoint(folder.path(), {.safe = false});
  EXPECT_EQ(loaded.tensors.at("w2").bytes(), "2");
  EXPECT_EQ(loaded.index, folder.path() / "pytorch_model.bin.index.json");
  EXPECT_THROW((void)load_torch_checkpoint(folder.path()), CheckpointError);
}

}  // namespace
}  // namespace huggingface_hub::torch_files
