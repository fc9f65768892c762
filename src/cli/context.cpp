// SPDX-License-Identifier: Apache-2.0
#include "cli/context.hpp"

#include "cli/interrupt.hpp"

#include "huggingface_hub/errors.hpp"

#include <unistd.h>

namespace huggingface_hub::cli {

const Config& Context::config() {
  if (!config_) config_ = Config::from_environment();
  return *config_;
}

const HfApi& Context::api(const std::optional<std::string>& token) {
  if (!api_) {
    (void)cancel_on_interrupt();
    HfApiOptions options;
    options.config = config();
    options.library_name = "hfcpp";
    options.library_version = kVersion;
    options.limit_rate = limit_rate_;
    options.token = Token(token);
    api_.emplace(options);
  }
  return *api_;
}

void Context::parse(Arguments& arguments) const {
  if (describes_only_) throw Described{arguments.options()};
  arguments.parse(arguments_);
}

CallOptions Context::call() const {
  CallOptions options;
  options.cancel = cancel_on_interrupt();
  return options;
}

bool Context::shows_progress() {
  const std::optional<bool> disabled = config().disable_progress_bars;
  if (disabled) return !*disabled;  // The environment decides, also in the other modes.
  return out.mode() == OutputMode::human && ::isatty(STDERR_FILENO) != 0;
}

void token_option(Arguments& arguments, std::optional<std::string>& token) {
  arguments.option("--token", token, "A User Access Token from https://huggingface.co/settings/tokens.");
}

void warn_about_token(Context& context, const std::optional<std::string>& token) {
  if (!token) return;
  context.out.warning(
      "A token given as an option stays in the history of the shell and shows in the list of processes. Use `hfcpp "
      "auth login` or the environment variable HF_TOKEN instead.");
}

void limit_rate_option(Arguments& arguments, std::optional<std::string>& limit) {
  arguments.option("--limit-rate", limit,
                   "The most bytes a second to take, such as 500K or 2M. Default: HF_HUB_LIMIT_RATE, else no limit.");
}

void apply_limit_rate(Context& context, const Arguments& arguments, const std::optional<std::string>& limit) {
  if (!limit) return;
  try {
    context.set_limit_rate(parse_limit_rate(*limit));
  } catch (const HFValidationError&) {
    arguments.fail("Invalid value for '--limit-rate': '" + *limit +
                   "' is no number of bytes a second, such as 500000, 500K or 2M.");
  }
}

void type_option(Arguments& arguments, std::optional<std::string>& type) {
  arguments.choice("--type,--repo-type", {"model", "dataset", "space", "kernel"}, type, "The type of the repository.");
}

RepoType to_repo_type(const std::optional<std::string>& name) {
  return repo_type_from_string(name.value_or("model")).value_or(RepoType::model);
}

std::optional<std::string> non_empty(std::string text) {
  if (text.empty()) return std::nullopt;
  return text;
}

}  // namespace huggingface_hub::cli
