// SPDX-License-Identifier: Apache-2.0
#include "transfer/lfs_upload.hpp"

#include "core/log.hpp"
#include "hub/requests.hpp"
#include "transfer/jobs.hpp"
#include "transfer/upload_body.hpp"

#include "huggingface_hub/errors.hpp"

#include <algorithm>
#include <chrono>
#include <map>
#include <string>
#include <utility>

HUGGINGFACE_HUB_NAMESPACE_BEGIN
namespace transfer {
namespace {

using nlohmann::json;

// A storage may be silent for long while it puts parts together, but not for ever.
constexpr std::chrono::minutes kStorageStall{5};

/// One object of the storage, and the files that have this content.
struct Upload {
  std::vector<LfsItem> items{};
  hub::LfsAction action{};
};

class Uploader {
 public:
  Uploader(const Session& session, const hub::UploadTarget& target, const CancellationToken& cancel)
      : session_(session), target_(target) {
    call_ = target.call;
    call_.cancel = cancel;
  }

  Result<void> upload(const Upload& upload) const {
    const hub::AdditionState& addition = *upload.items.front().addition;
    if (upload.action.upload_url.empty()) {
      log_debug("The storage has the content of " + addition.path_in_repo + " already.");
      return {};
    }
    ContentSender sender(addition, upload.items.front().progress);
    const Result<void> sent = upload.action.chunk_size == 0 ? put_whole(upload.action, addition, sender)
                                                            : put_parts(upload.action, addition, sender);
    if (!sent.ok() || upload.action.verify_url.empty()) return sent;
    return verify(upload.action, addition);
  }

 private:
  [[nodiscard]] Result<http::Response> put(const std::string& url, std::shared_ptr<http::Body> body) const {
    ApiRequest request = hub::request(http::Method::put, url, call_, target_.token);
    request.body = std::move(body);
    request.retry = RetryPolicy::full;
    request.send_authorization = false;
    request.stall_timeout = kStorageStall;
    return session_.send(request);
  }

  Result<void> put_whole(const hub::LfsAction& action, const hub::AdditionState& addition,
                         ContentSender& sender) const {
    const Result<http::Response> response = put(action.upload_url, sender.slice(addition.size));
    if (!response.ok()) return response.error();
    return {};
  }

  Result<void> put_parts(const hub::LfsAction& action, const hub::AdditionState& addition,
                         ContentSender& sender) const {
    json parts = json::array();
    std::uint64_t left = addition.size;
    for (std::size_t i = 0; i < action.part_urls.size(); ++i) {
      const std::uint64_t size = std::min(left, action.chunk_size);
      const Result<http::Response> response = put(action.part_urls[i], sender.slice(size));
      if (!response.ok()) return response.error();
      std::string etag = response->headers().get("etag").value_or("");
      if (etag.empty()) return no_etag(i + 1);
      parts.push_back({{"partNumber", i + 1}, {"etag", std::move(etag)}});
      sender.commit_slice();
      left -= size;
    }
    return complete(action, {{"oid", action.oid}, {"parts", std::move(parts)}});
  }

  Result<void> complete(const hub::LfsAction& action, const json& body) const {
    ApiRequest request = hub::json_request(http::Method::post, action.upload_url, body, call_, target_.token);
    request.headers.set("Accept", hub::kLfsMediaType);
    request.headers.set("Content-Type", hub::kLfsMediaType);
    request.retry = RetryPolicy::full;
    request.send_authorization = false;
    request.stall_timeout = kStorageStall;
    const Result<http::Response> response = session_.send(request);
    if (!response.ok()) return response.error();
    return {};
  }

  Result<void> verify(const hub::LfsAction& action, const hub::AdditionState& addition) const {
    ApiRequest request = hub::json_request(http::Method::post, action.verify_url,
                                           {{"oid", action.oid}, {"size", addition.size}}, call_, target_.token);
    request.retry = RetryPolicy::full;
    const Result<http::Response> response = session_.send(request);
    if (!response.ok()) return response.error();
    return {};
  }

  static Error no_etag(std::size_t part) {
    Error error;
    error.code = ErrorCode::other;
    error.message = "The storage took part " + std::to_string(part) +
                    " without an ETag, so the parts cannot be put together. Try again.";
    return error;
  }

  const Session& session_;
  const hub::UploadTarget& target_;
  CallOptions call_{};
};

/// An error of an upload, with the name of the file it belongs to.
Error named(Error error, const hub::AdditionState& addition) {
  if (error.code == ErrorCode::cancelled || error.code == ErrorCode::integrity || error.code == ErrorCode::io)
    return error;
  error.message = "Uploading '" + addition.path_in_repo + "' failed: " + error.message;
  return error;
}

/// The items by content: equal files are sent once.
std::vector<Upload> by_content(const std::vector<LfsItem>& items) {
  std::map<std::string, std::size_t> known;
  std::vector<Upload> uploads;
  for (const LfsItem& item : items) {
    const auto [entry, is_new] = known.try_emplace(*item.addition->sha256, uploads.size());
    if (is_new) uploads.emplace_back();
    uploads[entry->second].items.push_back(item);
  }
  return uploads;
}

Result<void> find_whereabouts(const Session& session, const hub::UploadTarget& target, std::vector<Upload>& uploads) {
  for (std::size_t start = 0; start < uploads.size(); start += hub::kUploadBatchSize) {
    const std::size_t end = std::min(uploads.size(), start + hub::kUploadBatchSize);
    std::vector<hub::LfsObject> objects;
    for (std::size_t i = start; i < end; ++i) {
      const hub::AdditionState& addition = *uploads[i].items.front().addition;
      objects.push_back({*addition.sha256, addition.size});
    }
    Result<std::vector<hub::LfsAction>> actions = hub::lfs_batch(session, target, objects);
    if (!actions.ok()) return actions.error();
    for (std::size_t i = start; i < end; ++i) uploads[i].action = std::move((*actions)[i - start]);
  }
  return {};
}

}  // namespace

Result<void> upload_lfs(const Session& session, const hub::UploadTarget& target, const std::vector<LfsItem>& items,
                        int workers, const std::function<void()>& tick) {
  const CancellationToken& cancel = target.call.cancel;
  const Result<void> hashed = run_jobs(
      items.size(), workers, cancel,
      [&](std::size_t i, const CancellationToken& stop) { return hub::compute_sha256(*items[i].addition, stop); },
      tick);
  if (!hashed.ok()) return hashed;

  std::vector<Upload> uploads = by_content(items);
  const Result<void> found = find_whereabouts(session, target, uploads);
  if (!found.ok()) return found;

  return run_jobs(
      uploads.size(), workers, cancel,
      [&](std::size_t i, const CancellationToken& stop) -> Result<void> {
        const Upload& upload = uploads[i];
        const Result<void> sent = as_result([&] { Uploader(session, target, stop).upload(upload).value(); });
        if (!sent.ok()) return named(sent.error(), *upload.items.front().addition);
        for (const LfsItem& item : upload.items) {
          item.addition->is_uploaded = true;
          item.progress->done();
        }
        return {};
      },
      tick);
}

}  // namespace transfer
HUGGINGFACE_HUB_NAMESPACE_END
