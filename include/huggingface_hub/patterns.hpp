// SPDX-License-Identifier: Apache-2.0
/// @file
/// Which files a call takes: allow and ignore patterns (`spec/transfer.md` 10), as Python's fnmatch reads them.
#pragma once

#include "huggingface_hub/version.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

HUGGINGFACE_HUB_NAMESPACE_BEGIN

namespace detail {

/// Characters of UTF-8 text. A byte that belongs to none counts as a character of its own, as in file names in
/// Python (surrogate escapes), so that every name can be matched.
inline std::u32string to_characters(std::string_view text) {
  std::u32string characters;
  characters.reserve(text.size());
  for (std::size_t i = 0; i < text.size();) {
    const auto lead = static_cast<unsigned char>(text[i]);
    const std::size_t length = lead < 0x80 ? 1 : lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : lead >= 0xc2 ? 2 : 0;
    char32_t value = length == 1 ? lead : lead & (0x7fU >> length);
    bool whole = length != 0 && i + length <= text.size();
    for (std::size_t k = 1; whole && k < length; ++k) {
      const auto next = static_cast<unsigned char>(text[i + k]);
      whole = (next & 0xc0U) == 0x80U;
      value = (value << 6) | (next & 0x3fU);
    }
    if (whole) {
      characters.push_back(value);
      i += length;
    } else {
      characters.push_back(0xdc00U + lead);
      ++i;
    }
  }
  return characters;
}

/// `\` to `/`: the rule for patterns and paths alike.
inline std::string with_forward_slashes(std::string_view text) {
  std::string changed(text);
  for (char& c : changed) {
    if (c == '\\') c = '/';
  }
  return changed;
}

}  // namespace detail

/// One pattern. `*` stands for any run of characters, `/` included, `?` for one character, `[seq]` and `[!seq]`
/// for one of, or none of, some. There is no escape character, `**` is the same as `*`, and the whole path must
/// match. A pattern that ends in `/` means everything below. Immutable; safe to share between threads.
class PathPattern {
 public:
  explicit PathPattern(std::string_view pattern) {
    std::string text = detail::with_forward_slashes(pattern);
    if (!text.empty() && text.back() == '/') text.push_back('*');
    compile(detail::to_characters(text));
  }

  [[nodiscard]] bool matches(std::string_view path) const {
    return matches(detail::to_characters(detail::with_forward_slashes(path)));
  }

  /// As above, for the characters of a path whose slashes are forward ones.
  [[nodiscard]] bool matches(const std::u32string& path) const {
    std::size_t step = 0;
    std::size_t at = 0;
    std::size_t star = steps_.size();  // The last `*` passed; none yet.
    std::size_t after_star = 0;        // Where what follows it was tried.
    while (at < path.size()) {
      if (step < steps_.size() && steps_[step].kind == Kind::star) {
        star = step++;
        after_star = at;
      } else if (step < steps_.size() && takes(steps_[step], path[at])) {
        ++step;
        ++at;
      } else if (star < steps_.size()) {
        step = star + 1;
        at = ++after_star;
      } else {
        return false;
      }
    }
    while (step < steps_.size() && steps_[step].kind == Kind::star) ++step;
    return step == steps_.size();
  }

 private:
  enum class Kind : std::uint8_t { literal, any, star, set };
  using Range = std::pair<char32_t, char32_t>;

  struct Step {
    Kind kind{Kind::literal};
    bool negated{false};
    char32_t character{0};
    std::vector<Range> ranges{};
  };

  static bool takes(const Step& step, char32_t c) {
    if (step.kind == Kind::literal) return step.character == c;
    if (step.kind == Kind::any) return true;
    for (const Range& range : step.ranges) {
      if (range.first <= c && c <= range.second) return !step.negated;
    }
    return step.negated;
  }

  void compile(const std::u32string& text) {
    for (std::size_t i = 0; i < text.size(); ++i) {
      Step step;
      if (text[i] == U'*') {
        if (!steps_.empty() && steps_.back().kind == Kind::star) continue;
        step.kind = Kind::star;
      } else if (text[i] == U'?') {
        step.kind = Kind::any;
      } else if (const std::size_t end = text[i] == U'[' ? set_end(text, i + 1) : text.size(); end < text.size()) {
        step.kind = Kind::set;
        std::size_t start = i + 1;
        step.negated = text[start] == U'!';
        if (step.negated) ++start;
        step.ranges = ranges_of(text.substr(start, end - start));
        i = end;
      } else {
        step.character = text[i];
      }
      steps_.push_back(std::move(step));
    }
  }

  /// The `]` that closes a set; a first `]` is a member. The size of the text if there is none.
  static std::size_t set_end(const std::u32string& text, std::size_t at) {
    if (at < text.size() && text[at] == U'!') ++at;
    if (at < text.size() && text[at] == U']') ++at;
    while (at < text.size() && text[at] != U']') ++at;
    return at;
  }

  /// A range that runs backwards is empty, as in Python.
  static std::vector<Range> ranges_of(const std::u32string& members) {
    std::vector<Range> ranges;
    for (std::size_t i = 0; i < members.size(); ++i) {
      if (i + 2 < members.size() && members[i + 1] == U'-') {
        if (members[i] <= members[i + 2]) ranges.emplace_back(members[i], members[i + 2]);
        i += 2;
      } else {
        ranges.emplace_back(members[i], members[i]);
      }
    }
    return ranges;
  }

  std::vector<Step> steps_{};
};

/// Allow and ignore patterns together: a path is kept if any allow pattern matches it, or there is no allow list,
/// and no ignore pattern does. An empty allow list keeps nothing. Immutable; safe to share between threads.
class PathFilter {
 public:
  PathFilter() = default;
  PathFilter(const std::optional<std::vector<std::string>>& allow, const std::vector<std::string>& ignore)
      : has_allow_(allow.has_value()), ignore_(ignore.begin(), ignore.end()) {
    if (allow) allow_ = std::vector<PathPattern>(allow->begin(), allow->end());
  }

  [[nodiscard]] bool keeps(std::string_view path) const {
    const std::u32string characters = detail::to_characters(detail::with_forward_slashes(path));
    return (!has_allow_ || any_matches(allow_, characters)) && !any_matches(ignore_, characters);
  }

 private:
  static bool any_matches(const std::vector<PathPattern>& patterns, const std::u32string& path) {
    for (const PathPattern& pattern : patterns) {
      if (pattern.matches(path)) return true;
    }
    return false;
  }

  bool has_allow_{false};
  std::vector<PathPattern> allow_{};
  std::vector<PathPattern> ignore_{};
};

/// What no upload takes, in addition to the ignore patterns of the call (`spec/transfer.md` 10.1).
inline std::vector<std::string> default_ignore_patterns() {
  return {".git",
          ".git/*",
          "*/.git",
          "**/.git/**",
          ".cache/huggingface",
          ".cache/huggingface/*",
          "*/.cache/huggingface",
          "**/.cache/huggingface/**"};
}

/// Those of `paths` that the patterns keep, in their order.
inline std::vector<std::string> filter_paths(const std::vector<std::string>& paths,
                                             const std::optional<std::vector<std::string>>& allow_patterns,
                                             const std::vector<std::string>& ignore_patterns = {}) {
  const PathFilter filter(allow_patterns, ignore_patterns);
  std::vector<std::string> kept;
  for (const std::string& path : paths) {
    if (filter.keeps(path)) kept.push_back(path);
  }
  return kept;
}

HUGGINGFACE_HUB_NAMESPACE_END
