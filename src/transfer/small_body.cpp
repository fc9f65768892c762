// SPDX-License-Identifier: Apache-2.0
#include "transfer/small_body.hpp"

#include "core/digest.hpp"

#include <optional>

HUGGINGFACE_HUB_NAMESPACE_BEGIN
namespace transfer {

Result<void> SmallBody::on_head(const http::ResponseHead& head, const std::function<void()>&) {
  if (head.status != 200) return content_error(name_, "the server answered with status " + std::to_string(head.status));
  if (std::optional<Error> html = html_in_place_of(name_, head, expected_.sha256.has_value())) return *html;
  content_.clear();
  content_.reserve(*expected_.size);
  return {};
}

Result<http::SinkVerdict> SmallBody::on_data(const char* data, std::size_t size) {
  if (size > *expected_.size - content_.size()) return content_error(name_, "more bytes came than were promised");
  content_.append(data, size);
  return http::SinkVerdict::accepted;
}

bool SmallBody::matches() const {
  if (content_.size() != *expected_.size) return false;
  if (expected_.sha256) return sha256_hex(content_) == *expected_.sha256;
  if (expected_.git_blob_id) return git_blob_id(content_) == *expected_.git_blob_id;
  return true;
}

}  // namespace transfer
HUGGINGFACE_HUB_NAMESPACE_END
