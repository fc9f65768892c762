// SPDX-License-Identifier: Apache-2.0
#include "core/log.hpp"

#include "core/environment.hpp"
#include "core/text.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdio>
#include <mutex>
#include <utility>

HUGGINGFACE_HUB_NAMESPACE_BEGIN

namespace {

constexpr int kLevelFromEnvironment = -1;
std::atomic<int> current_level{kLevelFromEnvironment};

struct Sink {
  std::mutex mutex{};
  LogSink function{};
};

Sink& sink() {
  static auto* const instance = new Sink();  // Never destroyed: messages may come while the program ends.
  return *instance;
}

LogLevel level_from_environment() {
  if (is_truthy(environment_variable("HF_DEBUG").value_or(""))) return LogLevel::debug;
  const std::string asked = to_lower(environment_variable("HF_HUB_VERBOSITY").value_or(""));
  if (asked == "debug") return LogLevel::debug;
  if (asked == "info") return LogLevel::info;
  if (asked == "error" || asked == "critical") return LogLevel::error;
  return LogLevel::warning;
}

void write_to_stderr(std::string_view message) {
  std::string line(message);
  line.push_back('\n');
  std::fwrite(line.data(), 1, line.size(), stderr);
}

bool is_token_character(char c) noexcept {
  return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-' ||
         c == '.';
}

// Names of ours and of Python's that begin like a token.
constexpr std::array<std::string_view, 8> kHarmless{"hf_hub", "hf_xet", "hf_api", "hf_uri",
                                                    "hf_file_system", "hf_transfer", "hf_home", "hf_token"};
constexpr std::size_t kShortestToken = 6;
constexpr std::string_view kRedacted = "<redacted>";

bool looks_like_token(std::string_view word) noexcept {
  if (word.substr(0, 3) != "hf_" || word.size() < kShortestToken) return false;
  for (const std::string_view name : kHarmless) {
    if (word.substr(0, name.size()) == name) return false;
  }
  return true;
}

std::size_t word_length(std::string_view text) noexcept {
  std::size_t length = 0;
  while (length < text.size() && is_token_character(text[length])) ++length;
  return length;
}

/// Up to white space or what encloses URLs in prose.
std::size_t url_length(std::string_view text) noexcept {
  return std::min(text.find_first_of(" \t\r\n\"'<>`"), text.size());
}

}  // namespace

void set_log_sink(LogSink function) {
  Sink& target = sink();
  const std::lock_guard<std::mutex> lock(target.mutex);
  target.function = std::move(function);
}

void set_log_level(LogLevel level) noexcept { current_level = static_cast<int>(level); }

LogLevel log_level() noexcept {
  const int level = current_level;
  if (level != kLevelFromEnvironment) return static_cast<LogLevel>(level);
  const LogLevel found = level_from_environment();
  current_level = static_cast<int>(found);
  return found;
}

void log(LogLevel level, std::string_view message) {
  if (level < log_level() || level == LogLevel::off) return;
  // A sink that logs would wait for itself.
  static thread_local bool inside = false;
  if (inside) return;
  const std::string safe = redact(message);
  Sink& target = sink();
  const std::lock_guard<std::mutex> lock(target.mutex);
  if (!target.function) {
    write_to_stderr(safe);
    return;
  }
  struct Inside {
    Inside() { inside = true; }
    ~Inside() { inside = false; }
  } const mark;
  target.function(level, safe);
}

std::string redact_url(std::string_view url) {
  url = url.substr(0, url.find_first_of("?#"));
  const std::size_t scheme = url.find("://");
  if (scheme == std::string_view::npos) return std::string(url);
  const std::size_t authority = scheme + 3;
  const std::size_t path = std::min(url.find('/', authority), url.size());
  const std::size_t at = url.substr(0, path).rfind('@');
  if (at == std::string_view::npos || at < authority) return std::string(url);
  return std::string(url.substr(0, authority)) + std::string(url.substr(at + 1));
}

std::string redact(std::string_view text) {
  std::string safe;
  safe.reserve(text.size());
  while (!text.empty()) {
    const std::size_t length = word_length(text);
    if (length == 0) {
      safe.push_back(text.front());
      text.remove_prefix(1);
      continue;
    }
    const std::string_view word = text.substr(0, length);
    if (text.substr(length, 3) == "://") {
      const std::size_t end = url_length(text);
      safe += redact_url(text.substr(0, end));
      text.remove_prefix(end);
      continue;
    }
    safe += looks_like_token(word) ? kRedacted : word;
    text.remove_prefix(length);
    if (to_lower(word) == "bearer" && !text.empty() && text.front() == ' ') {
      const std::size_t secret = std::min(text.find_first_of(" \t\r\n\"',;", 1), text.size());
      safe += " " + std::string(kRedacted);
      text.remove_prefix(secret);
    }
  }
  return safe;
}

HUGGINGFACE_HUB_NAMESPACE_END
