// SPDX-License-Identifier: Apache-2.0
#include "huggingface_hub/config.hpp"

#include "core/environment.hpp"
#include "core/text.hpp"

#include "huggingface_hub/errors.hpp"

#include <algorithm>
#include <charconv>
#include <initializer_list>
#include <sstream>
#include <system_error>

HUGGINGFACE_HUB_NAMESPACE_BEGIN

namespace {

constexpr const char* kStagingEndpoint = "https://hub-ci.huggingface.co";
constexpr const char* kDeviceCodeClientId = "26be6b09-91c5-47da-9861-d2d2bb7a7e36";  // spec/transfer.md 7

/// Reads settings from variables. An empty variable counts as one that is not set.
class ConfigReader {
 public:
  explicit ConfigReader(const Config::GetVariable& variables) : variables_(variables) {}

  std::optional<std::string> text(std::initializer_list<const char*> names) const {
    for (const char* name : names) {
      std::optional<std::string> value = variables_(name);
      if (value && !value->empty()) return value;
    }
    return std::nullopt;
  }

  bool flag(std::initializer_list<const char*> names) const {
    for (const char* name : names) {
      if (is_truthy(variables_(name).value_or(""))) return true;
    }
    return false;
  }

  std::filesystem::path path(std::initializer_list<const char*> names, const std::filesystem::path& fallback) const {
    const std::optional<std::string> value = text(names);
    return value ? std::filesystem::path(expand_path(*value, variables_)) : fallback;
  }

  /// Paths divided by `:`; empty ones are left out.
  std::vector<std::filesystem::path> paths(const char* name) const {
    std::vector<std::filesystem::path> all;
    std::istringstream list(text({name}).value_or(""));
    for (std::string path; std::getline(list, path, ':');) {
      if (!path.empty()) all.emplace_back(expand_path(path, variables_));
    }
    return all;
  }

  /// Whole seconds. 0 means the default, as in Python; text that is no number is an error.
  std::chrono::milliseconds seconds(const char* name, std::chrono::milliseconds fallback) const {
    const std::optional<std::string> value = variables_(name);
    if (!value) return fallback;
    const std::string_view digits = trim(*value);
    int number = 0;
    const auto [end, failed] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
    if (failed != std::errc{} || end != digits.data() + digits.size() || number < 0) {
      throw_error(ErrorCode::validation, std::string(name) + " is '" + *value +
                                             "', which is not a whole number of seconds. Correct or unset it.");
    }
    return number == 0 ? fallback : std::chrono::seconds(number);
  }

  /// A proxy URL: the lower-case name wins, also where it is empty, which means none.
  std::string proxy(const char* lower, const char* upper) const {
    std::optional<std::string> value = variables_(lower);
    if (!value && upper != nullptr) value = variables_(upper);
    if (!value || value->empty()) return {};
    return value->find("://") == std::string::npos ? "http://" + *value : *value;
  }

  const Config::GetVariable& variables() const noexcept { return variables_; }

