// SPDX-License-Identifier: Apache-2.0
/// @file
/// Everything a command prints. Results go to stdout, the rest to stderr (`spec/cli.md` 3).
#pragma once

#include "cli/text.hpp"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace huggingface_hub::cli {

enum class OutputMode { human, agent, json, quiet };

struct TableOptions {
  std::vector<std::string> columns{};        ///< Keys shown; empty: those of the first row that are set in some row.
  std::string id_key{};                      ///< What quiet mode prints; empty: the first column.
  std::vector<std::string> right_aligned{};  ///< In addition to columns of numbers.
};

class Output {
 public:
  /// Members of a result, in order; null ones are shown in JSON only.
  using Data = std::vector<std::pair<std::string, Json>>;

  void set_mode(OutputMode mode, bool color);
  void set_no_truncate(bool no_truncate) { no_truncate_ = no_truncate; }
  [[nodiscard]] OutputMode mode() const noexcept { return mode_; }

  /// What was done, and what came of it.
  void result(const std::string& message, const Data& data);
  /// Rows are objects; more members than columns are shown in JSON only.
  void table(const std::vector<Json>& rows, const TableOptions& options = {});
  /// Text for people and agents; nothing in JSON and quiet mode.
  void text(const std::string& text);
  /// As `text`, in bold letters on a terminal.
  void bold_text(const std::string& text);
  /// To stdout in every mode.
  void raw(std::string_view text);

  /// Asks, unless `yes`. @throws CliError where nobody can answer; @throws Exit where the answer is no.
  void confirm(const std::string& question, bool yes);

  void warning(const std::string& text);
  void error(const std::string& text);
  void hint(const std::string& text);
  /// A line on stderr in every mode.
  void log(std::string_view text);

 private:
  void write_table(const std::vector<Json>& rows, const std::vector<std::string>& columns,
                   const std::vector<std::string>& right_aligned);
  [[nodiscard]] std::string colored(const char* code, const std::string& text, bool to_stderr) const;

  OutputMode mode_{OutputMode::human};
  bool color_{false};
  bool no_truncate_{false};
};

}  // namespace huggingface_hub::cli
