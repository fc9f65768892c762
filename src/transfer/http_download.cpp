// SPDX-License-Identifier: Apache-2.0
#include "transfer/http_download.hpp"

#include "core/digest.hpp"
#include "core/files.hpp"
#include "core/log.hpp"
#include "core/text.hpp"
#include "transfer/body_ring.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <memory>
#include <string_view>
#include <system_error>
#include <utility>

HUGGINGFACE_HUB_NAMESPACE_BEGIN
namespace transfer {

namespace {

using std::chrono::milliseconds;

// A transfer over a fast loopback was fastest with 2 to 4 MiB; more only leaves the processor's cache.
constexpr std::size_t kRingSize = std::size_t{2} << 20;
constexpr int kSignedUrlRenewals = 3;  // Without a byte of progress in between.

struct ContentRange {
  std::uint64_t first{0};
  std::optional<std::uint64_t> total{};
};

std::optional<std::uint64_t> read_number(std::string_view text) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

// `bytes 10-19/20`, `bytes 10-19/*`.
std::optional<ContentRange> read_content_range(std::string_view field) {
  field = trim(field);
  if (!starts_with_ignoring_case(field, "bytes ")) return std::nullopt;
  field.remove_prefix(6);
  const std::size_t dash = field.find('-');
  const std::size_t slash = field.find('/');
  if (dash == std::string_view::npos || slash == std::string_view::npos || slash < dash) return std::nullopt;
  const std::optional<std::uint64_t> first = read_number(trim(field.substr(0, dash)));
  if (!first) return std::nullopt;
  return ContentRange{*first, read_number(trim(field.substr(slash + 1)))};
}

bool is_transient_status(int status) noexcept {
  return status == 408 || status == 429 || (status >= 500 && status <= 504 && status != 501);
}

// True if the answer came from another place than the one asked, so from a storage with a signed URL. What the Hub
// itself refuses has a class of its own.
bool came_from_storage(const Error& error, const std::string& asked) {
  return error.code == ErrorCode::http && redact_url(error.http->url) != redact_url(asked);
}

/// Removes the private file unless everything went well.
class PrivateFile {
 public:
  explicit PrivateFile(std::filesystem::path path) : path_(std::move(path)) {}
  ~PrivateFile() {
    std::error_code ignored;
    if (!keep_) std::filesystem::remove(path_, ignored);
  }
  PrivateFile(const PrivateFile&) = delete;
  PrivateFile& operator=(const PrivateFile&) = delete;
  void keep() noexcept { keep_ = true; }

 private:
  std::filesystem::path path_;
  bool keep_{false};
};

/// Whatever ends an attempt, an exception of the progress callback included: its exchange is over afterwards.
class ExchangeGuard {
 public:
  ExchangeGuard(CancellationSource& source, BodyRing& ring) : source_(source), ring_(ring) {}
  ~ExchangeGuard() { stop(); }
  ExchangeGuard(const ExchangeGuard&) = delete;
  ExchangeGuard& operator=(const ExchangeGuard&) = delete;
  void stop() {
    if (std::exchange(stopped_, true)) return;
    ring_.abandon();
    source_.cancel();
    (void)ring_.outcome();
  }
  /// The exchange has ended by itself.
  void release() noexcept { stopped_ = true; }

 private:
  CancellationSource& source_;
  BodyRing& ring_;
  bool stopped_{false};
};

/// One download, over as many exchanges as it takes. One thread.
class Download {
 public:
  Download(const Session& session, const HttpDownload& download)
      : session_(session),
        spec_(download),
        request_(download.request),
        retry_(download.request.call.retry.value_or(session.options().retry)),
        schedule_(retry_),
        size_(download.expected.size) {}

  Result<HttpDownloaded> run() {
    Result<files::PositionalFile> file = files::PositionalFile::create_new(spec_.file);
    if (!file.ok()) return file.error();
    file_ = std::move(*file);
    reset_digest();
    for (;;) {
      const std::uint64_t before = received_;
      const Step step = attempt();
      if (received_ > before) note_progress();
      if (step.kind == Step::Kind::failed) return step.error;
      if (step.kind == Step::Kind::finished) break;
      if (step.wait.count() > 0 && session_.clock().wait(step.wait, request_.call.cancel)) {
        return as_result([this] { request_.call.cancel.throw_if_cancelled(); }).error();
      }
    }
    if (Result<void> closed = file_.close(); !closed.ok()) return closed.error();
    return HttpDownloaded{received_};
  }

