// SPDX-License-Identifier: Apache-2.0
#include "http/failure.hpp"

#include "core/log.hpp"
#include "core/text.hpp"
#include "http/rate_limit.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

HUGGINGFACE_HUB_NAMESPACE_BEGIN
namespace http {
namespace {

constexpr std::size_t kMaxServerText = 4096;  // Of a plain-text body that becomes part of a message.

bool contains_ignoring_case(std::string_view text, std::string_view part) {
  return to_lower(text).find(to_lower(part)) != std::string::npos;
}

bool looks_like_html(const Headers& headers, std::string_view body) {
  const auto type = headers.get("Content-Type");
  return (type && contains_ignoring_case(*type, "html")) || trim(body).substr(0, 1) == "<";
}

void collect_json_messages(const nlohmann::json& body, std::vector<std::string>& messages) {
  if (!body.is_object()) return;
  const auto text = [](const nlohmann::json& parent, const char* key) -> std::optional<std::string> {
    const auto found = parent.find(key);
    if (found == parent.end() || !found->is_string()) return std::nullopt;
    return found->get<std::string>();
  };
  const auto description = text(body, "error_description");
  if (const auto error = text(body, "error")) {
    messages.push_back(description ? *error + ": " + *description : *error);
  } else if (body.contains("error") && body["error"].is_array()) {
    for (const auto& item : body["error"]) {
      if (item.is_string()) messages.push_back(item.get<std::string>());
    }
  } else if (description) {
    messages.push_back(*description);
  }
  const auto errors = body.find("errors");
  if (errors == body.end() || !errors->is_array()) return;
  for (const auto& item : *errors) {
    if (!item.is_object()) continue;
    if (const auto message = text(item, "message")) messages.push_back(*message);
  }
}

// spec/transfer.md 12.3, step 1.
std::string server_message(const ResponseHead& head, std::string_view body) {
  std::vector<std::string> messages;
  if (const auto message = head.headers.get("X-Error-Message")) messages.push_back(*message);
  const auto json = nlohmann::json::parse(body, nullptr, /*allow_exceptions=*/false);
  if (!json.is_discarded()) {
    collect_json_messages(json, messages);
  } else if (!looks_like_html(head.headers, body)) {
    messages.emplace_back(body.substr(0, kMaxServerText));
  }
  std::vector<std::string> kept;
  for (const std::string& message : messages) {
    std::string text(trim(message));
    if (!text.empty() && std::find(kept.begin(), kept.end(), text) == kept.end()) kept.push_back(std::move(text));
  }
  std::string joined;
  for (const std::string& text : kept) joined += (joined.empty() ? "" : "\n") + text;
  return joined;
}

struct RequestId {
  std::string label{};
  std::string value{};
};

RequestId request_id(const Headers& headers) {
  constexpr std::array<std::pair<const char*, const char*>, 3> kSources{
      {{"x-request-id", "Request ID"}, {"X-Amzn-Trace-Id", "Amzn Trace ID"}, {"x-amz-cf-id", "Amz CF ID"}}};
  for (const auto& [header, label] : kSources) {
    const auto value = headers.get(header);
    if (value && !value->empty()) return {label, *value};
  }
  return {};
}

// spec/transfer.md 12.3, steps 2 to 4.
std::string assemble(std::string message, const std::string& server, const RequestId& id) {
  if (!server.empty() && !contains_ignoring_case(message, server)) {
    message += (message.find("\n\n") != std::string::npos ? "\n" : "\n\n") + server;
  }
  if (!id.value.empty() && !contains_ignoring_case(message, id.value)) {
    const auto first_line_end = message.find('\n');
    message.insert(first_line_end == std::string::npos ? message.size() : first_line_end,
                   " (" + id.label + ": " + id.value + ")");
  }
  return std::string(trim(message));
}

std::string path_of(std::string_view url) {
  const auto scheme = url.find("://");
  if (scheme != std::string_view::npos) {
    url.remove_prefix(scheme + 3);
    const auto slash = url.find('/');
    url = slash == std::string_view::npos ? std::string_view("/") : url.substr(slash);
  }
  return std::string(url.substr(0, url.find_first_of("?#")));
}

std::vector<std::string> segments_of(const std::string& path) {
  std::vector<std::string> segments;
  std::size_t start = 0;
  while (start < path.size()) {
    if (path[start] == '/') {
      ++start;
      continue;
    }
    const auto end = std::min(path.find('/', start), path.size());
    segments.push_back(path.substr(start, end - start));
    start = end;
  }
  return segments;
}

std::string singular(const std::string& type) { return type.substr(0, type.size() - 1); }

bool is_one_of(std::string_view text, std::initializer_list<std::string_view> words) {
  return std::find(words.begin(), words.end(), text) != words.end();
}

// `/api/{models,datasets,spaces}/…` or `…/resolve/…`: where a 401 means that the repository is not to be seen.
bool is_repo_url(const std::vector<std::string>& segments) {
  if (segments.size() >= 3 && segments[0] == "api" && is_one_of(segments[1], {"models", "datasets", "spaces"})) {
    return true;
  }
  for (std::size_t i = 1; i + 1 < segments.size(); ++i) {
    if (segments[i] == "resolve") return true;
  }
  return false;
}

bool is_job_url(const std::vector<std::string>& segments) {
  return segments.size() >= 4 && segments[0] == "api" && is_one_of(segments[1], {"jobs", "scheduled-jobs"});
}

struct Verdict {
  ErrorCode code;
  std::string message;
};

std::string generic_text(const ResponseHead& head, const std::string& url) {
  const std::string status = std::to_string(head.status);
  const std::string phrase = reason_phrase(head.status);
  return std::string(head.status < 500 ? "Client" : "Server") + " error '" + status +
         (phrase.empty() ? "" : " " + phrase) + "' for url '" + url +
         "'\nFor more information check: https://developer.mozilla.org/en-US/docs/Web/HTTP/Status/" + status;
}

Verdict too_many_requests(const ResponseHead& head, const std::string& url) {
  const auto limit = parse_rate_limit(head.headers);
  if (!limit || limit->remaining != 0) {
    return {ErrorCode::rate_limited, "\n\n429 Too Many Requests for url: " + url + "."};
  }
  std::string text = "\n\n429 Too Many Requests: the rate limit \"" + limit->name + "\" is used up.\nWait " +
                     std::to_string(limit->reset.count()) + " s before the next request";
  if (limit->quota && limit->window) {
    text += " (" + std::to_string(limit->remaining) + "/" + std::to_string(*limit->quota) +
            " requests left in this window of " + std::to_string(limit->window->count()) + " s)";
  }
  return {ErrorCode::rate_limited, text + ".\nUrl: " + url + "."};
}

Verdict by_status(const ResponseHead& head, const std::string& url, const std::string& range) {
  switch (head.status) {
    case 400: return {ErrorCode::bad_request, "\n\nBad request:"};
    case 403:
      return {ErrorCode::http, "\n\n403 Forbidden: " + head.headers.get("X-Error-Message").value_or("None") +
                                   ".\nCannot access content at: " + url +
                                   ".\nMake sure that the token has the permissions this needs."};
    case 429: return too_many_requests(head, url);
    case 416:
      return {ErrorCode::http, generic_text(head, url) + ". Requested range: " + (range.empty() ? "None" : range) +
                                   ". Content-Range: " + head.headers.get("Content-Range").value_or("None") + "."};
    default: return {ErrorCode::http, generic_text(head, url)};
  }
}

// spec/transfer.md 12.2: the first rule that matches wins.
Verdict judge(const ResponseHead& head, const std::string& url, const std::string& range) {
  const std::string code = head.headers.get("X-Error-Code").value_or("");
  const std::string message = head.headers.get("X-Error-Message").value_or("");
  const std::string title = std::to_string(head.status) + " Client Error.\n\n";
  const std::string path = path_of(url);
  const auto segments = segments_of(path);
  if (code == "RevisionNotFound") {
    return {ErrorCode::revision_not_found, title + "Revision Not Found for url: " + url + "."};
  }
  if (code == "EntryNotFound") {
    return {ErrorCode::remote_entry_not_found, title + "Entry Not Found for url: " + url + "."};
  }
  if (code == "GatedRepo") {
    return {ErrorCode::gated_repo, title + "Cannot access gated repo for url " + url + "."};
  }
  if (message == "Access to this resource is disabled.") {
    return {ErrorCode::disabled_repo, title + "Cannot access repository for url " + url + ".\n" + message};
  }
  if (code == "RepoNotFound" && path.find("/api/buckets/") != std::string::npos) {
    return {ErrorCode::bucket_not_found, title + "Bucket Not Found for url: " + url +
                                             ".\nCheck the bucket's id.\nFor a private bucket, check that a token "
                                             "with access to it is used."};
  }
  if (head.status == 404 && is_job_url(segments)) {
    return {ErrorCode::job_not_found,
            title + "Job Not Found for url: " + url + ".\nCheck the job's id and its namespace."};
  }
  const bool hidden = head.status == 401 && message != "Invalid credentials in Authorization header" &&
                      is_repo_url(segments);
  if (code == "RepoNotFound" || hidden) {
    return {ErrorCode::repository_not_found,
            title + "Repository Not Found for url: " + url +
                ".\nCheck repo_id and repo_type.\nFor a private or gated repository, check that a token with access "
                "to it is used: https://huggingface.co/docs/huggingface_hub/authentication"};
  }
  return by_status(head, url, range);
}

}  // namespace

const char* reason_phrase(int status) noexcept {
  switch (status) {
    case 400: return "Bad Request";
    case 401: return "Unauthorized";
    case 402: return "Payment Required";
    case 403: return "Forbidden";
    case 404: return "Not Found";
    case 405: return "Method Not Allowed";
    case 406: return "Not Acceptable";
    case 408: return "Request Timeout";
    case 409: return "Conflict";
    case 410: return "Gone";
    case 411: return "Length Required";
    case 412: return "Precondition Failed";
    case 413: return "Request Entity Too Large";
    case 414: return "Request-URI Too Long";
    case 415: return "Unsupported Media Type";
    case 416: return "Requested Range Not Satisfiable";
    case 418: return "I'm a teapot";
    case 422: return "Unprocessable Entity";
    case 423: return "Locked";
    case 425: return "Too Early";
    case 428: return "Precondition Required";
    case 429: return "Too Many Requests";
    case 431: return "Request Header Fields Too Large";
    case 451: return "Unavailable For Legal Reasons";
    case 500: return "Internal Server Error";
    case 501: return "Not Implemented";
    case 502: return "Bad Gateway";
    case 503: return "Service Unavailable";
    case 504: return "Gateway Timeout";
    case 507: return "Insufficient Storage";
    default: return "";
  }
}

NamedRepo repo_in_url(std::string_view url) {
  const auto segments = segments_of(path_of(url));
  for (std::size_t end = 1; end + 1 < segments.size(); ++end) {
    if (segments[end] != "resolve") continue;
    const std::size_t typed = end >= 3 && is_one_of(segments[end - 3], {"datasets", "spaces", "kernels"}) ? end - 3
                              : end >= 2 && is_one_of(segments[end - 2], {"datasets", "spaces", "kernels"})
                                  ? end - 2
                                  : end;
    const std::size_t start = typed != end ? typed + 1 : (end >= 2 ? end - 2 : end - 1);
    return {segments[start] + (end - start == 2 ? "/" + segments[start + 1] : ""),
            typed != end ? singular(segments[typed]) : "model"};
  }
  for (std::size_t i = 0; i + 2 < segments.size(); ++i) {
    if (segments[i] != "api" || !is_one_of(segments[i + 1], {"models", "datasets", "spaces"})) continue;
    NamedRepo repo{segments[i + 2], singular(segments[i + 1])};
    const bool second = i + 3 < segments.size() &&
                        !is_one_of(segments[i + 3], {"resolve", "tree", "blob", "raw", "refs", "commit",
                                                     "discussions", "settings", "revision"});
    if (second) repo.id += "/" + segments[i + 3];
    return repo;
  }
  return {};
}

Error failed_response(Method method, const ResponseHead& head, std::string_view body,
                      const std::string& request_range, std::chrono::system_clock::time_point now) {
  const std::string url = redact_url(head.url);
  const RequestId id = request_id(head.headers);
  auto info = std::make_shared<HttpErrorInfo>();
  info->status = head.status;
  info->method = to_string(method);
  info->url = url;
  info->request_id = id.value;
  info->error_code = head.headers.get("X-Error-Code").value_or("");
  info->error_message = head.headers.get("X-Error-Message").value_or("");
  info->server_message = server_message(head, body);
  info->retry_after = asked_wait(head.status, head.headers, now);
  const NamedRepo repo = repo_in_url(url);
  info->repo_commit = head.headers.get("X-Repo-Commit").value_or("");
  info->repo_id = repo.id;
  info->repo_type = repo.type;
  Verdict verdict = judge(head, url, request_range);
  Error error;
  error.code = verdict.code;
  error.message = redact(assemble(std::move(verdict.message), info->server_message, id));
  error.http = std::move(info);
  return error;
}

}  // namespace http
HUGGINGFACE_HUB_NAMESPACE_END
