// SPDX-License-Identifier: Apache-2.0
#include "cli/commands.hpp"

#include "huggingface_hub/auth.hpp"
#include "huggingface_hub/errors.hpp"

#include <sys/utsname.h>

#include <string>

namespace huggingface_hub::cli {

namespace {

std::string platform() {
  utsname system{};
  if (::uname(&system) != 0) return "unknown";
  return std::string(system.sysname) + "-" + system.release + "-" + system.machine;
}

std::string python_bool(bool value) { return value ? "True" : "False"; }

std::string joined(const std::vector<std::string>& texts) {
  std::string all;
  for (const std::string& text : texts) all += (all.empty() ? "" : ", ") + text;
  return all;
}

std::string seconds(std::chrono::milliseconds duration) {
  return std::to_string(std::chrono::duration_cast<std::chrono::seconds>(duration).count());
}

/// Who the stored token belongs to; nothing where the Hub does not answer.
std::optional<std::string> user_name(Context& context) {
  try {
    WhoAmIOptions options;
    options.call = context.call();
    return context.api().whoami(options).name;
  } catch (const HfHubError&) {
    return std::nullopt;
  }
}

// As the variable has it. Python does not know it, so it is only told of where it is set.
std::string fallbacks(const Config& config) {
  std::string text;
  for (const auto& folder : config.cache_fallbacks) text += (text.empty() ? "" : ":") + folder.string();
  return text;
}

}  // namespace

void env_command(Context& context) {
  Arguments arguments(context.command(), "Print information about the environment.");
  context.parse(arguments);

  const Config& config = context.config();
  std::string text = "\nCopy-and-paste the text below in your GitHub issue.\n\n";
  const auto row = [&text](const std::string& key, const std::string& value) {
    text += "- " + key + ": " + value + "\n";
  };
  row("hfcpp version", kVersion);
  row("Platform", platform());
  row("Compiler", HFCPP_COMPILER);
  row("libcurl", HFCPP_CURL_VERSION);
  row("OpenSSL", HFCPP_OPENSSL_VERSION);
  row("Token path ?", config.token_path.string());
  const bool has_token = get_token(context.api()).has_value();
  row("Has saved token ?", python_bool(has_token));
  if (has_token && !config.offline) {
    if (const std::optional<std::string> user = user_name(context)) row("Who am I ?", *user);
  }
  row("Configured git credential helpers", joined(list_credential_helpers()));
  row("ENDPOINT", config.endpoint);
  row("HF_HUB_CACHE", config.hub_cache.string());
  if (!config.cache_fallbacks.empty()) row("HF_HUB_CACHE_FALLBACKS", fallbacks(config));
  row("HF_ASSETS_CACHE", config.assets_cache.string());
  row("HF_TOKEN_PATH", config.token_path.string());
  row("HF_STORED_TOKENS_PATH", config.stored_tokens_path.string());
  row("HF_HUB_OFFLINE", python_bool(config.offline));
  row("HF_HUB_DISABLE_TELEMETRY", python_bool(config.disable_telemetry));
  row("HF_HUB_DISABLE_PROGRESS_BARS",
      config.disable_progress_bars ? python_bool(*config.disable_progress_bars) : "None");
  row("HF_HUB_DISABLE_SYMLINKS", python_bool(config.disable_symlinks));
  row("HF_HUB_DISABLE_SYMLINKS_WARNING", python_bool(config.disable_symlinks_warning));
  row("HF_HUB_DISABLE_EXPERIMENTAL_WARNING", python_bool(config.disable_experimental_warning));
  row("HF_HUB_DISABLE_IMPLICIT_TOKEN", python_bool(config.disable_implicit_token));
  row("HF_HUB_DISABLE_XET", python_bool(config.disable_xet));
  row("HF_HUB_DISABLE_SHARED_BLOBS", python_bool(config.disable_shared_blobs));
  row("HF_HUB_ETAG_TIMEOUT", seconds(config.etag_timeout));
  row("HF_HUB_DOWNLOAD_TIMEOUT", seconds(config.download_timeout));
  context.out.raw(text + "\n");
}

}  // namespace huggingface_hub::cli
