// SPDX-License-Identifier: Apache-2.0
/// @file
/// One file of one commit: where its bytes are asked for, and what an answer must say to be about it.
#pragma once

#include "transfer/byte_range.hpp"

#include "huggingface_hub/http/response.hpp"
#include "huggingface_hub/result.hpp"

#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>

HUGGINGFACE_HUB_NAMESPACE_BEGIN
namespace transfer {

struct PinnedFileFacts {
  std::string commit{};
  std::string etag{};  ///< Normalised, as the Hub's metadata gave it.
  std::string name{};  ///< For messages; its ending says whether it may be HTML.
  /// The resolve URL with the commit in it. It is asked with the token, and leads to the storage.
  std::string pinned_url{};
  std::uint64_t size{0};
  std::string url{};   ///< Asked first: `pinned_url`, or a signed one that metadata gave.
};

/// Reads of a file ask again and again, minutes or hours apart and over several connections; what comes must always be
/// of the same content. The commit stands in the URL, the size is known, and every storage is held to the first
/// (strong) ETag it gave: a storage has a naming of its own, so what different ones say cannot be compared.
///
/// Safe to use from any thread.
class PinnedFile {
 public:
  explicit PinnedFile(PinnedFileFacts facts);

  [[nodiscard]] const PinnedFileFacts& facts() const noexcept { return facts_; }

  struct Source {
    bool is_hub{true};        ///< The URL is the Hub's own: the token goes there.
    int number{0};            ///< Grows with every URL.
    std::string url{};
    std::string validator{};  ///< For `If-Range`; empty while the first answer is awaited.
  };
  [[nodiscard]] Source source() const;

  /// `source` is good no more, a signed URL that has expired: the Hub is asked for another one. Nothing happens where
  /// somebody has noticed before. False where it was the Hub itself that was asked.
  bool renew(const Source& source);

  struct Verdict {
    std::optional<std::uint64_t> first{};  ///< Where the body begins in the file.
    bool is_wrong_part{false};             ///< The answer is another range than was asked for; once more may help.
    Error error{};                         ///< Where `first` is unset.
  };
  /// Looks at the head of a success, before any byte of its body is kept.
  Verdict judge(const http::ResponseHead& head, ByteRange asked, const Source& source);

  /// True once a server has sent the whole file for a part of it.
  [[nodiscard]] bool ignores_ranges() const;

  /// The most bytes in front of the wanted ones that are received for nothing where a server ignores ranges.
  static constexpr std::uint64_t kMostDiscarded = std::uint64_t{16} << 20;

  /// An `integrity` error about the file.
  [[nodiscard]] Error problem(const std::string& what) const;

 private:
  [[nodiscard]] std::optional<Error> change(const http::ResponseHead& head);
  void remember(const http::ResponseHead& head, const Source& source);

  PinnedFileFacts facts_;
  mutable std::mutex mutex_{};
  std::string url_;
  int number_{0};
  bool ignores_ranges_{false};
  std::map<std::string, std::string> validators_{};  ///< By origin.
};

}  // namespace transfer
HUGGINGFACE_HUB_NAMESPACE_END
