// SPDX-License-Identifier: Apache-2.0
#include "session/request_log.hpp"

#include "core/log.hpp"
#include "core/text.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <mutex>
#include <set>
#include <utility>
#include <vector>

HUGGINGFACE_HUB_NAMESPACE_BEGIN
namespace {

constexpr std::size_t kMaxBody = 1000;

/// Replaces the values of secret members, in JSON (`"key": "value"`) and in form bodies (`key=value`).
std::string without_secrets(std::string body) {
  constexpr std::array<const char*, 5> kSecrets{"subject_token", "access_token", "refresh_token", "client_secret",
                                                "device_code"};
  for (const std::string key : kSecrets) {
    std::size_t at = 0;
    while ((at = body.find(key, at)) != std::string::npos) {
      at += key.size();
      std::size_t value = at;
      std::size_t end = at;
      if (value < body.size() && body[value] == '=') {
        value += 1;
        end = std::min(body.find('&', value), body.size());
      } else {
        value = body.find_first_not_of("\": \t\r\n", at);
        if (value == std::string::npos || value == at || body[value - 1] != '"') continue;
        end = value;
        while (end < body.size() && body[end] != '"') end += body[end] == '\\' ? 2 : 1;
        end = std::min(end, body.size());
      }
      body.replace(value, end - value, "<REDACTED>");
      at = value;
    }
  }
  return body;
}

/// Without what could steer a terminal.
std::string printable(std::string_view text) {
  std::string result(text);
  std::replace_if(
      result.begin(), result.end(), [](char c) { return std::iscntrl(static_cast<unsigned char>(c)) != 0; }, ' ');
  return result;
}

std::string shell_quoted(const std::string& text) {
  std::string result = "'";
  for (const char c : text) {
    if (c == '\'') {
      result += "'\\''";
    } else {
      result += c;
    }
  }
  return result + "'";
}

}  // namespace

std::string as_curl_command(const http::Request& request, const std::string* body) {
  std::string command = std::string("curl -X ") + http::to_string(request.method);
  std::vector<std::pair<std::string, std::string>> headers(request.headers.begin(), request.headers.end());
  std::sort(headers.begin(), headers.end(),
            [](const auto& a, const auto& b) { return to_lower(a.first) < to_lower(b.first); });
  for (const auto& [name, value] : headers) {
    const bool secret = http::Headers::equal(name, "authorization") || http::Headers::equal(name, "cookie");
    command += " -H " + shell_quoted(name + ": " + (secret ? "<TOKEN>" : value));
  }
  if (body != nullptr) {
    std::string text = without_secrets(*body);
    if (text.size() > kMaxBody) text = text.substr(0, kMaxBody) + " ... [truncated]";
    command += " -d " + shell_quoted(text);
  } else if (request.body) {
    command += " -d '<streaming body>'";
  }
  return command + " " + shell_quoted(redact_url(request.url));
}

void log_server_warnings(const http::Headers& headers) {
  static std::mutex mutex;
  static auto& seen = *new std::set<std::string>;  // Not destroyed: requests may outlive static objects.
  for (const std::string& warning : headers.get_all("X-HF-Warning")) {
    const auto split = warning.find(';');
    const std::string topic(split == std::string::npos ? "" : trim(warning.substr(0, split)));
    const std::string text(trim(split == std::string::npos ? warning : warning.substr(split + 1)));
    if (text.empty()) continue;
    {
      const std::lock_guard<std::mutex> lock(mutex);
      if (!seen.insert(topic).second) continue;
    }
    log_warning(printable(text));
  }
}

HUGGINGFACE_HUB_NAMESPACE_END
