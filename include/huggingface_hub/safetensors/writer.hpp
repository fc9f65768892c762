// SPDX-License-Identifier: Apache-2.0
/// @file
/// Writing safetensors files: tensors in the format's order, header padded, nothing kept in memory
/// (`spec/safetensors.md` 4).
#pragma once

#include "huggingface_hub/detail/new_file.hpp"
#include "huggingface_hub/safetensors/header.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

HUGGINGFACE_HUB_NAMESPACE_BEGIN
namespace safetensors {

/// Takes the next bytes of a tensor.
using WriteBytes = std::function<void(const void* data, std::size_t size)>;

/// What is to be written: a description, and the bytes, either in place or made when their turn comes (weights on
/// a device, or computed). Bytes are row-major, packed, little endian.
class TensorView {
 public:
  /// `size` bytes at `data`, which stay the caller's.
  TensorView(Dtype dtype, Shape shape, const void* data, std::size_t size)
      : dtype_(dtype), shape_(std::move(shape)), data_(static_cast<const char*>(data)), size_(size) {}

  /// `produce` is called once, hands all bytes to its argument in any number of pieces, and may throw.
  TensorView(Dtype dtype, Shape shape, std::function<void(const WriteBytes&)> produce)
      : dtype_(dtype), shape_(std::move(shape)), produce_(std::move(produce)) {}

  /// The elements of a contiguous container, which stay the caller's.
  template <typename Container, typename T = typename Container::value_type,
            typename = std::enable_if_t<dtype_of<T>().has_value()>>
  TensorView(const Container& values, Shape shape)
      : TensorView(*dtype_of<T>(), std::move(shape), values.data(), values.size() * sizeof(T)) {}

  [[nodiscard]] Dtype dtype() const noexcept { return dtype_; }
  [[nodiscard]] const Shape& shape() const noexcept { return shape_; }
  /// Unset where the bytes are made later.
  [[nodiscard]] std::optional<std::size_t> known_size() const {
    return produce_ ? std::nullopt : std::optional<std::size_t>(size_);
  }
  void write_to(const WriteBytes& write) const {
    if (produce_) return produce_(write);
    if (size_ > 0) write(data_, size_);
  }

