// SPDX-License-Identifier: Apache-2.0
/// @file
/// The tokens of this machine: where they come from, and the files that keep them (`spec/transfer.md` 5, 6).
#pragma once

#include "auth/stored_tokens.hpp"

#include "huggingface_hub/config.hpp"
#include "huggingface_hub/result.hpp"

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

HUGGINGFACE_HUB_NAMESPACE_BEGIN

/// Reads environment and files anew at each call, as Python does. Const members are safe to call from any thread.
class TokenStore {
 public:
  explicit TokenStore(const Config& config);
  /// With `variables` in place of the environment of the process.
  TokenStore(const Config& config, Config::GetVariable variables);

  /// Without line breaks anywhere and blanks at the ends; nothing where nothing is left.
  static std::optional<std::string> clean(std::string_view token);

  /// `HF_TOKEN`, else `HUGGING_FACE_HUB_TOKEN`.
  [[nodiscard]] std::optional<std::string> environment_token() const;
  /// The token file. One that cannot be read counts as none, with a warning.
  [[nodiscard]] std::optional<std::string> file_token() const;
  /// What is sent where no token was named: that of the environment, else that of the file.
  [[nodiscard]] std::optional<std::string> current_token() const;

  /// All stored tokens, in the order of the file. A file that does not parse is reported and counts as empty.
  [[nodiscard]] std::vector<StoredToken> stored_tokens() const;
  [[nodiscard]] std::optional<StoredToken> find(std::string_view name) const;

  /// Puts `token` in place of the stored one of the same name. A file that does not parse is moved to
  /// `stored_tokens.broken` first.
  Result<void> save(const StoredToken& token) const;
  /// Removes a stored token; false if there is none of that name.
  Result<bool> remove(std::string_view name) const;
  /// Makes `token` the one that is sent: writes the token file.
  Result<void> activate(std::string_view token) const;
  /// Removes the token file.
  Result<void> deactivate() const;
  /// Removes both files.
  Result<void> remove_all() const;

  [[nodiscard]] const std::filesystem::path& token_path() const noexcept { return token_path_; }
  [[nodiscard]] const std::filesystem::path& stored_tokens_path() const noexcept { return stored_tokens_path_; }

 private:
  [[nodiscard]] Result<std::vector<StoredToken>> read_stored() const;

  std::filesystem::path token_path_;
  std::filesystem::path stored_tokens_path_;
  Config::GetVariable variables_;
};

HUGGINGFACE_HUB_NAMESPACE_END
