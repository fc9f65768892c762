// SPDX-License-Identifier: Apache-2.0
#include "server/git_patterns.hpp"

#include "core/text.hpp"

#include <array>
#include <optional>
#include <utility>

HUGGINGFACE_HUB_NAMESPACE_BEGIN

namespace server {
namespace {

struct SetMatch {
  bool matched{false};
  std::size_t length{0};  // Of the set in the pattern, brackets included; 0 if it has no end.
};

SetMatch match_set(std::string_view pattern, char c) noexcept {
  std::size_t at = 1;
  const bool negated = at < pattern.size() && (pattern[at] == '!' || pattern[at] == '^');
  if (negated) ++at;
  bool found = false;
  for (bool first = true; at < pattern.size(); first = false) {
    if (pattern[at] == ']' && !first) return {found != negated && c != '/', at + 1};
    if (pattern[at] == '\\' && at + 1 < pattern.size()) ++at;
    const char low = pattern[at];
    char high = low;
    if (at + 2 < pattern.size() && pattern[at + 1] == '-' && pattern[at + 2] != ']') {
      high = pattern[at + 2];
      at += 2;
    }
    found = found || (low <= c && c <= high);
    ++at;
  }
  return {};
}

// `pattern` starts with a segment `**`, which stands for any number of folders. Nothing where the stars are no
// segment of their own: then they are an ordinary star.
std::optional<bool> match_folders(std::string_view pattern, std::string_view path) noexcept {
  const std::string_view rest = pattern.substr(2);
  if (rest.empty()) return true;
  if (!rest.starts_with('/')) return std::nullopt;
  if (wildmatch(rest.substr(1), path)) return true;
  for (std::size_t i = 0; i < path.size(); ++i) {
    if (path[i] == '/' && wildmatch(rest.substr(1), path.substr(i + 1))) return true;
  }
  return false;
}

// One ordinary element of the pattern: how long it is there, if it takes the character.
std::optional<std::size_t> match_one(std::string_view pattern, char c) noexcept {
  if (pattern.front() == '?') return c == '/' ? std::nullopt : std::optional<std::size_t>(1);
  if (pattern.front() == '[') {
    const SetMatch set = match_set(pattern, c);
    if (set.length > 0) return set.matched ? std::optional<std::size_t>(set.length) : std::nullopt;
  }
  const bool escaped = pattern.front() == '\\' && pattern.size() > 1;
  if (pattern[escaped ? 1 : 0] != c) return std::nullopt;
  return escaped ? 2 : 1;
}

template <typename F>
void for_each_line(std::string_view text, F&& use) {
  while (!text.empty()) {
    const std::size_t newline = text.find('\n');
    std::string_view line = text.substr(0, newline);
    text.remove_prefix(newline == std::string_view::npos ? text.size() : newline + 1);
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (!line.empty() && line.front() != '#') use(line);
  }
}

std::string_view base_name(std::string_view path) noexcept {
  const std::size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? path : path.substr(slash + 1);
}

}  // namespace

bool wildmatch(std::string_view pattern, std::string_view path) noexcept {
  // The last single star, and how much of the path it has taken: where to go on after a mismatch.
  std::size_t star = std::string_view::npos;
  std::size_t star_path = 0;
  std::size_t p = 0;
  std::size_t s = 0;
  for (;;) {
    const bool at_segment = p == 0 || (p < pattern.size() && pattern[p - 1] == '/');
    if (at_segment && pattern.substr(p).starts_with("**")) {
      if (const auto folders = match_folders(pattern.substr(p), path.substr(s)); folders && *folders) return true;
      if (pattern.substr(p + 2).starts_with('/')) return false;
    }
    if (p < pattern.size() && pattern[p] == '*') {
      while (p < pattern.size() && pattern[p] == '*') ++p;
      star = p;
      star_path = s;
      continue;
    } else if (s == path.size()) {
      if (p == pattern.size()) return true;
    } else if (p < pattern.size()) {
      if (const auto length = match_one(pattern.substr(p), path[s])) {
        p += *length;
        ++s;
        continue;
      }
    }
    if (star == std::string_view::npos || star_path >= path.size() || path[star_path] == '/') return false;
    p = star;
    s = ++star_path;
  }
}

LfsRules::LfsRules(std::string_view git_attributes) {
  for_each_line(git_attributes, [&](std::string_view line) {
    const std::size_t space = line.find_first_of(" \t");
    if (space == std::string_view::npos) return;
    const std::string attributes = " " + std::string(line.substr(space + 1)) + " ";
    if (attributes.find(" filter=lfs ") != std::string::npos) {
      rules_.push_back({std::string(line.substr(0, space)), true});
    } else if (attributes.find("filter") != std::string::npos) {
      rules_.push_back({std::string(line.substr(0, space)), false});  // `-filter`, `!filter`, another filter.
    }
  });
}

bool LfsRules::matches(std::string_view path) const {
  bool lfs = false;
  for (const Rule& rule : rules_) {
    std::string_view pattern = rule.pattern;
    const bool by_name = pattern.find('/') == std::string_view::npos;
    if (pattern.starts_with('/')) pattern.remove_prefix(1);
    if (wildmatch(pattern, by_name ? base_name(path) : path)) lfs = rule.lfs;  // The last line that matches counts.
  }
  return lfs;
}

IgnoreRules::IgnoreRules(std::string_view git_ignore) {
  for_each_line(git_ignore, [&](std::string_view line) {
    while (line.ends_with(' ') && !line.ends_with("\\ ")) line.remove_suffix(1);
    Rule rule;
    if (line.starts_with('!')) {
      rule.negated = true;
      line.remove_prefix(1);
    }
    if (line.ends_with('/')) {
      rule.folders_only = true;
      line.remove_suffix(1);
    }
    rule.anchored = line.find('/') != std::string_view::npos;
    if (line.starts_with('/')) line.remove_prefix(1);
    rule.pattern = std::string(line);
    if (!line.empty()) rules_.push_back(std::move(rule));
  });
}

bool IgnoreRules::is_ignored(std::string_view path, bool is_folder) const {
  bool ignored = false;
  for (const Rule& rule : rules_) {
    if (rule.folders_only && !is_folder) continue;
    if (wildmatch(rule.pattern, rule.anchored ? path : base_name(path))) ignored = !rule.negated;
  }
  return ignored;
}

bool IgnoreRules::matches(std::string_view path) const {
  for (std::size_t slash = path.find('/'); slash != std::string_view::npos; slash = path.find('/', slash + 1)) {
    if (is_ignored(path.substr(0, slash), true)) return true;  // A file in an ignored folder cannot be taken back.
  }
  return is_ignored(path, false);
}

std::string default_git_attributes(RepoType type) {
  static constexpr auto common = std::to_array<const char*>(
      {"*.7z",      "*.arrow",      "*.bin",     "*.bz2",     "*.ckpt",   "*.ftz",       "*.gz",
       "*.h5",      "*.joblib",     "*.lfs.*",   "*.mlmodel", "*.model",  "*.msgpack",   "*.npy",
       "*.npz",     "*.onnx",       "*.ot",      "*.parquet", "*.pb",     "*.pickle",    "*.pkl",
       "*.pt",      "*.pth",        "*.rar",     "*.safetensors",         "saved_model/**/*",
       "*.tar.*",   "*.tar",        "*.tflite",  "*.tgz",     "*.wasm",   "*.xz",        "*.zip",
       "*.zst",     "*tfevents*"});
  static constexpr auto data = std::to_array<const char*>(
      {"*.pcm", "*.sam", "*.raw", "*.aac", "*.flac", "*.mp3", "*.ogg", "*.wav", "*.bmp", "*.gif", "*.png", "*.tiff",
       "*.jpg", "*.jpeg", "*.webp", "*.mp4", "*.webm"});
  std::string text;
  const auto add = [&](const char* pattern) {
    text += std::string(pattern) + " filter=lfs diff=lfs merge=lfs -text\n";
  };
  for (const char* pattern : common) add(pattern);
  if (type == RepoType::dataset) {
    for (const char* pattern : data) add(pattern);
  }
  return text;
}

}  // namespace server

HUGGINGFACE_HUB_NAMESPACE_END
