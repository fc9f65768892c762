// SPDX-License-Identifier: Apache-2.0
#include "fixture.hpp"

#include <csignal>

namespace huggingface_hub::testing {
namespace {

using ::testing::HasSubstr;

class Serve : public CommandTest {};

TEST_F(Serve, IsAHubUntilItIsStopped) {
  const auto hub = start({"serve", "-q", "--folder", "store", "--serve-token", "hf_mine:bob"});
  environment_["HF_ENDPOINT"] = hub->first_line();
  environment_["HF_TOKEN"] = "hf_mine";
  EXPECT_EQ(run({"auth", "whoami", "-q"}).out, "bob\n");
  write_file(work_ / "a.txt", "hello");
  EXPECT_EQ(run({"upload", "bob/m1", "a.txt"}).code, 0);

  hub->send_signal(SIGTERM);
  EXPECT_EQ(hub->wait().code, 0);

  const auto again = start({"serve", "-q", "--folder", "store", "--serve-token", "hf_mine:bob"});
  environment_["HF_ENDPOINT"] = again->first_line();
  EXPECT_EQ(run({"download", "bob/m1", "a.txt", "-q"}).code, 0);
  again->send_signal(SIGINT);
  EXPECT_EQ(again->wait().code, 0);
}

TEST_F(Serve, RefusesOptionsThatCannotBe) {
  EXPECT_EQ(run({"serve", "--port", "99999"}).code, 2);
  EXPECT_THAT(run({"serve", "--serve-token", "t:u:admin"}).err, HasSubstr("is no token for the hub"));
}

}  // namespace
}  // namespace huggingface_hub::testing
