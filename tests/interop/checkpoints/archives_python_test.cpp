// SPDX-License-Identifier: Apache-2.0
// DDUF files and files of `torch.save`: what Python writes we read, and the other way round.
#include "core/digest.hpp"
#include "interop/checkpoints/judge.hpp"
#include "support/zip_bytes.hpp"

#include "huggingface_hub/serialization/dduf.hpp"
#include "huggingface_hub/serialization/torch_checkpoint.hpp"

namespace huggingface_hub {
namespace {

using testing::CheckpointJudge;
using testing::zip_bytes;

struct ArchiveJudge : CheckpointJudge {
  /// As the judge's `dduf-dump` prints them.
  static std::vector<std::string> dump_dduf(const std::filesystem::path& path) {
    std::vector<std::string> lines;
    for (const DDUFEntry& entry : read_dduf_file(path)) {
      lines.push_back(testing::hex_of(entry.filename) + " " + std::to_string(entry.offset) + " " +
                      std::to_string(entry.length) + " " + sha256_hex(entry.as_mmap().view()));
    }
    return lines;
  }
  std::filesystem::path path = folder.path() / "a.dduf";
};

TEST_F(ArchiveJudge, WritesDdufFilesThatWeRead) {
  ask({"dduf-write", path.string()});
  EXPECT_EQ(dump_dduf(path), ask({"dduf-dump", path.string()}));
  EXPECT_EQ(dump_dduf(path).size(), 5U);
}

TEST_F(ArchiveJudge, ReadsDdufFilesThatWeWrite) {
  const auto in = folder.path() / "in";
  testing::write_file(in / "model_index.json", R"({"vae": ["a", "b"]})");
  testing::write_file(in / "vae/config.json", "{}");
  testing::write_file(in / "vae/model.safetensors", std::string(3'000'000, 'x'));
  testing::write_file(in / "\xC3\xA9.txt", "");
  export_folder_as_dduf(path, in);
  EXPECT_EQ(ask({"dduf-dump", path.string()}), dump_dduf(path));

  const auto theirs = folder.path() / "theirs.dduf";
  ask({"dduf-export", in.string(), theirs.string()});
  EXPECT_EQ(read_dduf_file(theirs).size(), read_dduf_file(path).size());
}

TEST_F(ArchiveJudge, RefusesTheSameDdufFiles) {
  const testing::ZipPart index{"model_index.json", R"({"vae": 1})"};
  const std::vector<std::vector<testing::ZipPart>> cases{
      {index},
      {index, {"vae/config.json", ""}},
      {index, {"vae/scheduler_config.json", ""}, {"vae/a.model", ""}},
      {index, {"vae/model.safetensors", ""}},
      {index, {"a.exe", ""}},
      {index, {"a.JSON", ""}},
      {index, {"vae/", ""}},
      {index, {"vae\\config.json", ""}},
      {index, {"a/b/c.txt", ""}},
      {index, {"/a.txt", ""}},
      {index, {"te/config.json", ""}},
      {{"a.txt", ""}},
      {{"model_index.json", "[]"}},
      {{"model_index.json", R"({"a": NaN})"}},
  };
  for (std::size_t i = 0; i < cases.size(); ++i) {
    testing::write_file(folder.path() / "cases" / std::to_string(100 + i), zip_bytes(cases[i]));
  }
  const auto verdicts = ask({"dduf-verdicts", (folder.path() / "cases").string()});
  ASSERT_EQ(verdicts.size(), cases.size());
  for (std::size_t i = 0; i < cases.size(); ++i) {
    const auto ours = as_result([&] { return read_dduf_file(folder.path() / "cases" / std::to_string(100 + i)); });
    EXPECT_EQ(ours.ok() ? "ok" : "DDUFCorruptedFileError", verdicts[i]) << i;
  }
}

TEST_F(ArchiveJudge, PicklesTensorsThatWeRead) {
  const auto lines = ask({"torch-write", (folder.path() / "pytorch_model.bin").string()});
  EXPECT_EQ(lines.size(), 9U);
  EXPECT_EQ(dump(load_torch_file(folder.path() / "pytorch_model.bin").tensors), lines);
}

}  // namespace
}  // namespace huggingface_hub
