// SPDX-License-Identifier: Apache-2.0
/// @file
/// libcrypto, loaded at its first call instead of at the start of the process. Only the command `hfcpp` is linked with
/// it: a third of the time in which a command without digests could be done goes into loading libcrypto.
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <dlfcn.h>

#include <cstddef>
#include <cstdio>
#include <cstdlib>

namespace {

[[noreturn]] void fail_to_load() {
  const char* why = dlerror();
  std::fprintf(stderr, "Error: libcrypto cannot be loaded: %s. Install it (Debian: libssl3).\n", why ? why : "unknown");
  std::_Exit(1);
}

void* crypto_library() {
  static void* const handle = dlopen(HUGGINGFACE_HUB_CRYPTO_LIBRARY, RTLD_LAZY | RTLD_LOCAL);
  if (handle == nullptr) fail_to_load();
  return handle;
}

template <typename Function>
Function* find_in_crypto(Function*, const char* name) {
  void* const symbol = dlsym(crypto_library(), name);
  if (symbol == nullptr) fail_to_load();
  return reinterpret_cast<Function*>(symbol);
}

}  // namespace

// A function of libcrypto that hands its arguments on.
#define FORWARD_CRYPTO(result, name, parameters, arguments)         \
  extern "C" result name parameters {                               \
    static auto* const function = find_in_crypto(&name, #name);     \
    return function arguments;                                      \
  }

FORWARD_CRYPTO(EVP_MD_CTX*, EVP_MD_CTX_new, (), ())
FORWARD_CRYPTO(void, EVP_MD_CTX_free, (EVP_MD_CTX * context), (context))
FORWARD_CRYPTO(int, EVP_MD_CTX_copy_ex, (EVP_MD_CTX * to, const EVP_MD_CTX* from), (to, from))
FORWARD_CRYPTO(int, EVP_DigestInit_ex, (EVP_MD_CTX * context, const EVP_MD* kind, ENGINE* engine),
               (context, kind, engine))
FORWARD_CRYPTO(int, EVP_DigestUpdate, (EVP_MD_CTX * context, const void* data, std::size_t size), (context, data, size))
FORWARD_CRYPTO(int, EVP_DigestFinal_ex, (EVP_MD_CTX * context, unsigned char* raw, unsigned* size),
               (context, raw, size))
#if OPENSSL_VERSION_NUMBER >= 0x30000000L
FORWARD_CRYPTO(EVP_MD*, EVP_MD_fetch, (OSSL_LIB_CTX * library, const char* name, const char* properties),
               (library, name, properties))
#endif
FORWARD_CRYPTO(const EVP_MD*, EVP_sha1, (), ())
FORWARD_CRYPTO(const EVP_MD*, EVP_sha256, (), ())
FORWARD_CRYPTO(int, EVP_EncodeBlock, (unsigned char* to, const unsigned char* from, int size), (to, from, size))
FORWARD_CRYPTO(int, EVP_DecodeBlock, (unsigned char* to, const unsigned char* from, int size), (to, from, size))
FORWARD_CRYPTO(unsigned char*, HMAC,
               (const EVP_MD* kind, const void* key, int key_size, const unsigned char* data, std::size_t size,
                unsigned char* raw, unsigned* raw_size),
               (kind, key, key_size, data, size, raw, raw_size))

#undef FORWARD_CRYPTO
