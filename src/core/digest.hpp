// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "huggingface_hub/result.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

HUGGINGFACE_HUB_NAMESPACE_BEGIN

enum class DigestKind { sha1, sha256 };

/// A streaming digest. One thread at a time. Movable, not copyable.
class Digest {
 public:
  explicit Digest(DigestKind kind);
  ~Digest();
  Digest(Digest&&) noexcept;
  Digest& operator=(Digest&&) noexcept;

  void update(const void* data, std::size_t size);
  void update(std::string_view data) { update(data.data(), data.size()); }

  /// An independent digest of everything so far.
  [[nodiscard]] Digest clone() const;

  /// Lower-case hex of everything so far; afterwards the object is as new.
  [[nodiscard]] std::string finish_hex();
  /// Raw bytes (20 or 32).
  [[nodiscard]] std::string finish_raw();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// A streaming git blob id: SHA-1 over `blob <size>\0` and the content.
Digest git_blob_digest(std::uint64_t size);

std::string sha256_hex(std::string_view data);
std::string sha1_hex(std::string_view data);
std::string git_blob_id(std::string_view data);

/// HMAC-SHA-256 as raw bytes (for the embedded hub's signed URLs).
std::string hmac_sha256(std::string_view key, std::string_view data);

struct FileDigest {
  std::string sha256{};
  std::string git_blob_id{};
  std::uint64_t size{0};
};

/// Reads the file once, with a fixed buffer (1 MiB). Fails with `io` where it cannot be read, or where its size
/// changes while it is read.
Result<FileDigest> digest_file(const std::filesystem::path& path, bool want_sha256, bool want_git_blob_id);

HUGGINGFACE_HUB_NAMESPACE_END
