// SPDX-License-Identifier: Apache-2.0
/// @file
/// What every command works with.
#pragma once

#include "cli/arguments.hpp"
#include "cli/output.hpp"

#include "huggingface_hub/call_options.hpp"
#include "huggingface_hub/config.hpp"
#include "huggingface_hub/hf_api.hpp"
#include "huggingface_hub/repo_id.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace huggingface_hub::cli {

/// Ends a command that was only asked what it takes.
struct Described {
  std::vector<OptionInfo> options{};
};

class Context {
 public:
  Context(std::string command, std::vector<std::string> arguments)
      : command_(std::move(command)), arguments_(std::move(arguments)) {}

  Output out{};

  /// The words after `hfcpp` that named the command.
  [[nodiscard]] const std::string& command() const noexcept { return command_; }
  /// Reads what came after them, without the formatting flags; see `Arguments::parse`.
  /// @throws Described  the command was only asked what it takes.
  void parse(Arguments& arguments) const;

  /// From now on `parse` throws what the command takes: nothing of it is run.
  void describe_only() noexcept { describes_only_ = true; }

  /// Read from the environment at first use.
  [[nodiscard]] const Config& config();

  /// What `--limit-rate` said, before the client is made.
  void set_limit_rate(std::uint64_t bytes_per_second) { limit_rate_ = bytes_per_second; }

  /// The client, made at first use; from then on Ctrl-C cancels. `token`: what `--token` said.
  const HfApi& api(const std::optional<std::string>& token = {});

  /// Options of every call: cancelled by Ctrl-C.
  [[nodiscard]] CallOptions call() const;

  /// True where a progress bar belongs on stderr.
  [[nodiscard]] bool shows_progress();

 private:
  std::string command_;
  std::vector<std::string> arguments_;
  bool describes_only_{false};
  std::optional<Config> config_{};
  std::optional<std::uint64_t> limit_rate_{};
  std::optional<HfApi> api_{};
};

/// `--token`, with its warning.
void token_option(Arguments& arguments, std::optional<std::string>& token);
void warn_about_token(Context& context, const std::optional<std::string>& token);

/// `--limit-rate`, and what becomes of it once the arguments are read.
void limit_rate_option(Arguments& arguments, std::optional<std::string>& limit);
void apply_limit_rate(Context& context, const Arguments& arguments, const std::optional<std::string>& limit);

/// `--type`, `--repo-type`.
void type_option(Arguments& arguments, std::optional<std::string>& type);

/// The type called `name`; a model if none is given.
RepoType to_repo_type(const std::optional<std::string>& name);

/// `text`, or nothing if it is empty.
std::optional<std::string> non_empty(std::string text);

}  // namespace huggingface_hub::cli
