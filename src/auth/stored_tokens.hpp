// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "huggingface_hub/result.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

HUGGINGFACE_HUB_NAMESPACE_BEGIN

/// One section of the file `stored_tokens` (`spec/transfer.md` 6).
struct StoredToken {
  std::string name{};
  /// Keys in lower case, in the order of the file: `hf_token`, and for OAuth `refresh_token` and `expires_at`.
  std::vector<std::pair<std::string, std::string>> fields{};

  [[nodiscard]] std::optional<std::string> field(std::string_view key) const;
  /// `hf_token`; empty if the section has none.
  [[nodiscard]] std::string token() const { return field("hf_token").value_or(""); }
};

/// Reads what Python's configparser reads, by its rules and with its strictness. Sections in the order of the file.
Result<std::vector<StoredToken>> parse_stored_tokens(std::string_view text);

/// Writes what Python's configparser writes, sections sorted by name.
std::string format_stored_tokens(std::vector<StoredToken> tokens);

/// `name` if the file can hold it; `token` for the empty name and for `DEFAULT`, which would spoil it. Line breaks
/// become blanks.
std::string storable_token_name(std::string_view name);

HUGGINGFACE_HUB_NAMESPACE_END
