// SPDX-License-Identifier: Apache-2.0
#include "transfer/lfs_object.hpp"

#include "core/log.hpp"
#include "hub/requests.hpp"
#include "transfer/upload_body.hpp"

#include "huggingface_hub/errors.hpp"

#include <algorithm>
#include <chrono>
#include <string_view>
#include <utility>

HUGGINGFACE_HUB_NAMESPACE_BEGIN
namespace transfer {
namespace {

using nlohmann::json;

// A storage may be silent for long while it puts parts together, but not for ever.
constexpr std::chrono::minutes kStorageStall{5};

// Up to this size content is digested once more while it is sent. Above, that would cost as much as sending it: there
// the stamp of the file has to do.
constexpr std::uint64_t kDigestedAgain = std::uint64_t{8} << 20;

// So often in a row without one more part that stays stored.
constexpr int kMaxAsked = 3;

/// An error of an upload, with the name of the file it belongs to.
Error named(Error error, const hub::AdditionState& addition) {
  if (error.code == ErrorCode::cancelled || error.code == ErrorCode::integrity || error.code == ErrorCode::io)
    return error;
  error.message = "Uploading '" + addition.path_in_repo + "' failed: " + error.message;
  return error;
}

/// A signed URL that is no longer good, or an upload in parts that the storage has given up.
bool has_expired(const Error& error, bool in_parts) {
  if (error.http == nullptr) return false;
  switch (error.http->status) {
    case 403:
    case 410: return true;
    case 404: return in_parts;
    case 400: return error.http->server_message.find("xpired") != std::string::npos;  // S3: ExpiredToken.
    default: return false;
  }
}

/// The `uploadId` of the URLs of an upload in parts; empty if they have none.
std::string_view upload_id(const hub::LfsAction& action) {
  constexpr std::string_view kName = "uploadId=";
  for (const std::string_view url : {std::string_view(action.upload_url), std::string_view(action.part_urls.front())}) {
    const std::size_t at = url.find(kName);
    if (at == std::string_view::npos) continue;
    const std::size_t start = at + kName.size();
    return url.substr(start, url.find('&', start) - start);
  }
  return {};
}

/// True if parts that `before` has stored count for `now` too.
bool is_same_upload(const hub::LfsAction& before, const hub::LfsAction& now) {
  return before.chunk_size == now.chunk_size && before.part_urls.size() == now.part_urls.size() &&
         !now.part_urls.empty() && !upload_id(now).empty() && upload_id(before) == upload_id(now);
}

Error no_etag(std::size_t part) {
  Error error;
  error.code = ErrorCode::other;
  error.message = "The storage took part " + std::to_string(part) +
                  " without an ETag, so the parts cannot be put together. Try again.";
  return error;
}

}  // namespace

LfsObject::LfsObject(const Session& session, const hub::UploadTarget& target, const LfsItem& first)
    : session_(session), target_(target), first_(first) {
  items_.push_back(first);
}

void LfsObject::add(const LfsItem& item) {
  const std::lock_guard<std::mutex> lock(mutex_);
  items_.push_back(item);
  if (phase_ == Phase::done) finish();
}

void LfsObject::begin(hub::LfsAction action) {
  const std::lock_guard<std::mutex> lock(mutex_);
  if (action.upload_url.empty()) {
    log_debug("The storage has the content of " + addition().path_in_repo + " already.");
    finish();
    return;
  }
  const bool goes_on = phase_ != Phase::waiting && is_same_upload(action_, action);
  if (goes_on && has_progressed_) times_asked_in_vain_ = 0;
  action_ = std::move(action);
  phase_ = Phase::sending;
  is_stale_ = false;
  has_progressed_ = false;
  if (!has_parts_side_by_side()) return;
  if (parts_.size() != action_.part_urls.size()) {
    parts_.clear();
    for (std::size_t i = 0; i < action_.part_urls.size(); ++i) parts_.emplace_back();
  }
  for (Part& part : parts_) {
    if (!goes_on) part.state = Part::State::pending;
  }
}

bool LfsObject::is_done() const {
  const std::lock_guard<std::mutex> lock(mutex_);
  return phase_ == Phase::done;
}

/// A stream has one position, so its parts follow one another.
bool LfsObject::has_parts_side_by_side() const {
  return action_.chunk_size != 0 && addition().source.stream() == nullptr;
}

CallOptions LfsObject::call(const CancellationToken& cancel) const {
  CallOptions call = target_.call;
  call.cancel = cancel;
  return call;
}

/// A piece of work that is `step`, and counts as under way until it has ended.
Work LfsObject::piece(Result<void> (LfsObject::*step)(const CancellationToken& cancel)) {
  ++active_;
  return [this, step](const CancellationToken& cancel) {
    Result<void> result = as_result([&] { (this->*step)(cancel).value(); });
    const std::lock_guard<std::mutex> lock(mutex_);
    --active_;
    return result;
  };
}

Work LfsObject::next() {
  const std::lock_guard<std::mutex> lock(mutex_);
  if (phase_ == Phase::waiting || phase_ == Phase::done) return {};
  if (is_stale_) return active_ == 0 ? piece(&LfsObject::ask_again) : Work();
  if (has_parts_side_by_side() && phase_ == Phase::sending) return next_part();
  return active_ == 0 ? piece(phase_ == Phase::completing ? &LfsObject::complete : &LfsObject::send_alone) : Work();
}

Work LfsObject::next_part() {
  const auto part = std::find_if(parts_.begin(), parts_.end(),
                                 [](const Part& each) { return each.state == Part::State::pending; });
  if (part == parts_.end()) {
    if (active_ > 0) return {};
    phase_ = Phase::completing;
    return piece(&LfsObject::complete);
  }
  part->state = Part::State::active;
  ++active_;
  const auto index = static_cast<std::size_t>(part - parts_.begin());
  return [this, index](const CancellationToken& cancel) {
    Result<void> result = as_result([&] { send_part(index, cancel).value(); });
    const std::lock_guard<std::mutex> lock(mutex_);
    if (parts_[index].state == Part::State::active) parts_[index].state = Part::State::pending;
    --active_;
    return result;
  };
}

Result<void> LfsObject::send_part(std::size_t index, const CancellationToken& cancel) {
  hub::LfsAction used;  // Without the URLs of the other parts: there may be ten thousand.
  std::string url;
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    used.oid = action_.oid;
    used.chunk_size = action_.chunk_size;
    used.upload_url = action_.upload_url;
    url = action_.part_urls[index];
  }
  const std::uint64_t start = index * used.chunk_size;
  const std::uint64_t size = std::min(used.chunk_size, addition().size - start);
  const Result<std::string> etag =
      put(url, std::make_shared<PartBody>(addition(), start, size, *first_.progress, parts_[index].bytes), cancel);
  if (!etag.ok()) return settle(etag.error(), used);
  if (etag->empty()) return settle(no_etag(index + 1), used);
  const std::lock_guard<std::mutex> lock(mutex_);
  parts_[index].etag = *etag;
  parts_[index].state = Part::State::sent;
  has_progressed_ = true;
  return {};
}

