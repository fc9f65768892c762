// SPDX-License-Identifier: Apache-2.0
#include "core/open_folder.hpp"

#include "support/temp_dir.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

namespace hf = huggingface_hub;
namespace fs = std::filesystem;
using hf::files::OpenFolder;
using testing::ElementsAre;
using testing::Pair;

namespace {

struct OpenFolderTest : testing::Test {
  OpenFolderTest() {
    hf::testing::write_file(home.path() / "file", "four");
    hf::testing::write_file(home.path() / "folder/inner", "x");
    fs::create_symlink("folder", home.path() / "link");
    fs::create_symlink("nowhere", home.path() / "lost");
  }

  hf::testing::TempDir home{};
};

}  // namespace

TEST_F(OpenFolderTest, NamesItsEntriesWithoutFollowingLinks) {
  std::map<std::string, fs::file_type> types;
  for (const auto& entry : OpenFolder::at(home.path().string())->entries()) types[entry.name] = entry.type;

  EXPECT_THAT(types, ElementsAre(Pair("file", fs::file_type::regular), Pair("folder", fs::file_type::directory),
                                 Pair("link", fs::file_type::symlink), Pair("lost", fs::file_type::symlink)));
}

TEST_F(OpenFolderTest, AnswersByName) {
  const auto folder = OpenFolder::at(home.path().string());
  struct stat status {};

  EXPECT_TRUE(folder->has_file("file"));
  EXPECT_TRUE(folder->has_file("link/inner"));
  EXPECT_FALSE(folder->has_file("folder"));
  EXPECT_FALSE(folder->has_file("lost"));
  ASSERT_TRUE(folder->stat("file", status));
  EXPECT_EQ(status.st_size, 4);
  EXPECT_EQ(folder->link_text("lost"), "nowhere");
  EXPECT_EQ(folder->link_text("file"), std::nullopt);
}

TEST_F(OpenFolderTest, OpensFoldersButNoLinks) {
  EXPECT_TRUE(OpenFolder::at(home.path() / "link"));
  const auto folder = OpenFolder::at(home.path().string());

  EXPECT_TRUE(folder->folder("folder")->has_file("inner"));
  EXPECT_FALSE(folder->folder("link"));
  EXPECT_FALSE(folder->folder("file"));
  EXPECT_FALSE(OpenFolder::at(home.path() / "lost"));
}
