// SPDX-License-Identifier: Apache-2.0
#include "transfer/hash_memo.hpp"

#include "support/temp_dir.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <thread>
#include <vector>

namespace huggingface_hub::transfer {
namespace {

using Kind = HashMemo::Kind;

const std::string kSha256(64, 'a');
const std::string kGitId(40, 'b');

FileStamp stamp_of(std::uint64_t size) {
  FileStamp stamp;
  stamp.changed_ns = 5;
  stamp.device = 1;
  stamp.inode = 7;
  stamp.modified_ns = 3;
  stamp.size = size;
  return stamp;
}

struct Memo : ::testing::Test {
  [[nodiscard]] std::unique_ptr<HashMemo> open() const { return HashMemo::open(folder.path() / "memo", "/data"); }
  [[nodiscard]] std::filesystem::path file() const {
    for (const auto& entry : std::filesystem::directory_iterator(folder.path() / "memo")) {
      if (entry.path().extension() == ".hashes") return entry.path();
    }
    return {};
  }
  testing::TempDir folder{};
};

TEST_F(Memo, RemembersBetweenRuns) {
  open()->record(Kind::sha256, "/data/a", stamp_of(10), kSha256);
  open()->record(Kind::git_blob, "/data/a", stamp_of(10), kGitId);

  const auto memo = open();
  EXPECT_EQ(memo->find(Kind::sha256, "/data/a", stamp_of(10)), kSha256);
  EXPECT_EQ(memo->find(Kind::git_blob, "/data/a", stamp_of(10)), kGitId);
  EXPECT_EQ(memo->find(Kind::sha256, "/data/b", stamp_of(10)), std::nullopt);
}

TEST_F(Memo, KnowsNothingOfAFileThatHasAnotherStamp) {
  const auto memo = open();
  memo->record(Kind::sha256, "/data/a", stamp_of(10), kSha256);

  std::vector<FileStamp> others(4, stamp_of(10));
  others[0].size = 11;
  others[1].modified_ns = 4;
  others[2].changed_ns = 6;
  others[3].inode = 8;
  for (const FileStamp& other : others) EXPECT_EQ(memo->find(Kind::sha256, "/data/a", other), std::nullopt);
  FileStamp remounted = stamp_of(10);
  remounted.device = 2;
  EXPECT_EQ(memo->find(Kind::sha256, "/data/a", remounted), kSha256);
}

TEST_F(Memo, ForgetsForGood) {
  open()->record(Kind::sha256, "/data/a", stamp_of(10), kSha256);
  open()->forget(Kind::sha256, "/data/a");

  EXPECT_EQ(open()->find(Kind::sha256, "/data/a", stamp_of(10)), std::nullopt);
}

TEST_F(Memo, PassesOverWhatIsTornOrStrange) {
  open()->record(Kind::sha256, "/data/a", stamp_of(10), kSha256);
  open()->record(Kind::sha256, "/data/b", stamp_of(20), kSha256);
  std::string text = testing::read_file(file());
  const std::size_t half = text.size() / 2;
  text[half / 2] = static_cast<char>(text[half / 2] ^ 1);         // The first record is wrong,
  text = "hfM1 rubbish" + text.substr(0, half) + "hf" + text.substr(half) + text.substr(0, half / 2);
  testing::write_file(file(), text);  // and there is noise before, between and after.

  const auto memo = open();
  EXPECT_EQ(memo->find(Kind::sha256, "/data/a", stamp_of(10)), std::nullopt);
  EXPECT_EQ(memo->find(Kind::sha256, "/data/b", stamp_of(20)), kSha256);
}

TEST_F(Memo, LosesNothingWhereSeveralWrite) {
  constexpr int kWriters = 8;
  constexpr int kFiles = 200;
  std::vector<std::thread> writers;
  for (int writer = 0; writer < kWriters; ++writer) {
    writers.emplace_back([&, writer] {
      const auto memo = open();
      for (int i = 0; i < kFiles; ++i) {
        memo->record(Kind::sha256, "/data/" + std::to_string(writer * kFiles + i), stamp_of(1), kSha256);
        if (i % 20 == 0) memo->flush();
      }
    });
  }
  for (std::thread& writer : writers) writer.join();

  EXPECT_EQ(open()->size(), static_cast<std::size_t>(kWriters * kFiles));
}

TEST_F(Memo, IsOneOfAFewThatAreKept) {
  for (int i = 0; i < 100; ++i) {
    HashMemo::open(folder.path() / "memo", "/data/" + std::to_string(i))
        ->record(Kind::sha256, "/data/x", stamp_of(1), kSha256);
  }
  std::ptrdiff_t memos = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder.path() / "memo")) {
    if (entry.path().extension() == ".hashes") ++memos;
  }
  EXPECT_LE(memos, 65);
}

TEST_F(Memo, DoesNotGrowWithoutBound) {
  const auto memo = open();
  for (int round = 0; round < 40; ++round) {
    for (int i = 0; i < 100; ++i) memo->record(Kind::sha256, "/data/" + std::to_string(i), stamp_of(1), kSha256);
    memo->flush();
  }
  const auto before = std::filesystem::file_size(file());
  EXPECT_EQ(open()->size(), 100U);  // Opening a memo with so many old records writes it anew.
  EXPECT_LT(std::filesystem::file_size(file()), before);
}

TEST_F(Memo, IsNoneWithoutAFolder) { EXPECT_EQ(HashMemo::open("", "/data"), nullptr); }

}  // namespace
}  // namespace huggingface_hub::transfer
