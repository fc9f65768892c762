// SPDX-License-Identifier: Apache-2.0
// What every store of the embedded hub promises.
#include "server/store.hpp"

#include "core/digest.hpp"
#include "support/bytes.hpp"
#include "support/temp_dir.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <thread>
#include <vector>

#include <sys/stat.h>

namespace huggingface_hub::testing {
namespace {

using server::make_folder_store;
using server::make_memory_store;
using server::ObjectKind;
using server::read_object;
using server::Store;
using server::write_object;
using ::testing::ElementsAre;

struct StoreContract : ::testing::TestWithParam<bool> {
  TempDir folder{};
  std::unique_ptr<Store> store = GetParam() ? make_folder_store(folder.path(), false) : make_memory_store();
  const std::string id = std::string(40, 'a');
};

INSTANTIATE_TEST_SUITE_P(, StoreContract, ::testing::Bool(),
                         [](const auto& each) { return each.param ? "Folder" : "Memory"; });

TEST_P(StoreContract, GivesBackWhatWasKept) {
  write_object(*store, ObjectKind::blob, id, "content");

  EXPECT_TRUE(store->contains(ObjectKind::blob, id));
  EXPECT_EQ(read_object(*store, ObjectKind::blob, id), "content");
  EXPECT_FALSE(store->contains(ObjectKind::tree, id));
  EXPECT_EQ(store->open(ObjectKind::lfs, id), nullptr);
}

TEST_P(StoreContract, ShowsNothingBeforeItIsKept) {
  {
    const auto staged = store->stage();
    staged->write_at(0, "half", 4);
    EXPECT_FALSE(store->contains(ObjectKind::blob, id));
  }
  EXPECT_FALSE(store->contains(ObjectKind::blob, id));
}

TEST_P(StoreContract, TakesBytesInAnyOrderFromSeveralThreads) {
  const std::string content = pattern(4 * kMiB + 123);
  const auto staged = store->stage();
  std::vector<std::thread> threads;
  for (std::size_t part = 0; part < 5; ++part) {
    threads.emplace_back([&, at = (4 - part) * kMiB] {
      const std::string bytes = content.substr(at, kMiB);
      staged->write_at(at, bytes.data(), bytes.size());
    });
  }
  for (std::thread& thread : threads) thread.join();
  std::string back(content.size(), '?');
  EXPECT_EQ(staged->read_at(0, back.data(), back.size()), content.size());
  EXPECT_EQ(back, content);

  staged->keep(ObjectKind::lfs, id, content.size());

  EXPECT_EQ(read_object(*store, ObjectKind::lfs, id), content);
}

TEST_P(StoreContract, KeepsRunsOfZeros) {
  const std::string content = std::string(10'000, '\0') + "a" + std::string(3 * kMiB, '\0') + "b" + std::string(50'000, '\0');
  write_object(*store, ObjectKind::lfs, id, content);

  EXPECT_EQ(read_object(*store, ObjectKind::lfs, id), content);
}

TEST_P(StoreContract, OverwritesWithZerosWhatWasStagedBefore) {
  const auto staged = store->stage();
  const std::string first = pattern(20'000);
  const std::string zeros(20'000, '\0');
  staged->write_at(0, first.data(), first.size());
  staged->write_at(0, zeros.data(), zeros.size());
  staged->keep(ObjectKind::lfs, id, zeros.size());

  EXPECT_EQ(read_object(*store, ObjectKind::lfs, id), zeros);
}

TEST_P(StoreContract, KeepsEmptyObjects) {
  write_object(*store, ObjectKind::blob, id, "");
  EXPECT_EQ(read_object(*store, ObjectKind::blob, id), "");
}

TEST_P(StoreContract, ReadsFromAnOffset) {
  write_object(*store, ObjectKind::blob, id, "0123456789");
  const auto source = store->open(ObjectKind::blob, id);
  std::string part(4, '?');

  EXPECT_EQ(source->size(), 10U);
  EXPECT_EQ(source->read_at(8, part.data(), 4), 2U);
  EXPECT_EQ(part.substr(0, 2), "89");
  EXPECT_EQ(source->read_at(10, part.data(), 4), 0U);
}

TEST_P(StoreContract, ReplacesAndRemovesDocuments) {
  store->write_document("models/a/b", "1");
  store->write_document("models/a/c", "2");
  store->write_document("models/a/b", "3");

  EXPECT_EQ(store->read_document("models/a/b"), "3");
  EXPECT_THAT(store->documents(), ElementsAre("models/a/b", "models/a/c"));
  store->remove_document("models/a/b");
  store->remove_document("models/a/b");
  EXPECT_EQ(store->read_document("models/a/b"), std::nullopt);
  EXPECT_THAT(store->documents(), ElementsAre("models/a/c"));
}

TEST(FolderStore, LeavesHolesForZeros) {
  const TempDir folder;
  const auto store = make_folder_store(folder.path(), false);
  const std::string id(64, 'b');
  const auto staged = store->stage();
  const std::string zeros(64 * kMiB, '\0');
  staged->write_at(0, zeros.data(), zeros.size());
  staged->keep(ObjectKind::lfs, id, zeros.size());

  struct stat status {};
  ASSERT_EQ(::stat((folder.path() / "objects" / "lfs" / "bb" / id).c_str(), &status), 0);
  EXPECT_EQ(status.st_size, static_cast<off_t>(zeros.size()));
  EXPECT_LT(status.st_blocks * 512, static_cast<off_t>(kMiB));
}

TEST(FolderStore, FindsEverythingAgain) {
  const TempDir folder;
  const std::string id(40, 'c');
  {
    const auto store = make_folder_store(folder.path(), true);
    write_object(*store, ObjectKind::blob, id, "content");
    store->write_document("models/a/b", "{}");
    write_file(folder.path() / "tmp" / "0", "half");  // Of a process that ended there.
  }
  const auto store = make_folder_store(folder.path(), true);

  EXPECT_EQ(read_object(*store, ObjectKind::blob, id), "content");
  EXPECT_EQ(store->read_document("models/a/b"), "{}");
  EXPECT_TRUE(std::filesystem::is_empty(folder.path() / "tmp"));
}

}  // namespace
}  // namespace huggingface_hub::testing
