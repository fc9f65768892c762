// SPDX-License-Identifier: Apache-2.0
/// @file
/// TLS against nginx, with an authority made in the test.
#include "component/http/fixture.hpp"

#include "support/tls_front.hpp"

namespace huggingface_hub::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

class Tls : public ::testing::Test {
 protected:
  void SetUp() override {
    for (const char* program : {"nginx", "openssl"}) {
      if (!find_program(program)) GTEST_SKIP() << program << " is not installed";
    }
    authority.emplace(folder.path() / "ca");
    authority->sign("server", "localhost", "DNS:localhost,IP:127.0.0.1");
    server.emplace(folder.path() / "nginx", *authority, "server");
  }

  Answer get(const TlsConfig& tls, http::Request request) {
    return fetch(*http::make_curl_transport({.tls = tls}), std::move(request));
  }
  Answer get(const TlsConfig& tls) { return get(tls, request_to(server->tls_url())); }
  TlsConfig trusting() const { return {.ca_file = authority->certificate()}; }

  TempDir folder{};
  std::optional<TestAuthority> authority{};
  std::optional<WebServer> server{};
};

TEST_F(Tls, AnUnknownAuthorityIsNotTrusted) {
  const Answer answer = get({});
  ASSERT_FALSE(answer.head.ok());
  EXPECT_EQ(answer.head.error().code, ErrorCode::transport);
  EXPECT_THAT(answer.head.error().message, HasSubstr("not trusted"));
  EXPECT_THAT(answer.head.error().message, HasSubstr("HF_CA_BUNDLE"));
  EXPECT_TRUE(answer.head.error().nothing_sent);
}

TEST_F(Tls, AnAuthorityIsTrustedByItsFile) {
  const Answer answer = get(trusting());
  ASSERT_TRUE(answer.head.ok()) << answer.head.error().message;
}

TEST_F(Tls, AnAuthorityIsTrustedByItsFolder) {
  const Answer answer = get({.ca_dir = authority->hashed_folder()});
  ASSERT_TRUE(answer.head.ok()) << answer.head.error().message;
}

TEST_F(Tls, AnotherAuthorityIsNotTrusted) {
  const TestAuthority other(folder.path() / "other");
  const Answer answer = get({.ca_file = other.certificate()});
  ASSERT_FALSE(answer.head.ok());
  EXPECT_THAT(answer.head.error().message, HasSubstr("not trusted"));
}

TEST_F(Tls, AFileThatIsNotThereIsNamed) {
  const Answer answer = get({.ca_file = folder.path() / "missing.pem"});
  ASSERT_FALSE(answer.head.ok());
  EXPECT_EQ(answer.head.error().code, ErrorCode::transport);
  EXPECT_THAT(answer.head.error().message, HasSubstr("missing.pem"));
}

TEST_F(Tls, ACertificateForAnotherNameIsNotTrusted) {
  authority->sign("other", "other.test", "DNS:other.test");
  const WebServer impostor(folder.path() / "impostor", *authority, "other");
  const Answer answer = get(trusting(), request_to(impostor.tls_url("localhost")));
  ASSERT_FALSE(answer.head.ok());
  EXPECT_THAT(answer.head.error().message, HasSubstr("not trusted"));
}

TEST_F(Tls, AClientCertificateIsShown) {
  authority->sign("client", "the client", "DNS:client.test");
  TlsConfig tls = trusting();
  tls.client_cert = authority->path("client.pem");
  tls.client_key = authority->path("client.key");
  const Answer answer = get(tls);
  ASSERT_TRUE(answer.head.ok()) << answer.head.error().message;
  EXPECT_THAT(answer.body, HasSubstr("CN=the client"));
}

TEST_F(Tls, AClientCertificateMayHoldItsKey) {
  authority->sign("client", "the client", "DNS:client.test");
  write_file(folder.path() / "both.pem",
             read_file(authority->path("client.pem")) + read_file(authority->path("client.key")));
  TlsConfig tls = trusting();
  tls.client_cert = folder.path() / "both.pem";
  EXPECT_THAT(get(tls).body, HasSubstr("CN=the client"));
}

TEST_F(Tls, AClientCertificateThatCannotBeReadIsAnError) {
  TlsConfig tls = trusting();
  tls.client_cert = folder.path() / "missing.pem";
  const Answer answer = get(tls);
  ASSERT_FALSE(answer.head.ok());
  EXPECT_THAT(answer.head.error().message, HasSubstr("HF_CLIENT_CERT"));
}

TEST_F(Tls, ApiCallsShareAnHttp2ConnectionAndBulkGoesOverHttp1) {
  const auto transport = http::make_curl_transport({.tls = trusting()});
  EXPECT_THAT(fetch(*transport, request_to(server->tls_url())).body, StartsWith("HTTP/2.0 "));
  http::Request bulk = request_to(server->tls_url());
  bulk.bulk = true;
  EXPECT_THAT(fetch(*transport, std::move(bulk)).body, StartsWith("HTTP/1.1 "));
  EXPECT_THAT(fetch(*transport, request_to(server->tls_url())).body, StartsWith("HTTP/2.0 "));
}

TEST_F(Tls, ManyApiCallsAtOnceAllArrive) {
  const auto transport = http::make_curl_transport({.tls = trusting()});
  ASSERT_TRUE(fetch(*transport, request_to(server->tls_url())).head.ok());
  std::vector<std::future<Result<http::ResponseHead>>> running;
  for (int i = 0; i < 50; ++i) running.push_back(start(*transport, request_to(server->tls_url())));
  for (auto& one : running) {
    const auto head = one.get();
    EXPECT_TRUE(head.ok() && head->status == 200);
  }
}

}  // namespace
}  // namespace huggingface_hub::testing