 private:
  /// What comes after an exchange.
  struct Step {
    enum class Kind { finished, again, failed };
    Kind kind{Kind::finished};
    Error error{};
    milliseconds wait{0};
    static Step fail(Error error) { return {Kind::failed, std::move(error), milliseconds(0)}; }
    static Step repeat(milliseconds wait) { return {Kind::again, {}, wait}; }
  };

  Step attempt() {
    if (size_ && received_ == *size_ && received_ > 0) return verify();  // Nothing is left to ask for.
    CancellationSource source = CancellationSource::linked_to(request_.call.cancel);
    const auto ring = std::make_shared<BodyRing>(kRingSize);
    session_.start(next_request(source.token()), ring,
                   [ring](Result<http::ResponseHead> outcome) { ring->finish(std::move(outcome)); });
    ExchangeGuard guard(source, *ring);

    if (const http::ResponseHead* head = ring->wait_for_head()) {
      if (std::optional<Step> problem = accept(*head)) return *problem;
      while (const BodyRing::Slice slice = ring->next()) {
        if (std::optional<Step> problem = take(slice)) return *problem;
        ring->release(slice.size);
      }
    }
    guard.release();
    const Result<http::ResponseHead>& outcome = ring->outcome();
    if (!outcome.ok()) return after_failure(outcome.error());
    if (size_ && received_ < *size_) return after_short_body();
    return verify();
  }

  ApiRequest next_request(CancellationToken cancel) const {
    ApiRequest request = request_;
    request.call.cancel = std::move(cancel);
    request.method = http::Method::get;
    request.redirects = RedirectPolicy::follow;
    request.headers.set("Accept-Encoding", "identity");  // Offsets have to mean bytes of the file.
    if (received_ > 0) {
      request.headers.set("Range", "bytes=" + std::to_string(received_) + "-");
      if (!validator_.empty()) request.headers.set("If-Range", validator_);
    }
    return request;
  }

  /// Looks at a head before any byte of its body is kept. Nothing: go on.
  std::optional<Step> accept(const http::ResponseHead& head) {
    if (std::optional<Error> html = html_in_place_of(spec_.name, head, spec_.expected.sha256.has_value())) {
      return Step::fail(std::move(*html));
    }
    std::optional<std::uint64_t> total;
    if (head.status == 206) {
      const std::optional<ContentRange> range = read_content_range(head.headers.get("Content-Range").value_or(""));
      if (!range || range->first != received_) return refetch("the server sent another part of it than was asked for");
      total = range->total;
    } else if (head.status == 200) {
      if (received_ > 0) {
        if (std::optional<Step> problem = rewind("the server does not continue bodies")) return problem;
      }
      if (!head.headers.has("Content-Encoding")) total = read_number(trim(head.headers.get("Content-Length").value_or("")));
    } else {
      return Step::fail(content_error(spec_.name, "the server answered with status " + std::to_string(head.status)));
    }
    if (total && spec_.expected.size && *total != *spec_.expected.size) {
      return refetch("it has " + std::to_string(*total) + " bytes where " + std::to_string(*spec_.expected.size) +
                     " were promised");
    }
    if (!size_) size_ = total;
    if (std::string etag = head.headers.get("ETag").value_or(""); etag.rfind('"', 0) == 0) validator_ = std::move(etag);
    return std::nullopt;
  }

  /// Writes and hashes. Nothing: go on.
  std::optional<Step> take(const BodyRing::Slice& slice) {
    if (size_ && slice.size > *size_ - received_) {
      return refetch("more bytes came than the " + std::to_string(*size_) + " promised");
    }
    if (Result<void> written = file_.write_at(received_, slice.data, slice.size); !written.ok()) {
      return Step::fail(written.error());
    }
    if (digest_) digest_->update(slice.data, slice.size);
    received_ += slice.size;
    if (spec_.on_progress) spec_.on_progress(received_, false);
    return std::nullopt;
  }

