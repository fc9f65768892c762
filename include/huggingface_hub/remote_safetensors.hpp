// SPDX-License-Identifier: Apache-2.0
/// @file
/// Safetensors on the Hub, read tensor by tensor: `HfApi::open_remote_safetensors`.
#pragma once

#include "huggingface_hub/export.hpp"
#include "huggingface_hub/json_text.hpp"
#include "huggingface_hub/safetensors/slice.hpp"
#include "huggingface_hub/safetensors/tensor.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

HUGGINGFACE_HUB_NAMESPACE_BEGIN

namespace detail {
struct RemoteSafetensorsState;
[[noreturn]] HUGGINGFACE_HUB_EXPORT void refuse_tensor_type(const safetensors::TensorInfo& info);
}  // namespace detail

/// A tensor that was fetched: row-major, packed, little endian. Copies share the bytes.
class RemoteTensor {
 public:
  RemoteTensor(safetensors::TensorInfo info, std::shared_ptr<char[]> bytes)
      : info_(std::move(info)), bytes_(std::move(bytes)) {}

  [[nodiscard]] const safetensors::TensorInfo& info() const noexcept { return info_; }
  [[nodiscard]] const std::string& name() const noexcept { return info_.name; }
  [[nodiscard]] safetensors::Dtype dtype() const noexcept { return info_.dtype; }
  [[nodiscard]] const safetensors::Shape& shape() const noexcept { return info_.shape; }

  [[nodiscard]] char* data() const noexcept { return bytes_.get(); }  ///< Aligned for every type of element.
  [[nodiscard]] std::size_t size() const noexcept { return static_cast<std::size_t>(info_.byte_size()); }  ///< Bytes.
  [[nodiscard]] std::string_view bytes() const noexcept { return {bytes_.get(), size()}; }

  /// The elements, in place, for as long as a copy of this object.
  /// @throws SafetensorsParsingError  they are of another type (`safetensors::is_stored_as`).
  template <typename T>
  [[nodiscard]] safetensors::TensorSpan<T> values() const {
    if (!safetensors::is_stored_as<std::remove_const_t<T>>(info_.dtype)) detail::refuse_tensor_type(info_);
    return {reinterpret_cast<T*>(bytes_.get()), size() / sizeof(T)};
  }

 private:
  safetensors::TensorInfo info_;
  std::shared_ptr<char[]> bytes_;
};

/// Where a tensor is to be put: `size` bytes at `data`, exactly as many as it has.
struct TensorTarget {
  void* data{nullptr};
  std::string name{};
  std::size_t size{0};
};

/// A checkpoint on the Hub, in one file or sharded, of one commit. `HfApi::open_remote_safetensors` makes it.
///
///     const auto model = api.open_remote_safetensors("openai-community/gpt2");
///     const auto bias = model.tensor("h.0.attn.c_attn.bias");
///     for (const float value : bias.values<const float>()) …
///
/// Only what is asked for is fetched. Of a sharded checkpoint the index tells the names; the header of a shard is asked
/// for when one of its tensors is first looked at, the data when they are read. Every header is checked like that of a
/// file on the disk, and against the size of its file (`spec/safetensors.md` 2). Several tensors come in as few ranges
/// as possible, side by side. What is in the local cache is read from there.
///
/// Cheap to copy; copies share one state. Const members are safe to call from any thread.
class HUGGINGFACE_HUB_EXPORT RemoteSafetensors {
 public:
  /// For the library itself.
  explicit RemoteSafetensors(std::shared_ptr<detail::RemoteSafetensorsState> state) noexcept
      : state_(std::move(state)) {}

  [[nodiscard]] const std::string& commit_hash() const noexcept;
  [[nodiscard]] const std::string& filename() const noexcept;  ///< Path of the file, or of the index.
  [[nodiscard]] bool is_sharded() const noexcept;
  [[nodiscard]] std::vector<std::string> files() const;        ///< Paths of the files with tensors, sorted.

  /// In alphabetical order (of their bytes). Asks nobody, as do the next three.
  [[nodiscard]] std::vector<std::string> names() const;
  [[nodiscard]] bool contains(const std::string& name) const;
  /// Tensor name to file name (beside the index).
  [[nodiscard]] const std::map<std::string, std::string>& weight_map() const noexcept;
  /// `metadata` of the index; empty where there is none.
  [[nodiscard]] const JsonText& index_metadata() const noexcept;

  /// Type, shape and place of a tensor. Asks for the header of its shard, the first time.
  /// @throws SafetensorsParsingError  no such tensor, or a header that breaks a rule of the format.
  [[nodiscard]] const safetensors::TensorInfo& info(const std::string& name) const;
  /// All of them, in the order of `names()`. Asks for all headers that are missing, side by side.
  [[nodiscard]] std::vector<safetensors::TensorInfo> infos() const;
  /// The `__metadata__` of one of `files()`; nothing where it has none. Empty `file`: the only one.
  [[nodiscard]] std::optional<safetensors::Metadata> metadata(const std::string& file = {}) const;

  /// Fetches one tensor.
  /// @throws SafetensorsParsingError  as `info`; also what `RemoteFile::read_at` throws.
  [[nodiscard]] RemoteTensor tensor(const std::string& name) const;
  /// Fetches several, in the order given: neighbours in one request, large ones in parts, over up to `max_workers`
  /// connections. The first failure ends the others.
  [[nodiscard]] std::vector<RemoteTensor> tensors(const std::vector<std::string>& names) const;

  /// Fetches a part of a tensor, and no more than that but for gaps of less than 32 KiB: a few rows of an embedding of
  /// gigabytes are one small request. The `info` of the result has the shape of the part and begins at 0.
  /// @param name  The tensor.
  /// @param axes  What to take of each axis, from the outermost inwards; those that are missing are taken whole.
  /// @throws HFValidationError  as `safetensors::plan_slice`, after the header was fetched; SafetensorsParsingError  as
  ///         `info`; also what `RemoteFile::read_at` throws.
  [[nodiscard]] RemoteTensor slice(const std::string& name, const std::vector<safetensors::Axis>& axes) const;

  /// The same into memory that is there already. After an error it holds rubbish.
  /// @throws HFValidationError  a `size` is not that of the tensor; no data were fetched.
  void read(const std::vector<TensorTarget>& targets) const;
  void read(const std::string& name, void* data, std::size_t size) const;

  /// The elements of one tensor, straight into a vector.
  /// @throws SafetensorsParsingError  they are of another type.
  template <typename T>
  [[nodiscard]] std::vector<T> copy(const std::string& name) const {
    static_assert(!std::is_same_v<T, bool>, "copy<std::uint8_t> gives the bytes of a BOOL tensor");
    const safetensors::TensorInfo& tensor = info(name);
    if (!safetensors::is_stored_as<T>(tensor.dtype)) detail::refuse_tensor_type(tensor);
    std::vector<T> values(static_cast<std::size_t>(tensor.byte_size() / sizeof(T)));
    read(name, values.data(), values.size() * sizeof(T));
    return values;
  }

 private:
  std::shared_ptr<detail::RemoteSafetensorsState> state_;
};

HUGGINGFACE_HUB_NAMESPACE_END
