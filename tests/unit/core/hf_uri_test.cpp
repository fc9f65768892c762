// SPDX-License-Identifier: Apache-2.0
#include "huggingface_hub/hf_uri.hpp"

#include <gtest/gtest.h>

namespace huggingface_hub {
namespace {

HfUri uri(HfUriType type, std::string id, std::optional<std::string> revision = {}, std::string path = {}) {
  HfUri made;
  made.type = type;
  made.id = std::move(id);
  made.revision = std::move(revision);
  made.path_in_repo = std::move(path);
  return made;
}

TEST(ParseHfUri, ReadsTypeIdRevisionAndPath) {
  EXPECT_EQ(parse_hf_uri("hf://me/tiny"), uri(HfUriType::model, "me/tiny"));
  EXPECT_EQ(parse_hf_uri("hf://models/me/tiny/"), uri(HfUriType::model, "me/tiny"));
  EXPECT_EQ(parse_hf_uri("hf://datasets/me/d@v1/a/b.csv"), uri(HfUriType::dataset, "me/d", "v1", "a/b.csv"));
  EXPECT_EQ(parse_hf_uri("hf://spaces/me/s@dev"), uri(HfUriType::space, "me/s", "dev"));
  EXPECT_EQ(parse_hf_uri("hf://kernels/me/k/x"), uri(HfUriType::kernel, "me/k", std::nullopt, "x"));
  EXPECT_EQ(parse_hf_uri("hf://buckets/me/b/x/y@z"), uri(HfUriType::bucket, "me/b", std::nullopt, "x/y@z"));
}

TEST(ParseHfUri, TakesSpecialRefsAsAWhole) {
  EXPECT_EQ(parse_hf_uri("hf://me/tiny@refs/pr/10/a.txt"), uri(HfUriType::model, "me/tiny", "refs/pr/10", "a.txt"));
  EXPECT_EQ(parse_hf_uri("hf://datasets/me/d@refs/convert/parquet-v2/x"),
            uri(HfUriType::dataset, "me/d", "refs/convert/parquet-v2", "x"));
  EXPECT_EQ(parse_hf_uri("hf://me/tiny@refs/heads/x"), uri(HfUriType::model, "me/tiny", "refs", "heads/x"));
}

TEST(ParseHfUri, DecodesTheRevision) {
  EXPECT_EQ(parse_hf_uri("hf://me/tiny@feature%2Fx/a").revision, "feature/x");
}

TEST(ParseHfUri, LeavesAnAtSignInFileNames) {
  EXPECT_EQ(parse_hf_uri("hf://me/tiny/file@1.txt"), uri(HfUriType::model, "me/tiny", std::nullopt, "file@1.txt"));
}

struct BadUri : ::testing::TestWithParam<const char*> {};
TEST_P(BadUri, IsAnErrorThatNamesIt) {
  try {
    (void)parse_hf_uri(GetParam());
    FAIL();
  } catch (const HfUriError& error) {
    EXPECT_NE(std::string(error.what()).find(GetParam()), std::string::npos);
  }
  EXPECT_FALSE(is_hf_uri(GetParam()));
}
INSTANTIATE_TEST_SUITE_P(ParseHfUri, BadUri,
                         ::testing::Values("", "me/tiny", "hf://", "hf://tiny", "hf://model/me/tiny", "hf://datasets",
                                           "hf://dataset", "hf://me/tiny@", "hf://me/tiny@/a", "hf://@v1", "hf://me@v1/x",
                                           "hf://me/tiny//a", "hf://me/tiny/a//b", "hf://buckets/me", "hf://me/a--b",
                                           "hf://buckets/me/b@v1", "https://example.com/me/tiny",
                                           "https://huggingface.co/me", "https://huggingface.co",
                                           "https://huggingface.co/me/tiny/commit/abc",
                                           "https://huggingface.co/buckets/me/b/blob/x"));

TEST(ParseHfUri, SuggestsThePlural) {
  try {
    (void)parse_hf_uri("hf://dataset/me/d");
    FAIL();
  } catch (const HfUriError& error) {
    EXPECT_NE(std::string(error.what()).find("Did you mean 'datasets/'?"), std::string::npos);
  }
}

TEST(ParseHfUri, ReadsPagesOfTheHub) {
  EXPECT_EQ(parse_hf_uri("https://huggingface.co/datasets/me/d/blob/main/a%20b.csv?download=true"),
            uri(HfUriType::dataset, "me/d", "main", "a b.csv"));
  EXPECT_EQ(parse_hf_uri("hf.co/me/tiny/tree/feature%2Fx"), uri(HfUriType::model, "me/tiny", "feature/x"));
  EXPECT_EQ(parse_hf_uri("HTTPS://HuggingFace.co/me/tiny/resolve/refs/pr/1/x"),
            uri(HfUriType::model, "me/tiny", "refs/pr/1", "x"));
  EXPECT_EQ(parse_hf_uri("https://huggingface.co/me/tiny/tree"), uri(HfUriType::model, "me/tiny"));
  EXPECT_EQ(parse_hf_uri("https://huggingface.co/buckets/me/b/tree/x"), uri(HfUriType::bucket, "me/b", {}, "x"));
}

TEST(ParseHfUri, ReadsPagesOfAnEndpoint) {
  EXPECT_EQ(parse_hf_uri("http://localhost:8080/hf/me/tiny/raw/main/x", "http://localhost:8080/hf"),
            uri(HfUriType::model, "me/tiny", "main", "x"));
  EXPECT_EQ(parse_hf_uri("127.0.0.1:8080/me/tiny", "http://127.0.0.1:8080"), uri(HfUriType::model, "me/tiny"));
}

TEST(HfUri, IsWrittenSoThatItReadsTheSame) {
  for (const HfUri& each : {uri(HfUriType::model, "me/tiny"), uri(HfUriType::dataset, "me/d", "a/b", "x/y"),
                            uri(HfUriType::model, "me/tiny", "refs/pr/1", "x"), uri(HfUriType::bucket, "me/b", {}, "x")}) {
    EXPECT_EQ(parse_hf_uri(each.to_uri()), each) << each.to_uri();
    EXPECT_EQ(parse_hf_uri(each.to_url()), each.path_in_repo.empty() || each.revision || each.is_bucket()
                                               ? each
                                               : uri(each.type, each.id, "main", each.path_in_repo))
        << each.to_url();
  }
  EXPECT_EQ(uri(HfUriType::dataset, "me/d", "a/b", "x y").to_uri(), "hf://datasets/me/d@a%2Fb/x y");
  EXPECT_EQ(uri(HfUriType::dataset, "me/d", "a/b", "x y").to_url("http://h/"), "http://h/datasets/me/d/blob/a%2Fb/x%20y");
}

TEST(ParseHfMount, ReadsPathAndMode) {
  const HfMount mount = parse_hf_mount("hf://me/tiny@v1/sub:/data:ro");
  EXPECT_EQ(mount.source, uri(HfUriType::model, "me/tiny", "v1", "sub"));
  EXPECT_EQ(mount.mount_path, "/data");
  EXPECT_EQ(mount.read_only, true);
  EXPECT_EQ(mount.to_uri(), "hf://models/me/tiny@v1/sub:/data:ro");
  EXPECT_EQ(parse_hf_mount("hf://me/tiny:/data").read_only, std::nullopt);
}

TEST(ParseHfMount, RefusesWhatIsNone) {
  for (const char* text : {"hf://me/tiny", "hf://me/tiny:ro", "hf://me/tiny:/", "me/tiny:/data", "hf://:/data"}) {
    EXPECT_THROW((void)parse_hf_mount(text), HfUriError) << text;
  }
}

}  // namespace
}  // namespace huggingface_hub
