// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "huggingface_hub/export.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

HUGGINGFACE_HUB_NAMESPACE_BEGIN

namespace server {

/// Parameters of a query string or of a form, decoded, in the order they came.
class Query {
 public:
  Query() = default;
  explicit Query(std::string_view text);

  /// The first value of `name`; empty if there is none.
  [[nodiscard]] std::string get(std::string_view name) const;
  [[nodiscard]] bool has(std::string_view name) const noexcept;
  /// `true` or `1`.
  [[nodiscard]] bool flag(std::string_view name) const;
  /// All values of `name`, and of `name[]`.
  [[nodiscard]] std::vector<std::string> all(std::string_view name) const;
  /// A non-negative number; nothing if it is missing or none.
  [[nodiscard]] std::optional<std::size_t> number(std::string_view name) const;

  void set(const std::string& name, std::string value);
  /// Encoded again, without the question mark.
  [[nodiscard]] std::string text() const;

 private:
  std::vector<std::pair<std::string, std::string>> items_;
};

/// The segments of a raw path between slashes, decoded one by one: `%2F` stays within its segment.
std::vector<std::string> path_segments(std::string_view raw_path);

}  // namespace server

HUGGINGFACE_HUB_NAMESPACE_END
