// SPDX-License-Identifier: Apache-2.0
#include "server/card_metadata.hpp"

#include "formats/yaml_reader.hpp"

#include <algorithm>
#include <array>
#include <optional>

HUGGINGFACE_HUB_NAMESPACE_BEGIN

namespace server {
namespace {

using nlohmann::json;

// The identifiers in the Hub's documentation of licences.
constexpr auto kLicenses = std::to_array<std::string_view>({
    "afl-3.0",          "agpl-3.0",          "apache-2.0",        "apple-amlr",        "apple-ascl",
    "artistic-2.0",     "bigcode-openrail-m", "bigscience-bloom-rail-1.0", "bigscience-openrail-m", "bsd",
    "bsd-2-clause",     "bsd-3-clause",      "bsd-3-clause-clear", "bsl-1.0",          "c-uda",
    "cc",               "cc-by-2.0",         "cc-by-2.5",         "cc-by-3.0",         "cc-by-4.0",
    "cc-by-nc-2.0",     "cc-by-nc-3.0",      "cc-by-nc-4.0",      "cc-by-nc-nd-3.0",   "cc-by-nc-nd-4.0",
    "cc-by-nc-sa-2.0",  "cc-by-nc-sa-3.0",   "cc-by-nc-sa-4.0",   "cc-by-nd-4.0",      "cc-by-sa-3.0",
    "cc-by-sa-4.0",     "cc0-1.0",           "cdla-permissive-1.0", "cdla-permissive-2.0", "cdla-sharing-1.0",
    "creativeml-openrail-m", "deepfloyd-if-license", "ecl-2.0",   "epl-1.0",           "epl-2.0",
    "etalab-2.0",       "eupl-1.1",          "eupl-1.2",          "fair-noncommercial-research-license",
    "gemma",            "gfdl",              "gpl",               "gpl-2.0",           "gpl-3.0",
    "grok2-community",  "h-research",        "intel-research",    "isc",               "lgpl",
    "lgpl-2.1",         "lgpl-3.0",          "lgpl-lr",           "llama2",            "llama3",
    "llama3.1",         "llama3.2",          "llama3.3",          "llama4",            "lppl-1.3c",
    "mit",              "mpl-2.0",           "ms-pl",             "ncsa",              "odbl",
    "odc-by",           "ofl-1.1",           "openmdw-1.0",       "openrail",          "openrail++",
    "osl-3.0",          "other",             "pddl",              "postgresql",        "unknown",
    "unlicense",        "wtfpl",             "zlib",
});

constexpr auto kSdks = std::to_array<std::string_view>({"docker", "gradio", "static", "streamlit"});

// The text between the two lines of dashes; nothing where the file does not begin with them.
std::optional<std::string_view> front_matter(std::string_view readme) {
  constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
  if (readme.starts_with(byte_order_mark)) readme.remove_prefix(byte_order_mark.size());
  const std::size_t start = readme.find_first_not_of(" \t\r\n");
  if (start == std::string_view::npos || !readme.substr(start).starts_with("---")) return std::nullopt;
  readme.remove_prefix(start + 3);
  if (!readme.starts_with('\n') && !readme.starts_with('\r')) return std::nullopt;
  for (std::size_t at = readme.find("\n---"); at != std::string_view::npos; at = readme.find("\n---", at + 1)) {
    const std::string_view after = readme.substr(at + 4);
    if (after.empty() || after.front() == '\n' || after.front() == '\r') return readme.substr(0, at + 1);
  }
  return std::nullopt;
}

std::string key_text(const YamlValue& key) {
  if (const std::string* text = key.text()) return *text;
  if (const auto number = key.as_integer()) return std::to_string(*number);
  if (const auto flag = key.as_bool()) return *flag ? "true" : "false";
  return "null";
}

json to_json(const YamlValue& value) {
  switch (value.kind()) {
    case YamlValue::Kind::null: return nullptr;
    case YamlValue::Kind::boolean: return *value.as_bool();
    case YamlValue::Kind::integer: return *value.as_integer();
    case YamlValue::Kind::floating: return *value.as_double();
    case YamlValue::Kind::list: {
      json list = json::array();
      for (const YamlValue& item : *value.as_list()) list.push_back(to_json(item));
      return list;
    }
    case YamlValue::Kind::map: {
      json object = json::object();
      for (const auto& [key, item] : *value.as_map()) object[key_text(key)] = to_json(item);
      return object;
    }
    case YamlValue::Kind::big_integer:
    case YamlValue::Kind::string:
    case YamlValue::Kind::timestamp:
    case YamlValue::Kind::binary: break;
  }
  return *value.text();
}

template <typename List>
std::string joined(const List& list) {
  std::string text;
  for (const std::string_view item : list) {
    if (!text.empty()) text += ", ";
    text += item;
  }
  return text;
}

template <typename List>
bool lists(const List& list, std::string_view item) {
  return std::find(list.begin(), list.end(), item) != list.end();
}

void check_text(const json& data, const char* name, bool list_allowed, CardCheck& check) {
  const auto found = data.find(name);
  if (found == data.end() || found->is_null() || found->is_string()) return;
  const bool is_list = found->is_array() && std::all_of(found->begin(), found->end(),
                                                        [](const json& item) { return item.is_string(); });
  if (list_allowed && is_list) return;
  check.errors.push_back("\"" + std::string(name) + "\" must be " + (list_allowed ? "a string or an array of strings" : "a string"));
}

void check_fields(const json& data, RepoType type, CardCheck& check) {
  check_text(data, "license", true, check);
  check_text(data, "language", true, check);
  check_text(data, "tags", true, check);
  check_text(data, "datasets", true, check);
  check_text(data, "base_model", true, check);
  check_text(data, "pipeline_tag", false, check);
  check_text(data, "library_name", false, check);
  const auto license = data.find("license");
  for (const std::string& name : license == data.end() ? std::vector<std::string>() : strings_of(*license)) {
    if (!lists(kLicenses, name)) check.errors.push_back("\"license\" must be one of [" + joined(kLicenses) + "]");
  }
  if (type != RepoType::space) return;
  const auto sdk = data.find("sdk");
  if (sdk != data.end() && (!sdk->is_string() || !lists(kSdks, sdk->get<std::string>()))) {
    check.errors.push_back("\"sdk\" must be one of [" + joined(kSdks) + "]");
  }
}

}  // namespace

std::vector<std::string> strings_of(const json& value) {
  std::vector<std::string> strings;
  if (value.is_string()) strings.push_back(value.get<std::string>());
  if (!value.is_array()) return strings;
  for (const json& item : value) {
    if (item.is_string()) strings.push_back(item.get<std::string>());
  }
  return strings;
}

CardCheck check_card(std::string_view readme, RepoType type) {
  CardCheck check;
  const auto yaml = front_matter(readme);
  if (!yaml) {
    check.warnings.push_back("empty or missing yaml metadata in repo card");
    return check;
  }
  const auto value = read_yaml(*yaml);
  if (!value) {
    check.errors.push_back("Invalid YAML: " + value.error().message);
    return check;
  }
  if (value->is_null()) {
    check.warnings.push_back("empty or missing yaml metadata in repo card");
    return check;
  }
  if (!value->is_map()) {
    check.errors.push_back("The metadata of a repo card must be a mapping");
    return check;
  }
  check.data = to_json(*value);
  check_fields(check.data, type, check);
  return check;
}

}  // namespace server

HUGGINGFACE_HUB_NAMESPACE_END
