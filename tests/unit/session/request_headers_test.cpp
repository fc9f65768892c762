// SPDX-License-Identifier: Apache-2.0
#include "unit/session/fixture.hpp"

#include "support/collecting_sink.hpp"

#include <gmock/gmock.h>

namespace huggingface_hub::testing {
namespace {

using RequestHeaders = SessionTest;

TEST_F(RequestHeaders, IdentifyTheClientAndTheRequest) {
  const RecordedRequest first = sent(get());
  const RecordedRequest second = sent(get());

  EXPECT_EQ(first.url, "https://hub.test/api/models/me/tiny");
  EXPECT_THAT(first.header("user-agent"), ::testing::StartsWith("unknown/None; hf_hub_cpp/"));
  EXPECT_EQ(first.header("accept"), "*/*");
  EXPECT_EQ(first.header("accept-encoding"), "gzip, deflate");
  EXPECT_FALSE(first.headers.has("authorization"));
  EXPECT_FALSE(first.headers.has("x-hf-download-counter"));
  EXPECT_THAT(first.header("x-amzn-trace-id"), ::testing::MatchesRegex("[0-9a-f]{8}-.{4}-4.{3}-.{4}-.{12}"));
  EXPECT_NE(first.header("x-amzn-trace-id"), second.header("x-amzn-trace-id"));
}

TEST_F(RequestHeaders, KeepATraceIdOfTheCaller) {
  ApiRequest request = get();
  request.call.headers = {{"x-request-id", "mine"}};
  EXPECT_EQ(sent(request).header("X-Amzn-Trace-Id"), "mine");
  request.call.headers = {{"x-amzn-trace-id", "own"}, {"x-request-id", "mine"}};
  EXPECT_EQ(sent(request).header("X-Amzn-Trace-Id"), "own");
}

TEST_F(RequestHeaders, AskForPlainBytesOfFilesAndMetadata) {
  ApiRequest head = get();
  head.method = http::Method::head;
  EXPECT_EQ(sent(head).header("accept-encoding"), "identity");

  transport->answer(200);
  ASSERT_TRUE(session().send_to(get(), std::make_shared<CollectingSink>()).ok());
  EXPECT_EQ(transport->requests().back().header("accept-encoding"), "identity");
  EXPECT_TRUE(transport->requests().back().bulk);
}

TEST_F(RequestHeaders, CountDownloadsWhereAskedTo) {
  ApiRequest request = get();
  request.download_counter = true;
  EXPECT_EQ(sent(request).header("X-HF-Download-Counter"), "1");
}

TEST_F(RequestHeaders, AreOverriddenByTheCallThenTheClientThenTheUser) {
  options.headers = {{"X-B", "client"}, {"X-C", "client"}, {"User-Agent", "own agent"}};
  ApiRequest request = get();
  request.headers = {{"X-A", "request"}, {"X-B", "request"}, {"X-C", "request"}};
  request.call.headers = {{"X-C", "call"}};

  const RecordedRequest seen = sent(request);

  EXPECT_EQ(seen.header("x-a"), "request");
  EXPECT_EQ(seen.header("x-b"), "client");
  EXPECT_EQ(seen.header("x-c"), "call");
  EXPECT_EQ(seen.headers.get_all("user-agent").size(), 1U);
  EXPECT_EQ(seen.header("user-agent"), "own agent");
}

TEST_F(RequestHeaders, CarryTheTokenToTheEndpointAndTheHub) {
  options.token = "hf_client";
  EXPECT_EQ(sent(get()).header("authorization"), "Bearer hf_client");
  EXPECT_EQ(sent(get("https://huggingface.co/api/x")).header("authorization"), "Bearer hf_client");
  EXPECT_EQ(sent(get("https://HUB.test:443/api/x")).header("authorization"), "Bearer hf_client");
}

TEST_F(RequestHeaders, CarryTheTokenNowhereElse) {
  options.token = "hf_client";
  options.headers = {{"authorization", "Basic abc"}};
  for (const char* url : {"https://cdn.test/x", "http://hub.test/x", "https://hub.test:8443/x",
                          "https://hub.test.evil.test/x", "https://hub.test@evil.test/x"}) {
    EXPECT_FALSE(sent(get(url)).headers.has("authorization")) << url;
  }
}

TEST_F(RequestHeaders, CarryTheTokenToTheEndpointOfTheCall) {
  options.token = "hf_client";
  ApiRequest request = get();
  request.endpoint = "https://mirror.test/";

  const RecordedRequest seen = sent(request);

  EXPECT_EQ(seen.url, "https://mirror.test/api/models/me/tiny");
  EXPECT_EQ(seen.header("authorization"), "Bearer hf_client");
}

TEST_F(RequestHeaders, CarryNoTokenToSignedUrls) {
  options.token = "hf_client";
  ApiRequest request = get("https://hub.test/signed");
  request.send_authorization = false;
  request.call.headers = {{"Authorization", "Bearer x"}};
  EXPECT_FALSE(sent(request).headers.has("authorization"));
}

TEST_F(RequestHeaders, TakeTheTokenOfTheCallFirst) {
  options.token = "hf_client";
  ApiRequest request = get();
  request.token = "hf_call";
  EXPECT_EQ(sent(request).header("authorization"), "Bearer hf_call");
  request.token = false;
  EXPECT_FALSE(sent(request).headers.has("authorization"));
}

TEST_F(RequestHeaders, TakeAwayWhiteSpaceAroundAToken) {
  ApiRequest request = get();
  request.token = " hf_call\r\n";
  EXPECT_EQ(sent(request).header("authorization"), "Bearer hf_call");
}

TEST_F(RequestHeaders, RefuseATokenThatNoHeaderCanHold) {
  ApiRequest request = get();
  for (const char* token : {"hf_a\nX-Evil: 1", "hf_a b", "hf_\xc3\xa9"}) {
    request.token = token;
    const auto answer = session().send(request);
    ASSERT_FALSE(answer.ok());
    EXPECT_EQ(answer.error().code, ErrorCode::validation);
    EXPECT_EQ(answer.error().message.find("hf_a"), std::string::npos);
  }
  EXPECT_TRUE(transport->requests().empty());
}

TEST_F(RequestHeaders, NameTheLibraryOfTheCallOrOfTheClient) {
  options.library_name = "client";
  options.library_version = "1";
  ApiRequest request = get();
  EXPECT_THAT(sent(request).header("user-agent"), ::testing::StartsWith("client/1; "));
  request.library_name = "call";
  EXPECT_THAT(sent(request).header("user-agent"), ::testing::StartsWith("call/None; "));
  request.library_version = "2";
  EXPECT_THAT(sent(request).header("user-agent"), ::testing::StartsWith("call/2; "));
}

}  // namespace
}  // namespace huggingface_hub::testing
