// SPDX-License-Identifier: Apache-2.0
#include "cli/output.hpp"

#include "cli/failure.hpp"
#include "cli/interrupt.hpp"
#include "cli/progress_bar.hpp"

#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <cstdio>
#include <iterator>

namespace huggingface_hub::cli {

namespace {

constexpr const char* kGreen = "\033[32m";
constexpr const char* kYellow = "\033[33m";
constexpr const char* kGray = "\033[90m";
constexpr const char* kBold = "\033[1m";
constexpr const char* kBoldRed = "\033[1m\033[31m";
constexpr const char* kReset = "\033[0m";

void print(std::FILE* stream, std::string_view text) {
  const TerminalPause pause;  // A progress bar steps aside.
  if (std::fwrite(text.data(), 1, text.size(), stream) != text.size() || std::fflush(stream) != 0) {
    if (stream == stdout) throw Exit{kFailure};  // The reader has gone (`… | head -1`), or the disk is full.
  }
}

std::string cell_for_agents(const Json& value) { return single_line(python_str(value)); }

std::vector<std::string> columns_of(const std::vector<Json>& rows) {
  std::vector<std::string> columns;
  for (const auto& [key, ignored] : rows.front().items()) {
    const bool used = std::any_of(rows.begin(), rows.end(), [&key = key](const Json& row) {
      return row.contains(key) && !row.at(key).is_null();
    });
    if (used) columns.push_back(key);
  }
  return columns;
}

Json member(const Json& row, const std::string& key) { return row.contains(key) ? row.at(key) : Json(); }

}  // namespace

void Output::set_mode(OutputMode mode, bool color) {
  mode_ = mode;
  color_ = color && mode == OutputMode::human;
}

std::string Output::colored(const char* code, const std::string& text, bool to_stderr) const {
  if (!color_ || ::isatty(to_stderr ? STDERR_FILENO : STDOUT_FILENO) == 0) return text;
  return code + text + kReset;
}

void Output::raw(std::string_view text) { print(stdout, text); }

void Output::result(const std::string& message, const Data& data) {
  std::string text;
  switch (mode_) {
    case OutputMode::human:
      text = colored(kGreen, "✓ " + message, false);
      for (const auto& [key, value] : data) {
        if (!value.is_null()) text += "\n  " + key + ": " + python_str(value);
      }
      break;
    case OutputMode::agent:
      for (const auto& [key, value] : data) {
        if (!value.is_null()) text += (text.empty() ? "" : " ") + key + "=" + python_str(value);
      }
      if (text.empty()) text = message;
      break;
    case OutputMode::json:
      if (!data.empty()) {
        Json object = Json::object();
        for (const auto& [key, value] : data) object[key] = value;
        text = python_json(object);
      }
      break;
    case OutputMode::quiet:
      if (data.empty()) return;
      text = python_str(data.front().second);
      break;
  }
  raw(text + "\n");
}

void Output::table(const std::vector<Json>& rows, const TableOptions& options) {
  if (rows.empty()) {
    if (mode_ == OutputMode::json) raw("[]\n");
    if (mode_ == OutputMode::human || mode_ == OutputMode::agent) raw("No results found.\n");
    return;
  }
  const std::vector<std::string> columns = options.columns.empty() ? columns_of(rows) : options.columns;
  std::string text;
  switch (mode_) {
    case OutputMode::human: write_table(rows, columns, options.right_aligned); return;
    case OutputMode::agent:
      for (std::size_t i = 0; i < columns.size(); ++i) text += (i > 0 ? "\t" : "") + columns[i];
      text += "\n";
      for (const Json& row : rows) {
        for (std::size_t i = 0; i < columns.size(); ++i) {
          text += (i > 0 ? "\t" : "") + cell_for_agents(member(row, columns[i]));
        }
        text += "\n";
      }
      break;
    case OutputMode::json: text = python_json(Json(rows)) + "\n"; break;
    case OutputMode::quiet: {
      const std::string& key = options.id_key.empty() ? columns.front() : options.id_key;
      for (const Json& row : rows) {
        text += escape_control_characters(row.contains(key) ? python_str(row.at(key)) : "") + "\n";
      }
      break;
    }
  }
  raw(text);
}

void Output::text(const std::string& text) {
  if (mode_ == OutputMode::human || mode_ == OutputMode::agent) raw(text + "\n");
}

void Output::bold_text(const std::string& text) { this->text(colored(kBold, text, false)); }

void Output::confirm(const std::string& question, bool yes) {
  if (yes) return;
  if (mode_ != OutputMode::human) throw CliError(question + " Use --yes to skip confirmation.");
  for (;;) {
    raw(question + " [y/N]: ");
    std::string answer;
    for (const char c : read_line().value_or("")) {
      if (c != ' ' && c != '\r') answer.push_back(static_cast<char>(std::tolower(static_cast<unsigned char>(c))));
    }
    if (answer == "y" || answer == "yes") return;
    if (answer.empty() || answer == "n" || answer == "no") {
      print(stderr, "Aborted!\n");
      throw Exit{kFailure};
    }
    raw("Error: invalid input\n");
  }
}

void Output::warning(const std::string& text) { print(stderr, colored(kYellow, "Warning: " + text, true) + "\n"); }

void Output::error(const std::string& text) { print(stderr, colored(kBoldRed, "Error: " + text, true) + "\n"); }

void Output::hint(const std::string& text) {
  if (mode_ != OutputMode::quiet) print(stderr, colored(kGray, "Hint: " + text, true) + "\n");
}

void Output::log(std::string_view text) { print(stderr, std::string(text) + "\n"); }

}  // namespace huggingface_hub::cli
