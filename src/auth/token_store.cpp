// SPDX-License-Identifier: Apache-2.0
#include "auth/token_store.hpp"

#include "core/environment.hpp"
#include "core/files.hpp"
#include "core/log.hpp"
#include "core/text.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <iterator>
#include <system_error>
#include <utility>

HUGGINGFACE_HUB_NAMESPACE_BEGIN

namespace {

namespace fs = std::filesystem;

constexpr unsigned kSecretMode = 0600;
constexpr std::uint64_t kLargestFile = std::uint64_t{1} << 20;

/// Writes a file that only its owner may read, in a folder that only its owner may enter.
Result<void> write_secret(const fs::path& path, std::string_view content) {
  // A link (people keep such files elsewhere) stays one.
  std::error_code failed;
  fs::path target = fs::is_symlink(path, failed) ? fs::weakly_canonical(path, failed) : path;
  if (failed) target = path;

  const fs::path folder = target.parent_path();
  if (Result<void> made = files::create_directories(folder); !made) return made;
  if (!folder.empty()) fs::permissions(folder, fs::perms::owner_all, failed);  // Best effort, as in Python.

  Result<void> written = files::write_atomic(target, content, kSecretMode);
  if (written.ok() || (written.error().system_error != EBUSY && written.error().system_error != EACCES)) return written;
  // A file mounted by itself into a container, or alone in a folder of others, can only be written in place.
  Result<files::PositionalFile> file = files::PositionalFile::open_read_write(target);
  if (!file) return written;
  if (Result<void> cut = file->truncate(0); !cut) return cut;
  if (Result<void> put = file->write_at(0, content.data(), content.size()); !put) return put;
  fs::permissions(target, fs::perms::owner_read | fs::perms::owner_write, failed);
  return file->close();
}

Result<void> remove_file(const fs::path& path) {
  std::error_code failed;
  fs::remove(path, failed);
  if (failed) return files::io_error("remove", path, failed.value());
  return {};
}

}  // namespace

TokenStore::TokenStore(const Config& config) : TokenStore(config, environment_variable) {}

TokenStore::TokenStore(const Config& config, Config::GetVariable variables)
    : token_path_(config.token_path),
      stored_tokens_path_(config.stored_tokens_path),
      variables_(std::move(variables)) {}

std::optional<std::string> TokenStore::clean(std::string_view token) {
  std::string cleaned;
  std::copy_if(token.begin(), token.end(), std::back_inserter(cleaned), [](char c) { return c != '\r' && c != '\n'; });
  cleaned = trim(cleaned);
  if (cleaned.empty()) return std::nullopt;
  return cleaned;
}

std::optional<std::string> TokenStore::environment_token() const {
  for (const char* name : {"HF_TOKEN", "HUGGING_FACE_HUB_TOKEN"}) {
    const std::optional<std::string> value = variables_(name);
    if (value && !value->empty()) return clean(*value);
  }
  return std::nullopt;
}

std::optional<std::string> TokenStore::file_token() const {
  const Result<std::string> text = files::read_text(token_path_, kLargestFile);
  if (text.ok()) return clean(*text);
  const int reason = text.error().system_error;
  if (reason != ENOENT && reason != ENOTDIR) log_warning(text.error().message + " Going on without a token.");
  return std::nullopt;
}

std::optional<std::string> TokenStore::current_token() const {
  if (std::optional<std::string> token = environment_token()) return token;
  return file_token();
}

Result<std::vector<StoredToken>> TokenStore::read_stored() const {
  const Result<std::string> text = files::read_text(stored_tokens_path_, kLargestFile);
  if (text.ok()) return parse_stored_tokens(*text);
  if (text.error().system_error == ENOENT || text.error().system_error == ENOTDIR) return std::vector<StoredToken>{};
  return text.error();
}

std::vector<StoredToken> TokenStore::stored_tokens() const {
  Result<std::vector<StoredToken>> tokens = read_stored();
  if (tokens.ok()) return std::move(*tokens);
  log(LogLevel::error, "Error parsing stored tokens file '" + stored_tokens_path_.string() +
                           "': " + tokens.error().message + " Correct the file, or log in again.");
  return {};
}

std::optional<StoredToken> TokenStore::find(std::string_view name) const {
  for (StoredToken& token : stored_tokens()) {
    if (token.name == name) return std::move(token);
  }
  return std::nullopt;
}

Result<void> TokenStore::save(const StoredToken& token) const {
  Result<std::vector<StoredToken>> read = read_stored();
  std::vector<StoredToken> tokens;
  if (read.ok()) {
    tokens = std::move(*read);
  } else if (read.error().system_error != 0) {
    return read.error();
  } else {
    fs::path broken = stored_tokens_path_;
    broken += ".broken";
    if (Result<void> moved = files::rename(stored_tokens_path_, broken); !moved) return moved;
    log_warning("'" + stored_tokens_path_.string() + "' could not be read: " + read.error().message +
                " It was kept as '" + broken.string() + "'.");
  }
  const auto same = std::find_if(tokens.begin(), tokens.end(),
                                 [&token](const StoredToken& other) { return other.name == token.name; });
  if (same == tokens.end()) {
    tokens.push_back(token);
  } else {
    *same = token;
  }
  return write_secret(stored_tokens_path_, format_stored_tokens(std::move(tokens)));
}

Result<bool> TokenStore::remove(std::string_view name) const {
  Result<std::vector<StoredToken>> tokens = read_stored();
  if (!tokens) return tokens.error();
  const auto found = std::find_if(tokens->begin(), tokens->end(),
                                  [name](const StoredToken& token) { return token.name == name; });
  if (found == tokens->end()) return false;
  tokens->erase(found);
  if (Result<void> written = write_secret(stored_tokens_path_, format_stored_tokens(std::move(*tokens))); !written) {
    return written.error();
  }
  return true;
}

Result<void> TokenStore::activate(std::string_view token) const { return write_secret(token_path_, token); }

Result<void> TokenStore::deactivate() const { return remove_file(token_path_); }

Result<void> TokenStore::remove_all() const {
  if (Result<void> removed = deactivate(); !removed) return removed;
  return remove_file(stored_tokens_path_);
}

HUGGINGFACE_HUB_NAMESPACE_END
