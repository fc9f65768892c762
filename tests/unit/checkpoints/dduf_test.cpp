// SPDX-License-Identifier: Apache-2.0
#include "huggingface_hub/serialization/dduf.hpp"

#include "support/temp_dir.hpp"
#include "support/zip_bytes.hpp"

#include "huggingface_hub/errors.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace huggingface_hub {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::write_file;
using testing::zip_bytes;
using testing::ZipPart;

constexpr const char* kPipeline = R"({"_class_name": "P", "vae": ["d", "V"]})";

struct DDUF : ::testing::Test {
  std::string refusal(const std::vector<ZipPart>& parts) const {
    write_file(path, zip_bytes(parts));
    try {
      (void)read_dduf_file(path);
    } catch (const DDUFCorruptedFileError& error) {
      return error.what();
    }
    return "accepted";
  }
  std::string export_refusal(const std::vector<DDUFSource>& entries) const {
    try {
      export_entries_as_dduf(path, entries);
    } catch (const DDUFExportError& error) {
      EXPECT_TRUE(std::filesystem::is_empty(folder.path()));
      return error.what();
    }
    return "accepted";
  }
  static std::vector<std::string> names(const DDUFEntries& entries) {
    std::vector<std::string> all;
    for (const DDUFEntry& entry : entries) all.push_back(entry.filename);
    return all;
  }
  testing::TempDir folder{};
  std::filesystem::path path = folder.path() / "model.dduf";
};

TEST_F(DDUF, IsWrittenAndRead) {
  write_file(folder.path() / "config", "{}");
  export_entries_as_dduf(path, {DDUFSource::content("model_index.json", kPipeline),
                                DDUFSource::file("vae/config.json", folder.path() / "config")});
  const DDUFEntries entries = read_dduf_file(path);
  EXPECT_THAT(names(entries), ElementsAre("model_index.json", "vae/config.json"));
  EXPECT_EQ(entries.at("model_index.json").offset, 66U);
  EXPECT_EQ(entries.at("model_index.json").read_text(), kPipeline);
  EXPECT_EQ(entries.at("vae/config.json").as_mmap().view(), "{}");
  EXPECT_THROW((void)entries.at("nothing"), EntryNotFoundError);
}

TEST_F(DDUF, TakesOfAFolderWhatItMayHold) {
  for (const char* const name : {"model_index.json", "vae/config.json", "vae/model.safetensors", "vae/deep/config.json",
                                 "README.md", "vae/weights.bin", "a.txt"}) {
    write_file(folder.path() / "in" / name, std::string(name) == "model_index.json" ? kPipeline : "{}");
  }
  export_folder_as_dduf(path, folder.path() / "in");
  EXPECT_THAT(names(read_dduf_file(path)),
              ElementsAre("model_index.json", "a.txt", "vae/config.json", "vae/model.safetensors"));
}

TEST_F(DDUF, RefusesArchivesThatAreNone) {
  const ZipPart index{"model_index.json", kPipeline};
  EXPECT_EQ(refusal({index, {"vae/config.json", "{}"}}), "accepted");
  EXPECT_THAT(refusal({{"model_index.json", kPipeline, 0, 8}}), HasSubstr("Data must not be compressed in DDUF file"));
  EXPECT_THAT(refusal({index, {"a.exe", ""}}), HasSubstr("Invalid entry name in DDUF file: a.exe"));
  EXPECT_THAT(refusal({index, {"vae/", ""}}), HasSubstr("Invalid entry name"));
  EXPECT_THAT(refusal({index, {"vae\\a.txt", ""}}), HasSubstr("UNIX separators"));
  EXPECT_THAT(refusal({index, {"a/b/c.txt", ""}}), HasSubstr("1 level"));
  EXPECT_THAT(refusal({index, {"../c.txt", ""}}), HasSubstr("stay in their folder"));
  EXPECT_THAT(refusal({{"a.txt", ""}}), HasSubstr("Missing required 'model_index.json' entry in DDUF file"));
  EXPECT_THAT(refusal({{"model_index.json", "[]"}}), HasSubstr("Must be a dictionary."));
  EXPECT_THAT(refusal({{"model_index.json", "{"}}), HasSubstr("Failed to parse"));
  EXPECT_THAT(refusal({index, {"encoder/config.json", ""}}), HasSubstr("Missing required entry 'encoder' in 'model_index.json'."));
  EXPECT_THAT(refusal({index, {"vae/model.safetensors", ""}}), HasSubstr("Missing required file in folder 'vae'."));
  write_file(path, "no archive");
  EXPECT_THROW((void)read_dduf_file(path), DDUFCorruptedFileError);
  EXPECT_THROW((void)read_dduf_file(folder.path() / "none"), HfIoError);
}

TEST_F(DDUF, LeavesNothingWhereTheExportFails) {
  const auto index = DDUFSource::content("model_index.json", kPipeline);
  EXPECT_THAT(export_refusal({index, index}), HasSubstr("Can't add duplicate entry"));
  EXPECT_THAT(export_refusal({}), HasSubstr("Missing required 'model_index.json' entry"));
  EXPECT_THAT(export_refusal({index, DDUFSource::content("a.exe", "")}), HasSubstr("Invalid entry name"));
  EXPECT_THAT(export_refusal({DDUFSource::content("model_index.json", "1")}), HasSubstr("Must be a dictionary."));
  EXPECT_THAT(export_refusal({index, DDUFSource::content("encoder/config.json", "")}),
              HasSubstr("Missing required entry 'encoder' in 'model_index.json'."));
  EXPECT_THAT(export_refusal({index, DDUFSource::content("vae/a.txt", "")}),
              HasSubstr("Missing required file in folder 'vae'."));
  EXPECT_THROW(export_entries_as_dduf(path, {DDUFSource::content("a.exe", "")}), DDUFInvalidEntryNameError);
  EXPECT_THROW(export_entries_as_dduf(path, {DDUFSource::file("a.txt", "/no/such")}), HfIoError);
  EXPECT_THROW(export_entries_as_dduf("/no/such/a.dduf", {index}), DDUFExportError);
  EXPECT_TRUE(std::filesystem::is_empty(folder.path()));
}

}  // namespace
}  // namespace huggingface_hub
