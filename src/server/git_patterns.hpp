// SPDX-License-Identifier: Apache-2.0
/// @file
/// The patterns of `.gitattributes` and `.gitignore` files.
#pragma once

#include "huggingface_hub/repo_id.hpp"

#include <string>
#include <string_view>
#include <vector>

HUGGINGFACE_HUB_NAMESPACE_BEGIN

namespace server {

/// Git's wildmatch over a whole path: `*` and `?` stop at slashes, a segment `**` does not, `[…]` are sets.
bool wildmatch(std::string_view pattern, std::string_view path) noexcept;

/// What goes to LFS, from the lines `<pattern> … filter=lfs …` of a root `.gitattributes`.
class LfsRules {
 public:
  explicit LfsRules(std::string_view git_attributes);
  [[nodiscard]] bool matches(std::string_view path) const;

 private:
  struct Rule {
    std::string pattern{};
    bool lfs{false};
  };
  std::vector<Rule> rules_;
};

/// A root `.gitignore`.
class IgnoreRules {
 public:
  explicit IgnoreRules(std::string_view git_ignore);
  /// True if the file, or a folder it is in, is ignored.
  [[nodiscard]] bool matches(std::string_view path) const;

 private:
  struct Rule {
    std::string pattern{};
    bool anchored{false};
    bool folders_only{false};
    bool negated{false};
  };
  [[nodiscard]] bool is_ignored(std::string_view path, bool is_folder) const;

  std::vector<Rule> rules_;
};

/// The `.gitattributes` that the Hub puts into every new repository.
std::string default_git_attributes(RepoType type);

}  // namespace server

HUGGINGFACE_HUB_NAMESPACE_END
