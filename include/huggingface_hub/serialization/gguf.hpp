// SPDX-License-Identifier: Apache-2.0
/// @file
/// GGUF files: header, metadata and list of tensors, of a file on the disk or one on the Hub read in ranges
/// (`spec/frameworks.md` 7.2). No tensor data is read.
#pragma once

#include "huggingface_hub/export.hpp"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

HUGGINGFACE_HUB_NAMESPACE_BEGIN
namespace gguf {

struct Value;
using Array = std::vector<Value>;

/// A value of the metadata. Integers of all widths are 64 bits here, floats are doubles. Arrays of numbers (`bool` too: 0 and
/// 1) and of texts are vectors of them, arrays of arrays are `Array`.
struct Value {
  using Content = std::variant<bool, std::int64_t, std::uint64_t, double, std::string, std::vector<std::int64_t>,
                               std::vector<std::uint64_t>, std::vector<double>, std::vector<std::string>, Array>;
  Content content{false};

  /// Null where it is of another type.
  template <typename T>
  [[nodiscard]] const T* as() const noexcept {
    return std::get_if<T>(&content);
  }
};

/// A tensor of the list.
struct Tensor {
  std::string name{};
  std::uint64_t offset{0};                   ///< Bytes from the start of the data.
  std::vector<std::uint64_t> shape{};        ///< As in the file: the innermost dimension first.
  std::optional<std::uint64_t> size{};       ///< Bytes; nothing for types that this library does not know.
  std::uint32_t type{0};                     ///< The number in the file; see `tensor_type_name`.

  [[nodiscard]] std::uint64_t element_count() const noexcept {
    std::uint64_t count = 1;
    for (const std::uint64_t dimension : shape) count *= dimension;
    return count;
  }
};

/// What stands before the data.
struct Header {
  std::uint32_t alignment{32};
  std::uint64_t data_begin{0};                               ///< Offset of the data in the file.
  std::vector<std::pair<std::string, Value>> metadata{};     ///< In the order of the file.
  std::vector<Tensor> tensors{};                             ///< In the order of the file.
  std::uint32_t version{3};

  /// Null if there is no such key.
  [[nodiscard]] const Value* find(std::string_view key) const noexcept {
    for (const auto& entry : metadata) {
      if (entry.first == key) return &entry.second;
    }
    return nullptr;
  }
  [[nodiscard]] std::optional<std::string> text(std::string_view key) const {
    const Value* const value = find(key);
    const auto* const found = value == nullptr ? nullptr : value->as<std::string>();
    return found == nullptr ? std::nullopt : std::optional<std::string>(*found);
  }
  /// Of any integer type; nothing for negative ones.
  [[nodiscard]] HUGGINGFACE_HUB_EXPORT std::optional<std::uint64_t> number(std::string_view key) const;
};

/// What is refused before memory is asked for.
struct Limits {
  std::uint64_t array_items{8'000'000};                  ///< Of all arrays together.
  std::uint64_t header_bytes{std::uint64_t{128} << 20};  ///< All before the data.
  std::uint64_t metadata_count{100'000};
  std::uint64_t tensor_count{1'000'000};
};

/// Reads up to `size` bytes at `offset` into `data`; fewer only where the file ends.
using ReadAt = std::function<std::size_t(std::uint64_t offset, void* data, std::size_t size)>;

/// `Q4_K`, `F16`, …; empty for a number that this library does not know.
[[nodiscard]] HUGGINGFACE_HUB_EXPORT std::string_view tensor_type_name(std::uint32_t type) noexcept;

/// Reads the header of a file of `file_size` bytes through `read`, piece by piece, no more than it has.
///
/// @param read       Gives bytes of the file.
/// @param file_size  Bytes of the whole file.
/// @param source     The file's name, for messages.
/// @param limits     How much a header may have before it is refused.
/// @throws GGUFError  a rule of the format is broken (magic, version, types, counts, offsets outside of the file, a
///         name or key that is there twice), or a limit exceeded. What `read` throws passes through.
[[nodiscard]] HUGGINGFACE_HUB_EXPORT Header read_header(const ReadAt& read, std::uint64_t file_size,
                                                        const std::string& source, const Limits& limits = {});
/// The same of a file on the disk. @throws HfIoError  it cannot be opened.
[[nodiscard]] HUGGINGFACE_HUB_EXPORT Header read_header(const std::filesystem::path& path, const Limits& limits = {});

/// The same of a file on the Hub, as `HfApi::open` gives it: a few ranges are fetched.
template <typename RemoteFile, typename = decltype(std::declval<const RemoteFile&>().filename())>
[[nodiscard]] Header read_header(const RemoteFile& file, const Limits& limits = {}) {
  const ReadAt read = [&file](std::uint64_t offset, void* data, std::size_t size) {
    return file.read_at(offset, data, size);
  };
  return read_header(read, file.size(), file.filename(), limits);
}

/// What a card, or the Hub's page, says of a GGUF file.
struct Facts {
  std::string architecture{};                       ///< `llama`; empty where the file does not say.
  std::vector<std::string> base_models{};           ///< Repositories, as in `org/name`.
  std::optional<std::string> chat_template{};
  std::optional<std::uint64_t> context_length{};    ///< `<architecture>.context_length`.
  std::vector<std::string> languages{};
  std::string license{};
  std::string name{};
  std::uint64_t parameter_count{0};                 ///< Elements of all tensors.
  std::string quantization{};                       ///< `Q4_K_M`, from `general.file_type`; empty where unknown.
  std::vector<std::string> tags{};
};

/// Collects the facts of a header.
[[nodiscard]] HUGGINGFACE_HUB_EXPORT Facts facts_of(const Header& header);

}  // namespace gguf
HUGGINGFACE_HUB_NAMESPACE_END
