// SPDX-License-Identifier: Apache-2.0
#include "fake_hub.hpp"

#include "support/bytes.hpp"

#include "core/digest.hpp"
#include "core/text.hpp"

#include "huggingface_hub/errors.hpp"
#include "huggingface_hub/log.hpp"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include <mutex>
#include <ostream>
#include <set>
#include <sstream>
#include <string>
#include <vector>

namespace huggingface_hub {
namespace {

using nlohmann::json;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::pattern;

constexpr const char* kCommitAnswer =
    R"({"success":true,"commitOid":"5d2c","commitUrl":"https://huggingface.co/a/b/commit/5d2c"})";

struct CommitRequests : testing::FakeHubTest {
  /// Answers a preupload for one file.
  void answer_mode(const std::string& path, const std::string& mode, const std::string& oid = "",
                   bool ignored = false) {
    json file = {{"path", path}, {"uploadMode", mode}, {"shouldIgnore", ignored}};
    if (!oid.empty()) file["oid"] = oid;
    transport->answer(200, json{{"files", {file}}}.dump());
  }

  /// The lines of an NDJSON body.
  std::vector<json> lines(std::size_t index) const {
    std::vector<json> all;
    std::istringstream text(body(index));
    for (std::string one; std::getline(text, one);) all.push_back(json::parse(one));
    return all;
  }

