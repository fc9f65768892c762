// SPDX-License-Identifier: Apache-2.0
/// @file
/// What libcurl reports, as an `Error` a person can act on.
#pragma once

#include "huggingface_hub/http/request.hpp"

#include <curl/curl.h>

#include <chrono>
#include <string>

HUGGINGFACE_HUB_NAMESPACE_BEGIN
namespace http {

struct CurlFailure {
  CURLcode code{CURLE_OK};
  bool connected{false};     ///< The connection stood and the request was about to be written.
  std::string proxy{};       ///< Through which it went, if any.
  long proxy_status{0};      ///< The proxy's answer to CONNECT; 0: none.
  std::string reason{};      ///< libcurl's own words.
  long request_bytes{0};     ///< Written of the request.
  int system_error{0};
};

Error transport_error(const Request& request, const CurlFailure& failure);
Error time_out_error(const Request& request, const char* what, std::chrono::milliseconds limit);
/// The end by the caller's token: its deadline, or its cancellation.
Error cancelled_error(const Request& request, bool timed_out);

}  // namespace http
HUGGINGFACE_HUB_NAMESPACE_END
