// SPDX-License-Identifier: Apache-2.0
/// @file
/// How a command describes its arguments, and how the command line is read (`spec/cli.md` 2).
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace huggingface_hub::cli {

/// An option as it is declared.
struct OptionInfo {
  std::vector<std::string> names{};   ///< `--type` and `--repo-type`; `--dry-run` and `--no-dry-run`.
  std::string help{};
  std::vector<std::string> values{};  ///< What it may be; empty: anything.
  bool repeatable{false};
  bool takes_value{true};
};

/// The arguments of one command. Targets must outlive `parse`; what is not given stays as it is.
class Arguments {
 public:
  /// `command` as it was typed (`repos create`), for usage lines.
  Arguments(std::string command, std::string description);
  ~Arguments();
  Arguments(const Arguments&) = delete;
  Arguments& operator=(const Arguments&) = delete;

  /// Arguments without a name come in the order of these calls. `name` in upper case.
  void required(const std::string& name, std::string& target, const std::string& help);
  void optional(const std::string& name, std::optional<std::string>& target, const std::string& help);
  /// All that are left.
  void rest(const std::string& name, std::vector<std::string>& target, const std::string& help);

  /// `names`: `--type,--repo-type`, `-m,--message`. Given twice, the last counts.
  void option(const std::string& names, std::optional<std::string>& target, const std::string& help);
  /// May be given several times.
  void option(const std::string& names, std::vector<std::string>& target, const std::string& help);
  void option(const std::string& names, std::optional<long long>& target, const std::string& help);
  void option(const std::string& names, std::optional<double>& target, const std::string& help);
  /// One of `values`.
  void choice(const std::string& names, const std::vector<std::string>& values, std::optional<std::string>& target,
              const std::string& help);
  /// `--yes`, `-y,--yes`.
  void flag(const std::string& names, bool& target, const std::string& help);
  /// `--name` and `--no-name`.
  void switch_flag(const std::string& name, bool& target, const std::string& help);
  void switch_flag(const std::string& name, std::optional<bool>& target, const std::string& help);

  /// Reads the arguments after the command.
  /// @throws UsageError  they are wrong.
  /// @throws Exit        help was asked for, or nothing was given where something is required; help is printed.
  void parse(const std::vector<std::string>& arguments);

  /// What was declared so far, in that order, and `--help`.
  [[nodiscard]] std::vector<OptionInfo> options() const;

  /// A usage error of this command.
  [[noreturn]] void fail(const std::string& text) const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

/// The formatting flags, which every command takes in any place.
struct FormatFlags {
  std::string mode{"auto"};  ///< `auto`, `human`, `agent`, `json`, `quiet`.
  bool no_truncate{false};
};

/// Takes the formatting flags out of `arguments`, up to `--`.
/// @throws UsageError  they contradict each other, or are none.
FormatFlags take_format_flags(std::vector<std::string>& arguments);

/// `datasets/alice/d1` as `alice/d1` of type `dataset`. `type`: what `--type` said, if it was given.
/// @throws UsageError  both are given.
void take_type_prefix(std::string& repo_id, std::optional<std::string>& type);

}  // namespace huggingface_hub::cli
