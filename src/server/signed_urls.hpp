// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "huggingface_hub/export.hpp"
#include "server/query.hpp"

#include <chrono>
#include <string>

HUGGINGFACE_HUB_NAMESPACE_BEGIN

namespace server {

/// URLs that carry their permission in themselves, as an object storage hands them out. Immutable.
class SignedUrls {
 public:
  /// `key` is a secret of this hub.
  SignedUrls(std::string key, std::chrono::seconds lifetime) : key_(std::move(key)), lifetime_(lifetime) {}

  enum class Verdict { good, expired, wrong };

  /// `base` + `path` + query, good for `action` (`GET` covers HEAD) from now on for the lifetime.
  [[nodiscard]] std::string make(const std::string& base, const std::string& path, const std::string& action,
                                 Query query) const;
  [[nodiscard]] Verdict check(const std::string& path, const std::string& action, const std::string& raw_query) const;

 private:
  [[nodiscard]] std::string sign(const std::string& path, const std::string& action, const std::string& query) const;

  std::string key_;
  std::chrono::seconds lifetime_;
};

}  // namespace server

HUGGINGFACE_HUB_NAMESPACE_END
