// SPDX-License-Identifier: Apache-2.0
#include "fixture.hpp"

namespace huggingface_hub::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
namespace fs = std::filesystem;

class Auth : public CommandTest {
 protected:
  Auth() { environment_.erase("HF_TOKEN"); }
};

TEST_F(Auth, LoginStoresTheTokenAndLogoutRemovesIt) {
  const CommandResult login = run({"auth", "login", "--token", kToken});
  EXPECT_EQ(login.code, 0) << login.err;
  EXPECT_EQ(login.out, "");
  EXPECT_THAT(login.err, HasSubstr("Login successful."));
  EXPECT_THAT(login.err, Not(HasSubstr(kToken)));
  EXPECT_EQ(read_file(home_ / "token"), kToken);
  EXPECT_THAT(read_file(home_ / "stored_tokens"), HasSubstr(std::string("hf_token = ") + kToken + "\n\n"));

  EXPECT_EQ(run({"auth", "token", "-q"}).out, std::string(kToken) + "\n");
  EXPECT_EQ(run({"auth", "whoami", "-q"}).out, "alice\n");

  EXPECT_EQ(run({"auth", "logout"}).code, 0);
  EXPECT_FALSE(fs::exists(home_ / "token"));
  EXPECT_FALSE(fs::exists(home_ / "stored_tokens"));
}

TEST_F(Auth, AWrongTokenIsNotStored) {
  const CommandResult login = run({"auth", "login", "--token", "hf_unknown"});
  EXPECT_EQ(login.code, 1);
  EXPECT_FALSE(fs::exists(home_ / "token"));
}

TEST_F(Auth, AnOrganisationTokenIsRefusedWithoutARequest) {
  const CommandResult login = run({"auth", "login", "--token", "api_org_x"});
  EXPECT_EQ(login.code, 1);
  EXPECT_THAT(login.err, HasSubstr("not an organization token"));
  EXPECT_EQ(hub_.request_count(), 0U);
}

TEST_F(Auth, LoginIsInteractiveWithoutAToken) {
  EXPECT_EQ(run({"auth", "login", "--json"}).code, 1);
  EXPECT_EQ(run({"auth", "login"}).code, 1);  // No terminal.
}

TEST_F(Auth, LoggedOutThereIsNoToken) {
  for (const char* command : {"token", "whoami"}) {
    const CommandResult result = run({"auth", command});
    EXPECT_EQ(result.code, 1);
    EXPECT_EQ(result.out, "");
    EXPECT_THAT(result.err, HasSubstr("Not logged in."));
  }
  EXPECT_EQ(run({"auth", "logout"}).code, 0);
  EXPECT_EQ(hub_.request_count(), 0U);
}

TEST_F(Auth, LogoutSaysSoWhereTheEnvironmentStillHasAToken) {
  environment_["HF_TOKEN"] = kToken;
  const CommandResult result = run({"auth", "logout"});
  EXPECT_EQ(result.code, 1);
  EXPECT_THAT(result.err, HasSubstr("you are still logged in"));
}

TEST_F(Auth, ListMasksTokens) {
  write_file(home_ / "stored_tokens", "[laptop]\nhf_token = hf_abcdefgh\n\n[work]\nhf_token = hf_zyxwvuts\n\n");
  write_file(home_ / "token", "hf_zyxwvuts");
  EXPECT_EQ(run({"auth", "list"}).out,
            "  name   token      \n"
            "- ------ -----------\n"
            "  laptop hf_****efgh\n"
            "* work   hf_****vuts\n");
  EXPECT_EQ(run({"auth", "ls", "-q"}).out, "laptop\nwork\n");
}

TEST_F(Auth, SwitchCopiesTheStoredToken) {
  write_file(home_ / "stored_tokens", "[a b]\nhf_token = hf_abcdefgh\n\n");
  EXPECT_EQ(run({"auth", "switch", "--token-name", "a b"}).code, 0);
  EXPECT_EQ(read_file(home_ / "token"), "hf_abcdefgh");
  const CommandResult unknown = run({"auth", "switch", "--token-name", "c"});
  EXPECT_EQ(unknown.code, 1);
  EXPECT_EQ(unknown.err, "Error: Invalid value. Access token c not found in " + (home_ / "stored_tokens").string() + "\n");
}

TEST_F(Auth, WhoamiNamesAnotherEndpoint) {
  environment_["HF_TOKEN"] = kToken;
  EXPECT_EQ(run({"auth", "whoami", "--json"}).out,
            "{\"user\": \"alice\", \"orgs\": null, \"endpoint\": \"" + hub_.url() + "\"}\n");
}

TEST_F(Auth, OfflineIsSaidInOneLine) {
  environment_["HF_TOKEN"] = kToken;
  environment_["HF_HUB_OFFLINE"] = "1";
  const CommandResult result = run({"auth", "whoami"});
  EXPECT_EQ(result.code, 1);
  EXPECT_THAT(result.err, HasSubstr("offline mode is enabled"));
  EXPECT_EQ(hub_.request_count(), 0U);
}

}  // namespace
}  // namespace huggingface_hub::testing
