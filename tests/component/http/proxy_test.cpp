// SPDX-License-Identifier: Apache-2.0
/// @file
/// Proxies against tinyproxy and microsocks. Both leave from 127.0.0.2, so the web server's log tells who came
/// through the proxy and who came around it.
#include "component/http/fixture.hpp"

#include "support/tls_front.hpp"

#include <algorithm>
#include <cstdlib>
#include <utility>
#include <vector>

namespace huggingface_hub::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* kProxyAddress = "127.0.0.2";

class ProxyTest : public ::testing::Test {
 protected:
  void require(std::initializer_list<const char*> programs) {
    for (const char* program : programs) {
      if (!find_program(program)) missing = program;
    }
  }

  void start_web_server() {
    authority.emplace(folder.path() / "ca");
    authority->sign("server", "localhost", "DNS:localhost,IP:127.0.0.1");
    server.emplace(folder.path() / "nginx", *authority, "server");
  }

  Answer get(const std::string& url, const ProxyEnvironment& environment, const ProxyMap& per_call = {}) {
    http::Request request = request_to(url);
    request.proxies = per_call;
    return fetch(*http::make_curl_transport({.proxies = environment, .tls = {.ca_file = authority->certificate()}}),
                 std::move(request));
  }

  /// Every request that arrived came from the proxy, and `count` did.
  void expect_all_through_proxy(int count) {
    const std::string log = server->final_access_log();
    EXPECT_EQ(std::count(log.begin(), log.end(), '\n'), count) << log;
    std::string expected;
    for (int i = 0; i < count; ++i) expected += std::string(kProxyAddress) + "\n";
    EXPECT_EQ(log, expected);
  }

  TempDir folder{};
  std::string missing{};
  std::optional<TestAuthority> authority{};
  std::optional<WebServer> server{};
};

class HttpProxy : public ProxyTest {
 protected:
  void SetUp() override {
    require({"nginx", "openssl", "tinyproxy"});
    if (!missing.empty()) GTEST_SKIP() << missing << " is not installed";
    start_web_server();
    for (int attempt = 0; attempt < 5; ++attempt) {
      port = unused_port();
      write_file(folder.path() / "tinyproxy.conf", "Port " + std::to_string(port) +
                                                       "\nListen 127.0.0.1\nBind " + kProxyAddress +
                                                       "\nTimeout 10\nMaxClients 20\nBasicAuth user pass\n"
                                                       "LogLevel Info\n");
      process = std::make_unique<ChildProcess>(
          std::vector<std::string>{*find_program("tinyproxy"), "-d", "-c",
                                   (folder.path() / "tinyproxy.conf").string()},
          folder.path() / "tinyproxy.log");
      if (process->wait_until_listening(port)) return;
    }
    FAIL() << "tinyproxy does not start: " << read_file(folder.path() / "tinyproxy.log");
  }

  std::string proxy(const std::string& user = "user:pass@") const {
    return "http://" + user + "127.0.0.1:" + std::to_string(port);
  }

  std::uint16_t port{0};
  std::unique_ptr<ChildProcess> process{};
};

TEST_F(HttpProxy, TunnelsTls) {
  const Answer answer = get(server->tls_url(), {.https = proxy()});
  ASSERT_TRUE(answer.head.ok()) << answer.head.error().message;
  EXPECT_THAT(answer.body, HasSubstr(kProxyAddress));
  expect_all_through_proxy(1);
}

TEST_F(HttpProxy, ForwardsPlainHttp) {
  const Answer answer = get(server->plain_url(), {.http = proxy()});
  ASSERT_TRUE(answer.head.ok()) << answer.head.error().message;
  expect_all_through_proxy(1);
}

TEST_F(HttpProxy, IsTheOneForAllWhereThereIsNoOther) {
  EXPECT_TRUE(get(server->tls_url(), {.all = proxy()}).head.ok());
  EXPECT_TRUE(get(server->plain_url(), {.all = proxy()}).head.ok());
  expect_all_through_proxy(2);
}

TEST_F(HttpProxy, IsPassedByForWhatNoProxyNames) {
  const Answer answer = get(server->tls_url(), {.https = proxy(), .no_proxy = "10.0.0.0/8,127.0.0.0/8"});
  ASSERT_TRUE(answer.head.ok()) << answer.head.error().message;
  EXPECT_THAT(answer.body, HasSubstr("127.0.0.1"));
}

TEST_F(HttpProxy, OfTheCallWinsOverTheEnvironment) {
  const ProxyEnvironment dead{.https = "http://127.0.0.1:1", .no_proxy = "*"};
  EXPECT_TRUE(get(server->tls_url(), dead, {{"https", proxy()}}).head.ok());
  expect_all_through_proxy(1);
}

TEST_F(HttpProxy, OfTheCallThatIsEmptyMeansNone) {
  const Answer around = get(server->tls_url(), {.https = "http://127.0.0.1:1"}, {{"https", ""}});
  ASSERT_TRUE(around.head.ok()) << around.head.error().message;
  EXPECT_THAT(around.body, HasSubstr("127.0.0.1"));
}

