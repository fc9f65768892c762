// SPDX-License-Identifier: Apache-2.0
#include "fake_hub.hpp"

#include "huggingface_hub/errors.hpp"

#include <gmock/gmock.h>

#include <string>

namespace huggingface_hub {
namespace {

using ::testing::HasSubstr;

struct UnexpectedAnswer : testing::FakeHubTest, ::testing::WithParamInterface<std::string> {
  /// The error that `call` ends with, which must name the URL.
  template <typename Call>
  void expect_named(const std::string& body, const std::string& path, const Call& call) {
    transport->answer(200, body, {{"X-Request-Id", "r1"}});
    try {
      call();
      FAIL() << "no error for " << body;
    } catch (const HfHubHTTPError& error) {
      EXPECT_THAT(error.what(), HasSubstr(kEndpoint + path));
      EXPECT_THAT(error.what(), HasSubstr("r1"));
      EXPECT_EQ(error.status(), 200);
      EXPECT_EQ(error.request_id(), "r1");
    }
  }
};

TEST_P(UnexpectedAnswer, IsAnErrorThatNamesTheUrl) {
  const std::string body = GetParam();
  expect_named(body, "/api/models/a/b", [&] { api.model_info("a/b"); });
  expect_named(body, "/api/models/a/b/refs", [&] { api.list_repo_refs("a/b"); });
  expect_named(body, "/api/models/a/b/tree/main", [&] { api.list_repo_files("a/b"); });
  expect_named(body, "/api/models/a/b/commits/main", [&] { api.list_repo_commits("a/b"); });
  expect_named(body, "/api/models/a/b/paths-info/main", [&] { api.get_paths_info("a/b", {"x"}); });
  expect_named(body, "/api/models", [&] { (void)api.list_models().to_vector(); });
  expect_named(body, "/api/whoami-v2", [&] { api.whoami(); });
  expect_named(body, "/api/repos/create", [&] { api.create_repo("a/b"); });
  expect_named(body, "/api/models/a/b/preupload/main",
               [&] { api.upload_file(UploadSource::from_bytes("x"), "f", "a/b"); });
}

INSTANTIATE_TEST_SUITE_P(UnexpectedAnswer, UnexpectedAnswer,
                         ::testing::Values("<!doctype html><html></html>", "", R"({"id":"a/b)", "7", "\"text\"",
                                           R"([{"id":7,"path":7}])", R"([null])",
                                           R"({"id":7,"branches":{},"name":[],"url":1})", "{\"id\":\"\xff\"}"));

}  // namespace
}  // namespace huggingface_hub
