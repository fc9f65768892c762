// SPDX-License-Identifier: Apache-2.0
#include "http/proxy_rules.hpp"

#include "http/url.hpp"

#include <gtest/gtest.h>

#include <ostream>

namespace huggingface_hub::http {
namespace {

struct Exemption {
  const char* no_proxy;
  const char* url;
  bool exempt;
};
void PrintTo(const Exemption& a_case, std::ostream* out) { *out << a_case.no_proxy << " for " << a_case.url; }
struct NoProxy : testing::TestWithParam<Exemption> {};
TEST_P(NoProxy, DecidesAsThePythonClientDoes) {
  const auto url = parse_url(GetParam().url);
  ASSERT_TRUE(url.ok());
  EXPECT_EQ(is_exempt(*url, GetParam().no_proxy), GetParam().exempt) << GetParam().no_proxy << " " << GetParam().url;
}
INSTANTIATE_TEST_SUITE_P(
    Host, NoProxy,
    testing::Values(Exemption{"", "http://example.com", false}, Exemption{"*", "http://example.com", true},
                    Exemption{"a.test, * ,b.test", "https://example.com", true},
                    Exemption{"example.com", "http://example.com", true},
                    Exemption{"EXAMPLE.com", "http://Example.COM/x", true},
                    Exemption{"example.com", "http://www.example.com", true},
                    Exemption{"example.com", "http://a.b.example.com", true},
                    Exemption{"example.com", "http://wwwexample.com", false},
                    Exemption{"example.com", "http://example.com.evil.test", false},
                    Exemption{".example.com", "http://www.example.com", true},
                    Exemption{".example.com", "http://example.com", false},
                    Exemption{"*.example.com", "http://www.example.com", true},
                    Exemption{"*.example.com", "http://example.com", false},
                    Exemption{"localhost", "http://localhost:8080", true},
                    Exemption{"localhost", "http://sub.localhost", false},
                    Exemption{" a.test ,, example.com ", "http://example.com", true}));
INSTANTIATE_TEST_SUITE_P(
    Port, NoProxy,
    testing::Values(Exemption{"example.com:8080", "http://example.com:8080", true},
                    Exemption{"example.com:8080", "http://www.example.com:8080", true},
                    Exemption{"example.com:8080", "http://example.com", false},
                    Exemption{"example.com:443", "https://example.com", true},
                    Exemption{"127.0.0.1:81", "http://127.0.0.1:81", true},
                    Exemption{"127.0.0.1:81", "http://127.0.0.1:82", false},
                    Exemption{"[::1]:81", "http://[::1]:81", true}, Exemption{"[::1]:81", "http://[::1]:82", false}));
INSTANTIATE_TEST_SUITE_P(
    Address, NoProxy,
    testing::Values(Exemption{"127.0.0.1", "http://127.0.0.1:5000", true},
                    Exemption{"127.0.0.1", "http://127.0.0.2", false},
                    Exemption{"::1", "http://[::1]", true}, Exemption{"[::1]", "http://[::1]", true},
                    Exemption{"0:0:0:0:0:0:0:1", "http://[::1]", true},
                    Exemption{"10.0.0.0/8", "http://10.255.1.2", true},
                    Exemption{"10.0.0.7/8", "http://10.255.1.2", true},
                    Exemption{"10.0.0.0/8", "http://11.0.0.1", false},
                    Exemption{"192.168.4.0/22", "http://192.168.7.255", true},
                    Exemption{"192.168.4.0/22", "http://192.168.8.0", false},
                    Exemption{"0.0.0.0/0", "http://203.0.113.9", true},
                    Exemption{"0.0.0.0/0", "http://[::1]", false},
                    Exemption{"fd00::/8", "http://[fd12::1]", true},
                    Exemption{"[fd00::]/8", "http://[fd12::1]", true},
                    Exemption{"fd00::/8", "http://[fe80::1]", false},
                    Exemption{"10.0.0.0/8", "http://ten.example.com", false}));
INSTANTIATE_TEST_SUITE_P(
    Scheme, NoProxy,
    testing::Values(Exemption{"https://example.com", "https://example.com", true},
                    Exemption{"https://example.com", "http://example.com", false},
                    Exemption{"https://example.com", "https://www.example.com", false},
                    Exemption{"https://*.example.com", "https://www.example.com", true},
                    Exemption{"all://example.com", "http://example.com", true},
                    Exemption{"http://", "http://example.com", true},
                    Exemption{"http://", "https://example.com", false}));
INSTANTIATE_TEST_SUITE_P(
    Nonsense, NoProxy,
    testing::Values(Exemption{"10.0.0.0/33", "http://10.0.0.1", false}, Exemption{"10.0.0.0/", "http://10.0.0.1", false},
                    Exemption{"10.0.0.0/-1", "http://10.0.0.1", false},
                    Exemption{"example.com/8", "http://example.com", false},
                    Exemption{"example.com:x", "http://example.com", false},
                    Exemption{"example.com:99999", "http://example.com", false},
                    Exemption{"[::1", "http://[::1]", false}, Exemption{".", "http://example.com", false},
                    Exemption{"*.", "http://example.com", false}, Exemption{"://", "http://example.com", false},
                    Exemption{":80", "http://example.com", false}));

ProxyEnvironment environment() {
  return {.http = "http://plain:1", .https = "http://secure:2", .all = "socks5h://any:3", .no_proxy = "exempt.test"};
}

TEST(ChooseProxy, GoesByTheSchemeOfTheUrl) {
  EXPECT_EQ(choose_proxy("http://hub.test/x", {}, environment()), "http://plain:1");
  EXPECT_EQ(choose_proxy("https://hub.test/x", {}, environment()), "http://secure:2");
}

TEST(ChooseProxy, FallsBackToTheOneForAll) {
  ProxyEnvironment only_all;
  only_all.all = "socks5h://any:3";
  EXPECT_EQ(choose_proxy("http://hub.test/x", {}, only_all), "socks5h://any:3");
  EXPECT_EQ(choose_proxy("https://hub.test/x", {}, only_all), "socks5h://any:3");
}

TEST(ChooseProxy, ObeysNoProxy) {
  EXPECT_EQ(choose_proxy("https://exempt.test/x", {}, environment()), "");
  EXPECT_EQ(choose_proxy("https://below.exempt.test/x", {}, environment()), "");
}

TEST(ChooseProxy, AddsTheSchemeAProxyLacks) {
  ProxyEnvironment bare;
  bare.http = "user:pass@proxy:3128";
  EXPECT_EQ(choose_proxy("http://hub.test/x", {}, bare), "http://user:pass@proxy:3128");
}

TEST(ChooseProxy, TakesTheMapOfTheCallInPlaceOfTheEnvironment) {
  EXPECT_EQ(choose_proxy("https://hub.test/", {{"https", "call:4"}}, environment()), "http://call:4");
  EXPECT_EQ(choose_proxy("https://hub.test/", {{"https://", "http://call:4"}}, environment()), "http://call:4");
  EXPECT_EQ(choose_proxy("http://hub.test/", {{"all", "http://call:5"}}, environment()), "http://call:5");
  EXPECT_EQ(choose_proxy("https://exempt.test/", {{"all://", "http://call:5"}}, environment()), "http://call:5");
  EXPECT_EQ(choose_proxy("http://hub.test/", {{"https", "http://call:4"}}, environment()), "");
}

TEST(ChooseProxy, TakesAnEmptyValueOfTheMapForNone) {
  EXPECT_EQ(choose_proxy("https://hub.test/", {{"https", ""}, {"all", "http://call:5"}}, environment()), "");
}

}  // namespace
}  // namespace huggingface_hub::http
