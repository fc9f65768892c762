// SPDX-License-Identifier: Apache-2.0
#include "session/request_log.hpp"

#include "unit/session/fixture.hpp"

#include <gmock/gmock.h>

namespace huggingface_hub::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

http::Request request() {
  http::Request made;
  made.method = http::Method::post;
  made.url = "https://user:pass@hub.test/api?secret=1";
  made.headers = {{"X-B", "it's"}, {"Authorization", "Bearer hf_secret"}, {"accept", "*/*"}};
  return made;
}

TEST(CurlCommand, SortsHeadersAndHidesTheToken) {
  EXPECT_EQ(as_curl_command(request(), nullptr),
            "curl -X POST -H 'accept: */*' -H 'Authorization: <TOKEN>' -H 'X-B: it'\\''s' 'https://hub.test/api'");
}

TEST(CurlCommand, CutsALongBody) {
  const std::string body(1001, 'x');
  EXPECT_THAT(as_curl_command(request(), &body), HasSubstr(std::string(1000, 'x') + " ... [truncated]'"));
}

TEST(CurlCommand, SaysWhereTheBodyIsAStream) {
  http::Request made = request();
  made.body = bytes_body("");
  EXPECT_THAT(as_curl_command(made, nullptr), HasSubstr("-d '<streaming body>'"));
}

TEST(CurlCommand, HidesSecretsInJsonAndForms) {
  const std::string json = R"({"refresh_token": "s3cret \" more","device_code":"s3cret","other":"kept"})";
  EXPECT_THAT(as_curl_command(request(), &json),
              HasSubstr(R"({"refresh_token": "<REDACTED>","device_code":"<REDACTED>","other":"kept"})"));
  const std::string form = "grant=x&access_token=s3cret&subject_token=s3cret";
  EXPECT_THAT(as_curl_command(request(), &form),
              HasSubstr("grant=x&access_token=<REDACTED>&subject_token=<REDACTED>"));
  for (const std::string broken : {R"({"client_secret)", R"({"client_secret":)", R"({"client_secret":"s3cret)",
                                   "client_secret=", "client_secret"}) {
    EXPECT_THAT(as_curl_command(request(), &broken), Not(HasSubstr("s3cret"))) << broken;
  }
}

using ServerWarnings = SessionTest;

TEST_F(ServerWarnings, AreLoggedOncePerTopic) {
  log_server_warnings({{"X-HF-Warning", "log-test-a; first text"}, {"X-HF-Warning", "log-test-b; second; text"}});
  log_server_warnings({{"x-hf-warning", "log-test-a; other text"}});

  ASSERT_EQ(log.size(), 2U);
  EXPECT_EQ(log[0], std::make_pair(LogLevel::warning, std::string("first text")));
  EXPECT_EQ(log[1].second, "second; text");
}

TEST_F(ServerWarnings, CannotSteerTheTerminal) {
  log_server_warnings({{"X-HF-Warning", "log-test-d; red \x1b[31mtext\x07"}});
  ASSERT_EQ(log.size(), 1U);
  EXPECT_EQ(log[0].second, "red  [31mtext ");
}

TEST_F(ServerWarnings, AreReadFromEachAnswer) {
  transport->answer(404, "", {{"X-HF-Warning", "log-test-c; soon gone"}});
  EXPECT_FALSE(session().send(get()).ok());
  ASSERT_FALSE(log.empty());
  EXPECT_EQ(log.front().second, "soon gone");
}

using DebugLog = SessionTest;

TEST_F(DebugLog, ShowsRequestsOnlyWhereAskedFor) {
  sent(get());
  EXPECT_TRUE(log.empty());
  options.config.debug = true;
  options.token = "hf_abcdefghijkl";
  ApiRequest request = get();
  request.method = http::Method::post;
  request.body = bytes_body("{\"a\":1}");
  sent(request);
  ASSERT_EQ(log.size(), 1U);
  EXPECT_EQ(log[0].first, LogLevel::debug);
  EXPECT_THAT(log[0].second, HasSubstr("curl -X POST"));
  EXPECT_THAT(log[0].second, HasSubstr("-d '{\"a\":1}'"));
  EXPECT_THAT(log[0].second, Not(HasSubstr("abcdefghijkl")));
}

}  // namespace
}  // namespace huggingface_hub::testing
