// SPDX-License-Identifier: Apache-2.0
/// @file
/// Reading a safetensors file without copying it.
#pragma once

#include "huggingface_hub/detail/mapped_file.hpp"
#include "huggingface_hub/host_tensor.hpp"
#include "huggingface_hub/safetensors/header.hpp"
#include "huggingface_hub/safetensors/slice.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <type_traits>
#include <unordered_map>
#include <utility>
#include <vector>

HUGGINGFACE_HUB_NAMESPACE_BEGIN
namespace safetensors {

/// A safetensors file, mapped: opening reads the header and nothing else, data comes page by page when it is
/// looked at. Copies share one mapping. The file may be replaced meanwhile (by rename), but not be cut.
///
///     const auto file = safetensors::File::open("model.safetensors");
///     for (float weight : file.values<float>("linear.weight")) …
///
/// Const members are safe to call from any thread.
class File {
 public:
  /// @throws SafetensorsParsingError  with the rule of the format that is broken; HfIoError  it cannot be opened.
  static File open(const std::filesystem::path& path) {
    auto mapping = huggingface_hub::detail::MappedFile::open(path);
    Header header = parse_header(mapping->bytes(), mapping->size(), path.string());
    return File(path.string(), std::move(mapping), std::move(header));
  }

  /// Names in alphabetical order (of their bytes).
  [[nodiscard]] std::vector<std::string> names() const {
    std::vector<std::string> all;
    all.reserve(tensors().size());
    for (const TensorInfo& tensor : tensors()) all.push_back(tensor.name);
    std::sort(all.begin(), all.end());
    return all;
  }

  /// All tensors in the order of their data.
  [[nodiscard]] const std::vector<TensorInfo>& tensors() const noexcept { return state_->header.tensors; }
  [[nodiscard]] const Header& header() const noexcept { return state_->header; }
  /// Nothing where the file has no `__metadata__`.
  [[nodiscard]] const std::optional<Metadata>& metadata() const noexcept { return state_->header.metadata; }
  [[nodiscard]] bool contains(const std::string& name) const { return state_->index.count(name) != 0; }

  /// @throws SafetensorsParsingError  the file has no such tensor.
  [[nodiscard]] const TensorInfo& info(const std::string& name) const {
    const auto found = state_->index.find(name);
    if (found == state_->index.end()) refuse("File does not contain tensor " + name);
    return tensors()[found->second];
  }

  /// The bytes of a tensor, in place: row-major, packed, little endian.
  [[nodiscard]] std::string_view bytes(const std::string& name) const { return bytes(info(name)); }
  [[nodiscard]] std::string_view bytes(const TensorInfo& tensor) const noexcept {
    return {state_->mapping->data() + state_->header.data_begin + tensor.begin,
            static_cast<std::size_t>(tensor.byte_size())};
  }

  /// A part of a tensor: in place where it is in one piece (then it keeps the mapping), a copy otherwise. Only its pages
  /// are read.
  /// @param name  The tensor.
  /// @param axes  What to take of each axis, from the outermost inwards; those that are missing are taken whole.
  /// @throws SafetensorsParsingError  no such tensor; HFValidationError  as `plan_slice`.
  [[nodiscard]] HostTensor slice(const std::string& name, const std::vector<Axis>& axes) const {
    const TensorInfo& tensor = info(name);
    const TensorSlice part = plan_slice(tensor, axes);
    const char* const data = bytes(tensor).data();
    if (part.piece_count() == 1) {
      return HostTensor::view(tensor.dtype, part.shape, data + part.first, static_cast<std::size_t>(part.piece_size), state_);
    }
    HostTensor copied = HostTensor::zeros(tensor.dtype, part.shape);
    auto* to = static_cast<char*>(copied.mutable_data());
    const auto size = static_cast<std::size_t>(part.piece_size);
    part.for_each_piece([&](std::uint64_t offset) {
      std::memcpy(to, data + offset, size);
      to += size;
    });
    return copied;
  }

  /// As `bytes`, to write to: the process gets copies of the pages it writes, the file does not change.
  [[nodiscard]] char* mutable_data(const std::string& name) const {
    return state_->mapping->data() + state_->header.data_begin + info(name).begin;
  }

  /// True if the tensor's data lies at an address where `T` may be read in place. Files of this library and of the
  /// reference are aligned; others need not be.
  template <typename T>
  [[nodiscard]] bool is_aligned(const std::string& name) const {
    return reinterpret_cast<std::uintptr_t>(bytes(name).data()) % alignof(T) == 0;
  }

  /// The elements, in place.
  /// @throws SafetensorsParsingError  no such tensor, elements of another type (see `is_stored_as`), or data that
  ///         is not aligned for `T`: `copy` works there too.
  template <typename T>
  [[nodiscard]] TensorSpan<const T> values(const std::string& name) const {
    const TensorInfo& tensor = check_type<T>(name);
    if (!is_aligned<T>(name)) {
      refuse("The data of tensor " + name + " is not aligned to " + std::to_string(alignof(T)) +
             " bytes; copy it instead");
    }
    const std::string_view raw = bytes(tensor);
    return {reinterpret_cast<const T*>(raw.data()), raw.size() / sizeof(T)};
  }

  /// The elements, copied. @throws SafetensorsParsingError  no such tensor, or elements of another type.
  template <typename T>
  [[nodiscard]] std::vector<T> copy(const std::string& name) const {
    static_assert(!std::is_same_v<T, bool>, "copy<std::uint8_t> gives the bytes of a BOOL tensor");
    const std::string_view raw = bytes(check_type<T>(name));
    std::vector<T> values(raw.size() / sizeof(T));
    if (!values.empty()) std::memcpy(values.data(), raw.data(), values.size() * sizeof(T));
    return values;
  }

 private:
  struct State {
    std::string path;
    std::shared_ptr<huggingface_hub::detail::MappedFile> mapping;
    Header header;
    std::unordered_map<std::string_view, std::size_t> index{};  // Views of the names in the header.
  };

  File(std::string path, std::shared_ptr<huggingface_hub::detail::MappedFile> mapping, Header header) {
    auto state = std::make_shared<State>(State{std::move(path), std::move(mapping), std::move(header)});
    state->index.reserve(state->header.tensors.size());
    for (std::size_t i = 0; i < state->header.tensors.size(); ++i) state->index.emplace(state->header.tensors[i].name, i);
    state_ = std::move(state);
  }

  template <typename T>
  const TensorInfo& check_type(const std::string& name) const {
    static_assert(std::is_trivially_copyable_v<T>, "tensors hold plain values");
    const TensorInfo& tensor = info(name);
    if (!is_stored_as<T>(tensor.dtype)) {
      refuse("Tensor " + name + " holds " + std::string(to_string(tensor.dtype)) + ", which is not what was asked for");
    }
    return tensor;
  }

  [[noreturn]] void refuse(const std::string& why) const {
    Error error;
    error.code = ErrorCode::safetensors_parsing;
    error.message = why + " (" + state_->path + ").";
    error.path = state_->path;
    throw_error(error);
  }

  std::shared_ptr<const State> state_{};
};

}  // namespace safetensors
HUGGINGFACE_HUB_NAMESPACE_END
