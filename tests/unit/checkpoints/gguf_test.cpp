// SPDX-License-Identifier: Apache-2.0
#include "huggingface_hub/serialization/gguf.hpp"

#include "support/gguf_bytes.hpp"
#include "support/temp_dir.hpp"

#include "huggingface_hub/errors.hpp"
#include "huggingface_hub/serialization/gguf_card.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstring>

namespace huggingface_hub::gguf {
namespace {

using namespace testing::ggufs;
using testing::little_endian;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

/// Counts what is asked for.
struct MemoryFile {
  std::string bytes;
  mutable std::uint64_t read{0};
  std::string filename() const { return "model.gguf"; }
  std::uint64_t size() const { return bytes.size(); }
  std::size_t read_at(std::uint64_t offset, void* data, std::size_t size) const {
    const std::size_t count = std::min(size, bytes.size() - static_cast<std::size_t>(offset));
    std::memcpy(data, bytes.data() + offset, count);
    read += count;
    return count;
  }
};

std::string gguf_refusal(const std::string& bytes, const Limits& limits = {}) {
  try {
    (void)read_header(MemoryFile{bytes}, limits);
  } catch (const GGUFError& error) {
    EXPECT_THAT(error.what(), HasSubstr("model.gguf"));
    return error.what();
  }
  return "accepted";
}

TEST(Gguf, GivesMetadataOfEveryType) {
  const std::string f64(8, '\0');
  const Header header = read_header(MemoryFile{file(
      {entry("u8", 0, "\xFF"), entry("i8", 1, "\xFF"), entry("u16", 2, "\xFF\xFF"), entry("i16", 3, "\xFF\xFF"),
       number_entry("u32", 7), entry("i32", 5, little_endian(4, 0xFFFFFFFE)), entry("f32", 6, std::string("\0\0\xC0\x3F", 4)),
       entry("yes", 7, "\x01"), text_entry("text", "\xC3\xA9"), entry("u64", 10, little_endian(8, UINT64_MAX)),
       entry("i64", 11, little_endian(8, UINT64_MAX)), entry("f64", 12, f64),
       entry("numbers", 9, little_endian(4, 5) + little_endian(8, 2) + little_endian(4, 1) + little_endian(4, 0xFFFFFFFF)),
       entry("texts", 9, little_endian(4, 8) + little_endian(8, 2) + text("a") + text("")),
       entry("lists", 9, little_endian(4, 9) + little_endian(8, 1) + little_endian(4, 7) + little_endian(8, 2) +
                             std::string("\0\1", 2))},
      {})});
  EXPECT_EQ(*header.find("u8")->as<std::uint64_t>(), 255U);
  EXPECT_EQ(*header.find("i8")->as<std::int64_t>(), -1);
  EXPECT_EQ(header.number("u16"), 65535U);
  EXPECT_EQ(header.number("i16"), std::nullopt);
  EXPECT_EQ(header.number("u32"), 7U);
  EXPECT_EQ(*header.find("i32")->as<std::int64_t>(), -2);
  EXPECT_EQ(*header.find("f32")->as<double>(), 1.5);
  EXPECT_EQ(*header.find("yes")->as<bool>(), true);
  EXPECT_EQ(header.text("text"), "\xC3\xA9");
  EXPECT_EQ(header.number("u64"), UINT64_MAX);
  EXPECT_EQ(*header.find("i64")->as<std::int64_t>(), -1);
  EXPECT_THAT(*header.find("numbers")->as<std::vector<std::int64_t>>(), ElementsAre(1, -1));
  EXPECT_THAT(*header.find("texts")->as<std::vector<std::string>>(), ElementsAre("a", ""));
  EXPECT_THAT(*header.find("lists")->as<Array>()->front().as<std::vector<std::uint64_t>>(), ElementsAre(0, 1));
  EXPECT_EQ(header.find("nothing"), nullptr);
}

TEST(Gguf, GivesTensorsAndWhereTheyLie) {
  const std::string bytes = file({number_entry("general.alignment", 64)},
                                 {tensor("a", {32, 2}, 2, 0), tensor("b", {3}, 0, 64), tensor("c", {1}, 99, 64)}, 76, 64);
  const Header header = read_header(MemoryFile{bytes});
  EXPECT_EQ(header.alignment, 64U);
  EXPECT_EQ(header.data_begin % 64, 0U);
  EXPECT_EQ(header.data_begin + 76, bytes.size());
  EXPECT_EQ(header.tensors[0].size, 36U);
  EXPECT_EQ(header.tensors[1].size, 12U);
  EXPECT_EQ(header.tensors[2].size, std::nullopt);
  EXPECT_EQ(tensor_type_name(header.tensors[0].type), "Q4_0");
  EXPECT_EQ(tensor_type_name(99), "");
}

TEST(Gguf, IsReadOfOldVersionsToo) {
  const std::string one = "GGUF" + little_endian(4, 1) + little_endian(4, 0) + little_endian(4, 1) + little_endian(4, 1) + "k" +
                          little_endian(4, 8) + little_endian(4, 2) + "ab";
  EXPECT_EQ(read_header(MemoryFile{one}).text("k"), "ab");
  EXPECT_EQ(read_header(MemoryFile{file({}, {}, 0, 32, 2)}).version, 2U);
}

TEST(Gguf, IsReadInPiecesAndNoFurtherThanTheHeader) {
  const MemoryFile remote{file({text_entry("long", std::string(100'000, 'x'))}, {tensor("t", {1 << 20}, 24, 0)}, 1 << 20)};
  const Header header = read_header(remote);
  EXPECT_EQ(header.text("long")->size(), 100'000U);
  EXPECT_LT(remote.read, 200'000U);
}

TEST(Gguf, IsRefusedWhereARuleIsBroken) {
  EXPECT_THAT(gguf_refusal(""), HasSubstr("too short"));
  EXPECT_THAT(gguf_refusal("GGML1234"), HasSubstr("does not begin with GGUF"));
  EXPECT_THAT(gguf_refusal(file({}, {}, 0, 32, 4)), HasSubstr("version 4"));
  EXPECT_THAT(gguf_refusal(std::string("GGUF\0\0\0\3", 8)), HasSubstr("big endian"));
  EXPECT_THAT(gguf_refusal(file({number_entry("k", 1), number_entry("k", 2)}, {})), HasSubstr("'k' is there twice"));
  EXPECT_THAT(gguf_refusal(file({entry("k", 13, "x")}, {})), HasSubstr("type 13"));
  EXPECT_THAT(gguf_refusal(file({entry("k", 9, little_endian(4, 99) + little_endian(8, 1))}, {})), HasSubstr("array of type 99"));
  EXPECT_THAT(gguf_refusal(file({number_entry("general.alignment", 12)}, {})), HasSubstr("multiple of 8"));
  EXPECT_THAT(gguf_refusal(file({number_entry("general.alignment", 0)}, {})), HasSubstr("multiple of 8"));
  const auto with = [](const std::string& one) { return gguf_refusal(file({}, {one}, 32)); };
  EXPECT_EQ(with(tensor("t", {32}, 24, 0)), "accepted");
  EXPECT_THAT(with(tensor("t", {33}, 24, 0)), HasSubstr("reaches out of the file"));
  EXPECT_THAT(with(tensor("t", {1}, 24, 64)), HasSubstr("reaches out of the file"));
  EXPECT_THAT(with(tensor("t", {1}, 24, 7)), HasSubstr("not aligned"));
  EXPECT_THAT(with(tensor("t", {31}, 2, 0)), HasSubstr("whole blocks"));
  EXPECT_THAT(with(tensor("t", {UINT64_MAX, 2}, 24, 0)), HasSubstr("larger than can be counted"));
  EXPECT_THAT(with(tensor("t", {1ULL << 62}, 27, 0)), HasSubstr("larger than can be counted"));
  EXPECT_THAT(with(tensor("t", std::vector<std::uint64_t>(9, 1), 24, 0)), HasSubstr("9 dimensions"));
  EXPECT_THAT(gguf_refusal(file({}, {tensor("t", {1}, 24, 0), tensor("t", {1}, 24, 0)}, 32)), HasSubstr("twice"));
}

TEST(Gguf, IsRefusedWhereItPromisesMoreThanItHas) {
  const std::string lengths = little_endian(8, 1ULL << 62);
  EXPECT_THAT(gguf_refusal("GGUF" + little_endian(4, 3) + lengths + little_endian(8, 0)), HasSubstr("are allowed"));
  EXPECT_THAT(gguf_refusal("GGUF" + little_endian(4, 3) + little_endian(8, 0) + lengths), HasSubstr("are allowed"));
  EXPECT_THAT(gguf_refusal(file({entry("k", 8, lengths)}, {})), HasSubstr("cut short"));
  EXPECT_THAT(gguf_refusal(file({entry("k", 9, little_endian(4, 0) + lengths)}, {})), HasSubstr("more than 8000000 items"));
  EXPECT_THAT(gguf_refusal(file({entry("k", 9, little_endian(4, 8) + little_endian(8, 7'000'000))}, {})), HasSubstr("cut short"));
  EXPECT_THAT(gguf_refusal(file({text_entry("k", std::string(200, 'x'))}, {}), {.header_bytes = 100}),
              HasSubstr("more than 100 bytes"));
  std::string deep;
  for (int i = 0; i < 10; ++i) deep += little_endian(4, 9) + little_endian(8, 1);
  EXPECT_THAT(gguf_refusal(file({entry("k", 9, deep)}, {})), HasSubstr("arrays in arrays"));
}

TEST(Gguf, IsRefusedAtEachTruncation) {
  const std::string whole = file({text_entry("general.architecture", "llama")}, {tensor("t", {32}, 24, 0)}, 32);
  for (std::size_t size = 0; size < whole.size(); ++size) EXPECT_NE(gguf_refusal(whole.substr(0, size)), "accepted") << size;
}

TEST(Gguf, OfTheDiskIsRead) {
  const testing::TempDir folder;
  testing::write_file(folder.path() / "a.gguf", file({number_entry("k", 1)}, {}));
  EXPECT_EQ(read_header(folder.path() / "a.gguf").number("k"), 1U);
  EXPECT_THROW((void)read_header(folder.path() / "b.gguf"), HfIoError);
}

TEST(GgufFacts, StandInTheCardWhereItDoesNotSayOtherwise) {
  const Facts facts = facts_of(read_header(MemoryFile{file(
      {text_entry("general.architecture", "llama"), number_entry("llama.context_length", 4096),
       number_entry("general.file_type", 15), text_entry("general.license", "mit"),
       number_entry("general.base_model.count", 1),
       text_entry("general.base_model.0.repo_url", "https://huggingface.co/org/base"),
       entry("general.languages", 9, little_endian(4, 8) + little_endian(8, 1) + text("en"))},
      {tensor("t", {32, 2}, 24, 0)}, 64)}));
  EXPECT_EQ(facts.architecture, "llama");
  EXPECT_EQ(facts.context_length, 4096U);
  EXPECT_EQ(facts.quantization, "Q4_K_M");
  EXPECT_EQ(facts.parameter_count, 64U);

  ModelCardData card({.license = "apache-2.0", .tags = {{"mine"}}});
  add_gguf_facts(card, facts);
  add_gguf_facts(card, facts);
  EXPECT_EQ(card.to_yaml(), "base_model: org/base\nlanguage:\n- en\nlicense: apache-2.0\npipeline_tag: text-generation\n"
                            "tags:\n- mine\n- gguf");
}

}  // namespace
}  // namespace huggingface_hub::gguf
