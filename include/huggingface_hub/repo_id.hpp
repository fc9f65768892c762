// SPDX-License-Identifier: Apache-2.0
/// @file
/// Repository types and the rules for repository ids (`spec/transfer.md` 9.1).
#pragma once

#include "huggingface_hub/errors.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

HUGGINGFACE_HUB_NAMESPACE_BEGIN

enum class RepoType { model, dataset, space, kernel };

/// `model`, `dataset`, `space`, `kernel`.
inline const char* to_string(RepoType type) noexcept {
  switch (type) {
    case RepoType::dataset: return "dataset";
    case RepoType::space: return "space";
    case RepoType::kernel: return "kernel";
    case RepoType::model: break;
  }
  return "model";
}

/// The segment in API URLs: `models`, `datasets`, `spaces`, `kernels`.
inline std::string api_segment(RepoType type) { return std::string(to_string(type)) + "s"; }

/// The prefix of web, resolve and LFS URLs: empty for models, else `datasets/`, `spaces/`, `kernels/`.
inline std::string url_prefix(RepoType type) {
  return type == RepoType::model ? std::string() : api_segment(type) + "/";
}

/// The type called `name` (singular, as in Python); nothing if there is no such type.
inline std::optional<RepoType> repo_type_from_string(std::string_view name) noexcept {
  if (name == "model") return RepoType::model;
  if (name == "dataset") return RepoType::dataset;
  if (name == "space") return RepoType::space;
  if (name == "kernel") return RepoType::kernel;
  return std::nullopt;
}

namespace detail {
constexpr std::size_t kMaxRepoNameLength = 96;  // spec/transfer.md 9.1; each of namespace and name

inline bool is_word_character(char c) noexcept {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

inline bool is_repo_id_part(std::string_view part) noexcept {
  if (part.empty() || part.size() > kMaxRepoNameLength) return false;
  if (!is_word_character(part.front()) || !is_word_character(part.back())) return false;
  for (const char c : part) {
    if (!is_word_character(c) && c != '-' && c != '.') return false;
  }
  return true;
}
}  // namespace detail

/// Nothing if `repo_id` can be one; else what is wrong with it, as a whole sentence.
inline std::optional<std::string> repo_id_problem(std::string_view repo_id) {
  const std::string quoted = "'" + std::string(repo_id) + "'";
  const std::size_t slash = repo_id.find('/');
  if (slash != std::string_view::npos && repo_id.find('/', slash + 1) != std::string_view::npos) {
    return "Repo id must be in the form 'repo_name' or 'namespace/repo_name': " + quoted + ".";
  }
  const bool parts_ok = slash == std::string_view::npos
                            ? detail::is_repo_id_part(repo_id)
                            : detail::is_repo_id_part(repo_id.substr(0, slash)) &&
                                  detail::is_repo_id_part(repo_id.substr(slash + 1));
  if (!parts_ok) {
    return "Repo id must use alphanumeric characters, '-', '_' or '.'. The name cannot start or end with '-' or '.', "
           "and namespace and name have at most 96 characters each: " + quoted + ".";
  }
  if (repo_id.find("--") != std::string_view::npos || repo_id.find("..") != std::string_view::npos) {
    return "Cannot have -- or .. in repo_id: " + quoted + ".";
  }
  if (repo_id.size() >= 4 && repo_id.substr(repo_id.size() - 4) == ".git") {
    return "Repo_id cannot end by '.git': " + quoted + ".";
  }
  return std::nullopt;
}

/// @throws HFValidationError  `repo_id` cannot be one.
inline void validate_repo_id(std::string_view repo_id) {
  if (std::optional<std::string> problem = repo_id_problem(repo_id)) {
    throw_error(ErrorCode::validation, std::move(*problem));
  }
}

HUGGINGFACE_HUB_NAMESPACE_END
