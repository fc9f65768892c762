// SPDX-License-Identifier: Apache-2.0
#include "hub/parse/git.hpp"

#include "core/text.hpp"

#include <utility>

HUGGINGFACE_HUB_NAMESPACE_BEGIN
namespace parse {
namespace {

constexpr std::size_t kXetHashLength = 64;

std::optional<LastCommitInfo> last_commit_of(const Fields& fields) {
  const Json* json = fields.find("lastCommit");
  if (json == nullptr || !json->is_object()) return std::nullopt;
  const Fields members(*json, fields.head(), "last commit");
  LastCommitInfo commit;
  commit.oid = members.maybe_text("id").value_or("");
  commit.title = members.maybe_text("title").value_or("");
  commit.date = members.maybe_time("date");
  return commit;
}

std::optional<BlobSecurityInfo> security_of(const Fields& fields) {
  const Json* json = fields.find("securityFileStatus");
  if (json == nullptr || !json->is_object()) return std::nullopt;
  const Fields members(*json, fields.head(), "security status");
  BlobSecurityInfo security;
  security.status = members.maybe_text("status").value_or("");
  security.safe = security.status == "safe";
  security.av_scan = members.raw("avScan");
  security.pickle_import_scan = members.raw("pickleImportScan");
  return security;
}

RepoFile file_of(const Fields& fields) {
  RepoFile file;
  file.path = fields.text("path");
  file.blob_id = fields.text("oid");
  file.size = fields.count("size");
  if (fields.find("lfs") != nullptr) {
    const Fields lfs = fields.object("lfs", "LFS information");
    file.lfs = BlobLfsInfo{lfs.maybe_count("pointerSize").value_or(0), lfs.text("oid"), lfs.count("size")};
  }
  // Masked by asterisks where the caller may not read the file.
  std::optional<std::string> xet_hash = fields.maybe_text("xetHash");
  if (xet_hash && is_lower_hex(*xet_hash, kXetHashLength)) file.xet_hash = std::move(xet_hash);
  file.last_commit = last_commit_of(fields);
  file.security = security_of(fields);
  return file;
}

std::vector<GitRefInfo> refs_in(const Json& list, const http::ResponseHead& head) {
  std::vector<GitRefInfo> found;
  for (const Json& item : list) {
    const Fields fields(item, head, "ref");
    found.push_back({fields.text("name"), fields.text("ref"), fields.text("targetCommit")});
  }
  return found;
}

}  // namespace

RepoTreeEntry tree_entry(const Json& json, const http::ResponseHead& head) {
  const Fields fields(json, head, "tree entry");
  if (fields.text("type") == "file") return file_of(fields);
  RepoFolder folder;
  folder.path = fields.text("path");
  folder.tree_id = fields.maybe_text("oid").value_or("");
  folder.last_commit = last_commit_of(fields);
  return folder;
}

GitRefs refs(const Json& json, const http::ResponseHead& head) {
  const Fields fields(json, head, "list of refs");
  GitRefs all;
  all.branches = refs_in(fields.array("branches"), head);
  if (fields.find("converts") != nullptr) all.converts = refs_in(fields.array("converts"), head);
  if (fields.find("tags") != nullptr) all.tags = refs_in(fields.array("tags"), head);
  if (fields.find("pullRequests") != nullptr) all.pull_requests = refs_in(fields.array("pullRequests"), head);
  return all;
}

GitCommitInfo commit(const Json& json, const http::ResponseHead& head) {
  const Fields fields(json, head, "commit");
  GitCommitInfo commit;
  commit.commit_id = fields.text("id");
  commit.title = fields.maybe_text("title").value_or("");
  commit.message = fields.maybe_text("message").value_or("");
  commit.created_at = fields.maybe_time("date");
  if (fields.find("authors") != nullptr) {
    for (const Json& author : fields.array("authors")) {
      const std::optional<std::string> user = Fields(author, head, "author").maybe_text("user");
      if (user) commit.authors.push_back(*user);
    }
  }
  if (fields.find("formatted") != nullptr) {
    const Fields formatted = fields.object("formatted", "formatted commit");
    commit.formatted_title = formatted.maybe_text("title");
    commit.formatted_message = formatted.maybe_text("message");
  }
  return commit;
}

}  // namespace parse
HUGGINGFACE_HUB_NAMESPACE_END