/// Everything that has to be done by one: the whole content in one request, or the parts of a stream.
Result<void> LfsObject::send_alone(const CancellationToken& cancel) {
  hub::LfsAction action;
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    action = action_;
  }
  std::vector<std::string> etags;
  Result<void> done = action.chunk_size == 0 ? put_whole(action, cancel) : put_parts_in_order(action, etags, cancel);
  if (done.ok() && action.chunk_size != 0) done = put_together(action, etags, cancel);
  if (!done.ok()) return settle(done.error(), action);
  done = verify(action, cancel);
  if (!done.ok()) return named(done.error(), addition());
  const std::lock_guard<std::mutex> lock(mutex_);
  finish();
  return {};
}

Result<void> LfsObject::complete(const CancellationToken& cancel) {
  hub::LfsAction action;
  std::vector<std::string> etags;
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    action = action_;
    for (const Part& part : parts_) etags.push_back(part.etag);
  }
  Result<void> done = confirm_content(cancel);
  if (!done.ok()) return named(done.error(), addition());
  done = put_together(action, etags, cancel);
  if (!done.ok()) return settle(done.error(), action);
  done = verify(action, cancel);
  if (!done.ok()) return named(done.error(), addition());
  const std::lock_guard<std::mutex> lock(mutex_);
  finish();
  return {};
}

Result<void> LfsObject::ask_again(const CancellationToken& cancel) {
  log_debug("A storage URL for " + addition().path_in_repo + " is no longer good. Asking for a new one.");
  hub::UploadTarget target = target_;
  target.call = call(cancel);
  Result<std::vector<hub::LfsAction>> actions =
      hub::lfs_batch(session_, target, {{*addition().sha256, addition().size}});
  if (!actions.ok()) return named(actions.error(), addition());
  begin(std::move(actions->front()));
  return {};
}

Result<void> LfsObject::settle(const Error& error, const hub::LfsAction& used) {
  const std::lock_guard<std::mutex> lock(mutex_);
  if (!has_expired(error, used.chunk_size != 0)) return named(error, addition());
  if (is_stale_) return {};  // Another part has noticed it first.
  if (++times_asked_in_vain_ > kMaxAsked) return named(error, addition());
  is_stale_ = true;
  return {};
}

