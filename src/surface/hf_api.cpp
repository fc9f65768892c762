// SPDX-License-Identifier: Apache-2.0
#include "huggingface_hub/hf_api.hpp"

#include "session/session.hpp"
#include "surface/background.hpp"

#include "huggingface_hub/errors.hpp"

#include <utility>

HUGGINGFACE_HUB_NAMESPACE_BEGIN
namespace {

void set_endpoint(Config& config, std::string endpoint) {
  if (!endpoint.empty()) config.endpoint = std::move(endpoint);
  while (!config.endpoint.empty() && config.endpoint.back() == '/') config.endpoint.pop_back();
  if (config.endpoint.rfind("http://", 0) != 0 && config.endpoint.rfind("https://", 0) != 0) {
    throw_error(ErrorCode::validation, "The endpoint '" + config.endpoint +
                                           "' is no address of a Hub. Give one that begins with http:// or https://.");
  }
}

/// What both ways of making a session take over; a member that is not set changes nothing.
void apply(SessionOptions& made, const HfApiOptions& options) {
  set_endpoint(made.config, options.endpoint);
  if (!options.cache_dir.empty()) made.config.hub_cache = options.cache_dir;
  if (!options.cache_fallbacks.empty()) made.config.cache_fallbacks = options.cache_fallbacks;
  if (!options.headers.empty()) made.headers = options.headers;
  if (!options.library_name.empty()) {
    made.library_name = options.library_name;
    made.library_version = options.library_version;
  }
  if (options.limit_rate) made.config.limit_rate = *options.limit_rate;
  if (!options.proxies.empty()) made.proxies = options.proxies;
  if (options.retry) made.retry = *options.retry;
  if (!options.token.is_implicit()) made.token = options.token;
  if (options.transport) made.transport = options.transport;
  if (!options.user_agent.empty()) made.user_agent = options.user_agent;
}

std::shared_ptr<const Session> make_session(const HfApiOptions& options) {
  SessionOptions made;
  made.config = options.config ? *options.config : Config::from_environment();
  made.clock = system_clock();
  made.library_version = options.library_version;
  apply(made, options);
  if (!made.transport) {
    http::CurlTransportOptions transport;
    transport.connect_timeout = made.config.connect_timeout;
    transport.proxies = made.config.proxies;
    transport.tls = made.config.tls;
    made.transport = http::make_curl_transport(transport);
  }
  return std::make_shared<const Session>(std::move(made));
}

}  // namespace

HfApi::HfApi(const HfApiOptions& options) : HfApi(make_session(options)) {}

HfApi::HfApi(std::shared_ptr<const Session> session)
    : session_(std::move(session)), background_(detail::make_background_queue()) {}

HfApi::~HfApi() = default;

HfApi HfApi::with(const HfApiOptions& changes) const {
  SessionOptions made = session_->options();
  if (changes.config) made.config = *changes.config;
  apply(made, changes);
  return HfApi(std::make_shared<const Session>(std::move(made)));
}

const Config& HfApi::config() const noexcept { return session_->config(); }

const std::string& HfApi::endpoint() const noexcept { return session_->endpoint(); }

const Session& HfApi::session() const noexcept { return *session_; }

HUGGINGFACE_HUB_NAMESPACE_END
