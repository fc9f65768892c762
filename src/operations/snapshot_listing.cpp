// SPDX-License-Identifier: Apache-2.0
#include "operations/snapshot_listing.hpp"

#include "core/files.hpp"
#include "core/log.hpp"
#include "core/text.hpp"
#include "hub/parse/fields.hpp"

#include "huggingface_hub/cache/layout.hpp"

#include <optional>
#include <unordered_set>
#include <utility>

HUGGINGFACE_HUB_NAMESPACE_BEGIN
namespace operations {

namespace {

[[noreturn]] void refuse(const http::ResponseHead& head, const std::string& what) {
  throw_error(ErrorCode::file_metadata,
              "The listing of files from " + redact_url(head.url) + " cannot be used: " + what + ". Nothing was fetched.");
}

void read_entry(const parse::Fields& entry, cache::TreeListing& listing) {
  if (entry.text("type") != "file") return;
  std::string path = entry.text("path");
  if (!files::is_safe_relative_path(path) || cache::filename_problem(path)) {
    refuse(entry.head(), "it has a file name that leaves the folder of the repository");
  }
  cache::ListedFile file;
  file.size = entry.count("size");
  file.blob_id = entry.text("oid");
  if (entry.find("lfs") != nullptr) {
    const parse::Fields lfs = entry.object("lfs", "LFS entry");
    file.lfs_sha256 = lfs.text("oid");
    file.lfs_size = lfs.count("size");
  }
  file.xet_hash = entry.maybe_text("xetHash");
  if (!cache::is_plain_name(file.etag())) {
    refuse(entry.head(), "the id of '" + path + "' cannot be the name of a file");
  }
  if (!listing.emplace(path, std::move(file)).second) refuse(entry.head(), "it has '" + path + "' twice");
}

cache::TreeListing read_pages(const DownloadCall& call, const std::string& commit) {
  ApiRequest request = call.request(call.api_url() + "/tree/" + percent_encode(commit));
  request.query = {{"recursive", "true"}, {"expand", "false"}};
  request.retry = RetryPolicy::full;
  cache::TreeListing listing;
  std::unordered_set<std::string> visited;
  for (;;) {
    const http::Response page = take(call.session.send(request));
    const parse::Json entries = parse::array_of(page);
    for (const parse::Json& entry : entries) read_entry(parse::Fields(entry, page.head, "tree entry"), listing);
    std::optional<std::string> next = Session::next_page(page);
    if (!next) return listing;
    if (!visited.insert(*next).second) refuse(page.head, "its pages lead in a circle");
    request.url = std::move(*next);
    request.query.clear();
  }
}

}  // namespace

Result<std::string> resolve_commit(const DownloadCall& call, bool has_other) {
  if (cache::is_commit_hash(call.revision)) return call.revision;
  ApiRequest request = call.request(call.api_url() + "/revision/" + percent_encode(call.revision));
  request.retry = has_other ? RetryPolicy::none : RetryPolicy::open_file;
  request.takes_turns = !has_other;
  const Result<http::Response> response = call.session.send(request);
  if (!response.ok()) return response.error();
  return as_result([&] {
    const parse::Json info = parse::json_of(*response);
    std::string commit = parse::Fields(info, response->head, "repository").text("sha");
    if (!cache::is_plain_name(commit)) {
      throw_error(ErrorCode::file_metadata, "The commit that " + redact_url(response->head.url) +
                                                " names cannot be the name of a folder. Nothing was fetched.");
    }
    return commit;
  });
}

Result<cache::TreeListing> fetch_listing(const DownloadCall& call, const std::string& commit) {
  return as_result([&] { return read_pages(call, commit); });
}

}  // namespace operations
HUGGINGFACE_HUB_NAMESPACE_END
