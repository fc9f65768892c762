// SPDX-License-Identifier: Apache-2.0
#include "server/byte_range.hpp"
#include "server/content_type.hpp"
#include "server/routes.hpp"

#include "core/text.hpp"

HUGGINGFACE_HUB_NAMESPACE_BEGIN

namespace server {
namespace {

struct Found {
  std::string commit{};
  FileEntry file{};
  std::string path{};
};

Found find_file(const Call& call, const std::string& revision, const std::string& path) {
  Found found;
  found.commit = call.repo->resolve(revision);
  found.path = path;
  const auto snapshot = call.repo->snapshot(found.commit);
  const auto file = snapshot->files.find(path);
  if (file == snapshot->files.end()) throw entry_not_found().with_header("X-Repo-Commit", found.commit);
  found.file = file->second;
  return found;
}

std::string file_name(const std::string& path) { return path.substr(path.rfind('/') + 1); }

std::string disposition(const std::string& path) {
  const std::string name = file_name(path);
  std::string ascii;
  for (const char c : name) ascii += c == '"' || c == '\\' || static_cast<unsigned char>(c) >= 0x7f || c < ' ' ? '?' : c;
  return "inline; filename*=UTF-8''" + percent_encode(name) + "; filename=\"" + ascii + "\";";
}

std::string quoted(const std::string& text) { return "\"" + text + "\""; }

HttpResponse serve_blob(const Call& call, const Found& found, const std::string& blob) {
  auto source = call.hub.store().open(ObjectKind::blob, blob);
  if (!source) throw ApiError(500, "", "The content is missing in the store");
  HttpResponse response;
  response.set("X-Repo-Commit", found.commit);
  response.set("ETag", quoted(blob));
  response.set("Content-Disposition", disposition(found.path));
  response.set("Content-Type", content_type(found.path));
  serve_bytes(call.request, quoted(blob), std::move(source), response);
  return response;
}

HttpResponse redirect_to_storage(const Call& call, const Found& found) {
  const LfsPointer& lfs = *found.file.lfs;
  Query query;
  query.set("response-content-disposition", disposition(found.path));
  query.set("response-content-type", content_type(found.path));
  query.set("commit", found.commit);
  const std::string storage = call.hub.storage_url();
  const std::string location = call.hub.signed_urls().make(
      storage.empty() ? call.base_url : storage, "/_storage/objects/" + lfs.oid.substr(0, 2) + "/" + lfs.oid, "GET", query);
  HttpResponse response;
  response.status = 302;
  response.set("Location", location);
  response.set("X-Repo-Commit", found.commit);
  response.set("X-Linked-Size", std::to_string(lfs.size));
  response.set("X-Linked-ETag", quoted(lfs.oid));
  response.set("ETag", quoted(lfs.oid));
  response.set("Accept-Ranges", "bytes");
  response.set("Content-Disposition", disposition(found.path));
  response.set("Content-Type", "text/plain; charset=utf-8");
  response.body = "Found. Redirecting to the storage";
  return response;
}

}  // namespace

HttpResponse resolve_file(Call& call) {
  if (call.rest.size() < 2) throw ApiError(404, "", "Sorry, we can't find the page you are looking for.");
  call.require_content();
  const Found found = find_file(call, call.rest[0], call.rest_path(1));
  if (found.file.lfs) return redirect_to_storage(call, found);
  if (!call.hub.options().resolve_cache_redirect) return serve_blob(call, found, found.file.id);
  const std::string location = "/api/resolve-cache/" + api_segment(call.state->type) + "/" + call.state->id + "/" +
                               found.commit + "/" + percent_encode(found.path) + "?etag=" +
                               percent_encode(quoted(found.file.id));
  HttpResponse response;
  response.status = 307;
  response.set("Location", location);
  response.set("X-Repo-Commit", found.commit);
  response.set("ETag", quoted(found.file.id));
  response.set("X-Linked-Size", std::to_string(found.file.size));
  response.set("X-Linked-ETag", quoted(found.file.id));
  response.set("Accept-Ranges", "bytes");
  response.set("Content-Disposition", disposition(found.path));
  response.set("Content-Type", "text/plain; charset=utf-8");
  response.body = "Temporary Redirect. Redirecting to " + location;
  return response;
}

// `{type}s/{ns}/{name}/{commit}/{path}`: a small file under the commit it was resolved to.
HttpResponse resolve_cache(Call& call) {
  const std::vector<std::string> path = call.rest;
  const auto type = repo_type_from_string(path[0].empty() ? "" : path[0].substr(0, path[0].size() - 1));
  std::size_t next = 3;
  std::string id = path.size() > 2 ? path[1] + "/" + path[2] : "";
  if (type && call.hub.find(*type, path[1]) && !call.hub.find(*type, id)) {
    id = path[1];
    next = 2;
  }
  call.repo = type ? call.hub.find(*type, id) : nullptr;
  if (!call.repo || path.size() < next + 2) throw repo_not_found(call.who);
  call.state = call.repo->state();
  call.require_content();
  call.rest.assign(path.begin() + static_cast<std::ptrdiff_t>(next), path.end());
  const Found found = find_file(call, call.rest[0], call.rest_path(1));
  return serve_blob(call, found, found.file.id);
}

// What git holds: the pointer of an LFS file.
HttpResponse raw_file(Call& call) {
  if (call.rest.size() < 2) throw ApiError(404, "", "Sorry, we can't find the page you are looking for.");
  call.require_content();
  const Found found = find_file(call, call.rest[0], call.rest_path(1));
  return serve_blob(call, found, found.file.id);
}

}  // namespace server

HUGGINGFACE_HUB_NAMESPACE_END
