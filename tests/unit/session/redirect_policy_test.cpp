// SPDX-License-Identifier: Apache-2.0
#include "unit/session/fixture.hpp"

#include "support/collecting_sink.hpp"

#include <gmock/gmock.h>

namespace huggingface_hub::testing {
namespace {

using ::testing::HasSubstr;

class RedirectPolicies : public SessionTest {
 protected:
  RedirectPolicies() { options.token = "hf_client"; }
  void redirect(const std::string& location, int status = 302) {
    transport->answer(status, "moved", {{"Location", location}});
  }
  RecordedRequest last() const { return transport->requests().back(); }
};

TEST_F(RedirectPolicies, FollowKeepsTheTokenOnTheOriginOnly) {
  redirect("/b");
  redirect("https://cdn.test/c?sig=1");
  redirect("https://hub.test/d");
  transport->answer(200, "end");

  const auto answer = session().send(get());

  ASSERT_TRUE(answer.ok()) << answer.error().message;
  EXPECT_EQ(answer->body, "end");
  EXPECT_EQ(answer->head.url, "https://hub.test/d");
  const auto requests = transport->requests();
  ASSERT_EQ(requests.size(), 4U);
  EXPECT_TRUE(requests[1].headers.has("authorization"));
  EXPECT_FALSE(requests[2].headers.has("authorization"));
  EXPECT_FALSE(requests[3].headers.has("authorization"));  // What was dropped stays dropped.
}

TEST_F(RedirectPolicies, FollowRefusesTheTokenToPlainHttp) {
  redirect("http://hub.test/b");
  transport->answer(200);
  ASSERT_TRUE(session().send(get()).ok());
  EXPECT_FALSE(last().headers.has("authorization"));
}

TEST_F(RedirectPolicies, FollowSendsTheBodyAgainWhereTheMethodStays) {
  redirect("/b", 307);
  transport->answer(200);
  ApiRequest request = get();
  request.method = http::Method::post;
  request.body = bytes_body("payload");

  ASSERT_TRUE(session().send(request).ok());

  EXPECT_EQ(last().method, http::Method::post);
  EXPECT_EQ(last().body, "payload");
}

TEST_F(RedirectPolicies, FollowShowsTheSinkOnlyTheEnd) {
  redirect("/b");
  transport->answer(200, "end");
  const auto sink = std::make_shared<CollectingSink>();

  ASSERT_TRUE(session().send_to(get(), sink).ok());

  EXPECT_EQ(sink->heads(), 1);
  EXPECT_EQ(sink->body(), "end");
}

TEST_F(RedirectPolicies, FollowEndsAfterTwentyRedirects) {
  for (int i = 0; i < 30; ++i) redirect("/again");

  const auto answer = session().send(get());

  ASSERT_FALSE(answer.ok());
  EXPECT_EQ(answer.error().code, ErrorCode::http);
  EXPECT_THAT(answer.error().message, HasSubstr("Too many redirects"));
  EXPECT_EQ(transport->requests().size(), 21U);
}

TEST_F(RedirectPolicies, FollowRefusesOtherSchemes) {
  redirect("file:///etc/passwd");
  const auto answer = session().send(get());
  ASSERT_FALSE(answer.ok());
  EXPECT_EQ(transport->requests().size(), 1U);
}

TEST_F(RedirectPolicies, NoneGivesTheRedirectItself) {
  redirect("/b");
  ApiRequest request = get();
  request.redirects = RedirectPolicy::none;
  const auto answer = session().send(request);
  ASSERT_TRUE(answer.ok());
  EXPECT_EQ(answer->status(), 302);
}

class HubOnly : public RedirectPolicies {
 protected:
  Result<http::Response> head() {
    ApiRequest request = get("/me/tiny/resolve/main/f");
    request.method = http::Method::head;
    request.redirects = RedirectPolicy::hub_only;
    return session().send(request);
  }
};

TEST_F(HubOnly, FollowsTheOwnOriginAndTheHubsWithTheToken) {
  redirect("/b", 307);
  redirect("https://huggingface.co/c");
  redirect("d", 308);
  transport->answer(200, "", {{"ETag", "\"x\""}});

  const auto answer = head();

  ASSERT_TRUE(answer.ok());
  EXPECT_EQ(answer->status(), 200);
  EXPECT_EQ(answer->head.url, "https://huggingface.co/d");
  EXPECT_EQ(last().method, http::Method::head);
  EXPECT_EQ(last().header("authorization"), "Bearer hf_client");
}

TEST_F(HubOnly, TakesTheFirstOtherRedirectForTheAnswer) {
  for (const char* location : {"https://cdn.test/x", "https://hub.test:8443/x", "http://hub.test/x"}) {
    redirect(location);
    const auto answer = head();
    ASSERT_TRUE(answer.ok());
    EXPECT_EQ(answer->status(), 302);
    EXPECT_EQ(answer->headers().get("location"), location);
  }
  EXPECT_EQ(transport->requests().size(), 3U);
}

TEST_F(HubOnly, EndsAfterTwentyRequests) {
  for (int i = 0; i < 30; ++i) redirect("/again");
  const auto answer = head();
  ASSERT_FALSE(answer.ok());
  EXPECT_EQ(answer.error().code, ErrorCode::http);
  EXPECT_EQ(transport->requests().size(), 20U);
}

TEST_F(HubOnly, MapsAFailureOnTheWay) {
  redirect("/b");
  transport->answer(404, "", {{"X-Error-Code", "EntryNotFound"}});
  const auto answer = head();
  ASSERT_FALSE(answer.ok());
  EXPECT_EQ(answer.error().code, ErrorCode::remote_entry_not_found);
}

}  // namespace
}  // namespace huggingface_hub::testing