/// With the lock held.
void LfsObject::finish() {
  phase_ = Phase::done;
  for (const LfsItem& item : items_) {
    item.addition->is_uploaded = true;
    item.progress->done();
  }
  parts_.clear();
}

Result<std::string> LfsObject::put(const std::string& url, std::shared_ptr<http::Body> body,
                                   const CancellationToken& cancel) const {
  ApiRequest request = hub::request(http::Method::put, url, call(cancel), target_.token);
  request.body = std::move(body);
  request.retry = RetryPolicy::full;
  request.send_authorization = false;
  request.stall_timeout = kStorageStall;
  const Result<http::Response> response = session_.send(request);
  if (!response.ok()) return response.error();
  return response->headers().get("etag").value_or("");
}

Result<void> LfsObject::put_whole(const hub::LfsAction& action, const CancellationToken& cancel) {
  if (addition().size <= kDigestedAgain || addition().source.stream()) {
    ContentSender sender(addition(), first_.progress);
    const Result<std::string> sent = put(action.upload_url, sender.slice(addition().size), cancel);
    if (!sent.ok()) return sent.error();
    return {};
  }
  std::atomic<std::uint64_t> bytes{0};
  const Result<std::string> sent = put(
      action.upload_url, std::make_shared<PartBody>(addition(), 0, addition().size, *first_.progress, bytes), cancel);
  if (!sent.ok()) return sent.error();
  return confirm_content(cancel);
}

Result<void> LfsObject::put_parts_in_order(const hub::LfsAction& action, std::vector<std::string>& etags,
                                           const CancellationToken& cancel) {
  ContentSender sender(addition(), first_.progress);
  std::uint64_t left = addition().size;
  for (std::size_t i = 0; i < action.part_urls.size(); ++i) {
    const std::uint64_t size = std::min(left, action.chunk_size);
    Result<std::string> etag = put(action.part_urls[i], sender.slice(size), cancel);
    if (!etag.ok()) return etag.error();
    if (etag->empty()) return no_etag(i + 1);
    etags.push_back(*std::move(etag));
    sender.commit_slice();
    left -= size;
  }
  return {};
}

Result<void> LfsObject::put_together(const hub::LfsAction& action, const std::vector<std::string>& etags,
                                     const CancellationToken& cancel) const {
  json parts = json::array();
  for (std::size_t i = 0; i < etags.size(); ++i) parts.push_back({{"partNumber", i + 1}, {"etag", etags[i]}});
  ApiRequest request = hub::json_request(http::Method::post, action.upload_url,
                                         {{"oid", action.oid}, {"parts", std::move(parts)}}, call(cancel),
                                         target_.token);
  request.headers.set("Accept", hub::kLfsMediaType);
  request.headers.set("Content-Type", hub::kLfsMediaType);
  request.retry = RetryPolicy::full;
  request.send_authorization = false;
  request.stall_timeout = kStorageStall;
  const Result<http::Response> response = session_.send(request);
  if (!response.ok()) return response.error();
  return {};
}

Result<void> LfsObject::verify(const hub::LfsAction& action, const CancellationToken& cancel) const {
  if (action.verify_url.empty()) return {};
  ApiRequest request =
      hub::json_request(http::Method::post, action.verify_url, {{"oid", action.oid}, {"size", addition().size}},
                        call(cancel), target_.token);
  request.retry = RetryPolicy::full;
  const Result<http::Response> response = session_.send(request);
  if (!response.ok()) return response.error();
  return {};
}

/// Makes sure that what was sent without a digest is what was hashed. The file is read once more only where its stamp
/// proves nothing: it was written a moment before it was hashed, or its attributes have changed since.
Result<void> LfsObject::confirm_content(const CancellationToken& cancel) const {
  if (addition().file.empty()) return {};
  Result<void> unchanged = hub::check_unchanged(addition());
  if (!unchanged.ok()) return unchanged;
  const Result<FileStamp> now = file_stamp(addition().file);
  if (!now.ok()) return now.error();
  if (addition().stamp_is_proof && *now == addition().stamp) return {};
  hub::AdditionState again(addition().source);
  again.path_in_repo = addition().path_in_repo;
  again.file = addition().file;
  again.size = addition().size;
  Result<void> hashed = hub::compute_sha256(again, cancel);
  if (!hashed.ok()) return hashed;
  if (*again.sha256 != *addition().sha256) return hub::changed_error(addition(), "was written to");
  return {};
}

}  // namespace transfer
HUGGINGFACE_HUB_NAMESPACE_END
