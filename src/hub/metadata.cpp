// SPDX-License-Identifier: Apache-2.0
#include "hub/metadata.hpp"

#include "core/log.hpp"
#include "core/text.hpp"
#include "http/link_header.hpp"
#include "http/url.hpp"
#include "hub/requests.hpp"

#include "huggingface_hub/api/metadata_api.hpp"
#include "huggingface_hub/cache/layout.hpp"

#include <charconv>
#include <string_view>
#include <utility>

HUGGINGFACE_HUB_NAMESPACE_BEGIN
namespace hub {
namespace {

constexpr const char* kPublicHub = "https://huggingface.co";
constexpr const char* kHubOrigins[] = {kPublicHub, "https://hub-ci.huggingface.co", "https://hf.co"};

bool is_redirect(int status) noexcept {
  return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

std::optional<std::uint64_t> read_size(const std::optional<std::string>& text) {
  if (!text) return std::nullopt;
  const std::string_view digits = trim(*text);
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (digits.empty() || error != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
  return value;
}

std::optional<XetFileData> read_xet(const http::Headers& headers, const std::string& endpoint) {
  const std::optional<std::string> hash = headers.get("X-Xet-Hash");
  std::optional<std::string> route = http::link_target(headers, "xet-auth");
  if (!route) route = headers.get("X-Xet-Refresh-Route");
  if (!hash || !route) return std::nullopt;
  const std::string prefix = std::string(kPublicHub) + "/";
  if (route->rfind(prefix, 0) == 0) route = endpoint + "/" + route->substr(prefix.size());
  return XetFileData{*hash, std::move(*route)};
}

FileFacts read_facts(const http::ResponseHead& head, const std::string& endpoint) {
  FileFacts facts;
  HfFileMetadata& metadata = facts.metadata;
  metadata.commit_hash = head.headers.get("X-Repo-Commit");
  std::optional<std::string> etag = head.headers.get("X-Linked-Etag");
  if (!etag) etag = head.headers.get("ETag");
  if (etag) metadata.etag = cache::normalize_etag(*etag);
  facts.has_weak_etag = etag && etag->rfind("W/", 0) == 0;
  metadata.size = read_size(head.headers.get("X-Linked-Size"));
  // The length of a redirect is that of its own body; an encoded one is not that of the file.
  const bool plain = !is_redirect(head.status) && !head.headers.has("Content-Encoding");
  if (!metadata.size && plain) metadata.size = read_size(head.headers.get("Content-Length"));
  metadata.location = head.url;
  if (const std::optional<std::string> location = head.headers.get("Location")) {
    if (Result<std::string> target = http::resolve_url(head.url, *location); target.ok()) metadata.location = *target;
  }
  metadata.xet_file_data = read_xet(head.headers, endpoint);
  return facts;
}

Error metadata_error(std::string message) {
  Error error;
  error.code = ErrorCode::file_metadata;
  error.message = std::move(message);
  return error;
}

}  // namespace

std::chrono::milliseconds etag_timeout(const Config& config,
                                       const std::optional<std::chrono::milliseconds>& argument) {
  return config.etag_timeout_from_environment || !argument ? config.etag_timeout : *argument;
}

bool is_hub_origin(const std::string& url, const std::string& asked, const std::string& endpoint) {
  if (http::same_origin(url, asked) || http::same_origin(url, endpoint)) return true;
  for (const char* origin : kHubOrigins) {
    if (http::same_origin(url, origin)) return true;
  }
  return false;
}

Result<FileFacts> fetch_file_metadata(const Session& session, ApiRequest request, std::chrono::milliseconds timeout,
                                      const std::string& endpoint) {
  request.method = http::Method::head;
  request.redirects = RedirectPolicy::hub_only;
  request.connect_timeout = timeout;
  request.stall_timeout = timeout;
  request.headers.set("Accept-Encoding", "identity");
  const Result<http::Response> response = session.send(request);
  if (!response.ok()) return response.error();
  return read_facts(response->head, endpoint);
}

std::optional<Error> metadata_problem(const HfFileMetadata& metadata, const std::string& url,
                                      const std::string& endpoint, bool via_xet) {
  const std::string where = redact_url(url);
  if (!metadata.commit_hash) {
    const bool custom = endpoint != kPublicHub;
    return metadata_error("The answer for " + where + " lacks the header X-Repo-Commit, so it does not come from a Hub. " +
                          (custom ? "Check that the endpoint (HF_ENDPOINT) is one: " + endpoint + "."
                                  : "Check your firewall, proxy and certificates."));
  }
  if (!metadata.etag || metadata.etag->empty()) {
    return metadata_error("The answer for " + where +
                          " lacks an ETag, so it cannot be ensured that the file is the same the next time.");
  }
  if (!cache::is_plain_name(*metadata.commit_hash)) {
    return metadata_error("The answer for " + where + " has a commit (X-Repo-Commit) that cannot be the name of a folder.");
  }
  if (!cache::is_plain_name(*metadata.etag)) {
    return metadata_error("The answer for " + where + " has an ETag that cannot be the name of a file.");
  }
  if (via_xet && !metadata.size) {
    return metadata_error("The answer for " + where + " does not say the size of the file (Content-Length).");
  }
  return std::nullopt;
}

}  // namespace hub

MetadataApi::~MetadataApi() = default;

std::string MetadataApi::hf_hub_url(const std::string& repo_id, const std::string& filename,
                                    const HfHubUrlOptions& options) const {
  const std::string path =
      options.subfolder && !options.subfolder->empty() ? *options.subfolder + "/" + filename : filename;
  std::string endpoint = options.endpoint.value_or(session().endpoint());
  while (!endpoint.empty() && endpoint.back() == '/') endpoint.pop_back();
  return endpoint + hub::resolve_path(options.repo_type, repo_id, path, options.revision);
}

HfFileMetadata MetadataApi::get_hf_file_metadata(const std::string& url,
                                                 const GetHfFileMetadataOptions& options) const {
  ApiRequest request;
  request.url = url;
  request.call = options.call;
  request.token = options.token;
  request.proxies = options.proxies;
  request.endpoint = options.endpoint.value_or("");
  request.user_agent = options.user_agent;
  request.library_name = options.library_name;
  request.library_version = options.library_version;
  return take(hub::fetch_file_metadata(session(), std::move(request),
                                       hub::etag_timeout(session().config(), options.timeout),
                                       options.endpoint.value_or(session().endpoint())))
      .metadata;
}

HUGGINGFACE_HUB_NAMESPACE_END