  static CommitOperationAdd add(const std::string& path, const std::string& content) {
    return CommitOperationAdd(path, UploadSource::from_bytes(content));
  }
};

TEST_F(CommitRequests, SendsARegularFileInTheCommit) {
  answer_mode("sub/config.json", "regular");
  transport->answer(200, kCommitAnswer);

  const CommitInfo commit = api.create_commit("a/b", {add("sub/config.json", "{\n}")},
                                              {.commit_description = "why",
                                               .commit_message = "Add",
                                               .parent_commit = "abcdef1",
                                               .repo_type = RepoType::dataset,
                                               .revision = "feat/x"});

  EXPECT_EQ(line(0), "POST /api/datasets/a/b/preupload/feat%2Fx");
  EXPECT_EQ(json::parse(body(0)), json::parse(R"({"files":[{"path":"sub/config.json","sample":"ewp9","size":3}]})"));
  EXPECT_EQ(line(1), "POST /api/datasets/a/b/commit/feat%2Fx");
  EXPECT_EQ(header(1, "Content-Type"), "application/x-ndjson");
  EXPECT_THAT(
      lines(1),
      ElementsAre(
          json::parse(R"({"key":"header","value":{"summary":"Add","description":"why","parentCommit":"abcdef1"}})"),
          json::parse(R"({"key":"file","value":{"content":"ewp9","path":"sub/config.json","encoding":"base64"}})")));
  EXPECT_EQ(body(1).back(), '\n');
  EXPECT_EQ(commit.oid, "5d2c");
  EXPECT_EQ(commit.commit_url, "https://huggingface.co/a/b/commit/5d2c");
  EXPECT_EQ(commit.commit_description, "why");
}

TEST_F(CommitRequests, SendsLargeRegularFilesPieceByPiece) {
  const std::string content = pattern(1'000'001);
  answer_mode("f", "regular");
  transport->answer(200, kCommitAnswer);

  api.create_commit("a/b", {add("f", content)}, {.commit_message = "Add"});

  EXPECT_EQ(base64_decode(lines(1)[1]["value"]["content"].get<std::string>()), content);
}

TEST_F(CommitRequests, PutsLfsContentIntoTheStorageFirst) {
  const std::string content = pattern(1000);
  const std::string oid = sha256_hex(content);
  answer_mode("w.bin", "lfs");
  transport->answer(
      200, json{{"transfer", "basic"},
                {"objects",
                 {{{"oid", oid},
                   {"size", 1000},
                   {"actions",
                    {{"upload", {{"href", "https://s3.test/put?signature=s"}, {"header", {{"X-Not", "sent"}}}}},
                     {"verify", {{"href", "https://huggingface.co/a/b.git/info/lfs/verify"}}}}}}}}}
               .dump());
  transport->answer(200).answer(200).answer(200, kCommitAnswer);

  api.create_commit("a/b", {add("w.bin", content)}, {.commit_message = "Add"});

  EXPECT_EQ(line(1), "POST /a/b.git/info/lfs/objects/batch");
  EXPECT_EQ(header(1, "Accept"), "application/vnd.git-lfs+json");
  EXPECT_EQ(header(1, "Content-Type"), "application/vnd.git-lfs+json");
  EXPECT_EQ(json::parse(body(1)), json({{"operation", "upload"},
                                        {"transfers", {"basic", "multipart"}},
                                        {"objects", {{{"oid", oid}, {"size", 1000}}}},
                                        {"hash_algo", "sha256"},
                                        {"ref", {{"name", "main"}}}}));
  EXPECT_EQ(line(2), "PUT https://s3.test/put?signature=s");
  EXPECT_EQ(body(2), content);
  EXPECT_EQ(header(2, "Authorization"), "");
  EXPECT_EQ(header(2, "X-Not"), "");
  EXPECT_EQ(line(3), "POST /a/b.git/info/lfs/verify");  // The public host is replaced by the endpoint.
  EXPECT_EQ(header(3, "Authorization"), "Bearer hf_secret");
  EXPECT_EQ(json::parse(body(3)), json({{"oid", oid}, {"size", 1000}}));
  EXPECT_EQ(lines(4)[1], json({{"key", "lfsFile"},
                               {"value", {{"path", "w.bin"}, {"algo", "sha256"}, {"oid", oid}, {"size", 1000}}}}));
}

TEST_F(CommitRequests, PutsEachPartAndCompletesInOrder) {
  const std::string content = pattern(25);
  const std::string oid = sha256_hex(content);
  json header_map = {{"chunk_size", "2"}, {"x-other", "1"}};
  for (int i = 1; i <= 13; ++i) header_map[std::to_string(i)] = "https://s3.test/part" + std::to_string(i);
  answer_mode("w.bin", "lfs");
  transport->answer(
      200, json{{"objects",
                 {{{"oid", oid},
                   {"size", 25},
                   {"actions", {{"upload", {{"href", "https://s3.test/complete"}, {"header", header_map}}}}}}}}}
               .dump());
  for (int i = 1; i <= 13; ++i) transport->answer(200, "", {{"ETag", "\"e" + std::to_string(i) + "\""}});
  transport->answer(200).answer(200, kCommitAnswer);

  api.create_commit("a/b", {add("w.bin", content)}, {.commit_message = "Add"});

  EXPECT_EQ(line(15), "POST https://s3.test/complete");
  EXPECT_EQ(header(15, "Authorization"), "");
  EXPECT_EQ(header(15, "Content-Type"), "application/vnd.git-lfs+json");
  const json completion = json::parse(body(15));
  EXPECT_EQ(completion["oid"], oid);
  ASSERT_EQ(completion["parts"].size(), 13U);
  // Parts go side by side, so they come in any order.
  std::set<std::size_t> seen;
  const std::string start = "PUT https://s3.test/part";
  for (std::size_t i = 2; i <= 14; ++i) {
    ASSERT_EQ(line(i).substr(0, start.size()), start);
    const std::size_t part = std::stoul(line(i).substr(start.size()));
    ASSERT_TRUE(part >= 1 && part <= 13 && seen.insert(part).second) << part;
    EXPECT_EQ(body(i), content.substr(2 * (part - 1), 2));
    EXPECT_EQ(completion["parts"][part - 1],
              json({{"partNumber", part}, {"etag", "\"e" + std::to_string(i - 1) + "\""}}));
  }
}

struct BadUploadAction {
  const char* name;
  std::string action;
};
void PrintTo(const BadUploadAction& a_case, std::ostream* out) { *out << a_case.name; }
struct MalformedBatch : CommitRequests, ::testing::WithParamInterface<BadUploadAction> {};
TEST_P(MalformedBatch, IsAnErrorAndNothingIsCommitted) {
  const std::string oid = sha256_hex("abc");
  answer_mode("w.bin", "lfs");
  transport->answer(
      200, R"({"objects":[{"oid":")" + oid + R"(","size":3,"actions":{"upload":)" + GetParam().action + "}}]}");

  EXPECT_THROW(api.create_commit("a/b", {add("w.bin", "abc")}, {.commit_message = "Add"}), HfHubError);
  EXPECT_EQ(transport->requests().size(), 2U);
}
INSTANTIATE_TEST_SUITE_P(
    CommitRequests, MalformedBatch,
    ::testing::Values(
        BadUploadAction{"NoHref", "{}"}, BadUploadAction{"HrefIsNoText", R"({"href":7})"},
        BadUploadAction{"OtherScheme", R"({"href":"file:///etc/passwd"})"},
        BadUploadAction{"ChunkSizeIsNoNumber",
                        R"({"href":"https://s/x","header":{"chunk_size":"ten","1":"https://s/1"}})"},
        BadUploadAction{"ChunkSizeIsZero", R"({"href":"https://s/x","header":{"chunk_size":0}})"},
        BadUploadAction{"TooFewParts", R"({"href":"https://s/x","header":{"chunk_size":1,"1":"https://s/1"}})"},
        BadUploadAction{"TooManyParts",
                        R"({"href":"https://s/x","header":{"chunk_size":3,"1":"https://s/1","2":"https://s/2"}})"},
        BadUploadAction{"HeaderIsAList", R"({"href":"https://s/x","header":[]})"}),
    [](const auto& test) { return std::string(test.param.name); });

TEST_F(CommitRequests, NeedsAnAnswerForEveryObject) {
  answer_mode("w.bin", "lfs");
  transport->answer(200, R"({"objects":[]})");

  EXPECT_THROW(api.create_commit("a/b", {add("w.bin", "abc")}, {.commit_message = "Add"}), HfHubHTTPError);
}

TEST_F(CommitRequests, NeedsAnETagForEveryPart) {
  const std::string oid = sha256_hex("abc");
  answer_mode("w.bin", "lfs");
  transport->answer(200, R"({"objects":[{"oid":")" + oid + R"(","size":3,"actions":{"upload":{"href":"https://s/x",
    "header":{"chunk_size":3,"1":"https://s/1"}}}}]})");
  transport->answer(200);

  try {
    api.create_commit("a/b", {add("w.bin", "abc")}, {.commit_message = "Add"});
    FAIL() << "no error";
  } catch (const HfHubError& error) {
    EXPECT_THAT(error.what(), HasSubstr("part 1"));
  }
}

TEST_F(CommitRequests, DeletesAndCopies) {
  transport->answer(200, R"([])");  // The destinations.
  transport->answer(200,
                    R"([{"type":"file","path":"w.bin","oid":"p","size":9,"lfs":{"oid":"s9","size":9,"pointerSize":1}},
                             {"type":"file","path":"t.txt","oid":"t","size":4}])");  // The sources.
  transport->answer(200, "text").answer(200, kCommitAnswer);

  api.create_commit("a/b",
                    {CommitOperationDelete("old.bin"), CommitOperationDelete("dir/"),
                     CommitOperationCopy("w.bin", "w2.bin"), CommitOperationCopy("t.txt", "t2.txt")},
                    {.commit_message = "Move"});

  EXPECT_EQ(line(0), "POST /api/models/a/b/paths-info/main");
  EXPECT_EQ(body(0), "paths=t2.txt&paths=w2.bin&expand=false");
  EXPECT_EQ(line(2), "GET /a/b/resolve/main/t.txt");
  EXPECT_THAT(
      lines(3),
      ElementsAre(json::parse(R"({"key":"header","value":{"summary":"Move","description":""}})"),
                  json::parse(R"({"key":"deletedFile","value":{"path":"old.bin"}})"),
                  json::parse(R"({"key":"deletedFolder","value":{"path":"dir/"}})"),
                  json::parse(R"({"key":"lfsFile","value":{"path":"w2.bin","algo":"sha256","oid":"s9"}})"),
                  json::parse(R"({"key":"file","value":{"content":"dGV4dA==","path":"t2.txt","encoding":"base64"}})")));
}

TEST_F(CommitRequests, CopiesFromAnotherRepository) {
  const std::string hash(64, 'a');
  transport->answer(200, "[]");
  transport->answer(200, R"([{"type":"file","path":"w.bin","oid":"p","size":9,"xetHash":")" + hash +
                             R"(","lfs":{"oid":"s9","size":9,"pointerSize":1}}])");
  transport->answer(200, R"({"failed":[]})").answer(200, kCommitAnswer);

