// SPDX-License-Identifier: Apache-2.0
#include "fake_hub.hpp"

#include "huggingface_hub/errors.hpp"

#include <gmock/gmock.h>

namespace huggingface_hub {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

struct Users : testing::FakeHubTest {};

TEST_F(Users, WhoAmITellsWhoseTokenItIs) {
  transport->answer(200, R"({"type":"user","name":"alice","fullname":"Alice","email":"a@b.c","isPro":true,
    "orgs":[{"type":"org","name":"acme"}],
    "auth":{"type":"access_token","accessToken":{"displayName":"laptop","role":"write","createdAt":"2025-01-02T03:04:05.678Z"}}})");

  const WhoAmI user = api.whoami();

  EXPECT_EQ(line(0), "GET /api/whoami-v2");
  EXPECT_EQ(user.name, "alice");
  EXPECT_EQ(user.orgs.at(0).name, "acme");
  EXPECT_EQ(user.access_token->role, "write");
  EXPECT_EQ(user.is_pro, true);
}

TEST_F(Users, WhoAmIExplainsABadToken) {
  transport->answer(401, R"({"error":"Invalid credentials in Authorization header"})");

  try {
    api.whoami({.token = "hf_other"});
    FAIL() << "no error";
  } catch (const HfHubHTTPError& error) {
    EXPECT_EQ(error.status(), 401);
    EXPECT_THAT(error.what(), ::testing::StartsWith("Invalid user token."));
    EXPECT_THAT(error.what(), Not(HasSubstr("hf_other")));
  }
}

TEST_F(Users, WhoAmIAdvisesToKeepTheAnswer) {
  RetryOptions none;
  none.max_retries = 0;
  transport->answer(429, "");

  try {
    api.whoami({.call = {.retry = none}});
    FAIL() << "no error";
  } catch (const RateLimitedError& error) {
    EXPECT_THAT(error.what(), HasSubstr("keep the answer"));
  }
}

TEST_F(Users, WhoAmINeedsAToken) {
  EXPECT_THROW(api.whoami({.token = false}), HFValidationError);
  EXPECT_TRUE(transport->requests().empty());
}

TEST_F(Users, AuthCheckAsksToReadOrToWrite) {
  transport->answer(200).answer(200).answer(403, "", error_code("GatedRepo"));

  api.auth_check("a/b");
  api.auth_check("a/b", {.repo_type = RepoType::dataset, .write = true});

  EXPECT_EQ(line(0), "GET /api/models/a/b/auth-check");
  EXPECT_EQ(line(1), "GET /api/datasets/a/b/auth-check/write");
  EXPECT_THROW(api.auth_check("a/b"), GatedRepoError);
}

}  // namespace
}  // namespace huggingface_hub
