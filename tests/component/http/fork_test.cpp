// SPDX-License-Identifier: Apache-2.0
#include "component/http/fixture.hpp"

#include "support/instrumented.hpp"

#include <sys/wait.h>
#include <unistd.h>

namespace huggingface_hub::testing {
namespace {

TEST(Fork, TheChildUsesALoopOfItsOwnAndLeavesTheParentsAlone) {
  if (kHasThreadSanitizer) GTEST_SKIP() << "the thread sanitizer allows no threads after fork";
  RawServer server(RawServer::each_request([](RawConnection& connection, const auto&) {
    connection.answer(std::to_string(connection.index()));
  }));
  auto transport = http::make_curl_transport();
  ASSERT_EQ(fetch(*transport, request_to(server.url())).body, "0");

  const pid_t child = ::fork();
  if (child == 0) {
    const Answer answer = fetch(*transport, request_to(server.url()));
    const bool good = answer.head.ok() && answer.body == "1";
    transport.reset();
    ::_exit(good ? 0 : 1);
  }
  int status = -1;
  ASSERT_EQ(::waitpid(child, &status, 0), child);

  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0);
  // The parent's connection was not closed by the child.
  EXPECT_EQ(fetch(*transport, request_to(server.url())).body, "0");
}

TEST(Fork, AChildThatSendsNothingLeavesTheParentsLoopAlone) {
  if (kHasThreadSanitizer) GTEST_SKIP() << "the thread sanitizer allows no threads after fork";
  RawServer server(RawServer::each_request([](RawConnection& connection, const auto&) { connection.answer("ok"); }));
  auto transport = http::make_curl_transport();
  ASSERT_TRUE(fetch(*transport, request_to(server.url())).head.ok());

  const pid_t child = ::fork();
  if (child == 0) {
    transport.reset();
    ::_exit(0);
  }
  int status = -1;
  ASSERT_EQ(::waitpid(child, &status, 0), child);

  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0);
  EXPECT_TRUE(fetch(*transport, request_to(server.url())).head.ok());
}

}  // namespace
}  // namespace huggingface_hub::testing
