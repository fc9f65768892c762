// SPDX-License-Identifier: Apache-2.0
// What the hub answers, over both stores.
#include "huggingface_hub/server/embedded_hub.hpp"

#include "huggingface_hub/errors.hpp"
#include "component/server/raw_client.hpp"
#include "support/bytes.hpp"
#include "support/temp_dir.hpp"

#include "core/digest.hpp"
#include "core/text.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <string>

namespace huggingface_hub::testing {
namespace {

using nlohmann::json;
using server::EmbeddedHub;
using server::EmbeddedHubOptions;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::string line(const std::string& key, const json& value) { return json{{"key", key}, {"value", value}}.dump() + "\n"; }

std::string header_line(json value = json::object()) {
  value.emplace("summary", "A commit");
  value.emplace("description", "");
  return line("header", value);
}

std::string file_line(const std::string& path, const std::string& content) {
  return line("file", {{"path", path}, {"content", base64_encode(content)}, {"encoding", "base64"}});
}

struct HubTest : ::testing::TestWithParam<bool> {
  EmbeddedHubOptions options() const {
    EmbeddedHubOptions chosen;
    if (GetParam()) chosen.folder = folder.path() / "hub";
    chosen.tokens = {{server::TokenRole::write, "hf_w", "user"},
                     {server::TokenRole::read, "hf_r", "user"},
                     {server::TokenRole::write, "hf_bob", "bob"}};
    chosen.organizations = {{{"user"}, "acme"}};
    chosen.sync = false;
    return chosen;
  }

  Answer commit(const std::string& body, const std::string& revision = "main", const std::string& query = "") {
    return client.ask("POST", "/api/models/user/m/commit/" + revision + query, body,
                      {{"Content-Type", "application/x-ndjson"}});
  }

  // Through batch, PUT and verify.
  std::string send_lfs(const std::string& content) {
    const std::string oid = sha256_hex(content);
    const json object = {{"oid", oid}, {"size", content.size()}};
    const json batch = client.post("/user/m.git/info/lfs/objects/batch",
                                   {{"operation", "upload"}, {"transfers", {"basic"}}, {"objects", {object}}}).json();
    const std::string href = batch["objects"][0]["actions"]["upload"]["href"];
    EXPECT_EQ(anonymous.ask("PUT", target_of(href), content).status, 200);
    EXPECT_EQ(client.post("/user/m.git/info/lfs/verify", object).status, 200);
    return oid;
  }

