// SPDX-License-Identifier: Apache-2.0
/// @file
/// What is known of tensors in a safetensors file, wherever that lies. Needs no JSON.
#pragma once

#include "huggingface_hub/safetensors/dtype.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <type_traits>
#include <vector>

HUGGINGFACE_HUB_NAMESPACE_BEGIN
namespace safetensors {

/// The `__metadata__` of a file: text by key.
using Metadata = std::map<std::string, std::string>;
using Shape = std::vector<std::uint64_t>;

/// One tensor of a file: row-major, packed, little endian.
struct TensorInfo {
  std::uint64_t begin{0};  ///< Bytes from the start of the data (not of the file).
  Dtype dtype{Dtype::f32};
  std::uint64_t end{0};  ///< One past its last byte.
  std::string name{};
  Shape shape{};  ///< Empty for a single value.

  [[nodiscard]] std::uint64_t byte_size() const noexcept { return end - begin; }
  /// The product of the shape. A parsed or written tensor has none that overflows.
  [[nodiscard]] std::uint64_t element_count() const noexcept {
    std::uint64_t count = 1;
    for (const std::uint64_t dimension : shape) count *= dimension;
    return count;
  }
};

/// A header whose every rule holds.
struct Header {
  std::uint64_t data_begin{0};         ///< Offset of the data in the file.
  std::uint64_t data_size{0};          ///< Bytes of data; the file is exactly `data_begin + data_size` long.
  std::optional<Metadata> metadata{};  ///< Nothing where the file has no `__metadata__`.
  std::vector<TensorInfo> tensors{};   ///< In the order of their data.
};

/// The elements of a tensor, in place. Valid as long as a copy of what it came from.
template <typename T>
class TensorSpan {
 public:
  using value_type = std::remove_const_t<T>;

  TensorSpan() = default;
  TensorSpan(T* data, std::size_t size) noexcept : data_(data), size_(size) {}

  [[nodiscard]] T* data() const noexcept { return data_; }
  [[nodiscard]] std::size_t size() const noexcept { return size_; }
  [[nodiscard]] bool empty() const noexcept { return size_ == 0; }
  [[nodiscard]] T* begin() const noexcept { return data_; }
  [[nodiscard]] T* end() const noexcept { return data_ + size_; }
  T& operator[](std::size_t i) const noexcept { return data_[i]; }

 private:
  T* data_{nullptr};
  std::size_t size_{0};
};

}  // namespace safetensors
HUGGINGFACE_HUB_NAMESPACE_END
