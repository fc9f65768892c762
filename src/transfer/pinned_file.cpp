// SPDX-License-Identifier: Apache-2.0
#include "transfer/pinned_file.hpp"

#include "core/text.hpp"
#include "http/url.hpp"
#include "transfer/content_range.hpp"
#include "transfer/http_download.hpp"

#include "huggingface_hub/cache/layout.hpp"

#include <utility>

HUGGINGFACE_HUB_NAMESPACE_BEGIN
namespace transfer {

PinnedFile::PinnedFile(PinnedFileFacts facts) : facts_(std::move(facts)), url_(facts_.url) {}

PinnedFile::Source PinnedFile::source() const {
  const std::lock_guard lock(mutex_);
  Source source;
  source.is_hub = http::same_origin(url_, facts_.pinned_url);
  source.number = number_;
  source.url = url_;
  if (const auto known = validators_.find(http::origin_of(url_)); known != validators_.end()) {
    source.validator = known->second;
  }
  return source;
}

bool PinnedFile::renew(const Source& source) {
  const std::lock_guard lock(mutex_);
  if (source.number != number_) return true;
  if (url_ == facts_.pinned_url) return false;
  url_ = facts_.pinned_url;
  ++number_;
  return true;
}

bool PinnedFile::ignores_ranges() const {
  const std::lock_guard lock(mutex_);
  return ignores_ranges_;
}

Error PinnedFile::problem(const std::string& what) const {
  Error error;
  error.code = ErrorCode::integrity;
  error.message = "'" + facts_.name + "' at commit " + facts_.commit + " cannot be read from the Hub: " + what + ".";
  return error;
}

PinnedFile::Verdict PinnedFile::judge(const http::ResponseHead& head, ByteRange asked, const Source& source) {
  Verdict verdict;
  if (html_in_place_of(facts_.name, head, is_lower_hex(facts_.etag, 64))) {
    verdict.error = problem("an HTML page came in its place, as from a login page or a proxy");
    return verdict;
  }
  if (const std::string coding = head.headers.get("Content-Encoding").value_or("identity"); coding != "identity") {
    verdict.error = problem("the server sent it encoded (Content-Encoding: " + coding +
                            ") though that was not asked for, so that offsets mean nothing");
    return verdict;
  }
  if (std::optional<Error> changed = change(head)) {
    verdict.error = std::move(*changed);
    return verdict;
  }
  if (head.status == 206) {
    const std::optional<ContentRange> range = read_content_range(head.headers.get("Content-Range").value_or(""));
    if (!range || range->first != asked.begin) {
      verdict.is_wrong_part = true;
      verdict.error = problem("the server sent another part of it than was asked for (Content-Range: " +
                              head.headers.get("Content-Range").value_or("none") + " in place of bytes " +
                              std::to_string(asked.begin) + "-" + std::to_string(asked.end - 1) + ")");
      return verdict;
    }
    verdict.first = range->first;
  } else if (head.status == 200) {
    if (asked != ByteRange{0, facts_.size}) {
      const std::lock_guard lock(mutex_);
      ignores_ranges_ = true;
    }
    if (asked.begin > kMostDiscarded) {
      verdict.error = problem("the server does not send parts of files (it answered 200 to a range that begins at byte " +
                              std::to_string(asked.begin) + "). Download the file instead, with hf_hub_download");
      return verdict;
    }
    verdict.first = 0;
  } else {
    verdict.error = problem("the server answered with status " + std::to_string(head.status));
    return verdict;
  }
  remember(head, source);
  return verdict;
}

std::optional<Error> PinnedFile::change(const http::ResponseHead& head) {
  const auto changed = [this](const std::string& what) {
    return problem("it changed on the server while it was being read (" + what +
                   "). What was read before is of the old content. Open it again");
  };
  std::optional<std::uint64_t> total;
  if (head.status == 206) {
    if (const auto range = read_content_range(head.headers.get("Content-Range").value_or(""))) total = range->total;
  } else if (head.status == 200) {
    total = read_number(trim(head.headers.get("Content-Length").value_or("")));
  }
  if (total && *total != facts_.size) {
    return changed("it has " + std::to_string(*total) + " bytes in place of " + std::to_string(facts_.size));
  }
  const std::string etag = strong_etag(head);
  // With this header it is the Hub itself that answers, by the names that its metadata use.
  if (const std::optional<std::string> commit = head.headers.get("X-Repo-Commit")) {
    if (*commit != facts_.commit) return changed("commit " + *commit + " came");
    const std::string named = cache::normalize_etag(head.headers.get("X-Linked-Etag").value_or(etag));
    // One of another length is of another kind: of a mirror that gives the Hub's headers and an ETag of its own.
    if (named.size() == facts_.etag.size() && named != facts_.etag) return changed("ETag " + named + " came");
  }
  if (etag.empty()) return std::nullopt;
  const std::lock_guard lock(mutex_);
  const auto [known, is_new] = validators_.emplace(http::origin_of(head.url), etag);
  if (!is_new && known->second != etag) return changed("ETag " + etag + " in place of " + known->second);
  return std::nullopt;
}

/// Where the Hub leads to a storage, the storage is asked directly from then on.
void PinnedFile::remember(const http::ResponseHead& head, const Source& source) {
  if (head.url.empty() || head.url == source.url) return;
  const std::lock_guard lock(mutex_);
  if (source.number != number_) return;
  url_ = head.url;
  ++number_;
}

}  // namespace transfer
HUGGINGFACE_HUB_NAMESPACE_END