  Step after_failure(const Error& error) {
    if (error.code == ErrorCode::transport) return after_broken_connection(error);
    if (!error.http) return Step::fail(error);
    const int status = error.http->status;
    if (is_transient_status(status)) {
      AttemptOutcome outcome;
      outcome.repeat_is_safe = true;
      outcome.status = status;
      // A second more than asked for, as for every other request (spec/transfer.md 1).
      if (error.http->retry_after) outcome.server_wait = *error.http->retry_after + std::chrono::seconds(1);
      const std::optional<milliseconds> wait = schedule_.next(outcome, 1.0);
      if (!wait) return Step::fail(error);
      log_warning("The download of '" + spec_.name + "' met status " + std::to_string(status) + " and goes on in " +
                  std::to_string(wait->count()) + " ms.");
      return Step::repeat(*wait);
    }
    if (status == 416 && received_ > 0) {
      return refetch("the server says that the part still missing is outside of the file");
    }
    if (status == 400 || status == 401 || status == 403 || status == 404 || status == 410) return after_refusal(error);
    return Step::fail(error);
  }

  // A signed URL lives for some minutes. The Hub, asked again, gives a new one for the same bytes.
  Step after_refusal(const Error& error) {
    const bool direct = !spec_.renewed_url.empty() && request_.url != spec_.renewed_url;
    if (!direct && !came_from_storage(error, request_.url)) return Step::fail(error);
    if (renewals_ >= kSignedUrlRenewals) return Step::fail(error);
    ++renewals_;
    if (direct) {
      request_.url = spec_.renewed_url;
      request_.send_authorization = true;
    }
    return Step::repeat(renewals_ == 1 ? milliseconds(0) : retry_.initial_backoff);
  }

  Step after_broken_connection(const Error& error) {
    if (request_.call.cancel.is_cancelled() || broken_ >= retry_.max_retries) return Step::fail(error);
    ++broken_;
    log_warning("The download of '" + spec_.name + "' broke at byte " + std::to_string(received_) +
                " and is continued: " + error.message);
    return Step::repeat(retry_.initial_backoff);
  }

  // The connection ended in order, and yet bytes are missing.
  Step after_short_body() {
    return after_broken_connection(content_error(
        spec_.name, "the body ended after " + std::to_string(received_) + " of " + std::to_string(*size_) + " bytes"));
  }

  Step verify() {
    const std::optional<std::string> mismatch = find_mismatch();
    if (!mismatch) return {};
    return refetch(*mismatch);
  }

  /// What is wrong with the whole content, if anything.
  std::optional<std::string> find_mismatch() {
    if (spec_.expected.sha256) {
      const std::string actual = digest_->finish_hex();
      if (actual == *spec_.expected.sha256) return std::nullopt;
      return "its SHA-256 is " + actual + " where " + *spec_.expected.sha256 + " was promised";
    }
    if (!spec_.expected.git_blob_id) return std::nullopt;
    std::string actual;
    if (digest_) {
      actual = digest_->finish_hex();
    } else {  // The size, which a git id begins with, was not known before.
      Result<FileDigest> digest = digest_file(spec_.file, false, true);
      if (!digest.ok()) return digest.error().message;
      actual = digest->git_blob_id;
    }
    if (actual == *spec_.expected.git_blob_id || is_plain_sha1()) return std::nullopt;
    return "its git id is " + actual + " where " + *spec_.expected.git_blob_id + " was promised";
  }

  // Some servers that are no git use the SHA-1 of the content itself as ETag. As good a proof.
  bool is_plain_sha1() const {
    Digest sha1(DigestKind::sha1);
    Result<files::PositionalFile> file = files::PositionalFile::open_read(spec_.file);
    std::array<char, 64 << 10> buffer{};
    for (std::uint64_t offset = 0; file.ok();) {
      const Result<std::size_t> size = file->read_at(offset, buffer.data(), buffer.size());
      if (!size.ok()) return false;
      if (*size == 0) return sha1.finish_hex() == *spec_.expected.git_blob_id;
      sha1.update(buffer.data(), *size);
      offset += *size;
    }
    return false;
  }

