// SPDX-License-Identifier: Apache-2.0
/// @file
/// A file on the Hub, read in parts and without a copy on the disk: `HfApi::open`.
#pragma once

#include "huggingface_hub/export.hpp"

#include <cstddef>
#include <cstdint>
#include <istream>
#include <memory>
#include <string>
#include <type_traits>
#include <utility>

HUGGINGFACE_HUB_NAMESPACE_BEGIN

namespace detail {
struct RemoteFileState;
}  // namespace detail

/// One file of one commit, open for reading at any offset. `HfApi::open` makes it.
///
/// Whatever the branch does meanwhile, all bytes are of the commit that it stood for at the opening; where a server
/// answers with another content, that is an `IntegrityError`, and never a mixture. What is in the local cache is read
/// from there, without requests.
///
///     const auto file = api.open("me/tiny", "data.bin");
///     std::array<std::byte, 4096> block;
///     file.read_at(1 << 20, block);
///     std::string line;
///     for (auto lines = file.stream(); std::getline(lines, line);) …
///
/// Reads that follow one another are read ahead, in blocks of growing size, inside of the budget of memory that all
/// transfers of the process share (`HF_HUB_TRANSFER_MEMORY`). Other reads ask for what they need and hardly more.
///
/// Cheap to copy; copies share one file. Const members are safe to call from any thread. The `HfApi` it came from may be
/// gone. Destroying the last copy ends what is still on its way.
class HUGGINGFACE_HUB_EXPORT RemoteFile {
 public:
  /// For the library itself.
  explicit RemoteFile(std::shared_ptr<detail::RemoteFileState> state) noexcept : state_(std::move(state)) {}

  [[nodiscard]] std::uint64_t size() const noexcept;                ///< In bytes.
  [[nodiscard]] const std::string& filename() const noexcept;       ///< The path in the repository.
  [[nodiscard]] const std::string& commit_hash() const noexcept;    ///< What the revision stood for.
  /// SHA-256 of an LFS file, git id of another, as in `HfFileMetadata`; empty where the cache does not tell.
  [[nodiscard]] const std::string& etag() const noexcept;
  [[nodiscard]] bool is_cached() const noexcept;                    ///< True: it is read from the disk.

  /// Reads up to `size` bytes from `offset` on. Fewer come only where the file ends, none at its end and beyond.
  ///
  /// @throws IntegrityError   the server has another content now, or does not send parts of files.
  /// @throws HfTransportError the connection failed again and again; or the timeout of the opening, which bounds each
  ///                          read as well, has passed.
  /// @throws OperationCancelledError  the token given at the opening was cancelled.
  /// @throws HfHubHTTPError   the Hub refuses the file now. HfIoError  a cached file cannot be read.
  /// @par Retries
  /// Broken and short bodies go on where they broke, 408, 429 and 5xx are repeated, expired signed URLs asked for again,
  /// all by the `RetryOptions` in force. A read may be repeated at any time. After an error the memory holds rubbish.
  std::size_t read_at(std::uint64_t offset, void* data, std::size_t size) const;

  /// The same into anything that lies in one piece: `std::vector`, `std::array`, `std::span` of `std::byte`, `char`, ….
  template <typename Buffer, typename Element = std::remove_pointer_t<decltype(std::declval<Buffer&>().data())>>
  std::size_t read_at(std::uint64_t offset, Buffer&& buffer) const {
    static_assert(std::is_trivially_copyable_v<Element> && !std::is_const_v<Element>,
                  "RemoteFile::read_at: the buffer must hold plain values that may be written");
    return read_at(offset, static_cast<void*>(buffer.data()), buffer.size() * sizeof(Element));
  }

  /// The bytes themselves, at most `size` of them.
  [[nodiscard]] std::string read(std::uint64_t offset, std::size_t size) const;

  /// The file from its beginning as a stream that can seek; see `RemoteFileStream`.
  [[nodiscard]] class RemoteFileStream stream() const;

 private:
  friend class RemoteFileStream;
  std::shared_ptr<detail::RemoteFileState> state_;
};

/// A file on the Hub as `std::istream`, with a position and a read-ahead of its own. `seekg` costs nothing by itself.
///
/// A failed read throws what `RemoteFile::read_at` throws (`exceptions(badbit)` is set): a connection that breaks does
/// not look like the end of the file. One thread at a time; several streams of one file are independent.
class HUGGINGFACE_HUB_EXPORT RemoteFileStream final : public std::istream {
 public:
  explicit RemoteFileStream(const RemoteFile& file);
  RemoteFileStream(RemoteFileStream&& other) noexcept;
  RemoteFileStream& operator=(RemoteFileStream&&) = delete;
  ~RemoteFileStream() override;

 private:
  class Buffer;
  std::unique_ptr<Buffer> buffer_;
};

HUGGINGFACE_HUB_NAMESPACE_END
