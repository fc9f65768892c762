// SPDX-License-Identifier: Apache-2.0
/// @file
/// libcurl, loaded at its first call instead of at the start of the process. Only the command `hfcpp` is linked with
/// it: libcurl and the thirty libraries behind it take two thirds of the time in which a command without network
/// could be done.
#include <curl/curl.h>

#include <dlfcn.h>

#include <cstdarg>
#include <cstdio>
#include <cstdlib>

// Macros that check the types of the variadic functions.
#undef curl_easy_getinfo
#undef curl_easy_setopt
#undef curl_multi_setopt

namespace {

// A value of any option travels as one 64-bit word, whatever its type is.
static_assert(sizeof(void*) == 8 && sizeof(long) == 8 && sizeof(curl_off_t) == 8);

[[noreturn]] void fail() {
  const char* why = dlerror();
  std::fprintf(stderr, "Error: libcurl cannot be loaded: %s. Install it (Debian: libcurl4).\n", why ? why : "unknown");
  std::_Exit(1);
}

void* library() {
  static void* const handle = dlopen(HUGGINGFACE_HUB_CURL_LIBRARY, RTLD_LAZY | RTLD_LOCAL);
  if (handle == nullptr) fail();
  return handle;
}

template <typename Function>
Function* find(Function*, const char* name) {
  void* const symbol = dlsym(library(), name);
  if (symbol == nullptr) fail();
  return reinterpret_cast<Function*>(symbol);
}

/// `const CURLU*` or `CURLU*`, depending on the version.
template <typename Function>
struct FirstParameter;
template <typename Result, typename First, typename... Others>
struct FirstParameter<Result (*)(First, Others...)> {
  using type = First;
};
using ReadUrl = FirstParameter<decltype(&curl_url_get)>::type;

}  // namespace

// A function of libcurl that hands its arguments on.
#define FORWARD(result, name, parameters, arguments)         \
  extern "C" result name parameters {                        \
    static auto* const function = find(&name, #name);        \
    return function arguments;                               \
  }

// The same for those that take one value of a type that depends on the option.
#define FORWARD_VARIADIC(result, name, Handle, Option)       \
  extern "C" result name(Handle* handle, Option option, ...) { \
    std::va_list list;                                       \
    va_start(list, option);                                  \
    void* const value = va_arg(list, void*);                 \
    va_end(list);                                            \
    static auto* const function = find(&name, #name);        \
    return function(handle, option, value);                  \
  }

#ifdef __clang__
// The options are enumerations in libcurl's own declarations: they are promoted to a type of the same size.
#pragma clang diagnostic ignored "-Wvarargs"
#endif

FORWARD(CURLcode, curl_global_init, (long flags), (flags))
FORWARD(CURL*, curl_easy_init, (), ())
FORWARD(void, curl_easy_cleanup, (CURL * handle), (handle))
FORWARD(void, curl_easy_reset, (CURL * handle), (handle))
FORWARD(CURLcode, curl_easy_pause, (CURL * handle, int bits), (handle, bits))
FORWARD(const char*, curl_easy_strerror, (CURLcode code), (code))
FORWARD_VARIADIC(CURLcode, curl_easy_setopt, CURL, CURLoption)
FORWARD_VARIADIC(CURLcode, curl_easy_getinfo, CURL, CURLINFO)
FORWARD(CURLM*, curl_multi_init, (), ())
FORWARD(CURLMcode, curl_multi_cleanup, (CURLM * multi), (multi))
FORWARD(CURLMcode, curl_multi_add_handle, (CURLM * multi, CURL* handle), (multi, handle))
FORWARD(CURLMcode, curl_multi_remove_handle, (CURLM * multi, CURL* handle), (multi, handle))
FORWARD(CURLMcode, curl_multi_perform, (CURLM * multi, int* running), (multi, running))
FORWARD(CURLMcode, curl_multi_poll,
        (CURLM * multi, curl_waitfd* extra, unsigned count, int timeout, int* ready),
        (multi, extra, count, timeout, ready))
FORWARD(CURLMcode, curl_multi_wakeup, (CURLM * multi), (multi))
FORWARD(CURLMsg*, curl_multi_info_read, (CURLM * multi, int* left), (multi, left))
FORWARD(const char*, curl_multi_strerror, (CURLMcode code), (code))
FORWARD_VARIADIC(CURLMcode, curl_multi_setopt, CURLM, CURLMoption)
FORWARD(curl_slist*, curl_slist_append, (curl_slist * list, const char* text), (list, text))
FORWARD(void, curl_slist_free_all, (curl_slist * list), (list))
FORWARD(CURLU*, curl_url, (), ())
FORWARD(void, curl_url_cleanup, (CURLU * url), (url))
FORWARD(CURLUcode, curl_url_get, (ReadUrl url, CURLUPart part, char** text, unsigned flags),
        (url, part, text, flags))
FORWARD(CURLUcode, curl_url_set, (CURLU * url, CURLUPart part, const char* text, unsigned flags),
        (url, part, text, flags))
FORWARD(void, curl_free, (void* text), (text))
