// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/digest.hpp"
#include "hub/addition.hpp"
#include "transfer/upload_progress.hpp"

#include "huggingface_hub/http/request.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

HUGGINGFACE_HUB_NAMESPACE_BEGIN
namespace operations {

/// The NDJSON of a commit, made while it is sent (spec/hub-http.md 9.3): regular files are read, and turned into
/// base64, piece by piece, so that memory does not grow with them.
///
/// Each file is digested on the way. One that is not what it was when the commit was planned ends the request before it
/// is complete, so that nothing is committed.
class CommitBody final : public http::Body {
 public:
  void add_header(const std::string& summary, const std::string& description,
                  const std::optional<std::string>& parent_commit);
  /// `addition.git_blob_id` must be known. Both outlive the body.
  void add_file(const hub::AdditionState& addition, transfer::UploadProgress::File* progress);
  void add_file(const std::string& path, const std::string& content);
  /// `size` is left out for copies.
  void add_lfs_file(const std::string& path, const std::string& sha256, std::optional<std::uint64_t> size);
  void add_deletion(const std::string& path, bool is_folder);

  [[nodiscard]] std::optional<std::uint64_t> size() const override { return size_; }
  Result<std::size_t> read(char* buffer, std::size_t capacity) override;
  Result<void> rewind() override;

 private:
  /// Content of a file, to be sent as base64.
  struct File {
    const hub::AdditionState* addition;
    transfer::UploadProgress::File* progress;
  };
  using Piece = std::variant<std::string, File>;

  void add_text(std::string text);
  /// Fills `pending_` with the next bytes to send; leaves it empty at the end.
  Result<void> refill();
  Result<void> read_file(const File& file);

  std::vector<Piece> pieces_{};
  std::uint64_t size_{0};

  std::size_t next_piece_{0};
  std::string pending_{};
  std::size_t pending_position_{0};
  std::unique_ptr<hub::ContentReader> reader_{};  ///< Of the file that is being sent.
  Digest digest_{DigestKind::sha1};
  std::uint64_t file_position_{0};
};

}  // namespace operations
HUGGINGFACE_HUB_NAMESPACE_END