  api.create_commit("a/b",
                    {CommitOperationCopy("w.bin", "w.bin", {.src_repo_id = "x/y", .src_repo_type = RepoType::dataset})},
                    {.commit_message = "Copy"});

  EXPECT_EQ(line(1), "POST /api/datasets/x/y/paths-info/main");
  EXPECT_EQ(line(2), "POST /api/datasets/x/y/lfs-files/duplicate");
  EXPECT_EQ(json::parse(body(2)), json({{"target", {{"type", "model"}, {"name", "a/b"}}},
                                        {"files", {{{"xetHash", hash}, {"sha256", "s9"}, {"filename", "w.bin"}}}}}));
}

TEST_F(CommitRequests, SaysWhichFileCannotBeCopied) {
  transport->answer(200, "[]").answer(200, "[]");

  try {
    api.create_commit("a/b", {CommitOperationCopy("nope", "x")}, {.commit_message = "Copy"});
    FAIL() << "no error";
  } catch (const EntryNotFoundError& error) {
    EXPECT_THAT(error.what(), HasSubstr("'nope'"));
  }
}

TEST_F(CommitRequests, CopiesNoFolders) {
  transport->answer(200, "[]").answer(200, R"([{"type":"directory","path":"d","oid":"t","size":0}])");

  EXPECT_THROW(api.create_commit("a/b", {CommitOperationCopy("d", "x")}, {.commit_message = "Copy"}),
               HFValidationError);
}

