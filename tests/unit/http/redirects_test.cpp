// SPDX-License-Identifier: Apache-2.0
#include "http/redirects.hpp"

#include "session/session.hpp"

#include <gtest/gtest.h>

#include <ostream>

namespace huggingface_hub::http {
namespace {

ResponseHead redirect(int status, const std::string& location = "/next") {
  return {{{"Location", location}}, status, "https://hub.test/a"};
}

Request request(Method method) {
  Request made;
  made.method = method;
  made.url = "https://hub.test/a";
  made.body = bytes_body("body");
  made.headers = {{"Authorization", "Bearer secret"}, {"Cookie", "c"}, {"Content-Type", "text/plain"}, {"X-Own", "1"}};
  return made;
}

TEST(Redirects, AreFiveStatusesWithALocation) {
  for (const int status : {301, 302, 303, 307, 308}) EXPECT_TRUE(is_redirect(redirect(status)));
  for (const int status : {200, 300, 304, 305, 404}) EXPECT_FALSE(is_redirect(redirect(status)));
  EXPECT_FALSE(is_redirect({{}, 302, "https://hub.test/a"}));
}

struct MethodCase {
  int status;
  Method before;
  Method after;
};
void PrintTo(const MethodCase& a_case, std::ostream* out) { *out << to_string(a_case.before) << " with " << a_case.status; }
struct RedirectedMethod : testing::TestWithParam<MethodCase> {};
TEST_P(RedirectedMethod, ChangesAsInThePythonClient) {
  Request changed = request(GetParam().before);

  follow_redirect(changed, GetParam().status, "https://hub.test/next", true);

  EXPECT_EQ(changed.method, GetParam().after);
  EXPECT_EQ(changed.body != nullptr, GetParam().before == GetParam().after);
  EXPECT_EQ(changed.url, "https://hub.test/next");
}
INSTANTIATE_TEST_SUITE_P(
    Redirects, RedirectedMethod,
    testing::Values(MethodCase{301, Method::post, Method::get}, MethodCase{301, Method::put, Method::put},
                    MethodCase{302, Method::post, Method::get}, MethodCase{302, Method::put, Method::get},
                    MethodCase{302, Method::head, Method::head}, MethodCase{303, Method::put, Method::get},
                    MethodCase{303, Method::head, Method::head}, MethodCase{307, Method::post, Method::post},
                    MethodCase{308, Method::put, Method::put}));

TEST(Redirects, DropCredentialsAndNothingElseOnAnotherOrigin) {
  Request changed = request(Method::put);

  follow_redirect(changed, 307, "https://cdn.test/x", false);

  EXPECT_FALSE(changed.headers.has("Authorization"));
  EXPECT_FALSE(changed.headers.has("Cookie"));
  EXPECT_TRUE(changed.headers.has("X-Own"));
}

TEST(Redirects, KeepCredentialsOnOneOriginAndOnTheUpgradeToHttps) {
  EXPECT_TRUE(keeps_credentials("https://hub.test/a", "https://hub.test:443/b"));
  EXPECT_TRUE(keeps_credentials("http://hub.test/a", "https://hub.test/a"));
  EXPECT_FALSE(keeps_credentials("https://hub.test/a", "http://hub.test/a"));
  EXPECT_FALSE(keeps_credentials("http://hub.test:8080/a", "https://hub.test/a"));
  EXPECT_FALSE(keeps_credentials("http://hub.test/a", "https://hub.test:8443/a"));
  EXPECT_FALSE(keeps_credentials("https://hub.test/a", "https://cdn.test/a"));
  EXPECT_FALSE(keeps_credentials("https://hub.test/a", "https://hub.test:444/a"));
}

TEST(Redirects, ToWhatIsNoHttpUrlAreAnError) {
  const auto target = redirect_target(redirect(302, "file:///etc/passwd"));
  ASSERT_FALSE(target.ok());
  EXPECT_EQ(target.error().code, ErrorCode::transport);
}

}  // namespace
}  // namespace huggingface_hub::http
