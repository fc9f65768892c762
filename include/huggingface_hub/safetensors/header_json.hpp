// SPDX-License-Identifier: Apache-2.0
/// @file
/// The JSON of a safetensors header, read event by event: no tree for a header of 100 MB, a limit on depth,
/// duplicates seen. Included by `header.hpp`.
#pragma once

#include "huggingface_hub/safetensors/header.hpp"
#include "huggingface_hub/safetensors/header_fast.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstddef>
#include <unordered_set>

HUGGINGFACE_HUB_NAMESPACE_BEGIN
namespace safetensors {
namespace detail {

inline constexpr int kMaxDepth = 127;  // As the reference's JSON reader.

/// The length of the valid UTF-8 sequence at `at`; 0 if there is none.
inline std::size_t utf8_length(std::string_view text, std::size_t at) noexcept {
  const auto byte = [&](std::size_t i) -> unsigned {
    return at + i < text.size() ? static_cast<unsigned char>(text[at + i]) : 0U;
  };
  const auto tail = [&](std::size_t i) { return (byte(i) & 0xC0U) == 0x80U; };
  const unsigned first = byte(0);
  if (first < 0x80) return 1;
  if (first >= 0xC2 && first <= 0xDF) return tail(1) ? 2 : 0;
  if (first >= 0xE0 && first <= 0xEF) {
    if (first == 0xE0 && byte(1) < 0xA0) return 0;  // Overlong.
    if (first == 0xED && byte(1) > 0x9F) return 0;  // Surrogates.
    return tail(1) && tail(2) ? 3 : 0;
  }
  if (first >= 0xF0 && first <= 0xF4) {
    if (first == 0xF0 && byte(1) < 0x90) return 0;
    if (first == 0xF4 && byte(1) > 0x8F) return 0;
    return tail(1) && tail(2) && tail(3) ? 4 : 0;
  }
  return 0;
}

inline bool is_utf8(std::string_view text) noexcept {
  constexpr std::uint64_t kHighBits = 0x8080808080808080U;
  for (std::size_t at = 0; at < text.size();) {
    std::uint64_t eight = kHighBits;
    if (text.size() - at >= sizeof eight) std::memcpy(&eight, text.data() + at, sizeof eight);
    if ((eight & kHighBits) == 0) {  // ASCII, as nearly everything is.
      at += sizeof eight;
      continue;
    }
    const std::size_t length = utf8_length(text, at);
    if (length == 0) return false;
    at += length;
  }
  return true;
}

/// Builds the tensor table from parse events. The first thing wrong is kept in `problem` and ends the parse.
class HeaderEvents final : public nlohmann::json_sax<nlohmann::json> {
 public:
  std::optional<Metadata> metadata{};
  std::vector<TensorInfo> tensors{};
  std::string problem{};

  bool null() override {
    if (depth_ == 1 && in_metadata_) return true;  // `"__metadata__": null` is none.
    return value("null");
  }
  bool boolean(bool) override { return value("a boolean"); }
  bool number_integer(number_integer_t) override { return value("a negative number"); }
  bool number_float(number_float_t, const string_t& text) override { return value("the number " + text); }
  bool binary(binary_t&) override { return value("binary data"); }

  bool number_unsigned(number_unsigned_t number) override {
    if (list_ == nullptr || depth_ != 3) return value("a number");
    list_->push_back(number);
    return true;
  }

  bool string(string_t& text) override {
    if (depth_ == 2 && in_metadata_) {
      (*metadata)[key_] = text;
      return true;
    }
    if (depth_ != 2 || member_ != Member::dtype) return value("a string");
    const std::optional<Dtype> dtype = dtype_from_string(text);
    if (!dtype) return reject("unknown type '" + text + "' of " + place());
    tensors.back().dtype = *dtype;
    return true;
  }

  bool start_object(std::size_t) override {
    if (depth_ == 1) {
      if (in_metadata_) {
        metadata.emplace();
      } else {
        tensors.emplace_back().name = name_;
        seen_ = 0;
      }
      return enter();
    }
    if (depth_ > 1 && !value("an object")) return false;
    return enter();
  }

  bool end_object() override {
    --depth_;
    if (depth_ != 1 || in_metadata_) return true;
    if (seen_ != kAllMembers) return reject("tensor `" + name_ + "` lacks dtype, shape or data_offsets");
    TensorInfo& tensor = tensors.back();
    if (offsets_.size() != 2) return reject("data_offsets of tensor `" + name_ + "` are not two numbers");
    tensor.begin = offsets_[0];
    tensor.end = offsets_[1];
    tensor.shape = std::move(shape_);
    shape_.clear();
    offsets_.clear();
    return true;
  }

