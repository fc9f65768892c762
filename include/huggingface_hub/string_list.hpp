// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "huggingface_hub/version.hpp"

#include <initializer_list>
#include <optional>
#include <string>
#include <utility>
#include <vector>

HUGGINGFACE_HUB_NAMESPACE_BEGIN

/// An argument that in Python is a string, a list of strings, or `None`:
/// `.allow_patterns = "*.json"`, `.allow_patterns = {"*.json", "*.txt"}`, or left out.
///
/// An empty list is not the same as none: `allow_patterns` that are an empty list let nothing pass.
class StringList {
 public:
  StringList() = default;
  StringList(std::initializer_list<std::string> values) : values_(std::in_place, values) {}
  StringList(std::vector<std::string> values) : values_(std::move(values)) {}                 // NOLINT(google-explicit-constructor)
  StringList(std::optional<std::vector<std::string>> values) : values_(std::move(values)) {}  // NOLINT(google-explicit-constructor)
  StringList(const char* value) : StringList({std::string(value)}) {}                         // NOLINT(google-explicit-constructor)
  StringList(std::string value) : StringList({std::move(value)}) {}                           // NOLINT(google-explicit-constructor)

  /// False where nothing was given.
  [[nodiscard]] bool given() const noexcept { return values_.has_value(); }

  /// The strings; none where nothing was given.
  [[nodiscard]] const std::vector<std::string>& values() const noexcept {
    static const std::vector<std::string> none{};
    return values_ ? *values_ : none;
  }

  [[nodiscard]] const std::optional<std::vector<std::string>>& optional() const noexcept { return values_; }

 private:
  std::optional<std::vector<std::string>> values_{};
};

HUGGINGFACE_HUB_NAMESPACE_END
