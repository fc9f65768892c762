// SPDX-License-Identifier: Apache-2.0
#include "hub/parse/fields.hpp"

#include "core/log.hpp"
#include "core/text.hpp"

#include "huggingface_hub/errors.hpp"

#include <memory>
#include <utility>

HUGGINGFACE_HUB_NAMESPACE_BEGIN
namespace parse {
namespace {

std::string request_id_of(const http::Headers& headers) {
  for (const char* name : {"x-request-id", "x-amzn-trace-id", "x-amz-cf-id"}) {
    if (std::optional<std::string> id = headers.get(name)) return *id;
  }
  return {};
}

/// What a body looks like, for a message: its type and size, never its content (it may be anything).
std::string description_of(const http::Response& response) {
  const std::string type = response.headers().get("content-type").value_or("no content type");
  return type + ", " + std::to_string(response.body.size()) + " bytes";
}

}  // namespace

void unexpected_answer(const http::ResponseHead& head, std::string_view what) {
  auto info = std::make_shared<HttpErrorInfo>();
  info->status = head.status;
  info->url = redact_url(head.url);
  info->request_id = request_id_of(head.headers);

  Error error;
  error.code = ErrorCode::http;
  error.message = info->url + " answered with status " + std::to_string(head.status) + ", but " + std::string(what) +
                  ". Check that the endpoint is a Hub and that no proxy answers in its place.";
  if (!info->request_id.empty()) error.message += " (Request ID: " + info->request_id + ")";
  error.http = std::move(info);
  throw_error(error);
}

Json json_of(const http::Response& response) {
  Json json = Json::parse(response.body, nullptr, /*allow_exceptions=*/false);
  if (json.is_discarded()) {
    unexpected_answer(response.head, "not with complete JSON (" + description_of(response) + ")");
  }
  return json;
}

Json array_of(const http::Response& response) {
  Json json = json_of(response);
  if (!json.is_array())
    unexpected_answer(response.head, std::string("with a JSON ") + json.type_name() + " where a list was promised");
  return json;
}

Fields::Fields(const Json& object, const http::ResponseHead& head, const char* what)
    : object_(object), head_(head), what_(what) {
  if (!object.is_object()) {
    unexpected_answer(head, std::string("the ") + what + " in it is a JSON " + object.type_name() + ", not an object");
  }
}

void Fields::refuse(const char* name, std::string_view expected) const {
  const auto found = object_.find(name);
  const std::string got = found == object_.end() ? "missing" : std::string("a JSON ") + found->type_name();
  unexpected_answer(
      head_, std::string("member '") + name + "' of the " + what_ + " is " + got + ", not " + std::string(expected));
}

const Json* Fields::find(const char* name) const {
  const auto found = object_.find(name);
  return found == object_.end() || found->is_null() ? nullptr : &*found;
}

std::string Fields::text(const char* name) const {
  std::optional<std::string> value = maybe_text(name);
  if (!value) refuse(name, "text");
  return *std::move(value);
}

std::uint64_t Fields::count(const char* name) const {
  const std::optional<std::uint64_t> value = maybe_count(name);
  if (!value) refuse(name, "a number of 0 or more");
  return *value;
}

const Json& Fields::array(const char* name) const {
  const Json* value = find(name);
  if (value == nullptr || !value->is_array()) refuse(name, "a list");
  return *value;
}

Fields Fields::object(const char* name, const char* what) const {
  const Json* value = find(name);
  if (value == nullptr || !value->is_object()) refuse(name, "an object");
  return Fields(*value, head_, what);
}

std::optional<std::string> Fields::maybe_text(const char* name) const {
  const Json* value = find(name);
  if (value == nullptr || !value->is_string()) return std::nullopt;
  return value->get<std::string>();
}

std::optional<std::uint64_t> Fields::maybe_count(const char* name) const {
  const Json* value = find(name);
  if (value == nullptr || !value->is_number_unsigned()) return std::nullopt;
  return value->get<std::uint64_t>();
}

std::optional<std::int64_t> Fields::maybe_integer(const char* name) const {
  const Json* value = find(name);
  if (value == nullptr || !value->is_number_integer()) return std::nullopt;
  return value->get<std::int64_t>();
}

std::optional<bool> Fields::maybe_flag(const char* name) const {
  const Json* value = find(name);
  if (value == nullptr || !value->is_boolean()) return std::nullopt;
  return value->get<bool>();
}

std::optional<Timestamp> Fields::maybe_time(const char* name) const {
  const std::optional<std::string> value = maybe_text(name);
  if (!value) return std::nullopt;
  const auto time = parse_iso8601(*value);
  if (!time) return std::nullopt;
  return Timestamp(*time);
}

std::optional<std::vector<std::string>> Fields::maybe_texts(const char* name) const {
  const Json* value = find(name);
  if (value == nullptr || !value->is_array()) return std::nullopt;
  std::vector<std::string> texts;
  texts.reserve(value->size());
  for (const Json& item : *value) {
    if (item.is_string()) texts.push_back(item.get<std::string>());
  }
  return texts;
}

JsonText Fields::raw(const char* name) const {
  const Json* value = find(name);
  return value == nullptr ? JsonText() : JsonText(value->dump());
}

}  // namespace parse
HUGGINGFACE_HUB_NAMESPACE_END
