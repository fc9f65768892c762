// SPDX-License-Identifier: Apache-2.0
#include "cache/local_dir.hpp"

#include "support/temp_dir.hpp"

#include <gtest/gtest.h>

#include <chrono>

namespace hf = huggingface_hub;
namespace cache = huggingface_hub::cache;
namespace fs = std::filesystem;
using namespace std::chrono_literals;
using hf::testing::read_file;
using hf::testing::write_file;

namespace {

struct LocalDir : testing::Test {
  hf::testing::TempDir home{};
  cache::LocalFilePaths paths{cache::local_file_paths(home.path(), "onnx/model.onnx")};

  void note(std::chrono::system_clock::time_point now) {
    write_file(paths.file, "x");
    ASSERT_TRUE(cache::write_local_metadata(paths, {"c0ffee", "etag"}, now).ok());
  }
};

}  // namespace

TEST_F(LocalDir, NamesFilesAsPythonDoes) {
  const fs::path folder = home.path() / ".cache/huggingface/download/onnx";

  EXPECT_EQ(paths.metadata, folder / "model.onnx.metadata");
  EXPECT_EQ(paths.lock, folder / "model.onnx.lock");
  // Check values of spec/cache.md 16.
  EXPECT_EQ(paths.temporary("e").filename().string().rfind("ihhw_uFzBe-Y54_HOJQmXx4GS8A=.e.", 0), 0U);
  EXPECT_EQ(cache::local_file_paths(home.path(), "config.json").temporary("e").filename().string().rfind(
                "8_PA_wEVGiVa2goH2H4KQOQpvVY=.e.", 0),
            0U);
  EXPECT_NE(paths.temporary("e"), paths.temporary("e"));
}

TEST_F(LocalDir, ReadsBackWhatItNoted) {
  note(std::chrono::system_clock::now());

  const auto metadata = cache::read_local_metadata(paths);

  ASSERT_TRUE(metadata);
  EXPECT_EQ(metadata->commit, "c0ffee");
  EXPECT_EQ(metadata->etag, "etag");
}

TEST_F(LocalDir, DoesNotBelieveANoteOlderThanTheFile) {
  note(std::chrono::system_clock::now() - 10s);

  EXPECT_FALSE(cache::read_local_metadata(paths));
  EXPECT_TRUE(fs::exists(paths.metadata));
}

TEST_F(LocalDir, RemovesADamagedNote) {
  write_file(paths.file, "x");
  for (const char* text : {"", "a\nb\n", "a\nb\nnot a number\n", "\n\n1\n"}) {
    write_file(paths.metadata, text);
    EXPECT_FALSE(cache::read_local_metadata(paths)) << text;
    EXPECT_FALSE(fs::exists(paths.metadata)) << text;
  }
}

TEST_F(LocalDir, MarksItsFolder) {
  cache::prepare_local_dir(home.path());

  EXPECT_EQ(read_file(home.path() / ".cache/huggingface/.gitignore"), "*");
  EXPECT_EQ(read_file(home.path() / ".cache/huggingface/CACHEDIR.TAG").size(), 191U);
}
