// SPDX-License-Identifier: Apache-2.0
/// @file
/// libcurl handles with an owner and typed options.
#pragma once

#include "huggingface_hub/version.hpp"

#include <curl/curl.h>

#include <memory>
#include <new>
#include <string>

HUGGINGFACE_HUB_NAMESPACE_BEGIN
namespace http {

/// Initialises libcurl once a process; thread-safe.
void initialize_curl();

struct CurlEasyDelete {
  void operator()(CURL* handle) const noexcept { curl_easy_cleanup(handle); }
};
struct CurlMultiDelete {
  void operator()(CURLM* handle) const noexcept { curl_multi_cleanup(handle); }
};
struct CurlListDelete {
  void operator()(curl_slist* list) const noexcept { curl_slist_free_all(list); }
};
struct CurlUrlDelete {
  void operator()(CURLU* url) const noexcept { curl_url_cleanup(url); }
};
struct CurlFree {
  void operator()(char* text) const noexcept { curl_free(text); }
};

/// Owns one libcurl easy handle. Options are set through overloads, since `curl_easy_setopt` is variadic and takes
/// a wrong type in silence. One thread at a time.
class CurlEasy {
 public:
  CurlEasy() : handle_(curl_easy_init()) {
    if (!handle_) throw std::bad_alloc();
  }

  [[nodiscard]] CURL* get() const noexcept { return handle_.get(); }
  void reset() noexcept { curl_easy_reset(get()); }

  // An option that this libcurl was built without is refused, and that refusal is harmless for all options used
  // here but those of TLS, which a libcurl without TLS could not honour in any way.
  void set(CURLoption option, long value) noexcept { curl_easy_setopt(get(), option, value); }
  void set(CURLoption option, bool value) noexcept { set(option, value ? 1L : 0L); }
  void set(CURLoption option, int value) noexcept { set(option, static_cast<long>(value)); }
  void set_size(CURLoption option, curl_off_t value) noexcept { curl_easy_setopt(get(), option, value); }
  void set(CURLoption option, const char* value) noexcept { curl_easy_setopt(get(), option, value); }
  void set(CURLoption option, const std::string& value) noexcept { set(option, value.c_str()); }
  void set(CURLoption option, curl_slist* value) noexcept { curl_easy_setopt(get(), option, value); }
  void set(CURLoption option, void* value) noexcept { curl_easy_setopt(get(), option, value); }
  void set(CURLoption option, char* buffer) noexcept { curl_easy_setopt(get(), option, buffer); }
  // Write, read and header callbacks share one signature.
  void set(CURLoption option, curl_write_callback value) noexcept { curl_easy_setopt(get(), option, value); }
  void set(CURLoption option, curl_seek_callback value) noexcept { curl_easy_setopt(get(), option, value); }
  void set(CURLoption option, curl_xferinfo_callback value) noexcept { curl_easy_setopt(get(), option, value); }
  void set(CURLoption option, curl_prereq_callback value) noexcept { curl_easy_setopt(get(), option, value); }

  [[nodiscard]] long info(CURLINFO what) const noexcept {
    long value = 0;
    curl_easy_getinfo(get(), what, &value);
    return value;
  }

 private:
  std::unique_ptr<CURL, CurlEasyDelete> handle_;
};

using CurlMulti = std::unique_ptr<CURLM, CurlMultiDelete>;
using CurlList = std::unique_ptr<curl_slist, CurlListDelete>;
using CurlUrl = std::unique_ptr<CURLU, CurlUrlDelete>;
using CurlText = std::unique_ptr<char, CurlFree>;

}  // namespace http
HUGGINGFACE_HUB_NAMESPACE_END
