// SPDX-License-Identifier: Apache-2.0
#include "checkpoints/zip_archive.hpp"

#include "support/temp_dir.hpp"
#include "support/zip_bytes.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace huggingface_hub::checkpoints {
namespace {

using ::testing::HasSubstr;
using testing::zip_bytes;
using testing::ZipPart;

std::string refusal_of(const std::string& archive, ZipProblem expected) {
  try {
    (void)read_stored_zip(archive);
  } catch (const ZipFailure& failure) {
    EXPECT_EQ(failure.problem, expected) << failure.why;
    return failure.why;
  }
  return "accepted";
}

TEST(StoredZip, SaysWhereEachEntryLies) {
  const std::string archive = zip_bytes({{"a/b", "first"}, {"empty", ""}, {"c", "second"}});
  const auto entries = read_stored_zip(archive);
  ASSERT_EQ(entries.size(), 3U);
  EXPECT_EQ(entries[0].name, "a/b");
  EXPECT_EQ(archive.substr(entries[0].offset, entries[0].size), "first");
  EXPECT_EQ(archive.substr(entries[2].offset, entries[2].size), "second");
}

TEST(StoredZip, IsFoundBehindOtherBytes) {
  const std::string archive = "some program" + zip_bytes({{"a", "content"}});
  const auto entries = read_stored_zip(archive);
  ASSERT_EQ(entries.size(), 1U);
  EXPECT_EQ(archive.substr(entries[0].offset, entries[0].size), "content");
}

TEST(StoredZip, RefusesWhatIsNone) {
  for (const std::string& bytes : {std::string(), std::string("PK"), std::string(1000, 'x'), zip_bytes({{"a", "b"}}).substr(5)}) {
    EXPECT_NE(refusal_of(bytes, ZipProblem::not_an_archive), "accepted");
  }
}

TEST(StoredZip, MayHaveAComment) {
  std::string archive = zip_bytes({{"a", "content"}});
  archive[archive.size() - 2] = 3;
  EXPECT_EQ(read_stored_zip(archive + "abc").size(), 1U);
  EXPECT_THROW((void)read_stored_zip(archive + "abcd"), ZipFailure);
}

TEST(StoredZip, RefusesEachTruncation) {
  const std::string archive = zip_bytes({{"a", "first"}, {"b", "second"}});
  for (std::size_t size = 0; size < archive.size(); ++size) {
    EXPECT_THROW((void)read_stored_zip(archive.substr(0, size)), ZipFailure) << size;
  }
}

TEST(StoredZip, RefusesEntriesThatAreNotStored) {
  EXPECT_THAT(refusal_of(zip_bytes({{"a", "x", 0, 8}}), ZipProblem::compressed), HasSubstr("'a' is compressed"));
  EXPECT_THAT(refusal_of(zip_bytes({{"a", "x", 1}}), ZipProblem::bad_entry), HasSubstr("encrypted"));
  EXPECT_THAT(refusal_of(zip_bytes({{"a", "x", 0, 0, 1000}}), ZipProblem::bad_entry), HasSubstr("two sizes"));
}

TEST(StoredZip, RefusesEntriesOverEachOther) {
  // The directory names one local header for both; its name differs, its size is the same.
  const std::string archive = zip_bytes({{"a", "xx"}, {"b", "xx", 0, 0, 0, -33}});
  EXPECT_THAT(refusal_of(archive, ZipProblem::bad_entry), HasSubstr("overlap"));
}

TEST(StoredZip, RefusesANameThatIsThereTwice) {
  EXPECT_THAT(refusal_of(zip_bytes({{"a", "x"}, {"a", "y"}}), ZipProblem::bad_entry), HasSubstr("twice"));
}

TEST(StoredZip, RefusesNamesThatAreTooLongOrHaveANulByte) {
  EXPECT_THAT(refusal_of(zip_bytes({{std::string(5000, 'n'), "x"}}), ZipProblem::bad_entry), HasSubstr("5000 bytes"));
  EXPECT_THAT(refusal_of(zip_bytes({{std::string("a\0b", 3), "x"}}), ZipProblem::bad_entry), HasSubstr("NUL"));
}

TEST(StoredZip, IsWrittenAndReadBack) {
  testing::TempDir folder;
  const auto path = folder.path() / "a.zip";
  {
    ZipWriter writer(path);
    writer.begin("model_index.json");
    writer.write("12", 2);
    writer.write("345", 3);
    writer.end();
    writer.begin("\xC3\xA9");
    writer.end();
    EXPECT_FALSE(std::filesystem::exists(path));
    writer.commit();
  }
  const std::string archive = testing::read_file(path);
  const auto entries = read_stored_zip(archive);
  ASSERT_EQ(entries.size(), 2U);
  EXPECT_EQ(entries[0].offset, 66U);  // spec/safetensors.md 10: 30 + 16 + 20
  EXPECT_EQ(archive.substr(66, 5), "12345");
  EXPECT_EQ(entries[1].name, "\xC3\xA9");
}

TEST(StoredZip, LeavesNothingWhereItIsNotFinished) {
  testing::TempDir folder;
  { ZipWriter(folder.path() / "a.zip").begin("x"); }
  EXPECT_TRUE(std::filesystem::is_empty(folder.path()));
  EXPECT_THROW(ZipWriter(folder.path() / "no/such/a.zip"), ZipFailure);
}

}  // namespace
}  // namespace huggingface_hub::checkpoints
