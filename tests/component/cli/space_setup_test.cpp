// SPDX-License-Identifier: Apache-2.0
// What `repos create` sends about a Space, seen by a server that keeps the request.
#include "fixture.hpp"

#include "support/bytes.hpp"
#include "support/raw_server.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <mutex>
#include <utility>

namespace huggingface_hub::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using nlohmann::json;

class SpaceSetup : public CommandTest {
 protected:
  SpaceSetup() { environment_["HF_ENDPOINT"] = server_.url(); }

  CommandResult create(std::vector<std::string> more, const std::string& input = {}) {
    std::vector<std::string> arguments{"repos", "create", "alice/s1", "--type", "space", "--sdk", "gradio"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return run(arguments, input);
  }

  // Keys and values of `secrets` or `variables`.
  std::map<std::string, std::string> sent(const char* what) {
    const std::lock_guard<std::mutex> lock(mutex_);
    std::map<std::string, std::string> pairs;
    for (const json& pair : body_.value(what, json::array())) pairs[pair.at("key")] = pair.at("value");
    return pairs;
  }

  void write(const char* name, const std::string& text, std::filesystem::perms mode = std::filesystem::perms(0600)) {
    write_file(work_ / name, text);
    std::filesystem::permissions(work_ / name, mode);
  }

  std::mutex mutex_{};
  json body_{};
  RawServer server_{RawServer::each_request([this](RawConnection& connection, const RawConnection::Request& request) {
    const std::lock_guard<std::mutex> lock(mutex_);
    body_ = json::parse(request.body);
    connection.answer(R"({"url": "https://huggingface.co/spaces/alice/s1", "name": "alice/s1"})");
  })};
};

TEST_F(SpaceSetup, ReadsFilesInDotenvSyntax) {
  write("secrets", "\xEF\xBB\xBF# a comment\n\nexport TOKEN=abc # and another\r\nURL = 'a # b'\n"
                   "LINES=\"one\\ntwo \\\"x\\\" \\$5\"  # after\nNAME\nUNKNOWN\nHASH=a#b\nEMPTY=\nnot a pair\n1X=2\n");
  environment_["NAME"] = "from outside";

  const CommandResult result = create({"--secrets-file", "secrets"});

  EXPECT_EQ(result.code, 0) << result.err;
  const std::map<std::string, std::string> expected{{"TOKEN", "abc"}, {"URL", "a # b"}, {"LINES", "one\ntwo \"x\" $5"},
                                                    {"NAME", "from outside"}, {"HASH", "a#b"}, {"EMPTY", ""}};
  EXPECT_EQ(sent("secrets"), expected);
  EXPECT_THAT(result.err, Not(HasSubstr("Warning")));
}

TEST_F(SpaceSetup, OptionsWinOverTheFile) {
  write("vars", "A=file\nB=file\n");
  EXPECT_EQ(create({"--env-file", "vars", "-e", "B=option", "-e", "C=1", "-e", "C=2"}).code, 0);
  EXPECT_EQ(sent("variables"), (std::map<std::string, std::string>{{"A", "file"}, {"B", "option"}, {"C", "2"}}));
}

TEST_F(SpaceSetup, TakesSecretsFromStandardInputAndTheTokenInUse) {
  const CommandResult result = create({"--secrets-file", "-", "--secrets", "HF_TOKEN"}, "KEY=value\n");
  EXPECT_EQ(sent("secrets"), (std::map<std::string, std::string>{{"KEY", "value"}, {"HF_TOKEN", kToken}}));
  EXPECT_THAT(result.err, Not(HasSubstr("Warning")));
}

TEST_F(SpaceSetup, WarnsAboutSecretsThatOthersCanSee) {
  write("secrets", "KEY=value\n", std::filesystem::perms(0644));
  EXPECT_THAT(create({"--secrets-file", "secrets"}).err, HasSubstr("Warning: 'secrets' can be read by other users (mode 644)"));
  const CommandResult inline_secret = create({"-s", "KEY=very-secret"});
  EXPECT_THAT(inline_secret.err, HasSubstr("Warning: A secret given as KEY=value"));
  EXPECT_THAT(inline_secret.err, Not(HasSubstr("very-secret")));
}

TEST_F(SpaceSetup, NamesAFileThatIsNotThere) {
  const CommandResult result = create({"--env-file", "nowhere"});
  EXPECT_EQ(result.code, 1);
  EXPECT_EQ(result.err, "Error: No such file or directory: 'nowhere'.\n");
  EXPECT_EQ(server_.connections(), 0);
}

TEST_F(SpaceSetup, MountsVolumes) {
  EXPECT_EQ(create({"-v", "hf://org/m:/models", "-v", "hf://datasets/org/d@v1/train:/data:ro", "-v", "hf://buckets/org/b:/b:rw"}).code, 0);
  const std::lock_guard<std::mutex> lock(mutex_);
  EXPECT_EQ(body_.at("volumes"), json::parse(R"([
    {"type": "model", "source": "org/m", "mountPath": "/models"},
    {"type": "dataset", "source": "org/d", "mountPath": "/data", "revision": "v1", "path": "train", "readOnly": true},
    {"type": "bucket", "source": "org/b", "mountPath": "/b", "readOnly": false}])"));
}

TEST_F(SpaceSetup, RefusesAVolumeThatIsNone) {
  const CommandResult result = create({"-v", "org/m"});
  EXPECT_EQ(result.code, 1);
  EXPECT_THAT(result.err, HasSubstr("Error: Invalid HF URI"));
  EXPECT_EQ(server_.connections(), 0);
}

}  // namespace
}  // namespace huggingface_hub::testing
