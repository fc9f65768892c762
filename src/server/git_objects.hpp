// SPDX-License-Identifier: Apache-2.0
/// @file
/// Git's own objects, so that the ids of blobs, trees and commits are those git would give them.
#pragma once

#include "huggingface_hub/export.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

HUGGINGFACE_HUB_NAMESPACE_BEGIN

namespace server {

/// SHA-1 over `<kind> <size>\0<content>`.
std::string git_object_id(std::string_view kind, std::string_view content);

struct TreeEntry {
  std::string id{};
  bool is_tree{false};
  std::string name{};
};

/// The content of a tree object; puts the entries into git's order.
std::string encode_tree(std::vector<TreeEntry> entries);
/// Throws where `content` is no tree.
std::vector<TreeEntry> decode_tree(std::string_view content);

struct Commit {
  std::string author{};
  std::int64_t date{0};  ///< Seconds since 1970.
  std::string message{};  ///< First line: the title.
  std::vector<std::string> parents{};
  std::string tree{};

  [[nodiscard]] std::string title() const { return message.substr(0, message.find('\n')); }
  /// What stands below the title.
  [[nodiscard]] std::string description() const;
};

std::string encode_commit(const Commit& commit);
/// Throws where `content` is no commit.
Commit decode_commit(std::string_view content);

/// What git holds in place of a file that is stored by LFS.
struct LfsPointer {
  std::string oid{};  ///< SHA-256 of the content.
  std::uint64_t size{0};
};

/// No pointer is longer than this.
inline constexpr std::size_t kMaxPointerSize = 1024;

std::string encode_pointer(const LfsPointer& pointer);
/// Nothing where `content` is an ordinary file.
std::optional<LfsPointer> decode_pointer(std::string_view content);

}  // namespace server

HUGGINGFACE_HUB_NAMESPACE_END