TEST_F(CommitRequests, OpensAPullRequest) {
  answer_mode("w.bin", "lfs");
  transport->answer(200, json{{"objects", {{{"oid", sha256_hex("abc")}, {"size", 3}}}}}.dump());
  transport->answer(200,
                    R"({"commitOid":"c","commitUrl":"u","pullRequestUrl":"https://huggingface.co/a/b/discussions/7"})");

  const CommitInfo commit =
      api.create_commit("a/b", {add("w.bin", "abc")}, {.commit_message = "Add", .create_pr = true});

  EXPECT_EQ(line(0), "POST /api/models/a/b/preupload/main?create_pr=1");
  EXPECT_FALSE(json::parse(body(1)).contains("ref"));
  EXPECT_EQ(line(2), "POST /api/models/a/b/commit/main?create_pr=1");
  EXPECT_EQ(commit.pr_num, 7U);
  EXPECT_EQ(commit.pr_revision, "refs/pr/7");
}

TEST_F(CommitRequests, RefusesAPullRequestThatIsNone) {
  answer_mode("f", "regular");
  transport->answer(
      200, R"({"commitOid":"c","commitUrl":"u","pullRequestUrl":"https://huggingface.co/a/b/discussions/x/../7"})");

  EXPECT_THROW(api.create_commit("a/b", {add("f", "x")}, {.commit_message = "Add", .create_pr = true}), HfHubHTTPError);
}

TEST_F(CommitRequests, ReturnsTheHeadWhereNothingChanges) {
  answer_mode("f", "regular", git_blob_id("same"));
  transport->answer(200, R"({"id":"a/b","sha":"head"})");

  const CommitInfo commit =
      api.create_commit("a/b", {add("f", "same")}, {.commit_message = "Add", .repo_type = RepoType::space});

  EXPECT_EQ(line(1), "GET /api/spaces/a/b/revision/main");
  EXPECT_EQ(commit.oid, "head");
  EXPECT_EQ(commit.commit_url, "http://hub.test/spaces/a/b/commit/head");
  EXPECT_EQ(commit.commit_message, "Add");
  EXPECT_FALSE(commit.pr_url);
}

TEST_F(CommitRequests, LeavesOutWhatTheHubIgnores) {
  answer_mode("f.log", "lfs", "", /*ignored=*/true);
  transport->answer(200, kCommitAnswer);

  api.create_commit("a/b", {add("f.log", "x"), CommitOperationDelete("g")}, {.commit_message = "Add"});

  EXPECT_EQ(lines(1).size(), 2U);
}

TEST_F(CommitRequests, SendsGitignoreAlong) {
  transport->answer(200, R"({"files":[{"path":".gitignore","uploadMode":"regular","shouldIgnore":false}]})");
  transport->answer(200, kCommitAnswer);

  api.create_commit("a/b", {add(".gitignore", "*.log\n")}, {.commit_message = "Add"});

  EXPECT_EQ(json::parse(body(0))["gitIgnore"], "*.log\n");
}

TEST_F(CommitRequests, ValidatesTheCardFirst) {
  transport->answer(400, R"({"errors":[{"message":"\"license\" must be a string"},{"message":"second"}]})");

  try {
    api.create_commit("a/b", {add("README.md", "---\nlicense: 1\n---\n")}, {.commit_message = "Add"});
    FAIL() << "no error";
  } catch (const CardError& error) {
    EXPECT_THAT(error.what(), HasSubstr("Invalid metadata in README.md.\n- \"license\" must be a string\n- second"));
  }
  EXPECT_EQ(line(0), "POST /api/validate-yaml");
  EXPECT_EQ(json::parse(body(0)), json({{"content", "---\nlicense: 1\n---\n"}, {"repoType", "model"}}));
}

