// SPDX-License-Identifier: Apache-2.0
#include "http/curl_easy.hpp"

#include <mutex>

HUGGINGFACE_HUB_NAMESPACE_BEGIN
namespace http {

// Never cleaned up: other users of libcurl in the process may still need it, and exit order cannot bite.
void initialize_curl() {
  static std::once_flag once;
  std::call_once(once, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });
}

}  // namespace http
HUGGINGFACE_HUB_NAMESPACE_END
