// SPDX-License-Identifier: Apache-2.0
/// @file
/// How a command ends early, and what is printed for each error (`spec/cli.md` 4).
#pragma once

#include <stdexcept>
#include <string>
#include <utility>

namespace huggingface_hub::cli {

constexpr int kFailure = 1;
constexpr int kUsageFailure = 2;
constexpr int kInterrupted = 130;  // 128 + SIGINT, as a shell counts

/// Ends the command with `Error: <text>` and exit code 1.
class CliError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

/// The command line itself is wrong: exit code 2.
class UsageError : public std::runtime_error {
 public:
  /// `usage`: lines before `Error: <text>`; may be empty.
  explicit UsageError(const std::string& text, std::string usage = {})
      : std::runtime_error(text), usage_(std::move(usage)) {}
  [[nodiscard]] const std::string& usage() const noexcept { return usage_; }

 private:
  std::string usage_;
};

/// Ends the command with `code`; everything has been printed.
struct Exit {
  int code{0};
};

/// What follows `Error: ` for `error`.
std::string describe(const std::exception& error);

}  // namespace huggingface_hub::cli
