// SPDX-License-Identifier: Apache-2.0
#include "auth/token_store.hpp"

#include "core/log.hpp"
#include "support/temp_dir.hpp"

#include <gtest/gtest.h>

#include <map>

namespace huggingface_hub {
namespace {

namespace fs = std::filesystem;
using testing::read_file;
using testing::write_file;

class TokenStoreTest : public ::testing::Test {
 protected:
  TokenStoreTest() {
    config_.token_path = folder_.path() / "home/token";
    config_.stored_tokens_path = folder_.path() / "home/stored_tokens";
    set_log_level(LogLevel::off);
  }

  TokenStore store(std::map<std::string, std::string> variables = {}) const {
    return TokenStore(config_, [variables](const char* name) -> std::optional<std::string> {
      const auto found = variables.find(name);
      return found == variables.end() ? std::nullopt : std::optional<std::string>(found->second);
    });
  }

  static StoredToken token(std::string name, std::string value) {
    StoredToken made;
    made.name = std::move(name);
    made.fields = {{"hf_token", std::move(value)}};
    return made;
  }

  testing::TempDir folder_{};
  Config config_{};
};

constexpr fs::perms kOwnerReadWrite = fs::perms::owner_read | fs::perms::owner_write;

TEST_F(TokenStoreTest, HasNothingAtFirst) {
  EXPECT_EQ(store().current_token(), std::nullopt);
  EXPECT_TRUE(store().stored_tokens().empty());
}

TEST_F(TokenStoreTest, CleansTokens) {
  EXPECT_EQ(TokenStore::clean(" hf_\r\nx \n"), "hf_x");
  EXPECT_EQ(TokenStore::clean("\n \r"), std::nullopt);
}

TEST_F(TokenStoreTest, TheEnvironmentBeatsTheFile) {
  ASSERT_TRUE(store().activate("hf_file").ok());
  EXPECT_EQ(store().current_token(), "hf_file");
  EXPECT_EQ(store({{"HUGGING_FACE_HUB_TOKEN", "hf_old"}}).current_token(), "hf_old");
  EXPECT_EQ(store({{"HUGGING_FACE_HUB_TOKEN", "hf_old"}, {"HF_TOKEN", "hf_new\n"}}).current_token(), "hf_new");
  EXPECT_EQ(store({{"HF_TOKEN", ""}}).current_token(), "hf_file");
}

TEST_F(TokenStoreTest, KeepsSecretsFromOthers) {
  ASSERT_TRUE(store().activate("hf_x").ok());
  ASSERT_TRUE(store().save(token("laptop", "hf_x")).ok());

  EXPECT_EQ(read_file(config_.token_path), "hf_x");
  EXPECT_EQ(fs::status(config_.token_path).permissions(), kOwnerReadWrite);
  EXPECT_EQ(fs::status(config_.stored_tokens_path).permissions(), kOwnerReadWrite);
  EXPECT_EQ(fs::status(folder_.path() / "home").permissions(), fs::perms::owner_all);
}

TEST_F(TokenStoreTest, NarrowsFilesThatWereOpen) {
  write_file(config_.token_path, "old");
  ASSERT_TRUE(store().activate("hf_x").ok());
  EXPECT_EQ(fs::status(config_.token_path).permissions(), kOwnerReadWrite);
}

TEST_F(TokenStoreTest, WritesThroughALink) {
  write_file(folder_.path() / "elsewhere/token", "old");
  fs::create_directories(folder_.path() / "home");
  fs::create_symlink("../elsewhere/token", config_.token_path);

  ASSERT_TRUE(store().activate("hf_x").ok());

  EXPECT_TRUE(fs::is_symlink(config_.token_path));
  EXPECT_EQ(read_file(folder_.path() / "elsewhere/token"), "hf_x");
}

TEST_F(TokenStoreTest, ReplacesTheWholeSectionOfTheSameName) {
  StoredToken oauth = token("a", "hf_1");
  oauth.fields.emplace_back("refresh_token", "r");
  ASSERT_TRUE(store().save(oauth).ok());
  ASSERT_TRUE(store().save(token("b", "hf_2")).ok());
  ASSERT_TRUE(store().save(token("a", "hf_3")).ok());

  EXPECT_EQ(read_file(config_.stored_tokens_path), "[a]\nhf_token = hf_3\n\n[b]\nhf_token = hf_2\n\n");
}

TEST_F(TokenStoreTest, RemovesOneOrAll) {
  ASSERT_TRUE(store().save(token("a", "hf_1")).ok());
  ASSERT_TRUE(store().activate("hf_1").ok());

  EXPECT_EQ(store().remove("b").value(), false);
  EXPECT_EQ(store().remove("a").value(), true);
  EXPECT_EQ(read_file(config_.stored_tokens_path), "");

  ASSERT_TRUE(store().remove_all().ok());
  EXPECT_FALSE(fs::exists(config_.token_path));
  EXPECT_FALSE(fs::exists(config_.stored_tokens_path));
  EXPECT_TRUE(store().remove_all().ok());
}

TEST_F(TokenStoreTest, KeepsAFileThatDoesNotParseAside) {
  write_file(config_.stored_tokens_path, "[]\nhf_token = hf_lost\n");
  EXPECT_TRUE(store().stored_tokens().empty());

  ASSERT_TRUE(store().save(token("a", "hf_1")).ok());

  EXPECT_EQ(read_file(config_.stored_tokens_path), "[a]\nhf_token = hf_1\n\n");
  EXPECT_EQ(read_file(folder_.path() / "home/stored_tokens.broken"), "[]\nhf_token = hf_lost\n");
}

TEST_F(TokenStoreTest, GoesOnWithoutATokenFileItCannotRead) {
  fs::create_directories(config_.token_path);
  EXPECT_EQ(store().current_token(), std::nullopt);
}

}  // namespace
}  // namespace huggingface_hub