 private:
  const Config::GetVariable& variables_;
};

/// `name`: what `text` was given as, for the message.
std::uint64_t read_limit_rate(const char* name, const std::string& text) {
  const std::string_view digits = trim(text);
  double number = 0;
  const auto [rest, failed] =
      std::from_chars(digits.data(), digits.data() + digits.size(), number, std::chars_format::fixed);
  const std::string_view unit(rest, static_cast<std::size_t>(digits.data() + digits.size() - rest));
  double factor = 1;
  for (const char c : std::string_view("bkmgt")) {
    if (unit.empty() || (unit.size() == 1 && (unit[0] | 0x20) == c)) break;
    factor = c == 't' ? 0 : factor * 1024;  // 0: none of them.
  }
  const double rate = number * factor;
  constexpr double kMost = 1e18;
  if (failed != std::errc{} || !(number >= 0) || factor == 0 || !(rate < kMost)) {
    throw_error(ErrorCode::validation, std::string(name) + " is '" + text +
                                           "', which is no number of bytes a second, such as 500000, 500K or 1.5M. "
                                           "0 means no limit.");
  }
  return rate > 0 ? std::max<std::uint64_t>(static_cast<std::uint64_t>(rate), 1) : 0;
}

void read_locations(const ConfigReader& read, bool staging, Config& config) {
  const std::filesystem::path home = expand_user("~", read.variables());
  const std::filesystem::path cache = read.path({"XDG_CACHE_HOME"}, home / ".cache");
  config.hf_home = read.path({"HF_HOME"}, cache / "huggingface");
  config.hub_cache = read.path({"HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE"}, config.hf_home / "hub");
  config.cache_fallbacks = read.paths("HF_HUB_CACHE_FALLBACKS");
  config.assets_cache = read.path({"HF_ASSETS_CACHE", "HUGGINGFACE_ASSETS_CACHE"}, config.hf_home / "assets");
  config.xet_cache = read.text({"HF_XET_CACHE"}).value_or((config.hf_home / "xet").string());
  config.token_path = read.path({"HF_TOKEN_PATH"}, config.hf_home / "token");
  config.stored_tokens_path = config.token_path.parent_path() / "stored_tokens";
  if (staging) config.token_path = home / ".cache" / "huggingface_staging" / "token";
}

void read_offline(const ConfigReader& read, Config& config) {
  for (const char* name : {"HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE"}) {
    const std::optional<std::string> value = read.text({name});
    if (!value) continue;
    config.offline = is_truthy(*value);  // The first that is not empty decides.
    if (config.offline) config.offline_variable = name;
    return;
  }
}

void read_tls(const ConfigReader& read, Config& config) {
  // SSL_CERT_FILE and SSL_CERT_DIR are Python's; the others are what people set for requests and curl.
  const std::filesystem::path ca =
      read.path({"HF_CA_BUNDLE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE"}, {});
  std::error_code ignored;
  if (!ca.empty() && std::filesystem::is_directory(ca, ignored)) {
    config.tls.ca_dir = ca;
  } else {
    config.tls.ca_file = ca;
  }
  if (ca.empty()) config.tls.ca_dir = read.path({"SSL_CERT_DIR"}, {});
  config.tls.client_cert = read.path({"HF_CLIENT_CERT"}, {});
  config.tls.client_key = read.path({"HF_CLIENT_KEY"}, {});
}

void read_proxies(const ConfigReader& read, Config& config) {
  // Under CGI, HTTP_PROXY is what a client sent as a `Proxy:` header.
  const bool cgi = read.variables()("REQUEST_METHOD").has_value();
  config.proxies.http = read.proxy("http_proxy", cgi ? nullptr : "HTTP_PROXY");
  config.proxies.https = read.proxy("https_proxy", "HTTPS_PROXY");
  config.proxies.all = read.proxy("all_proxy", "ALL_PROXY");
  std::optional<std::string> no_proxy = read.variables()("no_proxy");
  if (!no_proxy) no_proxy = read.variables()("NO_PROXY");
  config.proxies.no_proxy = no_proxy.value_or("");
}

std::string read_verbosity(const ConfigReader& read, bool debug) {
  if (debug) return "debug";
  const std::string asked = to_lower(read.text({"HF_HUB_VERBOSITY"}).value_or("warning"));
  for (const char* known : {"debug", "info", "warning", "error", "critical"}) {
    if (asked == known) return asked;
  }
  return "warning";
}

}  // namespace

Config Config::from_environment(const GetVariable& variables) {
  const ConfigReader read(variables);
  Config config;

  const bool staging = read.flag({"HUGGINGFACE_CO_STAGING"});
  if (std::optional<std::string> endpoint = read.text({"HF_ENDPOINT"})) config.endpoint = *endpoint;
  if (staging) config.endpoint = kStagingEndpoint;
  while (!config.endpoint.empty() && config.endpoint.back() == '/') config.endpoint.pop_back();

  read_locations(read, staging, config);
  read_offline(read, config);
  read_tls(read, config);
  read_proxies(read, config);

  if (const auto limit = read.text({"HF_HUB_LIMIT_RATE"})) config.limit_rate = read_limit_rate("HF_HUB_LIMIT_RATE", *limit);

  const auto default_etag_timeout = config.etag_timeout;
  config.etag_timeout = read.seconds("HF_HUB_ETAG_TIMEOUT", default_etag_timeout);
  config.etag_timeout_from_environment = config.etag_timeout != default_etag_timeout;
  config.download_timeout = read.seconds("HF_HUB_DOWNLOAD_TIMEOUT", config.download_timeout);

  config.disable_symlinks = read.flag({"HF_HUB_DISABLE_SYMLINKS"});
  config.disable_symlinks_warning = read.flag({"HF_HUB_DISABLE_SYMLINKS_WARNING"});
  config.disable_shared_blobs = read.flag({"HF_HUB_DISABLE_SHARED_BLOBS"});
  config.disable_telemetry = read.flag({"HF_HUB_DISABLE_TELEMETRY", "DISABLE_TELEMETRY", "DO_NOT_TRACK"});
  config.disable_xet = read.flag({"HF_HUB_DISABLE_XET"});
  config.disable_implicit_token = read.flag({"HF_HUB_DISABLE_IMPLICIT_TOKEN"});
  config.disable_experimental_warning = read.flag({"HF_HUB_DISABLE_EXPERIMENTAL_WARNING"});
  config.disable_update_check = read.flag({"HF_HUB_DISABLE_UPDATE_CHECK"});
  if (const auto bars = variables("HF_HUB_DISABLE_PROGRESS_BARS")) config.disable_progress_bars = is_truthy(*bars);
  config.debug = read.flag({"HF_DEBUG"});
  config.no_color = read.text({"NO_COLOR"}).has_value();
  config.verbosity = read_verbosity(read, config.debug);
  config.user_agent_origin = read.text({"HF_HUB_USER_AGENT_ORIGIN"}).value_or("");
  config.device_code_client_id = read.text({"HF_DEVICE_CODE_OAUTH_CLIENT_ID"}).value_or(kDeviceCodeClientId);
  return config;
}

std::uint64_t parse_limit_rate(const std::string& text) { return read_limit_rate("The limit of the rate", text); }

Config Config::from_environment() { return from_environment(environment_variable); }

HUGGINGFACE_HUB_NAMESPACE_END
