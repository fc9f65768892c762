// SPDX-License-Identifier: Apache-2.0
#include "http/failure.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <ostream>

namespace huggingface_hub::http {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

const std::string kApi = "https://huggingface.co/api/models/acme/tiny";
const std::string kResolve = "https://huggingface.co/acme/tiny/resolve/main/nope.bin";

Error fail(int status, const Headers& headers = {}, const std::string& body = "", const std::string& url = kApi,
           const std::string& range = "") {
  return failed_response(Method::get, {headers, status, url}, body, range, {});
}

struct Rule {
  const char* name;
  int status;
  Headers headers;
  std::string url;
  ErrorCode code;
};
void PrintTo(const Rule& a_case, std::ostream* out) { *out << a_case.name; }
struct FailureRules : testing::TestWithParam<Rule> {};
TEST_P(FailureRules, ChooseTheClass) {
  const Rule& rule = GetParam();
  EXPECT_EQ(fail(rule.status, rule.headers, "", rule.url).code, rule.code);
}
INSTANTIATE_TEST_SUITE_P(
    Failure, FailureRules,
    testing::Values(
        Rule{"Revision", 404, {{"X-Error-Code", "RevisionNotFound"}}, kApi, ErrorCode::revision_not_found},
        Rule{"Entry", 404, {{"X-Error-Code", "EntryNotFound"}}, kApi, ErrorCode::remote_entry_not_found},
        Rule{"Gated", 403, {{"X-Error-Code", "GatedRepo"}}, kApi, ErrorCode::gated_repo},
        Rule{"Disabled", 403, {{"X-Error-Message", "Access to this resource is disabled."}}, kApi,
             ErrorCode::disabled_repo},
        Rule{"Bucket", 404, {{"X-Error-Code", "RepoNotFound"}}, "https://huggingface.co/api/buckets/a/b",
             ErrorCode::bucket_not_found},
        Rule{"Job", 404, {}, "https://huggingface.co/api/jobs/me/123", ErrorCode::job_not_found},
        Rule{"ScheduledJob", 404, {}, "https://huggingface.co/api/scheduled-jobs/me/123", ErrorCode::job_not_found},
        Rule{"JobList", 404, {}, "https://huggingface.co/api/jobs/me", ErrorCode::http},
        Rule{"Repo", 404, {{"X-Error-Code", "RepoNotFound"}}, kApi, ErrorCode::repository_not_found},
        Rule{"HiddenRepo", 401, {}, kApi, ErrorCode::repository_not_found},
        Rule{"HiddenFile", 401, {}, kResolve, ErrorCode::repository_not_found},
        Rule{"HiddenOnPlainHttp", 401, {}, "http://127.0.0.1:8080/api/spaces/a/b", ErrorCode::repository_not_found},
        Rule{"BadToken", 401, {{"X-Error-Message", "Invalid credentials in Authorization header"}}, kApi,
             ErrorCode::http},
        Rule{"Whoami", 401, {}, "https://huggingface.co/api/whoami-v2", ErrorCode::http},
        Rule{"Plain404", 404, {}, kApi, ErrorCode::http},
        Rule{"BadRequest", 400, {}, kApi, ErrorCode::bad_request},
        Rule{"Forbidden", 403, {}, kApi, ErrorCode::http},
        Rule{"RateLimited", 429, {}, kApi, ErrorCode::rate_limited},
        Rule{"Unavailable", 503, {}, kApi, ErrorCode::http}),
    [](const auto& instance) { return std::string(instance.param.name); });

TEST(Failure, PutsTheRequestIdBehindTheFirstLine) {
  const Error error = fail(404, {{"X-Error-Code", "EntryNotFound"}, {"X-Request-Id", "Root=1-abc;xyz"}}, "", kResolve);

  EXPECT_EQ(error.message,
            "404 Client Error. (Request ID: Root=1-abc;xyz)\n\n"
            "Entry Not Found for url: https://huggingface.co/acme/tiny/resolve/main/nope.bin.");
  ASSERT_TRUE(error.http);
  EXPECT_EQ(error.http->request_id, "Root=1-abc;xyz");
}

TEST(Failure, PutsTheRequestIdInFrontOfABadRequest) {
  const Error error = fail(400, {{"X-Request-Id", "r1"}}, R"({"error":"no such thing"})");
  EXPECT_EQ(error.message, "(Request ID: r1)\n\nBad request:\nno such thing");
}

TEST(Failure, PrefersRequestIdsInOrder) {
  const Headers all{{"x-amz-cf-id", "third-id"}, {"X-Amzn-Trace-Id", "second-id"}, {"x-request-id", "first-id"}};
  EXPECT_EQ(fail(500, all).http->request_id, "first-id");
  const Error second = fail(500, {{"x-amz-cf-id", "third-id"}, {"X-Amzn-Trace-Id", "second-id"}});
  EXPECT_EQ(second.http->request_id, "second-id");
  EXPECT_THAT(second.message, HasSubstr("(Amzn Trace ID: second-id)"));
  EXPECT_THAT(fail(500, {{"x-amz-cf-id", "third-id"}}).message, HasSubstr("(Amz CF ID: third-id)"));
}

struct Body {
  const char* body;
  const char* message;
};
void PrintTo(const Body& a_case, std::ostream* out) { *out << ::testing::PrintToString(std::string(a_case.body)); }
struct ServerMessage : testing::TestWithParam<Body> {};
TEST_P(ServerMessage, IsTakenFromTheBody) {
  EXPECT_EQ(fail(500, {}, GetParam().body).http->server_message, GetParam().message);
}
INSTANTIATE_TEST_SUITE_P(
    Failure, ServerMessage,
    testing::Values(Body{R"({"error":"text"})", "text"}, Body{R"({"error":["a","b"]})", "a\nb"},
                    Body{R"({"error":"invalid_grant","error_description":"text"})", "invalid_grant: text"},
                    Body{R"({"error_description":"alone"})", "alone"},
                    Body{R"({"errors":[{"message":"one"},{"message":" one "},{"message":"two"}]})", "one\ntwo"},
                    Body{R"({"error":{"nested":1},"errors":[1,{"message":2}]})", ""}, Body{"plain words\n", "plain words"},
                    Body{"<html><body>no</body></html>", ""}, Body{"", ""}, Body{"[1,2]", ""},
                    Body{"{\"error\":\"\\ud800", "{\"error\":\"\\ud800"}));

TEST(Failure, PutsHeaderAndBodyTogetherOnce) {
  const Error error = fail(403, {{"X-Error-Message", "Not yours"}}, R"({"error":"Not yours"})");
  EXPECT_EQ(error.http->server_message, "Not yours");
  EXPECT_THAT(error.message, StartsWith("403 Forbidden: Not yours."));
  EXPECT_EQ(error.message.find("Not yours"), error.message.rfind("Not yours"));
}

TEST(Failure, SaysNoneWhereForbiddenComesWithoutAReason) {
  EXPECT_THAT(fail(403).message, StartsWith("403 Forbidden: None."));
}

TEST(Failure, TellsTheLimitAndTheWait) {
  const Error error = fail(429, {{"RateLimit", "\"api\";r=0;t=55"}, {"RateLimit-Policy", "\"w\";\"api\";q=500;w=300"}});
  EXPECT_THAT(error.message, HasSubstr("\"api\""));
  EXPECT_THAT(error.message, HasSubstr("55 s"));
  EXPECT_THAT(error.message, HasSubstr("0/500"));
  EXPECT_EQ(error.http->retry_after, std::chrono::seconds(55));
}

TEST(Failure, TellsTheRangesOfA416) {
  const Error error = fail(416, {{"Content-Range", "bytes */10"}}, "", kResolve, "bytes=20-");
  EXPECT_THAT(error.message, HasSubstr("Requested range: bytes=20-. Content-Range: bytes */10."));
}

TEST(Failure, NamesTheStatusOfWhatNoRuleKnows) {
  EXPECT_THAT(fail(404).message, StartsWith("Client error '404 Not Found' for url '" + kApi + "'"));
  EXPECT_THAT(fail(503).message, StartsWith("Server error '503 Service Unavailable' for url '" + kApi + "'"));
  EXPECT_THAT(fail(599).message, StartsWith("Server error '599' for url"));
}

TEST(Failure, KeepsQueriesCredentialsAndTokensOut) {
  const Error error = fail(403, {{"X-Error-Message", "Token hf_abcdefghijklmnop is expired"}}, "",
                           "https://user:pass@cdn.test/x?X-Amz-Signature=deadbeef");
  EXPECT_THAT(error.message, Not(HasSubstr("deadbeef")));
  EXPECT_THAT(error.message, Not(HasSubstr("pass@")));
  EXPECT_THAT(error.message, Not(HasSubstr("abcdefghijklmnop")));
  EXPECT_THAT(error.http->url, Not(HasSubstr("deadbeef")));
}

struct Named {
  const char* url;
  const char* type;
  const char* id;
};
void PrintTo(const Named& a_case, std::ostream* out) { *out << a_case.url; }
struct RepoInUrl : testing::TestWithParam<Named> {};
TEST_P(RepoInUrl, IsFound) {
  const NamedRepo repo = repo_in_url(GetParam().url);
  EXPECT_EQ(repo.type, GetParam().type);
  EXPECT_EQ(repo.id, GetParam().id);
}
INSTANTIATE_TEST_SUITE_P(
    Failure, RepoInUrl,
    testing::Values(Named{"https://h/acme/tiny/resolve/main/x", "model", "acme/tiny"},
                    Named{"https://h/gpt2/resolve/main/x", "model", "gpt2"},
                    Named{"https://h/datasets/acme/d/resolve/main/x", "dataset", "acme/d"},
                    Named{"https://h/datasets/squad/resolve/main/x", "dataset", "squad"},
                    Named{"https://h/spaces/acme/s/resolve/main/x", "space", "acme/s"},
                    Named{"https://h/kernels/acme/k/resolve/v1/x", "kernel", "acme/k"},
                    Named{"https://h/api/models/acme/tiny", "model", "acme/tiny"},
                    Named{"https://h/api/models/gpt2", "model", "gpt2"},
                    Named{"https://h/api/models/gpt2/revision/main", "model", "gpt2"},
                    Named{"https://h/api/datasets/a/b/tree/main?x=/resolve/", "dataset", "a/b"},
                    Named{"https://h/api/models", "", ""}, Named{"https://h/api/whoami-v2", "", ""},
                    Named{"https://h/", "", ""}, Named{"", "", ""}));

}  // namespace
}  // namespace huggingface_hub::http