 private:
  Dtype dtype_;
  Shape shape_;
  const char* data_{nullptr};
  std::size_t size_{0};
  std::function<void(const WriteBytes&)> produce_{};
};

/// Tensors by name; their order here does not matter.
using NamedTensors = std::vector<std::pair<std::string, TensorView>>;

namespace detail {

/// A control character, `"` or `\` as the reference writes it.
inline std::string escaped(char c) {
  constexpr const char* kDigits = "0123456789abcdef";
  switch (c) {
    case '"': return "\\\"";
    case '\\': return "\\\\";
    case '\n': return "\\n";
    case '\t': return "\\t";
    case '\r': return "\\r";
    case '\b': return "\\b";
    case '\f': return "\\f";
    default: return std::string("\\u00") + kDigits[(c >> 4) & 15] + kDigits[c & 15];
  }
}

inline void append_json_string(std::string& out, std::string_view text) {
  const auto needs_escape = [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == '"' || c == '\\'; };
  out += '"';
  while (!text.empty()) {
    const auto special = std::find_if(text.begin(), text.end(), needs_escape);
    const std::size_t plain = static_cast<std::size_t>(special - text.begin());
    out.append(text.substr(0, plain));
    if (plain < text.size()) out += escaped(text[plain]);
    text.remove_prefix(plain < text.size() ? plain + 1 : plain);
  }
  out += '"';
}

inline std::string list_text(const Shape& numbers) {
  std::string text = "[";
  for (const std::uint64_t number : numbers) {
    if (text.size() > 1) text += ',';
    text += std::to_string(number);
  }
  return text + "]";
}

/// What is written, in order, with its offsets.
struct Plan {
  std::string prefix{};  ///< Length and header.
  std::vector<TensorInfo> infos{};
  std::vector<const TensorView*> views{};
  std::uint64_t file_size{0};
};

inline void lay_out(Plan& plan, const NamedTensors& tensors, std::string_view target) {
  std::vector<const std::pair<std::string, TensorView>*> order;
  for (const auto& tensor : tensors) order.push_back(&tensor);
  std::sort(order.begin(), order.end(), [](const auto* a, const auto* b) {
    if (a->second.dtype() != b->second.dtype()) return a->second.dtype() > b->second.dtype();
    return a->first < b->first;
  });
  std::uint64_t position = 0;
  for (const auto* tensor : order) {
    const TensorView& view = tensor->second;
    TensorInfo info{position, view.dtype(), 0, tensor->first, view.shape()};
    const std::uint64_t size = checked_byte_size(target, info);
    if (view.known_size().value_or(size) != size) {
      fail(target, "invalid shape, data type, or offset for tensor `" + info.name + "`",
           shape_text(info.shape) + " of " + std::string(to_string(info.dtype)) + " are " + std::to_string(size) +
               " bytes, " + std::to_string(*view.known_size()) + " were given");
    }
    if (size > UINT64_MAX - position) fail(target, "overflow computing buffer size from shape and/or element type");
    info.end = position += size;
    plan.infos.push_back(std::move(info));
    plan.views.push_back(&view);
  }
}

inline void check_names(const NamedTensors& tensors, std::string_view target) {
  std::vector<std::string_view> names;
  for (const auto& tensor : tensors) {
    if (tensor.first == "__metadata__") fail(target, "no tensor may be called `__metadata__`");
    if (!is_utf8(tensor.first)) fail(target, "a tensor's name is not UTF-8");
    names.push_back(tensor.first);
  }
  std::sort(names.begin(), names.end());
  const auto twice = std::adjacent_find(names.begin(), names.end());
  if (twice != names.end()) fail(target, "tensor `" + std::string(*twice) + "` is given twice");
}

inline std::string header_json(const Plan& plan, const std::optional<Metadata>& metadata, std::string_view target) {
  std::string json = "{";
  if (metadata) {
    json += "\"__metadata__\":{";
    for (const auto& entry : *metadata) {
      if (!is_utf8(entry.first) || !is_utf8(entry.second)) fail(target, "metadata is not UTF-8");
      if (json.back() != '{') json += ',';
      append_json_string(json, entry.first);
      json += ':';
      append_json_string(json, entry.second);
    }
    json += '}';
  }
  for (const TensorInfo& info : plan.infos) {
    if (json.size() > 1) json += ',';
    append_json_string(json, info.name);
    json += ":{\"dtype\":\"" + std::string(to_string(info.dtype)) + "\",\"shape\":" + list_text(info.shape) +
            ",\"data_offsets\":" + list_text({info.begin, info.end}) + "}";
  }
  json += '}';
  json.append((kLengthSize - json.size() % kLengthSize) % kLengthSize, ' ');
  return json;
}

inline Plan make_plan(const NamedTensors& tensors, const std::optional<Metadata>& metadata, std::string_view target) {
  Plan plan;
  check_names(tensors, target);
  lay_out(plan, tensors, target);
  const std::string json = header_json(plan, metadata, target);
  if (json.size() > kMaxHeaderSize) fail(target, "header too large", std::to_string(json.size()) + " bytes");
  const std::uint64_t size = json.size();
  plan.prefix.resize(kLengthSize);
  std::memcpy(plan.prefix.data(), &size, kLengthSize);
  plan.prefix += json;
  plan.file_size = plan.prefix.size() + (plan.infos.empty() ? 0 : plan.infos.back().end);
  return plan;
}

/// Writes all tensors; each must give exactly the bytes it promised.
inline void write_tensors(const Plan& plan, const WriteBytes& write, std::string_view target) {
  for (std::size_t i = 0; i < plan.infos.size(); ++i) {
    const TensorInfo& info = plan.infos[i];
    std::uint64_t left = info.byte_size();
    plan.views[i]->write_to([&](const void* data, std::size_t size) {
      if (size > left) fail(target, "tensor `" + info.name + "` gave more bytes than its shape and type have");
      left -= size;
      write(data, size);
    });
    if (left != 0) fail(target, "tensor `" + info.name + "` gave " + std::to_string(left) + " bytes too few");
  }
}

/// The whole file, complete but not yet under its name.
inline std::unique_ptr<huggingface_hub::detail::NewFile> write_new_file(const NamedTensors& tensors,
                                                                        const std::filesystem::path& path,
                                                                        const std::optional<Metadata>& metadata) {
  const std::string target = path.string();
  const Plan plan = make_plan(tensors, metadata, target);
  auto file = std::make_unique<huggingface_hub::detail::NewFile>(path, plan.file_size);
  file->write(plan.prefix.data(), plan.prefix.size());
  write_tensors(plan, [&](const void* data, std::size_t size) { file->write(data, size); }, target);
  file->close();
  return file;
}

}  // namespace detail

/// Writes `tensors` to `path`. They are written under another name in the same folder, which takes the place of
/// `path` once it is complete: a file that is mapped meanwhile keeps its content.
///
/// @param tensors   Names and views, in any order: the format's own is by size of the elements, then by name.
/// @param path      What to write or replace.
/// @param metadata  `__metadata__`; nothing: the file has none.
/// @throws SafetensorsParsingError  a name twice, bytes that do not fit shape and type, a header above 100 MB.
/// @throws HfIoError                the file system said no. In either case `path` is as it was.
inline void save_file(const NamedTensors& tensors, const std::filesystem::path& path,
                      const std::optional<Metadata>& metadata = std::nullopt) {
  detail::write_new_file(tensors, path, metadata)->commit();
}

/// The bytes `save_file` would write. @throws SafetensorsParsingError
inline std::string save(const NamedTensors& tensors, const std::optional<Metadata>& metadata = std::nullopt) {
  const detail::Plan plan = detail::make_plan(tensors, metadata, {});
  std::string bytes = plan.prefix;
  bytes.reserve(static_cast<std::size_t>(plan.file_size));
  detail::write_tensors(
      plan, [&](const void* data, std::size_t size) { bytes.append(static_cast<const char*>(data), size); }, {});
  return bytes;
}

}  // namespace safetensors
HUGGINGFACE_HUB_NAMESPACE_END
