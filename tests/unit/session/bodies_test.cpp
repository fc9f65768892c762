// SPDX-License-Identifier: Apache-2.0
#include "session/session.hpp"

#include "support/bytes.hpp"
#include "support/temp_dir.hpp"

#include <gtest/gtest.h>

#include <filesystem>

namespace huggingface_hub::testing {
namespace {

std::string read_all(http::Body& body, std::size_t step) {
  std::string all;
  std::string buffer(step, '\0');
  while (true) {
    const auto count = body.read(buffer.data(), step);
    if (!count) return "error: " + count.error().message;
    if (*count == 0) return all;
    all.append(buffer, 0, *count);
  }
}

TEST(BytesBody, IsReadInPiecesAndAgain) {
  const auto body = bytes_body("some bytes");
  EXPECT_EQ(body->size(), 10U);
  EXPECT_EQ(read_all(*body, 3), "some bytes");
  ASSERT_TRUE(body->rewind().ok());
  EXPECT_EQ(read_all(*body, 100), "some bytes");
}

TEST(FileBody, IsTheSliceThatWasAskedFor) {
  const TempDir folder;
  const std::string content = pattern(100'000);
  write_file(folder.path() / "f", content);
  const auto body = file_body(folder.path() / "f", 10, 70'000);

  EXPECT_EQ(body->size(), 70'000U);
  EXPECT_TRUE(read_all(*body, 4096) == content.substr(10, 70'000));
  ASSERT_TRUE(body->rewind().ok());
  EXPECT_TRUE(read_all(*body, 333) == content.substr(10, 70'000));
}

TEST(FileBody, NamesAFileThatBecameShorter) {
  const TempDir folder;
  write_file(folder.path() / "short", "12345");
  const auto body = file_body(folder.path() / "short", 0, 10);
  char buffer[100];
  ASSERT_TRUE(body->read(buffer, sizeof buffer).ok());

  const auto rest = body->read(buffer, sizeof buffer);

  ASSERT_FALSE(rest.ok());
  EXPECT_EQ(rest.error().code, ErrorCode::io);
  EXPECT_EQ(rest.error().path, folder.path() / "short");
  EXPECT_NE(rest.error().message.find("short"), std::string::npos);
}

TEST(FileBody, NamesAFileThatIsGone) {
  const TempDir folder;
  const auto body = file_body(folder.path() / "gone", 0, 10);
  char buffer[10];
  const auto read = body->read(buffer, sizeof buffer);
  ASSERT_FALSE(read.ok());
  EXPECT_EQ(read.error().code, ErrorCode::io);
}

}  // namespace
}  // namespace huggingface_hub::testing
