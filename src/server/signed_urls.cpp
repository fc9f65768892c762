// SPDX-License-Identifier: Apache-2.0
#include "server/signed_urls.hpp"

#include "core/digest.hpp"
#include "core/text.hpp"

#include <string_view>

HUGGINGFACE_HUB_NAMESPACE_BEGIN

namespace server {
namespace {

constexpr std::string_view kSignature = "&Signature=";

std::size_t unix_seconds() {
  return static_cast<std::size_t>(
      std::chrono::duration_cast<std::chrono::seconds>(std::chrono::system_clock::now().time_since_epoch()).count());
}

bool equal_in_constant_time(std::string_view left, std::string_view right) {
  if (left.size() != right.size()) return false;
  unsigned difference = 0;
  for (std::size_t i = 0; i < left.size(); ++i) difference |= static_cast<unsigned>(left[i] ^ right[i]);
  return difference == 0;
}

}  // namespace

std::string SignedUrls::sign(const std::string& path, const std::string& action, const std::string& query) const {
  return to_hex(hmac_sha256(key_, action + "\n" + path + "\n" + query));
}

std::string SignedUrls::make(const std::string& base, const std::string& path, const std::string& action,
                             Query query) const {
  query.set("Expires", std::to_string(unix_seconds() + static_cast<std::size_t>(lifetime_.count())));
  const std::string text = query.text();
  return base + path + "?" + text + std::string(kSignature) + sign(path, action, text);
}

// The signature comes last and covers everything before it, to the byte.
SignedUrls::Verdict SignedUrls::check(const std::string& path, const std::string& action,
                                      const std::string& raw_query) const {
  const std::size_t at = raw_query.rfind(kSignature);
  if (at == std::string::npos) return Verdict::wrong;
  const std::string signed_part = raw_query.substr(0, at);
  const std::string signature = raw_query.substr(at + kSignature.size());
  if (!equal_in_constant_time(signature, sign(path, action == "HEAD" ? "GET" : action, signed_part))) {
    return Verdict::wrong;
  }
  const auto expires = Query(signed_part).number("Expires");
  return expires && *expires > unix_seconds() ? Verdict::good : Verdict::expired;
}

}  // namespace server

HUGGINGFACE_HUB_NAMESPACE_END
