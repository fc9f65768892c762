// SPDX-License-Identifier: Apache-2.0
#include "operations/commit_body.hpp"

#include "support/bytes.hpp"

#include "huggingface_hub/errors.hpp"
#include "huggingface_hub/types/commit_operation.hpp"

#include <gtest/gtest.h>

#include <sstream>

namespace huggingface_hub {
namespace {

using operations::CommitBody;

/// Operations whose files are known to git.
std::vector<CommitOperationAdd> small_files(int count) {
  std::vector<CommitOperationAdd> files;
  for (int i = 0; i < count; ++i) {
    files.emplace_back(std::to_string(i) + ".txt", UploadSource::from_bytes(testing::pattern(2048)));
    EXPECT_TRUE(hub::compute_git_blob_id(files.back().state(), {}).ok());
  }
  return files;
}

CommitBody body_of(const std::vector<CommitOperationAdd>& files) {
  CommitBody body;
  body.add_header("summary", "", {});
  for (const CommitOperationAdd& file : files) body.add_file(file.state(), nullptr);
  return body;
}

TEST(CommitBody, OfManySmallFilesFillsWhatItIsGiven) {
  const std::vector<CommitOperationAdd> files = small_files(100);
  CommitBody body = body_of(files);
  std::string all;
  std::string buffer(16'384, '\0');
  for (;;) {
    const Result<std::size_t> count = body.read(buffer.data(), buffer.size());
    ASSERT_TRUE(count.ok());
    all.append(buffer, 0, *count);
    if (*count < buffer.size()) break;
  }
  EXPECT_EQ(all.size(), body.size());
  EXPECT_EQ(*body.read(buffer.data(), buffer.size()), 0U);

  ASSERT_TRUE(body.rewind().ok());
  std::string again(all.size() + 1, '\0');
  EXPECT_EQ(*body.read(again.data(), again.size()), all.size());
  EXPECT_EQ(again.substr(0, all.size()), all);
}

TEST(CommitBody, EndsWithTheErrorOfAFileBehindOthers) {
  std::vector<CommitOperationAdd> files = small_files(2);
  auto stream = std::make_shared<std::istringstream>("before");
  files.emplace_back("changed.txt", UploadSource::from_stream(stream));
  ASSERT_TRUE(hub::compute_git_blob_id(files.back().state(), {}).ok());
  stream->str("behind");
  CommitBody body = body_of(files);
  std::string buffer(64'000, '\0');

  const Result<std::size_t> count = body.read(buffer.data(), buffer.size());

  ASSERT_FALSE(count.ok());
  EXPECT_EQ(count.error().code, ErrorCode::integrity);
}

}  // namespace
}  // namespace huggingface_hub
