// SPDX-License-Identifier: Apache-2.0
#include "core/digest.hpp"

#include "core/files.hpp"
#include "core/text.hpp"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <new>
#include <optional>
#include <utility>
#include <vector>

HUGGINGFACE_HUB_NAMESPACE_BEGIN

namespace {

constexpr std::size_t kReadSize = std::size_t{1} << 20;  // spec/transfer.md 11

struct ContextDelete {
  void operator()(EVP_MD_CTX* context) const noexcept { EVP_MD_CTX_free(context); }
};

// OpenSSL's digests fail for want of memory, or where a policy forbids them (SHA-1 under FIPS).
void require(int outcome) {
  if (outcome != 1) throw_error(ErrorCode::other, "OpenSSL refused to compute a digest.");
}

/// OpenSSL 3 looks an algorithm up by its name wherever it is used, unless it was fetched: half the time of a small digest.
const EVP_MD* algorithm_of(DigestKind kind) {
#if OPENSSL_VERSION_NUMBER >= 0x30000000L
  static const EVP_MD* const sha1 = EVP_MD_fetch(nullptr, "SHA1", nullptr);
  static const EVP_MD* const sha256 = EVP_MD_fetch(nullptr, "SHA2-256", nullptr);
#else
  static const EVP_MD* const sha1 = EVP_sha1();
  static const EVP_MD* const sha256 = EVP_sha256();
#endif
  const EVP_MD* const algorithm = kind == DigestKind::sha1 ? sha1 : sha256;
  require(algorithm != nullptr ? 1 : 0);
  return algorithm;
}

std::string digest_hex(DigestKind kind, std::string_view data) {
  Digest digest(kind);
  digest.update(data);
  return digest.finish_hex();
}

}  // namespace

struct Digest::Impl {
  std::unique_ptr<EVP_MD_CTX, ContextDelete> context{EVP_MD_CTX_new()};
  const EVP_MD* algorithm{nullptr};
  bool is_started{false};

  void start() {
    if (!is_started) require(EVP_DigestInit_ex(context.get(), algorithm, nullptr));
    is_started = true;
  }
};

Digest::Digest(DigestKind kind) : impl_(std::make_unique<Impl>()) {
  if (!impl_->context) throw std::bad_alloc();
  impl_->algorithm = algorithm_of(kind);
  impl_->start();
}

Digest::~Digest() = default;
Digest::Digest(Digest&&) noexcept = default;
Digest& Digest::operator=(Digest&&) noexcept = default;

void Digest::update(const void* data, std::size_t size) {
  impl_->start();
  require(EVP_DigestUpdate(impl_->context.get(), data, size));
}

Digest Digest::clone() const {
  // Starts a digest of its own only to have a context; copying replaces all of it.
  Digest copy(DigestKind::sha256);
  copy.impl_->algorithm = impl_->algorithm;
  impl_->start();
  require(EVP_MD_CTX_copy_ex(copy.impl_->context.get(), impl_->context.get()));
  return copy;
}

std::string Digest::finish_raw() {
  unsigned char raw[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  impl_->start();
  require(EVP_DigestFinal_ex(impl_->context.get(), raw, &size));
  impl_->is_started = false;
  return std::string(reinterpret_cast<const char*>(raw), size);
}

std::string Digest::finish_hex() { return to_hex(finish_raw()); }

Digest git_blob_digest(std::uint64_t size) {
  Digest digest(DigestKind::sha1);
  const std::string header = "blob " + std::to_string(size);
  digest.update(header.c_str(), header.size() + 1);  // The NUL belongs to it.
  return digest;
}

std::string sha256_hex(std::string_view data) { return digest_hex(DigestKind::sha256, data); }

std::string sha1_hex(std::string_view data) { return digest_hex(DigestKind::sha1, data); }

std::string git_blob_id(std::string_view data) {
  Digest digest = git_blob_digest(data.size());
  digest.update(data);
  return digest.finish_hex();
}

std::string hmac_sha256(std::string_view key, std::string_view data) {
  unsigned char raw[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  const unsigned char* done = HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
                                   reinterpret_cast<const unsigned char*>(data.data()), data.size(), raw, &size);
  require(done != nullptr ? 1 : 0);
  return std::string(reinterpret_cast<const char*>(raw), size);
}

Result<FileDigest> digest_file(const std::filesystem::path& path, bool want_sha256, bool want_git_blob_id) {
  Result<files::PositionalFile> file = files::PositionalFile::open_read(path);
  if (!file) return file.error();
  const Result<std::uint64_t> size = file->size();
  if (!size) return size.error();

  FileDigest digest;
  digest.size = *size;
  std::optional<Digest> sha256;
  std::optional<Digest> git;
  if (want_sha256) sha256.emplace(DigestKind::sha256);
  if (want_git_blob_id) git.emplace(git_blob_digest(digest.size));

  std::vector<char> buffer(kReadSize);
  std::uint64_t offset = 0;
  for (;;) {
    const Result<std::size_t> got = file->read_at(offset, buffer.data(), buffer.size());
    if (!got) return got.error();
    if (*got == 0) break;
    if (sha256) sha256->update(buffer.data(), *got);
    if (git) git->update(buffer.data(), *got);
    offset += *got;
  }
  if (offset != digest.size) {
    Error error;
    error.code = ErrorCode::io;
    error.message = "'" + path.string() + "' changed while it was read: it had " + std::to_string(digest.size) +
                    " bytes, then " + std::to_string(offset) + ". Try again once it is written completely.";
    error.path = path;
    return error;
  }
  if (sha256) digest.sha256 = sha256->finish_hex();
  if (git) digest.git_blob_id = git->finish_hex();
  return digest;
}

HUGGINGFACE_HUB_NAMESPACE_END