TEST_F(CommitRequests, AdvisesToCreateTheRepositoryFirst) {
  transport->answer(404, "", error_code("RepoNotFound"));

  try {
    api.create_commit("a/b", {add("f", "x")}, {.commit_message = "Add"});
    FAIL() << "no error";
  } catch (const RepositoryNotFoundError& error) {
    EXPECT_THAT(error.what(), HasSubstr("create_repo"));
  }
}

TEST_F(CommitRequests, AdvisesHowToDeleteAFolder) {
  transport->answer(404, R"({"error":"A file with this name doesn't exist"})", error_code("EntryNotFound"));

  try {
    api.delete_file("dir", "a/b");
    FAIL() << "no error";
  } catch (const RemoteEntryNotFoundError& error) {
    EXPECT_THAT(error.what(), HasSubstr("is_folder"));
  }
}

TEST_F(CommitRequests, LooksBeforeItSendsACommitAgain) {
  answer_mode("f", "regular");
  transport->answer(503, "").answer(200, "[]").answer(200, kCommitAnswer);

  EXPECT_EQ(api.create_commit("a/b", {add("f", "x")}, {.commit_message = "Add"}).oid, "5d2c");

  ASSERT_EQ(transport->requests().size(), 4U);
  EXPECT_THAT(transport->requests()[2].url, HasSubstr("/paths-info/main"));
  EXPECT_EQ(body(3), body(1));
}

TEST_F(CommitRequests, LooksAgainWhereItCouldNotLook) {
  answer_mode("f", "regular");
  transport->answer(503, "").fail(testing::transport_failure("refused", /*nothing_sent=*/true));
  transport->answer(200, "[]").answer(200, kCommitAnswer);

  EXPECT_EQ(api.create_commit("a/b", {add("f", "x")}, {.commit_message = "Add"}).oid, "5d2c");

  ASSERT_EQ(transport->requests().size(), 5U);
  EXPECT_THAT(transport->requests()[3].url, HasSubstr("/paths-info/main"));
}

TEST_F(CommitRequests, SaysWhatTheCommitWasAnsweredWhereItMayNotLook) {
  answer_mode("f", "regular");
  transport->answer(503, "").answer(404, "");

  try {
    api.create_commit("a/b", {add("f", "x")}, {.commit_message = "Add"});
    FAIL() << "no error";
  } catch (const HfHubHTTPError& error) {
    EXPECT_EQ(error.status(), 503);
  }
}

TEST_F(CommitRequests, SendsItAgainWhereNothingWasWritten) {
  answer_mode("f", "regular");
  transport->fail(testing::transport_failure("refused", /*nothing_sent=*/true)).answer(200, kCommitAnswer);

  EXPECT_EQ(api.create_commit("a/b", {add("f", "x")}, {.commit_message = "Add"}).oid, "5d2c");
}

TEST_F(CommitRequests, RepeatsPreuploadAndBatch) {
  transport->answer(503, "");
  answer_mode("w.bin", "lfs");
  transport->answer(500, "").answer(200, json{{"objects", {{{"oid", sha256_hex("abc")}, {"size", 3}}}}}.dump());
  transport->answer(200, kCommitAnswer);

  EXPECT_NO_THROW(api.create_commit("a/b", {add("w.bin", "abc")}, {.commit_message = "Add"}));
}

struct BadCommit {
  const char* name;
  CreateCommitOptions options;
};
void PrintTo(const BadCommit& a_case, std::ostream* out) { *out << a_case.name; }
struct RefusedCommit : CommitRequests, ::testing::WithParamInterface<BadCommit> {};
TEST_P(RefusedCommit, IsNotSent) {
  EXPECT_THROW(api.create_commit("a/b", {add("f", "x")}, GetParam().options), HFValidationError);
  EXPECT_TRUE(transport->requests().empty());
}
INSTANTIATE_TEST_SUITE_P(
    CommitRequests, RefusedCommit,
    ::testing::Values(BadCommit{"NoTitle", {}},
                      BadCommit{"ShortParent", {.commit_message = "m", .parent_commit = "abcd"}},
                      BadCommit{"ParentIsNoHex", {.commit_message = "m", .parent_commit = "main12"}},
                      BadCommit{"LongParent", {.commit_message = "m", .parent_commit = std::string(41, 'a')}},
                      BadCommit{"BadRevision", {.commit_message = "m", .revision = "a/../b"}}),
    [](const auto& test) { return std::string(test.param.name); });

TEST_F(CommitRequests, TakesAnAdditionOnce) {
  answer_mode("f", "regular");
  transport->answer(200, kCommitAnswer);
  const CommitOperationAdd addition = add("f", "x");
  api.create_commit("a/b", {addition}, {.commit_message = "Add"});

  EXPECT_THROW(api.create_commit("a/b", {addition}, {.commit_message = "Again"}), HFValidationError);
}

TEST_F(CommitRequests, RefusesAModeThatIsNone) {
  answer_mode("f", "magic");

  EXPECT_THROW(api.create_commit("a/b", {add("f", "x")}, {.commit_message = "Add"}), HfHubHTTPError);
}

TEST_F(CommitRequests, RefusesPullRequestsAgainstOtherBranches) {
  EXPECT_THROW(api.upload_folder("a/b", "/tmp", {.create_pr = true, .revision = "dev"}), HFValidationError);
  EXPECT_THROW(api.upload_folder("a/b", "/nowhere/at/all"), HFValidationError);
}

}  // namespace
}  // namespace huggingface_hub
