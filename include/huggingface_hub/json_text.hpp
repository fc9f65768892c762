// SPDX-License-Identifier: Apache-2.0
/// @file
/// `JsonText`: the raw text of a JSON value, for members whose shape the library does not fix.
#pragma once

#include "huggingface_hub/version.hpp"

#include <string>
#include <utility>

HUGGINGFACE_HUB_NAMESPACE_BEGIN

/// The raw text of a JSON value. `parse(text)` in `json.hpp` gives a `nlohmann::json`.
class JsonText {
 public:
  JsonText() = default;
  explicit JsonText(std::string text) : text_(std::move(text)) {}

  /// True where there was no such member.
  [[nodiscard]] bool empty() const noexcept { return text_.empty(); }
  [[nodiscard]] const std::string& text() const noexcept { return text_; }

 private:
  std::string text_{};
};

HUGGINGFACE_HUB_NAMESPACE_END
