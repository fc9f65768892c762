// SPDX-License-Identifier: Apache-2.0
// GGUF models go up, and come back by their quantization.
#include "support/download_fixture.hpp"
#include "support/gguf_bytes.hpp"

#include "huggingface_hub/errors.hpp"
#include "huggingface_hub/gguf_hub.hpp"
#include "huggingface_hub/serialization/gguf.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace huggingface_hub {
namespace {

namespace fs = std::filesystem;
namespace ggufs = testing::ggufs;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

std::string model_bytes(const std::string& mark) {
  return ggufs::file({ggufs::text_entry("general.architecture", "llama"), ggufs::number_entry("llama.context_length", 4096),
                      ggufs::text_entry("general.license", "mit"), ggufs::text_entry("mark", mark)},
                     {ggufs::tensor("t", {4}, 0, 0)}, 16);
}

struct GgufOnAHub : ::testing::Test {
  server::EmbeddedHub hub = server::EmbeddedHub::start();
  testing::TempDir home{};
  HfApi api = testing::make_api(home.path(), hub.url(), hub.token());

  [[nodiscard]] FromPretrainedOptions pull() const {
    FromPretrainedOptions options;
    options.api = &api;
    return options;
  }
  [[nodiscard]] fs::path local(const std::string& name, const std::string& content) const {
    testing::write_file(home.path() / name, content);
    return home.path() / name;
  }
  void add(const std::string& name) { hub.add_file("acme/tiny", name, model_bytes(name), {.lfs = true}); }
  std::vector<std::string> marks(const std::string& quant) const {
    std::vector<std::string> all;
    for (const fs::path& path : from_pretrained_gguf("acme/tiny", quant, pull())) {
      all.push_back(*gguf::read_header(path).text("mark"));
    }
    return all;
  }
  std::string refusal(const std::string& quant) const {
    try {
      (void)from_pretrained_gguf("acme/tiny", quant, pull());
    } catch (const GGUFError& error) {
      return error.what();
    }
    return "none";
  }
};

TEST_F(GgufOnAHub, PushesAFileWithACardAndLoadsIt) {
  PushToHubOptions options;
  options.api = &api;
  MixinInfo about;
  about.license = "apache-2.0";

  const CommitInfo commit = push_to_hub_gguf({local("tiny-F32.gguf", model_bytes("x"))}, "tiny", options, about);

  const std::string repo = "user/tiny";
  const std::string card = *hub.read_file(repo, "README.md");
  EXPECT_THAT(card, HasSubstr("- gguf\n"));
  EXPECT_THAT(card, HasSubstr("pipeline_tag: text-generation"));
  EXPECT_THAT(card, HasSubstr("license: apache-2.0"));
  EXPECT_EQ(*hub.read_file(repo, "tiny-F32.gguf"), model_bytes("x"));
  EXPECT_FALSE(commit.oid.empty());
  EXPECT_EQ(testing::read_file(from_pretrained_gguf(repo, "", pull()).front()), model_bytes("x"));
}

TEST_F(GgufOnAHub, SendsNothingOfWhatIsNoModel) {
  PushToHubOptions options;
  options.api = &api;
  EXPECT_THROW(push_to_hub_gguf({}, "tiny", options), HFValidationError);
  EXPECT_THROW(push_to_hub_gguf({local("tiny.bin", model_bytes("x"))}, "tiny", options), HFValidationError);
  EXPECT_THROW(push_to_hub_gguf({local("tiny.gguf", "no model")}, "tiny", options), GGUFError);
  const fs::path good = local("a/tiny.gguf", model_bytes("x"));
  EXPECT_THROW(push_to_hub_gguf({good, local("b/tiny.gguf", model_bytes("y"))}, "tiny", options), HFValidationError);
  EXPECT_TRUE(hub.requests().empty());
}

TEST_F(GgufOnAHub, FindsTheQuantizationThatIsAskedFor) {
  for (const char* name : {"tiny-Q4_K.gguf", "tiny-Q4_K_M.gguf", "tiny-BF16.gguf", "tiny.f16.gguf", "mmproj-tiny-F16.gguf",
                           "Q8_0/tiny-00001-of-00002.gguf", "Q8_0/tiny-00002-of-00002.gguf", "README.md"}) {
    add(name);
  }
  EXPECT_THAT(marks(""), ElementsAre("tiny-Q4_K_M.gguf"));
  EXPECT_THAT(marks("q4_k"), ElementsAre("tiny-Q4_K.gguf"));
  EXPECT_THAT(marks("F16"), ElementsAre("tiny.f16.gguf"));
  EXPECT_THAT(marks("q8_0"), ElementsAre("Q8_0/tiny-00001-of-00002.gguf", "Q8_0/tiny-00002-of-00002.gguf"));
  EXPECT_THAT(refusal("Q2_K"), HasSubstr("no model in Q2_K. It has: Q8_0/tiny, tiny-BF16, tiny-Q4_K, tiny-Q4_K_M, tiny.f16"));
}

TEST_F(GgufOnAHub, SaysWhatItCannotChoose) {
  add("a-Q8_0.gguf");
  EXPECT_THAT(marks(""), ElementsAre("a-Q8_0.gguf"));
  add("b-Q8_0.gguf");
  EXPECT_THAT(refusal("Q8_0"), HasSubstr("more than one model in Q8_0"));
  EXPECT_THAT(refusal(""), HasSubstr("no model in Q4_K_M, which is taken where none is asked for. It has: a-Q8_0, b-Q8_0"));
  add("c-F32-00001-of-00003.gguf");
  EXPECT_THAT(refusal("F32"), HasSubstr("3 parts of 'c-F32'"));
}

TEST_F(GgufOnAHub, FetchesOnlyTheModelAndFindsItInTheCache) {
  add("[a]-Q8_0.gguf");
  add("a-Q4_0.gguf");
  const fs::path path = from_pretrained_gguf("acme/tiny", "Q8_0", pull()).front();
  EXPECT_FALSE(fs::exists(path.parent_path() / "a-Q4_0.gguf"));
  hub.clear_requests();

  FromPretrainedOptions offline = pull();
  offline.local_files_only = true;
  EXPECT_THAT(from_pretrained_gguf("acme/tiny", "Q8_0", offline), ElementsAre(path));
  EXPECT_TRUE(hub.requests().empty());
  EXPECT_THAT(from_pretrained_gguf(path.parent_path().string(), "", pull()), ElementsAre(path));

  hub.stop();
  EXPECT_THAT(from_pretrained_gguf("acme/tiny", "Q8_0", pull()), ElementsAre(path));
  EXPECT_THROW((void)from_pretrained_gguf("acme/other", "Q8_0", pull()), HfTransportError);
}

}  // namespace
}  // namespace huggingface_hub
