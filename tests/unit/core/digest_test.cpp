// SPDX-License-Identifier: Apache-2.0
#include "core/digest.hpp"

#include "core/text.hpp"
#include "support/bytes.hpp"
#include "support/temp_dir.hpp"

#include <gtest/gtest.h>

namespace huggingface_hub {
namespace {

// Expected values by sha1sum, sha256sum and git hash-object.
TEST(Digest, AgreesWithTheUsualTools) {
  EXPECT_EQ(sha256_hex("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(sha1_hex("abc"), "a9993e364706816aba3e25717850c26c9cd0d89d");
  EXPECT_EQ(git_blob_id(""), "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391");
  EXPECT_EQ(git_blob_id("hello\n"), "ce013625030ba8dba906f756967f9e9ca394464a");
}

TEST(Digest, DoesNotDependOnHowBytesArrive) {
  const std::string bytes = testing::pattern(10'000);
  Digest digest(DigestKind::sha256);
  for (std::size_t i = 0; i < bytes.size(); i += 7) digest.update(std::string_view(bytes).substr(i, 7));

  EXPECT_EQ(digest.finish_hex(), sha256_hex(bytes));
}

TEST(Digest, StartsAnewAfterFinish) {
  Digest digest(DigestKind::sha1);
  digest.update("something else");
  (void)digest.finish_hex();
  digest.update("abc");

  EXPECT_EQ(digest.finish_hex(), sha1_hex("abc"));
}

TEST(Digest, MovesWithItsState) {
  Digest first(DigestKind::sha1);
  first.update("ab");
  Digest second = std::move(first);
  second.update("c");

  EXPECT_EQ(second.finish_hex(), sha1_hex("abc"));
}

TEST(HmacSha256, AgreesWithRfc4231) {
  EXPECT_EQ(to_hex(hmac_sha256("Jefe", "what do ya want for nothing?")),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}

TEST(DigestFile, GivesBothDigestsAndTheSize) {
  const testing::TempDir folder;
  const std::string bytes = testing::pattern(3 * testing::kMiB + 17);
  testing::write_file(folder.path() / "file", bytes);

  const FileDigest digest = digest_file(folder.path() / "file", true, true).value();

  EXPECT_EQ(digest.size, bytes.size());
  EXPECT_EQ(digest.sha256, sha256_hex(bytes));
  EXPECT_EQ(digest.git_blob_id, git_blob_id(bytes));
}

TEST(DigestFile, ComputesOnlyWhatIsAskedFor) {
  const testing::TempDir folder;
  testing::write_file(folder.path() / "file", "abc");

  const FileDigest digest = digest_file(folder.path() / "file", true, false).value();

  EXPECT_EQ(digest.sha256, sha256_hex("abc"));
  EXPECT_EQ(digest.git_blob_id, "");
}

TEST(DigestFile, NamesAMissingFile) {
  const testing::TempDir folder;
  const auto digest = digest_file(folder.path() / "missing", true, true);

  ASSERT_FALSE(digest.ok());
  EXPECT_EQ(digest.error().code, ErrorCode::io);
  EXPECT_EQ(digest.error().system_error, ENOENT);
  EXPECT_EQ(digest.error().path, folder.path() / "missing");
}

TEST(DigestFile, RefusesAFolder) {
  const testing::TempDir folder;
  const auto digest = digest_file(folder.path(), true, true);

  ASSERT_FALSE(digest.ok());
  EXPECT_EQ(digest.error().system_error, EISDIR);
}

}  // namespace
}  // namespace huggingface_hub
