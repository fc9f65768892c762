// SPDX-License-Identifier: Apache-2.0
#include "hub/lfs_batch.hpp"

#include "hub/parse/fields.hpp"
#include "hub/requests.hpp"

#include "huggingface_hub/errors.hpp"

#include <charconv>
#include <map>
#include <utility>

HUGGINGFACE_HUB_NAMESPACE_BEGIN
namespace hub {
namespace {

using parse::Fields;
using parse::Json;

Json batch_body(const UploadTarget& target, const std::vector<LfsObject>& objects) {
  Json list = Json::array();
  for (const LfsObject& object : objects) list.push_back({{"oid", object.oid}, {"size", object.size}});
  Json body = {{"operation", "upload"},
               {"transfers", {"basic", "multipart"}},
               {"objects", std::move(list)},
               {"hash_algo", "sha256"}};
  // Without `ref` the Hub does not ask for the right to write to the branch, which a pull request does not need.
  if (!target.create_pr) body["ref"] = {{"name", target.revision}};
  return body;
}

template <typename Number>
std::optional<Number> parse_number(const std::string& text) {
  Number number{};
  const auto [end, problem] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (problem != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

/// A URL out of an action, on the endpoint in use.
std::string href_of(const Fields& action, const Session& session) {
  std::string url = on_endpoint(action.text("href"), session.endpoint());
  if (url.rfind("https://", 0) != 0 && url.rfind("http://", 0) != 0 && url.rfind('/', 0) != 0) {
    action.refuse("href", "an http(s) URL");
  }
  return url;
}

/// The part URLs are the entries of `header` whose names are numbers; everything else in it is of no concern.
void read_parts(const Json& header, const Fields& upload, std::uint64_t size, LfsAction& action) {
  const Json& chunk = header["chunk_size"];
  std::optional<std::uint64_t> chunk_size;
  if (chunk.is_number_unsigned()) chunk_size = chunk.get<std::uint64_t>();
  if (chunk.is_string()) chunk_size = parse_number<std::uint64_t>(chunk.get<std::string>());
  if (!chunk_size || *chunk_size == 0) upload.refuse("header", "one whose `chunk_size` is a number of 1 or more");
  action.chunk_size = *chunk_size;

  std::map<std::uint64_t, std::string> parts;
  for (const auto& [name, url] : header.items()) {
    const std::optional<std::uint64_t> number = parse_number<std::uint64_t>(name);
    if (number && url.is_string()) parts.emplace(*number, url.get<std::string>());
  }
  const std::uint64_t expected = size / action.chunk_size + (size % action.chunk_size == 0 ? 0 : 1);
  if (parts.size() != expected) {
    upload.refuse("header", "one with " + std::to_string(expected) + " part URLs for " + std::to_string(size) +
                                " bytes in chunks of " + std::to_string(action.chunk_size) + " (it has " +
                                std::to_string(parts.size()) + ")");
  }
  for (auto& [number, url] : parts) action.part_urls.push_back(std::move(url));
}

/// `asked` is ours: its size counts, whatever the answer says.
LfsAction action_of(const Fields& object, const LfsObject& asked, const Session& session) {
  LfsAction action;
  action.oid = asked.oid;
  if (object.find("actions") == nullptr) return action;
  const Fields actions = object.object("actions", "actions");
  if (actions.find("upload") == nullptr) return action;

  const Fields upload = actions.object("upload", "upload action");
  action.upload_url = href_of(upload, session);
  const Json* header = upload.find("header");
  if (header != nullptr && !header->is_object()) upload.refuse("header", "an object");
  if (header != nullptr && header->contains("chunk_size")) read_parts(*header, upload, asked.size, action);
  if (actions.find("verify") != nullptr) {
    action.verify_url = href_of(actions.object("verify", "verify action"), session);
  }
  return action;
}

/// One line for each object that was refused; empty if none was.
std::string refusals_in(const Json& objects, const http::ResponseHead& head) {
  std::string lines;
  for (const Json& item : objects) {
    const Fields object(item, head, "LFS object");
    if (object.find("error") == nullptr) continue;
    const Fields error = object.object("error", "LFS error");
    lines += "\n" + object.maybe_text("oid").value_or("(no oid)") + ": " +
             error.maybe_text("message").value_or("(no reason given)");
  }
  return lines;
}

}  // namespace

Result<std::vector<LfsAction>> lfs_batch(const Session& session, const UploadTarget& target,
                                         const std::vector<LfsObject>& objects) {
  validate_repo_id(target.repo_id);
  ApiRequest ask = json_request(http::Method::post,
                                "/" + url_prefix(target.repo_type) + target.repo_id + ".git/info/lfs/objects/batch",
                                batch_body(target, objects), target.call, target.token);
  ask.headers.set("Accept", kLfsMediaType);
  ask.headers.set("Content-Type", kLfsMediaType);
  ask.retry = RetryPolicy::full;
  const Result<http::Response> response = session.send(ask);
  if (!response.ok()) return response.error();

  const Json json = parse::json_of(*response);
  const Json& answers = Fields(json, response->head, "answer").array("objects");
  if (const std::string refusals = refusals_in(answers, response->head); !refusals.empty()) {
    Error error;
    error.code = ErrorCode::other;
    error.message = "The Hub refuses to store these files (SHA-256 and reason):" + refusals;
    return error;
  }
  std::map<std::string, const Json*> by_oid;
  for (const Json& item : answers) by_oid.emplace(Fields(item, response->head, "LFS object").text("oid"), &item);
  std::vector<LfsAction> actions;
  for (const LfsObject& object : objects) {
    const auto found = by_oid.find(object.oid);
    if (found == by_oid.end()) parse::unexpected_answer(response->head, "says nothing about object " + object.oid);
    actions.push_back(action_of(Fields(*found->second, response->head, "LFS object"), object, session));
  }
  return actions;
}

}  // namespace hub
HUGGINGFACE_HUB_NAMESPACE_END
