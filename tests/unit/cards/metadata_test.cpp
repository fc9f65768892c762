// SPDX-License-Identifier: Apache-2.0
#include "huggingface_hub/cards/metadata.hpp"

#include "huggingface_hub/errors.hpp"

#include "core/files.hpp"
#include "support/temp_dir.hpp"

#include <gtest/gtest.h>

#include <string>

namespace huggingface_hub {
namespace {

class Metadata : public ::testing::Test {
 protected:
  void write(const std::string& content) { files::write_atomic(path, content).value(); }
  std::string saved(const MetaMap& data) {
    metadata_save(path, data);
    return files::read_text(path).value();
  }

  testing::TempDir folder{};
  std::filesystem::path path{folder.path() / "README.md"};
};

TEST_F(Metadata, IsReadAsItStands) {
  write("\n---\nlicense: mit\ndatasets:\n- foo\n- bar\n---\n\nHello\n");
  EXPECT_EQ(metadata_load(path), (MetaMap{{"license", "mit"}, {"datasets", MetaValue::of({"foo", "bar"})}}));
  EXPECT_EQ(saved({{"meaning_of_life", 42}}), "---\nmeaning_of_life: 42\n---\n\nHello\n");
}

TEST_F(Metadata, IsNothingWithoutABlockOrWithAnEmptyOne) {
  write("# Hello\n");
  EXPECT_EQ(metadata_load(path), std::nullopt);
  write("---\n\n---\nHello\n");
  EXPECT_EQ(metadata_load(path), std::nullopt);
  write("---\n- a\n---\nHello\n");
  EXPECT_THROW(metadata_load(path), CardError);
  EXPECT_THROW(metadata_load(folder.path() / "none.md"), HfIoError);
}

TEST_F(Metadata, IsPutBeforeATextWithoutABlock) {
  write("# Hello\n");
  EXPECT_EQ(saved({{"emoji", "🎁"}}), "---\nemoji: 🎁\n---\n# Hello\n");
}

TEST_F(Metadata, MakesAFileThatIsMissing) { EXPECT_EQ(saved({}), "---\n{}\n---\n"); }

TEST_F(Metadata, KeepsLineBreaksAndDropsTheByteOrderMark) {
  write("\xEF\xBB\xBF---\r\nlicense: mit\r\n---\r\nHello\r\nthere");
  EXPECT_EQ(metadata_load(path), (MetaMap{{"license", "mit"}}));
  EXPECT_EQ(saved({{"a", MetaValue::of({1})}}), "---\r\na:\r\n- 1\r\n---\r\nHello\r\nthere");
  write("mixed\r\nlines\n");
  EXPECT_EQ(saved({{"a", 1}}), "---\na: 1\n---\nmixed\r\nlines\n");
}

TEST_F(Metadata, SaysAResult) {
  MetadataEvalResultOptions options;
  options.model_pretty_name = "RoBERTa";
  options.task_pretty_name = "Text Classification";
  options.task_id = "text-classification";
  options.metrics_pretty_name = "Accuracy";
  options.metrics_id = "accuracy";
  options.metrics_value = 0.2662102282047272;
  options.metrics_verified = true;
  options.dataset_pretty_name = "ReactionGIF";
  options.dataset_id = "julien-c/reactiongif";
  options.dataset_config = "default";
  options.dataset_split = "test";
  EXPECT_EQ(saved(metadata_eval_result(options)),
            "---\nmodel-index:\n- name: RoBERTa\n  results:\n  - task:\n      type: text-classification\n"
            "      name: Text Classification\n    dataset:\n      name: ReactionGIF\n      type: julien-c/reactiongif\n"
            "      config: default\n      split: test\n    metrics:\n    - type: accuracy\n"
            "      value: 0.2662102282047272\n      name: Accuracy\n      verified: true\n---\n");
}

}  // namespace
}  // namespace huggingface_hub
