// SPDX-License-Identifier: Apache-2.0
/// @file
/// `HostTensor`: a tensor in memory, of whatever framework, as a safetensors file holds it.
#pragma once

#include "huggingface_hub/errors.hpp"
#include "huggingface_hub/safetensors/tensor.hpp"

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

HUGGINGFACE_HUB_NAMESPACE_BEGIN

/// The memory a tensor is a view of. Tensors of one storage are found out as shared and saved once
/// (`spec/safetensors.md` 6): two with the same device, address and size have one storage.
struct TensorStorage {
  std::uintptr_t address{0};  ///< Of its first byte; 0 for none, as of tensors without elements.
  std::string device{"cpu"};
  std::uint64_t size{0};  ///< Bytes.
};

inline bool operator==(const TensorStorage& a, const TensorStorage& b) {
  return a.address == b.address && a.size == b.size && a.device == b.device;
}
inline bool operator!=(const TensorStorage& a, const TensorStorage& b) { return !(a == b); }
inline bool operator<(const TensorStorage& a, const TensorStorage& b) {
  if (a.address != b.address) return a.address < b.address;
  if (a.size != b.size) return a.size < b.size;
  return a.device < b.device;
}

namespace detail {

inline std::string tensor_text(safetensors::Dtype dtype, const safetensors::Shape& shape) {
  std::string text = std::string(safetensors::to_string(dtype)) + " [";
  for (std::size_t i = 0; i < shape.size(); ++i) text += (i == 0 ? "" : ", ") + std::to_string(shape[i]);
  return text + "]";
}

/// Bytes of a tensor; nothing where they do not fit 64 bits or do not fill whole bytes.
inline std::optional<std::uint64_t> tensor_bytes(safetensors::Dtype dtype, const safetensors::Shape& shape) noexcept {
  std::uint64_t bits = 1;
  const auto grow = [&bits](std::uint64_t factor) {
    if (bits != 0 && factor > UINT64_MAX / bits) return false;
    bits *= factor;
    return true;
  };
  for (const std::uint64_t dimension : shape) {
    if (!grow(dimension)) return std::nullopt;
  }
  if (!grow(safetensors::bit_size(dtype)) || bits % 8 != 0) return std::nullopt;
  return bits / 8;
}

}  // namespace detail

/// A tensor in memory: row-major, packed, little endian, with a type of the safetensors format.
///
/// It owns its bytes (`copy`, `of`, `zeros`), or looks at bytes of somebody else (`view`), who is kept alive by
/// `keep_alive` where one is given and must live as long otherwise. Copies of it share the bytes. Const members are
/// safe to call from any thread.
class HostTensor {
 public:
  /// `F32` without elements, shape `[0]`.
  HostTensor() : shape_{0} {}

  /// `size` bytes at `data` that are not to be written to.
  /// @param dtype       Type of the elements.
  /// @param shape       Sizes of the dimensions; empty: one element.
  /// @param data        The elements, row-major, packed, little endian.
  /// @param size        Bytes of all elements.
  /// @param keep_alive  Whatever owns them; nothing: they outlive this object and all its copies.
  /// @throws HFValidationError  `size` is not what type and shape need.
  static HostTensor view(safetensors::Dtype dtype, safetensors::Shape shape, const void* data, std::size_t size,
                         std::shared_ptr<const void> keep_alive = {}) {
    return HostTensor(dtype, std::move(shape), static_cast<const char*>(data), size, nullptr, std::move(keep_alive));
  }

  /// The same of bytes that may be written to, as the parameters of a model into which others are to be loaded.
  static HostTensor view(safetensors::Dtype dtype, safetensors::Shape shape, void* data, std::size_t size,
                         std::shared_ptr<const void> keep_alive = {}) {
    auto* const bytes = static_cast<char*>(data);
    return HostTensor(dtype, std::move(shape), bytes, size, bytes, std::move(keep_alive));
  }

  /// A copy of `size` bytes at `data`. @throws HFValidationError  as `view`.
  static HostTensor copy(safetensors::Dtype dtype, safetensors::Shape shape, const void* data, std::size_t size) {
    HostTensor tensor = allocate(dtype, std::move(shape), size);
    if (size > 0) std::memcpy(tensor.writable_, data, size);
    return tensor;
  }

  /// All bits 0. @throws HFValidationError  the shape has more bytes than can be counted.
  static HostTensor zeros(safetensors::Dtype dtype, safetensors::Shape shape) {
    const std::uint64_t size = checked_size(dtype, shape);
    if (size > SIZE_MAX) refuse(dtype, shape, "does not fit the memory of this machine");
    HostTensor tensor = allocate(dtype, std::move(shape), static_cast<std::size_t>(size));
    if (size > 0) std::memset(tensor.writable_, 0, static_cast<std::size_t>(size));
    return tensor;
  }

  /// Takes over the elements of `values`. @throws HFValidationError  they are not as many as `shape` has.
  template <typename T>
  static HostTensor of(std::vector<T> values, safetensors::Shape shape) {
    static_assert(safetensors::dtype_of<T>().has_value() && !std::is_same_v<T, bool>,
                  "HostTensor::of: safetensors files hold integers of 8 to 64 bits, float, double and "
                  "std::complex<float>; make others with HostTensor::copy and the Dtype they are to have");
    auto owner = std::make_shared<std::vector<T>>(std::move(values));
    void* const data = owner->data();
    const std::size_t size = owner->size() * sizeof(T);
    return view(*safetensors::dtype_of<T>(), std::move(shape), data, size, std::move(owner));
  }