  bool start_array(std::size_t) override {
    if (depth_ == 0) return reject("it is a list and not an object");
    if (depth_ == 2 && !in_metadata_ && (member_ == Member::shape || member_ == Member::data_offsets)) {
      list_ = member_ == Member::shape ? &shape_ : &offsets_;
      return enter();
    }
    if (!value("a list")) return false;
    return enter();
  }

  bool end_array() override {
    --depth_;
    if (depth_ == 2) list_ = nullptr;
    return true;
  }

  bool key(string_t& text) override {
    if (depth_ == 1) return begin_entry(text);
    if (depth_ != 2) return true;
    if (in_metadata_) {
      key_ = text;
      return true;
    }
    member_ = text == "dtype"          ? Member::dtype
              : text == "shape"        ? Member::shape
              : text == "data_offsets" ? Member::data_offsets
                                       : Member::other;
    if (member_ == Member::other) return true;
    const unsigned bit = 1U << static_cast<unsigned>(member_);
    if ((seen_ & bit) != 0) return reject("tensor `" + name_ + "` has '" + text + "' twice");
    seen_ |= bit;
    return true;
  }

  bool parse_error(std::size_t position, const std::string&, const nlohmann::json::exception&) override {
    return reject("syntax error at byte " + std::to_string(position));
  }

  /// True if the document was an object and not a bare value.
  [[nodiscard]] bool was_object() const noexcept { return was_object_; }

 private:
  enum class Member : unsigned { dtype, shape, data_offsets, other };
  static constexpr unsigned kAllMembers = 7;

  bool enter() {
    was_object_ = true;
    if (++depth_ > kMaxDepth) return reject("nested more than " + std::to_string(kMaxDepth) + " levels deep");
    return true;
  }

  bool begin_entry(const std::string& text) {
    in_metadata_ = text == "__metadata__";
    member_ = Member::other;
    if (!names_.insert(text).second) {
      return reject(in_metadata_ ? std::string("__metadata__ is there twice") : "tensor `" + text + "` is there twice");
    }
    name_ = text;
    return true;
  }

  /// A value other than what its place asks for. Below an unknown member anything goes.
  bool value(const std::string& what) {
    if (depth_ >= 2 && !in_metadata_ && member_ == Member::other) return true;
    return reject(what + " where " + place() + " should be");
  }

  [[nodiscard]] std::string place() const {
    if (depth_ == 0) return "an object";
    if (in_metadata_) return depth_ == 1 ? "the object __metadata__" : "the text of metadata '" + key_ + "'";
    const char* const members[] = {"dtype", "shape", "data_offsets", "a member"};
    return depth_ == 1 ? "the entry of tensor `" + name_ + "`"
                       : std::string(members[static_cast<unsigned>(member_)]) + " of tensor `" + name_ + "`";
  }

  bool reject(std::string why) {
    if (problem.empty()) problem = std::move(why);
    return false;
  }

  int depth_{0};
  bool was_object_{false};
  bool in_metadata_{false};
  Member member_{Member::other};
  unsigned seen_{0};
  std::string name_{};
  std::string key_{};
  Shape shape_{};
  Shape offsets_{};
  Shape* list_{nullptr};
  std::unordered_set<std::string> names_{};
};

}  // namespace detail

namespace detail {

/// Any JSON that is a header, and what is wrong with one that is not.
inline Header read_any_header(std::string_view json, std::string_view source) {
  // The JSON library would skip a byte order mark, and take a NUL for the end of the text.
  if (json.find('\0') != std::string_view::npos) fail(source, "invalid JSON in header", "it has a NUL byte");
  if (json.substr(0, 3) == "\xEF\xBB\xBF") {
    fail(source, "invalid JSON in header", "it begins with a byte order mark");
  }
  HeaderEvents events;
  const bool parsed = nlohmann::json::sax_parse(json.data(), json.data() + json.size(), &events);
  if (!parsed || !events.was_object()) fail(source, "invalid JSON in header", events.problem);
  Header header;
  header.metadata = std::move(events.metadata);
  header.tensors = std::move(events.tensors);
  return header;
}

}  // namespace detail

inline Header parse_header_json(std::string_view json, std::string_view source) {
  if (!detail::is_utf8(json)) detail::fail(source, "invalid UTF-8 in header");
  std::optional<Header> plain = detail::PlainHeader(json).read();
  Header header = plain ? std::move(*plain) : detail::read_any_header(json, source);
  const auto comes_before = [](const TensorInfo& a, const TensorInfo& b) {
    return a.begin != b.begin ? a.begin < b.begin : a.end < b.end;
  };
  if (!std::is_sorted(header.tensors.begin(), header.tensors.end(), comes_before)) {
    std::stable_sort(header.tensors.begin(), header.tensors.end(), comes_before);
  }
  detail::check_layout(source, header.tensors);
  if (!header.tensors.empty()) header.data_size = header.tensors.back().end;
  return header;
}

}  // namespace safetensors
HUGGINGFACE_HUB_NAMESPACE_END