TEST_F(HttpProxy, ThatRefusesThePasswordIsAProxyFailure) {
  // Where it forwards plain http, tinyproxy says 401 to a wrong password, which a server could have said too.
  const std::vector<std::pair<std::string, std::string>> cases{
      {server->tls_url(), ""}, {server->tls_url(), "user:secret@"}, {server->plain_url(), ""}};
  for (const auto& [url, user] : cases) {
    const Answer answer = get(url, {.all = proxy(user)});
    ASSERT_FALSE(answer.head.ok()) << url << " " << user;
    EXPECT_EQ(answer.head.error().code, ErrorCode::transport);
    EXPECT_TRUE(answer.head.error().proxy);
    EXPECT_THAT(answer.head.error().message, HasSubstr("proxy"));
    EXPECT_THAT(answer.head.error().message, Not(HasSubstr("secret")));
  }
  expect_all_through_proxy(0);
}

TEST_F(HttpProxy, ThatIsNotThereIsAProxyFailureAndNothingGoesAroundIt) {
  const std::string dead = "http://127.0.0.1:" + std::to_string(unused_port());
  for (const std::string& url : {server->tls_url(), server->plain_url()}) {
    const Answer answer = get(url, {.all = dead});
    ASSERT_FALSE(answer.head.ok());
    EXPECT_TRUE(answer.head.error().proxy);
    EXPECT_TRUE(answer.head.error().nothing_sent);
  }
  const Answer unknown = get(server->tls_url(), {.all = "http://no-such-proxy.invalid:3128"});
  ASSERT_FALSE(unknown.head.ok());
  EXPECT_TRUE(unknown.head.error().proxy);
  expect_all_through_proxy(0);
}

TEST_F(HttpProxy, ThatCannotReachTheServerIsAProxyFailure) {
  const Answer answer =
      get("https://127.0.0.1:" + std::to_string(unused_port()) + "/", {.https = proxy()});
  ASSERT_FALSE(answer.head.ok());
  EXPECT_TRUE(answer.head.error().proxy);
}

TEST_F(HttpProxy, IsNotBlamedForTheServersCertificate) {
  http::Request request = request_to(server->tls_url());
  const Answer answer = fetch(*http::make_curl_transport({.proxies = {.https = proxy()}}), std::move(request));
  ASSERT_FALSE(answer.head.ok());
  EXPECT_FALSE(answer.head.error().proxy);
  EXPECT_THAT(answer.head.error().message, HasSubstr("not trusted"));
}

/// Sets an environment variable for the length of a test.
class ScopedVariable {
 public:
  ScopedVariable(const char* name, const std::string& value) : name_(name) { ::setenv(name, value.c_str(), 1); }
  ~ScopedVariable() { ::unsetenv(name_); }
  ScopedVariable(const ScopedVariable&) = delete;
  ScopedVariable& operator=(const ScopedVariable&) = delete;

 private:
  const char* name_;
};

TEST_F(HttpProxy, IsNeverTakenFromTheEnvironmentByTheTransport) {
  const ScopedVariable all("ALL_PROXY", "http://127.0.0.1:1");
  const ScopedVariable https("https_proxy", "http://127.0.0.1:1");
  const ScopedVariable http("http_proxy", "http://127.0.0.1:1");
  EXPECT_TRUE(get(server->tls_url(), {}).head.ok());
  EXPECT_TRUE(get(server->plain_url(), {}).head.ok());
  const ScopedVariable none("no_proxy", "*");
  EXPECT_THAT(get(server->tls_url(), {.https = proxy()}).body, HasSubstr(kProxyAddress));
}

class SocksProxy : public ProxyTest {
 protected:
  void SetUp() override {
    require({"nginx", "openssl", "microsocks"});
    if (!missing.empty()) GTEST_SKIP() << missing << " is not installed";
    start_web_server();
    for (int attempt = 0; attempt < 5; ++attempt) {
      port = unused_port();
      process = std::make_unique<ChildProcess>(
          std::vector<std::string>{*find_program("microsocks"), "-i", "127.0.0.1", "-p", std::to_string(port), "-u",
                                   "user", "-P", "pass", "-b", kProxyAddress},
          folder.path() / "microsocks.log");
      if (process->wait_until_listening(port)) return;
    }
    FAIL() << "microsocks does not start";
  }

  std::string proxy(const std::string& scheme, const std::string& user = "user:pass@") const {
    return scheme + "://" + user + "127.0.0.1:" + std::to_string(port);
  }

  std::uint16_t port{0};
  std::unique_ptr<ChildProcess> process{};
};

TEST_F(SocksProxy, CarriesBothSchemes) {
  for (const char* scheme : {"socks5", "socks5h"}) {
    const Answer tls = get(server->tls_url(), {.all = proxy(scheme)});
    ASSERT_TRUE(tls.head.ok()) << tls.head.error().message;
    const Answer plain = get(server->plain_url(), {.all = proxy(scheme)});  // microsocks tries one address of a name.
    ASSERT_TRUE(plain.head.ok()) << plain.head.error().message;
  }
  expect_all_through_proxy(4);
}

TEST_F(SocksProxy, ThatRefusesThePasswordIsAProxyFailure) {
  const Answer answer = get(server->tls_url(), {.all = proxy("socks5h", "user:secret@")});
  ASSERT_FALSE(answer.head.ok());
  EXPECT_TRUE(answer.head.error().proxy);
  EXPECT_THAT(answer.head.error().message, Not(HasSubstr("secret")));
  expect_all_through_proxy(0);
}

TEST_F(SocksProxy, IsNotBlamedForTheServersCertificate) {
  const auto transport = http::make_curl_transport({.proxies = {.all = proxy("socks5h")}});
  const Answer answer = fetch(*transport, request_to(server->tls_url()));
  ASSERT_FALSE(answer.head.ok());
  EXPECT_FALSE(answer.head.error().proxy);
}

}  // namespace
}  // namespace huggingface_hub::testing
