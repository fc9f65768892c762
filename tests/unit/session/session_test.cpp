// SPDX-License-Identifier: Apache-2.0
#include "unit/session/fixture.hpp"

#include "session/bodies.hpp"

#include "support/collecting_sink.hpp"

#include <gmock/gmock.h>

#include <future>

namespace huggingface_hub::testing {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

using SessionSend = SessionTest;

TEST_F(SessionSend, SendsNothingOffline) {
  options.config.offline = true;
  options.config.offline_variable = "TRANSFORMERS_OFFLINE";

  const auto answer = session().send(get());

  ASSERT_FALSE(answer.ok());
  EXPECT_EQ(answer.error().code, ErrorCode::offline_mode);
  EXPECT_THAT(answer.error().message, HasSubstr("https://hub.test/api/models/me/tiny"));
  EXPECT_THAT(answer.error().message, HasSubstr("offline mode is enabled"));
  EXPECT_THAT(answer.error().message, HasSubstr("TRANSFORMERS_OFFLINE"));
  EXPECT_TRUE(transport->requests().empty());
}

TEST_F(SessionSend, RefusesWhatIsNoUrl) {
  const auto answer = session().send(get("hub.test/api"));
  ASSERT_FALSE(answer.ok());
  EXPECT_EQ(answer.error().code, ErrorCode::validation);
}

TEST_F(SessionSend, AppendsTheQuery) {
  ApiRequest request = get("/api/models?a=1");
  request.query = {{"filter", "x y"}, {"filter", "z"}};
  EXPECT_EQ(sent(request).url, "https://hub.test/api/models?a=1&filter=x%20y&filter=z");
}

TEST_F(SessionSend, TakesSlashesOffTheEndpoint) {
  options.config.endpoint = "https://hub.test/prefix//";
  EXPECT_EQ(session().endpoint(), "https://hub.test/prefix");
  EXPECT_EQ(sent(get("/api")).url, "https://hub.test/prefix/api");
}

TEST_F(SessionSend, PassesLimitsAndProxiesOn) {
  options.proxies = {{"all", "http://client:1"}};
  ApiRequest request = get();
  request.stall_timeout = 10s;
  request.total_timeout = 20s;
  const RecordedRequest first = sent(request);
  EXPECT_EQ(first.stall_timeout, 10s);
  EXPECT_EQ(first.total_timeout, 20s);
  EXPECT_EQ(first.proxies.at("all"), "http://client:1");
  request.proxies = {{"https", "http://call:2"}};
  EXPECT_EQ(sent(request).proxies, request.proxies);
}

TEST_F(SessionSend, CallsSmallBodiesSmall) {
  ApiRequest request = get();
  request.method = http::Method::post;
  request.body = bytes_body("small");
  EXPECT_FALSE(sent(request).bulk);
  request.body = bytes_body(std::string(std::size_t{1} << 20, 'x'));
  EXPECT_TRUE(sent(request).bulk);
}

TEST_F(SessionSend, MapsAFailureWithItsBody) {
  transport->answer(404, R"({"error":"Repo not here"})", {{"X-Error-Code", "RepoNotFound"}});

  const auto answer = session().send(get());

  ASSERT_FALSE(answer.ok());
  EXPECT_EQ(answer.error().code, ErrorCode::repository_not_found);
  EXPECT_THAT(answer.error().message, HasSubstr("Repo not here"));
  EXPECT_EQ(answer.error().http->repo_id, "me/tiny");
}

TEST_F(SessionSend, KeepsTheStatusOfAFailureWhoseBodyIsCutOrEndless) {
  CannedAnswer cut;
  cut.status = 404;
  cut.headers = {{"X-Error-Code", "RepoNotFound"}};
  cut.body = std::string(std::size_t{3} << 20, 'x');
  transport->answer(cut);
  EXPECT_EQ(session().send(get()).error().code, ErrorCode::repository_not_found);

  cut.body = "{\"err";
  cut.error = transport_failure("cut");
  cut.error_after_body = true;
  transport->answer(cut);
  EXPECT_EQ(session().send(get()).error().code, ErrorCode::repository_not_found);
}

TEST_F(SessionSend, RefusesAnAnswerBeyondSixtyFourMebibytes) {
  transport->answer(200, std::string((std::size_t{64} << 20) + 1, 'x'));
  const auto answer = session().send(get());
  ASSERT_FALSE(answer.ok());
  EXPECT_THAT(answer.error().message, HasSubstr("64 MiB"));
}

TEST_F(SessionSend, TimesOutWithTheCall) {
  transport->answer(200);
  ApiRequest request = get();
  request.call.timeout = 0ms;
  const auto answer = session().send(request);
  ASSERT_FALSE(answer.ok());
  EXPECT_EQ(answer.error().code, ErrorCode::transport);
  EXPECT_TRUE(answer.error().timeout);
}

TEST_F(SessionSend, LeavesASinkAloneOnFailure) {
  transport->answer(500, "why");
  const auto sink = std::make_shared<CollectingSink>();
  EXPECT_FALSE(session().send_to(get(), sink).ok());
  EXPECT_EQ(sink->heads(), 0);
}

using SessionStart = SessionTest;

TEST_F(SessionStart, AnswersWithoutRepeats) {
  transport->answer(503).answer(200);
  ApiRequest request = get();
  request.retry = RetryPolicy::full;
  std::promise<int> status;
  session().start(request, nullptr, [&](const Result<http::ResponseHead>& head) {
    status.set_value(head.ok() ? 0 : head.error().http->status);
  });
  EXPECT_EQ(status.get_future().get(), 503);
  EXPECT_EQ(transport->requests().size(), 1U);
}

TEST_F(SessionStart, HoldsNeitherBodyNorSinkAnyMoreWhenItReports) {
  for (const int status : {200, 404}) {
    transport->answer(status);
    ApiRequest request = get();
    request.method = http::Method::post;
    request.body = std::make_shared<BytesBody>("x");
    const auto sink = std::make_shared<CollectingSink>();
    std::promise<long> held;
    session().start(request, sink, [&](const Result<http::ResponseHead>&) {
      held.set_value(request.body.use_count() + sink.use_count());
    });
    EXPECT_EQ(held.get_future().get(), 2) << status;
  }
}

TEST_F(SessionStart, ReportsAtOnceWhereNothingCanBeSent) {
  options.config.offline = true;
  bool reported = false;
  session().start(get(), nullptr, [&](const Result<http::ResponseHead>& head) {
    reported = !head.ok() && head.error().code == ErrorCode::offline_mode;
  });
  EXPECT_TRUE(reported);
}

http::Response page(const std::string& link, const std::string& url = "https://hub.test/api/models?limit=1") {
  http::Response response;
  response.head.url = url;
  if (!link.empty()) response.head.headers.add("Link", link);
  return response;
}

TEST(NextPage, IsMadeAbsolute) {
  EXPECT_EQ(Session::next_page(page("<https://hub.test/api/models?cursor=a>; rel=\"next\"")),
            "https://hub.test/api/models?cursor=a");
  EXPECT_EQ(Session::next_page(page("</api/models?cursor=a%3D>; rel=\"next\"")),
            "https://hub.test/api/models?cursor=a%3D");
  EXPECT_EQ(Session::next_page(page("<?cursor=a>; rel=\"next\"")), "https://hub.test/api/models?cursor=a");
}

TEST(NextPage, EndsAfterTheLast) {
  EXPECT_EQ(Session::next_page(page("")), std::nullopt);
  EXPECT_EQ(Session::next_page(page("</x>; rel=\"prev\"")), std::nullopt);
  EXPECT_EQ(Session::next_page(page("<file:///etc/passwd>; rel=\"next\"")), std::nullopt);
}

}  // namespace
}  // namespace huggingface_hub::testing