  [[nodiscard]] safetensors::Dtype dtype() const noexcept { return dtype_; }
  [[nodiscard]] const safetensors::Shape& shape() const noexcept { return shape_; }
  [[nodiscard]] const void* data() const noexcept { return data_; }
  [[nodiscard]] std::size_t size() const noexcept { return size_; }  ///< Bytes.
  [[nodiscard]] std::string_view bytes() const noexcept { return {data_, size_}; }
  /// Null where the bytes may not be written to.
  [[nodiscard]] void* mutable_data() const noexcept { return writable_; }

  /// The product of the shape.
  [[nodiscard]] std::uint64_t element_count() const noexcept {
    std::uint64_t count = 1;
    for (const std::uint64_t dimension : shape_) count *= dimension;
    return count;
  }

  /// The elements, in place, for as long as this object or a copy of it.
  /// @throws HFValidationError  they are of another type (`safetensors::is_stored_as`) or not aligned for `T`.
  template <typename T>
  [[nodiscard]] safetensors::TensorSpan<const T> values() const {
    check_type<T>();
    if (reinterpret_cast<std::uintptr_t>(data_) % alignof(T) != 0) {
      refuse(dtype_, shape_, "is not aligned to " + std::to_string(alignof(T)) + " bytes; copy it instead");
    }
    return {reinterpret_cast<const T*>(data_), size_ / sizeof(T)};
  }

  /// The elements, copied. @throws HFValidationError  they are of another type.
  template <typename T>
  [[nodiscard]] std::vector<T> to_vector() const {
    static_assert(!std::is_same_v<T, bool>, "to_vector<std::uint8_t> gives the bytes of a BOOL tensor");
    check_type<T>();
    std::vector<T> values(size_ / sizeof(T));
    if (!values.empty()) std::memcpy(values.data(), data_, size_);
    return values;
  }

  /// What it is a view of. Its own bytes, unless said otherwise.
  [[nodiscard]] const TensorStorage& storage() const noexcept { return storage_; }
  /// Where it begins in its storage, in bytes.
  [[nodiscard]] std::uint64_t storage_offset() const noexcept { return storage_offset_; }
  /// Says what it is a view of, for frameworks that have such storages. The bytes of this object may be elsewhere (a
  /// copy from a device). A storage of no bytes is none.
  HostTensor& set_storage(TensorStorage storage, std::uint64_t offset) {
    storage_ = std::move(storage);
    storage_offset_ = offset;
    return *this;
  }

 private:
  HostTensor(safetensors::Dtype dtype, safetensors::Shape shape, const char* data, std::size_t size, char* writable,
             std::shared_ptr<const void> keep_alive)
      : dtype_(dtype), shape_(std::move(shape)), data_(data), size_(size), writable_(writable),
        keep_alive_(std::move(keep_alive)) {
    const std::uint64_t needed = checked_size(dtype_, shape_);
    if (needed != size_) {
      refuse(dtype_, shape_, "needs " + std::to_string(needed) + " bytes, " + std::to_string(size_) + " were given");
    }
    if (size_ > 0) {
      storage_.address = reinterpret_cast<std::uintptr_t>(data_);
      storage_.size = size_;
    }
  }

  static HostTensor allocate(safetensors::Dtype dtype, safetensors::Shape shape, std::size_t size) {
    // Of the largest alignment an element may have.
    std::shared_ptr<std::uint64_t[]> memory(new std::uint64_t[size / sizeof(std::uint64_t) + 1]);
    void* const data = memory.get();
    return view(dtype, std::move(shape), data, size, std::shared_ptr<const void>(memory, data));
  }

  static std::uint64_t checked_size(safetensors::Dtype dtype, const safetensors::Shape& shape) {
    const std::optional<std::uint64_t> size = detail::tensor_bytes(dtype, shape);
    if (!size) refuse(dtype, shape, "has no whole number of bytes below 2^64");
    return *size;
  }

  template <typename T>
  void check_type() const {
    static_assert(std::is_trivially_copyable_v<T>, "tensors hold plain values");
    if (!safetensors::is_stored_as<T>(dtype_)) refuse(dtype_, shape_, "is not of the type that was asked for");
  }

  [[noreturn]] static void refuse(safetensors::Dtype dtype, const safetensors::Shape& shape, const std::string& why) {
    throw_error(ErrorCode::validation, "A tensor " + detail::tensor_text(dtype, shape) + " " + why + ".");
  }

  safetensors::Dtype dtype_{safetensors::Dtype::f32};
  safetensors::Shape shape_{};
  const char* data_{nullptr};
  std::size_t size_{0};
  char* writable_{nullptr};
  std::shared_ptr<const void> keep_alive_{};
  TensorStorage storage_{};
  std::uint64_t storage_offset_{0};
};

HUGGINGFACE_HUB_NAMESPACE_END