  /// The bytes are not what was promised: once more from the start, then it is an error.
  Step refetch(const std::string& reason) {
    if (refetched_) return Step::fail(content_error(spec_.name, reason));
    refetched_ = true;
    size_ = spec_.expected.size;
    validator_.clear();
    log_warning("'" + spec_.name + "' is fetched once more, since " + reason + ".");
    if (std::optional<Step> problem = rewind(reason)) return *problem;
    return Step::repeat(milliseconds(0));
  }

  std::optional<Step> rewind(const std::string& reason) {
    log_debug("'" + spec_.name + "' starts over: " + reason);
    received_ = 0;
    reset_digest();
    if (Result<void> cut = file_.truncate(0); !cut.ok()) return Step::fail(cut.error());
    if (spec_.on_progress) spec_.on_progress(0, true);
    return std::nullopt;
  }

  void reset_digest() {
    digest_.reset();
    if (spec_.expected.sha256) {
      digest_.emplace(DigestKind::sha256);
    } else if (spec_.expected.git_blob_id && spec_.expected.size) {
      digest_.emplace(git_blob_digest(*spec_.expected.size));
    }
  }

  void note_progress() {
    broken_ = 0;
    renewals_ = 0;
  }

  const Session& session_;
  const HttpDownload& spec_;
  ApiRequest request_;
  RetryOptions retry_;
  RetrySchedule schedule_;
  files::PositionalFile file_{};
  std::optional<Digest> digest_{};
  std::optional<std::uint64_t> size_;  ///< Promised, or learned from the first head.
  std::string validator_{};            ///< Strong ETag of what is being fetched.
  std::uint64_t received_{0};
  int broken_{0};
  int renewals_{0};
  bool refetched_{false};
};

constexpr std::array<std::string_view, 30> kWeightEndings = {
    ".safetensors", ".bin",  ".pt",   ".pth", ".ckpt",  ".h5",  ".hdf5",    ".onnx",    ".gguf",   ".ggml",
    ".msgpack",     ".tflite", ".pb", ".npz", ".npy",   ".pkl", ".pickle",  ".parquet", ".arrow",  ".zip",
    ".tar",         ".gz",   ".model", ".ot", ".joblib", ".keras", ".mlmodel", ".xz",   ".zst",    ".tgz"};
constexpr std::array<std::string_view, 5> kPageEndings = {".html", ".htm", ".xhtml", ".mhtml", ".shtml"};

template <typename Endings>
bool ends_with_one_of(const std::string& name, const Endings& endings) {
  const std::string lower = to_lower(name);
  return std::any_of(endings.begin(), endings.end(), [&](std::string_view ending) {
    return lower.size() >= ending.size() && lower.compare(lower.size() - ending.size(), ending.size(), ending) == 0;
  });
}

}  // namespace

ExpectedContent expected_content(const std::string& etag, bool is_weak, std::optional<std::uint64_t> size) {
  ExpectedContent expected;
  expected.size = size;
  if (is_weak) return expected;
  if (is_lower_hex(etag, 64)) expected.sha256 = etag;
  if (is_lower_hex(etag, 40)) expected.git_blob_id = etag;
  return expected;
}

Error content_error(const std::string& name, const std::string& what) {
  Error error;
  error.code = ErrorCode::integrity;
  error.message = "'" + name + "' did not arrive as the Hub has it: " + what +
                  ". Nothing was kept. Try again; if it happens again, look for a proxy or mirror that changes files.";
  return error;
}

std::optional<Error> html_in_place_of(const std::string& name, const http::ResponseHead& head, bool has_sha256) {
  const std::string type = head.headers.get("Content-Type").value_or("");
  if (!starts_with_ignoring_case(trim(type), "text/html") || ends_with_one_of(name, kPageEndings)) return std::nullopt;
  if (!has_sha256 && !ends_with_one_of(name, kWeightEndings)) return std::nullopt;
  return content_error(name, "an HTML page came in its place (Content-Type: text/html), as from a login page or a "
                             "proxy");
}

Result<HttpDownloaded> http_download(const Session& session, const HttpDownload& download) {
  PrivateFile guard(download.file);
  Result<HttpDownloaded> done = Download(session, download).run();
  if (done.ok()) guard.keep();
  return done;
}

}  // namespace transfer
HUGGINGFACE_HUB_NAMESPACE_END
