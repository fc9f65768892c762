// SPDX-License-Identifier: Apache-2.0
#include "http/url.hpp"

#include <gtest/gtest.h>

#include <ostream>
#include <thread>

namespace huggingface_hub::http {
namespace {

TEST(Url, ComesApart) {
  const auto url = parse_url("HTTPS://user:secret@Example.COM/a%20b/../c?d=e#f");

  ASSERT_TRUE(url.ok());
  EXPECT_EQ(url->scheme, "https");
  EXPECT_EQ(url->host, "example.com");
  EXPECT_EQ(url->port, 443);
  EXPECT_EQ(url->path, "/a%20b/../c");
  EXPECT_EQ(url->query, "d=e");
}

TEST(Url, OfAHostSeenBeforeIsTheSame) {
  for (const char* text : {"https://Hub.test/a/b?c=d", "https://Hub.test/", "https://Hub.test/x?", "https://Hub.test?q",
                           "https://Hub.test/?a=b?c", "https://Hub.test/a%2Fb/../c", "https://Hub.test//x",
                           "https://Hub.test/a#b", "https://Hub.test@evil.test/x", "https://Hub.test/x y", "https://Hub.test\\@evil.test/",
                           "https://Hub.test:8443/x", "http://Hub.test/x", "https://hub.test/x"}) {
    SCOPED_TRACE(text);
    ASSERT_TRUE(parse_url("https://Hub.test/first").ok());
    const auto second = parse_url(text);
    Result<Url> first = Error{};
    std::thread([&] { first = parse_url(text); }).join();  // Of a thread that has seen none.
    ASSERT_EQ(second.ok(), first.ok());
    if (!first.ok()) continue;
    EXPECT_EQ(second->scheme, first->scheme);
    EXPECT_EQ(second->host, first->host);
    EXPECT_EQ(second->port, first->port);
    EXPECT_EQ(second->path, first->path);
    EXPECT_EQ(second->query, first->query);
  }
}

TEST(Url, TakesIpv6Hosts) {
  const auto url = parse_url("http://[::1]:8080");
  ASSERT_TRUE(url.ok());
  EXPECT_EQ(url->host, "::1");
  EXPECT_EQ(url->port, 8080);
  EXPECT_EQ(origin_of("http://[::1]/x"), "http://[::1]:80");
}

struct NotAUrl : ::testing::TestWithParam<const char*> {};
TEST_P(NotAUrl, IsRefusedWithoutRepeatingSecrets) {
  const auto url = parse_url(GetParam());
  ASSERT_FALSE(url.ok());
  EXPECT_EQ(url.error().code, ErrorCode::validation);
  EXPECT_EQ(url.error().message.find("secret"), std::string::npos);
}
INSTANTIATE_TEST_SUITE_P(Url, NotAUrl,
                         ::testing::Values("", "/path", "example.com/x", "ftp://example.com/", "file:///etc/passwd",
                                         "http://", "https://user:secret@host:99999/?token=secret", "http://a b/"));

TEST(Origin, IsSchemeHostAndPort) {
  EXPECT_TRUE(same_origin("https://huggingface.co/a", "HTTPS://HuggingFace.co:443/b?c"));
  EXPECT_FALSE(same_origin("https://huggingface.co", "http://huggingface.co"));
  EXPECT_FALSE(same_origin("https://huggingface.co", "https://huggingface.co:8443"));
  EXPECT_FALSE(same_origin("https://huggingface.co", "https://huggingface.co.evil.com"));
  EXPECT_FALSE(same_origin("https://huggingface.co", "https://huggingface.co@evil.com"));
  EXPECT_FALSE(same_origin("nonsense", "nonsense"));
}

struct Resolved {
  const char* reference;
  const char* expected;
};
void PrintTo(const Resolved& a_case, std::ostream* out) { *out << a_case.reference; }
struct ResolveUrl : ::testing::TestWithParam<Resolved> {};
TEST_P(ResolveUrl, FollowsRfc3986) {
  const auto url = resolve_url("https://hub.test/a/b?c=d#e", GetParam().reference);
  ASSERT_TRUE(url.ok()) << url.error().message;
  EXPECT_EQ(*url, GetParam().expected);
}
INSTANTIATE_TEST_SUITE_P(Url, ResolveUrl,
                         ::testing::Values(Resolved{"/x?y=z", "https://hub.test/x?y=z"},
                                         Resolved{"x?y", "https://hub.test/a/x?y"},
                                         Resolved{"?q=1", "https://hub.test/a/b?q=1"},
                                         Resolved{"../x", "https://hub.test/x"},
                                         Resolved{"//other.test/x", "https://other.test/x"},
                                         Resolved{"http://other.test:81/x#f", "http://other.test:81/x"},
                                         Resolved{"/a b", "https://hub.test/a%20b"},
                                         Resolved{"/a%2Fb%20c", "https://hub.test/a%2Fb%20c"}));

TEST(ResolveUrl, RefusesOtherSchemes) {
  EXPECT_FALSE(resolve_url("https://hub.test/", "file:///etc/passwd").ok());
  EXPECT_FALSE(resolve_url("https://hub.test/", "gopher://hub.test/").ok());
}

TEST(AppendQuery, EncodesAndRepeats) {
  EXPECT_EQ(append_query("http://h/p", {{"a", "x y"}, {"a", "&=/"}}), "http://h/p?a=x%20y&a=%26%3D%2F");
  EXPECT_EQ(append_query("http://h/p?z=1", {{"a", "b"}}), "http://h/p?z=1&a=b");
  EXPECT_EQ(append_query("http://h/p", {}), "http://h/p");
}

}  // namespace
}  // namespace huggingface_hub::http