  TempDir folder{};
  EmbeddedHub hub = EmbeddedHub::start(options());
  RawClient client{hub.port(), "hf_w"};
  RawClient anonymous{hub.port()};
  RawClient bob{hub.port(), "hf_bob"};
};

INSTANTIATE_TEST_SUITE_P(, HubTest, ::testing::Bool(),
                         [](const auto& each) { return each.param ? "Folder" : "Memory"; });

TEST_P(HubTest, ServesAFileWithItsHeaders) {
  const std::string head = hub.add_file("user/m", "sub/config.json", "{\"a\": 1}");

  const Answer answer = anonymous.get("/user/m/resolve/main/sub/config.json");

  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.body, "{\"a\": 1}");
  EXPECT_EQ(answer.header("x-repo-commit"), head);
  EXPECT_EQ(answer.header("etag"), "\"" + git_blob_id("{\"a\": 1}") + "\"");
  EXPECT_EQ(answer.header("accept-ranges"), "bytes");
  EXPECT_THAT(answer.header("content-disposition"), HasSubstr("filename=\"config.json\""));
  EXPECT_THAT(answer.header("x-request-id"), HasSubstr("Root=1-"));
  const Answer same = anonymous.head("/user/m/resolve/" + head + "/sub%2Fconfig.json");
  EXPECT_EQ(same.status, 200);
  EXPECT_EQ(same.header("content-length"), "8");
}

struct RangeCase {
  std::string range;
  int status;
  std::string body;
  std::string content_range;
};

TEST_P(HubTest, AnswersRanges) {
  hub.add_file("user/m", "digits.txt", "0123456789");
  const std::string etag = "\"" + git_blob_id("0123456789") + "\"";
  const std::vector<RangeCase> cases = {{"bytes=2-4", 206, "234", "bytes 2-4/10"},
                                        {"bytes=7-", 206, "789", "bytes 7-9/10"},
                                        {"bytes=-2", 206, "89", "bytes 8-9/10"},
                                        {"bytes=-99", 206, "0123456789", "bytes 0-9/10"},
                                        {"bytes=5-99", 206, "56789", "bytes 5-9/10"},
                                        {"bytes=10-", 416, "", "bytes */10"},
                                        {"bytes=-0", 416, "", "bytes */10"},
                                        {"bytes=4-2", 200, "0123456789", ""},
                                        {"bytes=0-1,3-4", 200, "0123456789", ""},
                                        {"lines=1-2", 200, "0123456789", ""}};
  for (const RangeCase& each : cases) {
    const Answer answer = anonymous.get("/user/m/resolve/main/digits.txt", {{"Range", each.range}});
    EXPECT_EQ(answer.status, each.status) << each.range;
    EXPECT_EQ(answer.body, each.body) << each.range;
    EXPECT_EQ(answer.header("content-range"), each.content_range) << each.range;
  }
  EXPECT_EQ(anonymous.get("/user/m/resolve/main/digits.txt", {{"Range", "bytes=2-4"}, {"If-Range", etag}}).status, 206);
  EXPECT_EQ(anonymous.get("/user/m/resolve/main/digits.txt", {{"Range", "bytes=2-4"}, {"If-Range", "\"x\""}}).status, 200);
  EXPECT_EQ(anonymous.get("/user/m/resolve/main/digits.txt", {{"If-None-Match", etag}}).status, 304);
}

TEST_P(HubTest, RedirectsAnLfsFileToASignedUrl) {
  const std::string content = pattern(100'000);
  const std::string head = hub.add_file("user/m", "w.safetensors", content);
  const std::string oid = sha256_hex(content);

  const Answer redirect = anonymous.head("/user/m/resolve/main/w.safetensors");

  EXPECT_EQ(redirect.status, 302);
  EXPECT_EQ(redirect.header("x-linked-etag"), "\"" + oid + "\"");
  EXPECT_EQ(redirect.header("x-linked-size"), "100000");
  EXPECT_EQ(redirect.header("x-repo-commit"), head);
  const std::string target = target_of(redirect.header("location"));
  EXPECT_EQ(anonymous.get(target).body, content);
  EXPECT_EQ(anonymous.get(target, {{"Range", "bytes=99990-"}}).body, content.substr(99'990));
  EXPECT_EQ(anonymous.get(target.substr(0, target.size() - 1) + (target.back() == '0' ? "1" : "0")).status, 403);
  EXPECT_EQ(anonymous.ask("PUT", target, content).status, 403);
}

TEST_P(HubTest, SaysWhatIsMissing) {
  const std::string head = hub.add_file("user/m", "f", "x");

  const Answer entry = client.get("/user/m/resolve/main/missing");
  EXPECT_EQ(entry.status, 404);
  EXPECT_EQ(entry.header("x-error-code"), "EntryNotFound");
  EXPECT_EQ(entry.header("x-repo-commit"), head);
  const Answer revision = client.get("/user/m/resolve/missing/f");
  EXPECT_EQ(revision.status, 404);
  EXPECT_EQ(revision.header("x-error-code"), "RevisionNotFound");
  const Answer repo = client.get("/user/missing/resolve/main/f");
  EXPECT_EQ(repo.status, 404);
  EXPECT_EQ(repo.header("x-error-code"), "RepoNotFound");
  EXPECT_EQ(repo.header("x-error-message"), "Repository not found");
  const Answer unknown = anonymous.get("/api/models/user/missing");
  EXPECT_EQ(unknown.status, 401);
  EXPECT_EQ(unknown.header("x-error-code"), "RepoNotFound");
  EXPECT_TRUE(unknown.json().contains("error"));
  RawClient wrong(hub.port(), "hf_wrong");
  const Answer invalid = wrong.get("/api/models/user/m");
  EXPECT_EQ(invalid.status, 401);
  EXPECT_EQ(invalid.header("x-error-message"), "Invalid credentials in Authorization header");
  EXPECT_EQ(client.get("/api/nonsense").status, 404);
  EXPECT_EQ(client.ask("PATCH", "/api/models/user/m", "").status, 405);
}

TEST_P(HubTest, KeepsThePrivatePrivate) {
  hub.create_repo("user/secret", {.private_repo = true});
  hub.add_file("user/secret", "f", "x");

  EXPECT_EQ(client.get("/user/secret/resolve/main/f").status, 200);
  EXPECT_EQ(bob.get("/user/secret/resolve/main/f").status, 404);
  EXPECT_EQ(anonymous.get("/api/models/user/secret/tree/main").status, 401);
  EXPECT_EQ(anonymous.get("/api/models").json().size(), 0U);
}

TEST_P(HubTest, DoesNotServeAnotherRepositorysCommit) {
  hub.create_repo("user/secret", {.private_repo = true});
  const std::string secret = hub.add_file("user/secret", "f", "x");
  hub.add_file("bob/open", "g", "y");

  EXPECT_EQ(bob.get("/bob/open/resolve/" + secret + "/f").header("x-error-code"), "RevisionNotFound");
}

TEST_P(HubTest, RefusesToPointAtContentItWasNotSent) {
  const std::string content = pattern(1000, 7);
  hub.create_repo("user/secret", {.private_repo = true});
  hub.add_file("user/secret", "w.bin", content);
  hub.create_repo("bob/open");
  const json value = {{"path", "w.bin"}, {"algo", "sha256"}, {"oid", sha256_hex(content)}, {"size", 1000}};

  const Answer answer = bob.ask("POST", "/api/models/bob/open/commit/main", header_line() + line("lfsFile", value));

  EXPECT_EQ(answer.status, 400);
}

TEST_P(HubTest, GuardsGatedFiles) {
  hub.create_repo("user/gated", {.gated = "auto"});
  hub.add_file("user/gated", "f", "x");

  EXPECT_EQ(bob.get("/api/models/user/gated").json()["gated"], "auto");
  const Answer asked = bob.head("/user/gated/resolve/main/f");
  EXPECT_EQ(asked.status, 403);
  EXPECT_EQ(asked.header("x-error-code"), "GatedRepo");
  EXPECT_EQ(anonymous.head("/user/gated/resolve/main/f").status, 401);
  EXPECT_EQ(client.head("/user/gated/resolve/main/f").status, 200);
  EXPECT_EQ(bob.ask("POST", "/user/gated/ask-access", "").status, 200);
  EXPECT_EQ(bob.head("/user/gated/resolve/main/f").status, 200);
}

TEST_P(HubTest, DisablesARepository) {
  hub.create_repo("user/off", {.disabled = true});

  const Answer answer = client.get("/api/models/user/off");

  EXPECT_EQ(answer.status, 403);
  EXPECT_EQ(answer.header("x-error-message"), "Access to this resource is disabled.");
}

TEST_P(HubTest, CommitsWhatTheLinesSay) {
  hub.add_files("user/m", {{"old.txt", "old"}, {"folder/a", "a"}, {"folder/b", "b"}});
  const std::string oid = send_lfs(pattern(5000));

  const Answer answer = commit(header_line() + file_line("new.txt", "new") +
                               line("lfsFile", {{"path", "w.bin"}, {"algo", "sha256"}, {"oid", oid}, {"size", 5000}}) +
                               line("deletedFile", {{"path", "old.txt"}}) + line("deletedFolder", {{"path", "folder/"}}) +
                               line("copyFile", {{"srcPath", "old.txt"}, {"path", "copy.txt"}}));

  ASSERT_EQ(answer.status, 200) << answer.body;
  EXPECT_EQ(answer.json()["commitOid"], *hub.resolve("user/m"));
  EXPECT_THAT(answer.json()["commitUrl"].get<std::string>(), HasSubstr("/user/m/commit/"));
  EXPECT_THAT(*hub.list_files("user/m"), ElementsAre(".gitattributes", "copy.txt", "new.txt", "w.bin"));
  EXPECT_EQ(*hub.read_file("user/m", "w.bin"), pattern(5000));
}

TEST_P(HubTest, RefusesBadCommitsWholly) {
  const std::string head = hub.add_file("user/m", "f", "x");
  const std::vector<std::pair<std::string, int>> bodies = {
      {"", 400},
      {"nonsense", 400},
      {file_line("a", "a"), 400},
      {header_line({{"summary", " "}}), 400},
      {header_line() + line("unknown", json::object()), 400},
      {header_line() + line("file", {{"path", "a"}, {"content", "***"}, {"encoding", "base64"}}), 400},
      {header_line() + file_line("good", "x") + line("deletedFile", {{"path", "missing"}}), 404},
      {header_line() + line("deletedFolder", {{"path", "missing/"}}), 404},
      {header_line() + line("lfsFile", {{"path", "w"}, {"algo", "sha256"}, {"oid", std::string(64, 'a')}}), 400},
      {header_line() + file_line("f/below", "a file is no folder"), 400},
      {header_line() + file_line("../up", "x"), 422},
      {header_line() + file_line("/abs", "x"), 422},
      {header_line() + file_line("a//b", "x"), 422},
      {header_line() + file_line("a/./b", "x"), 422},
      {header_line() + file_line("..\\ddd", "x"), 422},
      {header_line() + file_line(".git/config", "x"), 422},
      {header_line() + file_line("", "x"), 422},
      {header_line() + file_line("README.md", "---\nlicense: [\n---\n"), 400},
      {header_line({{"parentCommit", std::string(40, '0')}}) + file_line("a", "a"), 412},
  };
  for (const auto& [body, status] : bodies) {
    const Answer answer = commit(body);
    EXPECT_EQ(answer.status, status) << body << answer.body;
    EXPECT_EQ(*hub.resolve("user/m"), head) << body;
  }
  EXPECT_EQ(commit(header_line() + file_line("a", "a"), "missing").header("x-error-code"), "RevisionNotFound");
}

TEST_P(HubTest, TakesACommitOnlyOnItsParent) {
  const std::string first = hub.add_file("user/m", "f", "1");

  const Answer good = commit(header_line({{"parentCommit", first.substr(0, 7)}}) + file_line("f", "2"));
  const Answer late = commit(header_line({{"parentCommit", first}}) + file_line("f", "3"));

  EXPECT_EQ(good.status, 200);
  EXPECT_EQ(late.status, 412);
  EXPECT_EQ(*hub.read_file("user/m", "f"), "2");
}

TEST_P(HubTest, OpensAPullRequest) {
  hub.add_file("user/m", "f", "1");

  const Answer answer = bob.ask("POST", "/api/models/user/m/commit/main?create_pr=1", header_line() + file_line("f", "2"));

  EXPECT_THAT(answer.json()["pullRequestUrl"].get<std::string>(), HasSubstr("/user/m/discussions/1"));
  EXPECT_EQ(*hub.read_file("user/m", "f"), "1");
  EXPECT_EQ(anonymous.get("/user/m/resolve/refs%2Fpr%2F1/f").body, "2");
  EXPECT_EQ(bob.ask("POST", "/api/models/user/m/commit/main", header_line() + file_line("f", "3")).status, 403);
}

TEST_P(HubTest, KeepsReadTokensFromWriting) {
  hub.add_file("user/m", "f", "1");
  RawClient reader(hub.port(), "hf_r");

  EXPECT_EQ(reader.ask("POST", "/api/models/user/m/commit/main", header_line() + file_line("f", "2")).status, 403);
  EXPECT_EQ(reader.post("/api/repos/create", {{"name", "n"}}).status, 403);
  EXPECT_EQ(reader.ask("DELETE", "/api/repos/delete", json{{"name", "m"}}.dump()).status, 403);
  EXPECT_EQ(anonymous.post("/api/repos/create", {{"name", "n"}}).status, 401);
  EXPECT_EQ(*hub.read_file("user/m", "f"), "1");
}

TEST_P(HubTest, CreatesARepositoryOnce) {
  const json body = {{"name", "n"}, {"organization", nullptr}, {"type", "model"}};

  const Answer first = client.post("/api/repos/create", body);
  const Answer second = client.post("/api/repos/create", body);

  EXPECT_THAT(first.json()["url"].get<std::string>(), HasSubstr("/user/n"));
  EXPECT_EQ(second.status, 409);
  EXPECT_EQ(second.json()["url"], first.json()["url"]);
  EXPECT_EQ(bob.post("/api/repos/create", {{"name", "n"}, {"organization", "acme"}}).status, 403);
  EXPECT_EQ(client.post("/api/repos/create", {{"name", "a--b"}}).status, 400);
  EXPECT_EQ(client.post("/api/repos/create", {{"name", "n"}, {"type", "nonsense"}}).status, 400);
  EXPECT_EQ(client.post("/api/repos/create", {{"name", "s"}, {"type", "space"}}).status, 400);
}

TEST_P(HubTest, LeadsFromTheOldNameToTheNew) {
  hub.add_file("user/before", "f", "x");
  EXPECT_EQ(client.post("/api/repos/move", {{"fromRepo", "user/before"}, {"toRepo", "acme/after"}, {"type", "model"}}).status, 200);

  const Answer file = anonymous.head("/user/before/resolve/main/f");
  EXPECT_EQ(file.status, 307);
  EXPECT_EQ(file.header("location"), "/acme/after/resolve/main/f");
  EXPECT_EQ(anonymous.get("/api/models/user/before?blobs=true").header("location"), "/api/models/acme/after?blobs=true");
  EXPECT_EQ(anonymous.get("/acme/after/resolve/main/f").body, "x");
}

TEST_P(HubTest, PagesItsListsWithLinks) {
  EmbeddedHubOptions small = options();
  small.folder = GetParam() ? folder.path() / "paged" : "";
  small.page_size = 3;
  EmbeddedHub paged = EmbeddedHub::start(small);
  paged.add_files("user/m", {{"a/1", ""}, {"a/2", ""}, {"b", ""}, {"c", ""}});
  RawClient reader(paged.port());

  std::vector<std::string> paths;
  std::string target = "/api/models/user/m/tree/main?recursive=true&expand=false";
  while (!target.empty()) {
    const Answer page = reader.get(target);
    ASSERT_LE(page.json().size(), 3U);
    for (const json& entry : page.json()) paths.push_back(entry["path"]);
    const std::string link = page.header("link");
    target = link.empty() ? "" : target_of(link.substr(1, link.find('>') - 1));
  }

  EXPECT_THAT(paths, ElementsAre("a", ".gitattributes", "a/1", "a/2", "b", "c"));
}

TEST_P(HubTest, ChecksLfsContentBeforeItIsVisible) {
  hub.create_repo("user/m");
  const std::string content = pattern(3000);
  const std::string oid = sha256_hex(content);
  const json batch = client.post("/user/m.git/info/lfs/objects/batch",
                                 {{"operation", "upload"}, {"objects", {{{"oid", oid}, {"size", 3000}}}}}).json();
  const std::string target = target_of(batch["objects"][0]["actions"]["upload"]["href"]);

  EXPECT_EQ(anonymous.ask("PUT", target, pattern(3000, 2)).status, 400);
  EXPECT_EQ(anonymous.ask("PUT", target, content.substr(1)).status, 400);
  EXPECT_EQ(client.post("/user/m.git/info/lfs/verify", {{"oid", oid}, {"size", 3000}}).status, 404);
  EXPECT_EQ(anonymous.ask("PUT", target, content).status, 200);
  EXPECT_EQ(client.post("/user/m.git/info/lfs/verify", {{"oid", oid}, {"size", 2999}}).status, 422);
  EXPECT_EQ(client.post("/user/m.git/info/lfs/verify", {{"oid", oid}, {"size", 3000}}).status, 200);
  const json again = client.post("/user/m.git/info/lfs/objects/batch",
                                 {{"operation", "upload"}, {"objects", {{{"oid", oid}, {"size", 3000}}}}}).json();
  EXPECT_FALSE(again["objects"][0].contains("actions"));
}

TEST_P(HubTest, TakesAnUploadInParts) {
  EmbeddedHubOptions parted = options();
  parted.folder = GetParam() ? folder.path() / "parts" : "";
  parted.lfs_part_size = 10'000;
  EmbeddedHub other = EmbeddedHub::start(parted);
  other.create_repo("user/m");
  RawClient writer(other.port(), "hf_w");
  const std::string content = pattern(15'000) + std::string(10'000, '\0') + "end";
  const std::string oid = sha256_hex(content);
  const json batch = writer.post("/user/m.git/info/lfs/objects/batch",
                                 {{"operation", "upload"}, {"transfers", {"basic", "multipart"}},
                                  {"objects", {{{"oid", oid}, {"size", content.size()}}}}}).json();
  EXPECT_EQ(batch["transfer"], "multipart");
  const json upload = batch["objects"][0]["actions"]["upload"];
  EXPECT_EQ(upload["header"]["chunk_size"], "10000");
  RawClient storage(other.port());

  json parts = json::array();
  for (int number : {3, 1, 2}) {  // In any order.
    const std::string url = upload["header"]["0000" + std::to_string(number)];
    const auto at = static_cast<std::size_t>(number - 1) * 10'000;
    const Answer put = storage.ask("PUT", target_of(url), content.substr(at, 10'000));
    ASSERT_EQ(put.status, 200) << put.body;
    parts.push_back({{"partNumber", number}, {"etag", put.header("etag")}});
  }
  const std::string complete = target_of(upload["href"]);

  EXPECT_EQ(storage.post(complete, {{"oid", oid}, {"parts", json::array()}}).status, 400);
  EXPECT_EQ(storage.post(complete, {{"oid", oid}, {"parts", parts}}).status, 200);
  EXPECT_EQ(storage.post(complete, {{"oid", oid}, {"parts", parts}}).status, 200);  // The first answer got lost.
  EXPECT_EQ(writer.post("/user/m.git/info/lfs/verify", {{"oid", oid}, {"size", content.size()}}).status, 200);
}

TEST_P(HubTest, SaysHowFilesAreToBeUploaded) {
  hub.add_files("user/m", {{"there.txt", "there"}, {"there.bin", "binary"}, {".gitignore", "*.log\nbuild/\n"}});
  const auto file = [](const std::string& path, const std::string& sample, std::uint64_t size) {
    return json{{"path", path}, {"sample", base64_encode(sample)}, {"size", size}};
  };

  const json files = client.post("/api/models/user/m/preupload/main",
                                 {{"files", {file("a.txt", "text", 4), file("a.safetensors", "text", 4),
                                             file("a.dat", std::string("\0\1", 2), 2), file("big.txt", "text", 20'000'000),
                                             file("there.txt", "x", 1), file("there.bin", "x", 1), file("x.log", "x", 1),
                                             file("build/x", "x", 1), file("saved_model/a/b", "x", 1)}}}).json()["files"];

  const auto mode = [&](int index) { return files[static_cast<std::size_t>(index)]["uploadMode"].get<std::string>(); };
  EXPECT_EQ(mode(0), "regular");
  EXPECT_EQ(mode(1), "lfs");
  EXPECT_EQ(mode(2), "lfs");
  EXPECT_EQ(mode(3), "lfs");
  EXPECT_EQ(files[4]["oid"], git_blob_id("there"));
  EXPECT_EQ(files[5]["oid"], sha256_hex("binary"));
  EXPECT_EQ(files[0]["shouldIgnore"], false);
  EXPECT_EQ(files[6]["shouldIgnore"], true);
  EXPECT_EQ(files[7]["shouldIgnore"], true);
  EXPECT_EQ(mode(8), "lfs");
}

TEST_P(HubTest, GivesScriptedAnswersFirst) {
  hub.add_file("user/m", "f", "x");
  hub.script({.body = "slow down", .headers = {{"Retry-After", "1"}}, .method = "GET", .path_contains = "/resolve/", .status = 429, .times = 2});

  EXPECT_EQ(anonymous.get("/user/m/resolve/main/f").header("retry-after"), "1");
  EXPECT_EQ(anonymous.get("/api/models/user/m").status, 200);
  EXPECT_EQ(anonymous.get("/user/m/resolve/main/f").status, 429);
  EXPECT_EQ(anonymous.get("/user/m/resolve/main/f").status, 200);
}

TEST_P(HubTest, RecordsWhatWasAsked) {
  hub.add_file("user/m", "f", "12345");
  client.get("/user/m/resolve/main/f", {{"X-Mark", "1"}});
  anonymous.head("/user/m/resolve/main/f");

  const auto records = hub.requests();

  ASSERT_EQ(records.size(), 2U);
  EXPECT_EQ(records[0].target, "/user/m/resolve/main/f");
  EXPECT_EQ(records[0].user, "user");
  EXPECT_EQ(records[0].header("x-mark"), "1");
  EXPECT_EQ(records[0].header("authorization"), "***");
  EXPECT_EQ(records[0].status, 200);
  EXPECT_EQ(records[0].response_bytes, 5U);
  EXPECT_EQ(records[1].method, "HEAD");
  EXPECT_EQ(records[1].user, "");
  EXPECT_EQ(records[1].response_bytes, 0U);
  hub.clear_requests();
  EXPECT_TRUE(hub.requests().empty());
  EXPECT_EQ(hub.request_count(), 2U);
}

TEST(EmbeddedHub, KeepsEveryCommitInItsFolder) {
  const TempDir folder;
  EmbeddedHubOptions options;
  options.folder = folder.path();
  std::string commit;
  {
    EmbeddedHub hub = EmbeddedHub::start(options);
    commit = hub.add_files("user/m", {{"f", "x"}, {"w.bin", std::string(100'000, '\0') + "end"}});
  }
  write_file(folder.path() / "tmp" / "left-over", "half");

  EmbeddedHub hub = EmbeddedHub::start(options);

  EXPECT_EQ(*hub.resolve("user/m"), commit);
  EXPECT_EQ(*hub.read_file("user/m", "w.bin"), std::string(100'000, '\0') + "end");
  EXPECT_FALSE(std::filesystem::exists(folder.path() / "tmp" / "left-over"));
}

TEST(EmbeddedHub, SharesItsFolderWithNoOther) {
  const TempDir folder;
  EmbeddedHubOptions options;
  options.folder = folder.path();
  const EmbeddedHub hub = EmbeddedHub::start(options);

  EXPECT_THROW(EmbeddedHub::start(options), HfIoError);
}

TEST(EmbeddedHub, EndsSignedUrlsInTime) {
  EmbeddedHubOptions options;
  options.signed_url_lifetime = std::chrono::seconds(0);
  EmbeddedHub hub = EmbeddedHub::start(options);
  hub.add_file("user/m", "w.bin", "weights");
  RawClient client(hub.port());

  const Answer answer = client.get(target_of(client.get("/user/m/resolve/main/w.bin").header("location")));

  EXPECT_EQ(answer.status, 403);
  EXPECT_THAT(answer.body, HasSubstr("Request has expired"));
}

TEST(EmbeddedHub, RedirectsSmallFilesWhereAskedTo) {
  EmbeddedHubOptions options;
  options.resolve_cache_redirect = true;
  EmbeddedHub hub = EmbeddedHub::start(options);
  const std::string commit = hub.add_file("user/m", "a b.txt", "x");
  RawClient client(hub.port());

  const Answer redirect = client.head("/user/m/resolve/main/a%20b.txt");
  EXPECT_EQ(redirect.status, 307);
  const Answer file = client.get(redirect.header("location"));
  EXPECT_EQ(file.body, "x");
  EXPECT_EQ(file.header("x-repo-commit"), commit);
}

TEST(EmbeddedHub, RefusesATokenAtAStorageOfItsOwn) {
  EmbeddedHubOptions options;
  options.storage_url = "http://localhost:{port}";
  EmbeddedHub hub = EmbeddedHub::start(options);
  hub.add_file("user/m", "w.bin", "weights");
  RawClient anonymous(hub.port());
  RawClient client(hub.port(), hub.token());

  const std::string location = anonymous.get("/user/m/resolve/main/w.bin").header("location");

  EXPECT_THAT(location, HasSubstr("http://localhost:" + std::to_string(hub.port()) + "/"));
  EXPECT_EQ(client.get(target_of(location)).status, 400);
  EXPECT_EQ(anonymous.get(target_of(location)).body, "weights");
}

}  // namespace
}  // namespace huggingface_hub::testing
