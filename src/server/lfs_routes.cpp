// SPDX-License-Identifier: Apache-2.0
#include "server/byte_range.hpp"
#include "server/routes.hpp"

#include "core/text.hpp"

#include <algorithm>
#include <cstdio>

HUGGINGFACE_HUB_NAMESPACE_BEGIN

namespace server {
namespace {

using nlohmann::json;

constexpr const char* kLfsType = "application/vnd.git-lfs+json";
constexpr std::size_t kMaxParts = 10'000;  // As S3 has it.

HttpResponse lfs_response(const json& value) {
  HttpResponse response;
  response.body = value.dump();
  response.set("Content-Type", kLfsType);
  return response;
}

std::string storage_base(const Call& call) {
  const std::string storage = call.hub.storage_url();
  return storage.empty() ? call.base_url : storage;
}

std::string repo_key(const RepoState& state) { return document_key(state.type, state.id); }

// Uploads for pull requests are open to everybody who is logged in and sees the repository.
bool may_upload(const Call& call, const json& body) {
  if (call.hub.people().can_change(call.who, *call.state)) return true;
  const bool names_branch = body.contains("ref") && !string_member(body["ref"], "name").starts_with("refs/pr/");
  return call.who.can_write && !names_branch;
}

json multipart_action(const Call& call, const std::string& oid, std::uint64_t size, Query query) {
  std::uint64_t part_size = call.hub.options().lfs_part_size;
  part_size = std::max(part_size, (size + kMaxParts - 1) / kMaxParts);
  const std::uint64_t count = (size + part_size - 1) / part_size;
  const std::string upload = call.hub.uploads().open(oid, size, part_size);
  json header = {{"chunk_size", std::to_string(part_size)}};
  for (std::uint64_t number = 1; number <= count; ++number) {
    char name[16];
    std::snprintf(name, sizeof name, "%05llu", static_cast<unsigned long long>(number));
    Query part;
    part.set("uploadId", upload);
    part.set("partNumber", std::to_string(number));
    header[name] = call.hub.signed_urls().make(storage_base(call), "/_storage/parts/" + oid, "PUT", part);
  }
  query.set("uploadId", upload);
  return {{"href", call.hub.signed_urls().make(call.base_url, "/api/complete_multipart", "POST", query)},
          {"header", std::move(header)}};
}

json upload_action(const Call& call, const std::string& oid, std::uint64_t size, bool multipart) {
  Query query;
  query.set("oid", oid);
  query.set("size", std::to_string(size));
  query.set("repo", repo_key(*call.state));
  const std::uint64_t part_size = call.hub.options().lfs_part_size;
  if (multipart && part_size > 0 && size > part_size) return multipart_action(call, oid, size, std::move(query));
  return {{"href", call.hub.signed_urls().make(storage_base(call), "/_storage/uploads/" + oid, "PUT", query)}};
}

json batch_object(const Call& call, const json& object, bool multipart, bool download) {
  const std::string oid = string_member(object, "oid");
  const std::uint64_t size = object.value("size", std::uint64_t{0});
  json answer = {{"oid", oid}, {"size", size}};
  if (!is_lower_hex(oid, 64)) {
    answer["error"] = {{"code", 422}, {"message", "The oid is no SHA-256"}};
    return answer;
  }
  const auto stored = call.repo->has_lfs_object(oid) ? call.hub.store().open(ObjectKind::lfs, oid) : nullptr;
  if (stored && stored->size() != size) {
    answer["error"] = {{"code", 422}, {"message", "The size is not that of the object"}};
  } else if (download) {
    if (!stored) {
      answer["error"] = {{"code", 404}, {"message", "Object does not exist"}};
      return answer;
    }
    const std::string path = "/_storage/objects/" + oid.substr(0, 2) + "/" + oid;
    answer["actions"] = {{"download", {{"href", call.hub.signed_urls().make(storage_base(call), path, "GET", {})}}}};
  } else if (!stored) {
    answer["actions"] = {{"upload", upload_action(call, oid, size, multipart)},
                         {"verify", {{"href", call.repo_url() + ".git/info/lfs/verify"}}}};
  }
  return answer;
}

// As an object storage answers; it knows nothing of the Hub's headers.
HttpResponse storage_error(int status, const std::string& code, const std::string& message) {
  HttpResponse response;
  response.status = status;
  response.set("Content-Type", "application/xml");
  response.body = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>" + code + "</Code><Message>" + message +
                  "</Message></Error>";
  return response;
}

void note_uploaded(const Call& call, const std::string& key, const std::string& oid) {
  const std::size_t slash = key.find('/');
  const auto type = slash == std::string::npos ? std::nullopt : repo_type_from_string(key.substr(0, slash - 1));
  if (!type) return;
  if (const auto repository = call.hub.find(*type, key.substr(slash + 1))) repository->add_lfs_object(oid);
}

HttpResponse serve_object(const Call& call, const std::string& oid) {
  auto source = call.hub.store().open(ObjectKind::lfs, oid);
  if (!source) return storage_error(404, "NoSuchKey", "The specified key does not exist.");
  HttpResponse response;
  const std::string etag = "\"" + oid + "\"";
  const std::string type = call.query.get("response-content-type");
  const std::string disposition = call.query.get("response-content-disposition");
  const std::string commit = call.query.get("commit");
  response.set("Content-Type", type.empty() ? "application/octet-stream" : type);
  if (!disposition.empty()) response.set("Content-Disposition", disposition);
  response.set("ETag", etag);
  // Within one origin a client follows the redirect of a HEAD and reads the metadata here; a storage of its own
  // does not know the commit.
  if (call.hub.storage_url().empty() && !commit.empty()) response.set("X-Repo-Commit", commit);
  serve_bytes(call.request, etag, std::move(source), response);
  return response;
}

}  // namespace

HttpResponse lfs_batch(Call& call) {
  call.require_read();
  const json body = call.json_body();
  const bool download = string_member(body, "operation") == "download";
  if (download) {
    call.require_content();
  } else {
    call.require_login();
    if (!may_upload(call, body)) throw forbidden("You don't have the required permissions to write to " + call.state->id);
  }
  const std::string algorithm = body.value("hash_algo", "sha256");
  if (algorithm != "sha256" && algorithm != "sha_256") throw unprocessable("The only hash algorithm is sha256");
  const auto transfers = body.value("transfers", std::vector<std::string>{"basic"});
  const bool multipart = std::find(transfers.begin(), transfers.end(), "multipart") != transfers.end();
  json objects = json::array();
  bool any_multipart = false;
  for (const json& object : body.value("objects", json::array())) {
    objects.push_back(batch_object(call, object, multipart, download));
    const std::uint64_t part_size = call.hub.options().lfs_part_size;
    any_multipart = any_multipart || (multipart && part_size > 0 && object.value("size", std::uint64_t{0}) > part_size);
  }
  return lfs_response({{"transfer", any_multipart ? "multipart" : "basic"}, {"objects", std::move(objects)}});
}

HttpResponse lfs_verify(Call& call) {
  call.require_read();
  call.require_login();
  const json body = call.json_body();
  const std::string oid = string_member(body, "oid");
  const auto stored = is_lower_hex(oid, 64) ? call.hub.store().open(ObjectKind::lfs, oid) : nullptr;
  if (!stored || !call.repo->has_lfs_object(oid)) throw ApiError(404, "", "Object does not exist: " + oid);
  if (stored->size() != body.value("size", std::uint64_t{0})) throw unprocessable("The size is not that of the object");
  return lfs_response(json::object());
}

HttpResponse storage(Call& call) {
  const std::string& path = call.request.path;
  const std::string oid = path.substr(path.rfind('/') + 1);
  switch (call.hub.signed_urls().check(path, call.request.method, call.request.query)) {
    case SignedUrls::Verdict::wrong: return storage_error(403, "SignatureDoesNotMatch", "Access denied");
    case SignedUrls::Verdict::expired: return storage_error(403, "AccessDenied", "Request has expired");
    case SignedUrls::Verdict::good: break;
  }
  if (!call.hub.storage_url().empty() && call.request.header("authorization")) {
    return storage_error(400, "InvalidArgument", "Only one auth mechanism allowed");
  }
  if (call.request.method != "PUT") return serve_object(call, oid);
  HttpResponse response;
  if (path.starts_with("/_storage/parts/")) {
    const auto number = call.query.number("partNumber").value_or(0);
    response.set("ETag", call.hub.uploads().receive_part(call.query.get("uploadId"), number, call.body));
    return response;
  }
  call.hub.uploads().receive_whole(call.body, oid, call.query.number("size").value_or(0));
  note_uploaded(call, call.query.get("repo"), oid);
  response.set("ETag", "\"" + oid.substr(0, 32) + "\"");
  return response;
}

HttpResponse complete_multipart(Call& call) {
  if (call.hub.signed_urls().check(call.request.path, "POST", call.request.query) != SignedUrls::Verdict::good) {
    throw forbidden("The URL of this upload is wrong or has expired");
  }
  const std::string oid = call.query.get("oid");
  const json body = call.json_body();
  std::vector<std::pair<std::size_t, std::string>> parts;
  for (const json& part : body.value("parts", json::array())) {
    parts.emplace_back(part.at("partNumber").get<std::size_t>(), part.at("etag").get<std::string>());
  }
  // A repeat, since the first answer did not arrive: the object is there, and the upload is not.
  const bool done = call.hub.store().contains(ObjectKind::lfs, oid) && call.hub.uploads().is_closed(call.query.get("uploadId"));
  if (!done && call.hub.uploads().complete(call.query.get("uploadId"), parts) != oid) {
    throw bad_request("The upload is for another object");
  }
  note_uploaded(call, call.query.get("repo"), oid);
  return lfs_response({{"success", true}});
}

}  // namespace server

HUGGINGFACE_HUB_NAMESPACE_END
