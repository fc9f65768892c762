// SPDX-License-Identifier: Apache-2.0
/// @file
/// Tables for people (`spec/cli.md` 3.3).
#include "cli/environment.hpp"
#include "cli/output.hpp"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <numeric>

namespace huggingface_hub::cli {

namespace {

constexpr std::size_t kDefaultWidth = 80;
constexpr std::size_t kNarrowest = 4;  // One character and `...`

/// `COLUMNS`, else the terminal, else 80: what Python's get_terminal_size says.
std::size_t terminal_width() {
  const int columns = std::atoi(environment_variable("COLUMNS").c_str());
  if (columns > 0) return static_cast<std::size_t>(columns);
  winsize size{};
  if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) return size.ws_col;
  return kDefaultWidth;
}

/// `imageSpace` as `IMAGE_SPACE`.
std::string header_of(const std::string& key) {
  std::string header;
  for (std::size_t i = 0; i < key.size(); ++i) {
    const bool upper = key[i] >= 'A' && key[i] <= 'Z';
    const bool after_lower = i > 0 && key[i - 1] >= 'a' && key[i - 1] <= 'z';
    if (upper && after_lower) header.push_back('_');
    header.push_back(key[i] >= 'a' && key[i] <= 'z' ? static_cast<char>(key[i] - 'a' + 'A') : key[i]);
  }
  return header;
}

bool starts_like_a_date(const std::string& text) noexcept {
  constexpr std::string_view kShape = "0000-00-00T";
  if (text.size() < kShape.size()) return false;
  for (std::size_t i = 0; i < kShape.size(); ++i) {
    const bool digit = text[i] >= '0' && text[i] <= '9';
    if (kShape[i] == '0' ? !digit : text[i] != kShape[i]) return false;
  }
  return true;
}

std::string cell_for_people(const Json& value) {
  if (value.is_null()) return "";
  if (value.is_boolean()) return value.get<bool>() ? "✔" : "";
  if (value.is_string()) {
    const std::string& text = value.get_ref<const std::string&>();
    return starts_like_a_date(text) ? text.substr(0, 10) : single_line(text);
  }
  if (value.is_array()) {
    std::string text;
    for (const Json& each : value) text += (text.empty() ? "" : ", ") + cell_for_people(each);
    return text;
  }
  if (value.is_object() && value.contains("name")) return single_line(python_str(value.at("name")));
  return single_line(python_json(value));
}

/// The widest column loses a character at a time until the row fits, or all are as narrow as they may be.
std::vector<std::size_t> fit(std::vector<std::size_t> widths, const std::vector<std::string>& headers) {
  const std::size_t separators = widths.size() - 1;
  const std::size_t budget = std::max(terminal_width(), separators) - separators;
  while (std::accumulate(widths.begin(), widths.end(), std::size_t{0}) > budget) {
    std::size_t widest = widths.size();
    for (std::size_t i = 0; i < widths.size(); ++i) {
      if (widths[i] <= std::max(length_of(headers[i]), kNarrowest)) continue;
      if (widest == widths.size() || widths[i] > widths[widest]) widest = i;
    }
    if (widest == widths.size()) break;
    --widths[widest];
  }
  return widths;
}

std::string padded(const std::string& text, std::size_t width, bool right) {
  const std::size_t length = length_of(text);
  const std::string space(width > length ? width - length : 0, ' ');
  return right ? space + text : text + space;
}

}  // namespace

void Output::write_table(const std::vector<Json>& rows, const std::vector<std::string>& columns,
                         const std::vector<std::string>& right_aligned) {
  const std::size_t count = columns.size();
  std::vector<std::string> headers(count);
  std::vector<std::size_t> widths(count);
  std::vector<bool> right(count);
  std::vector<std::vector<std::string>> cells(rows.size(), std::vector<std::string>(count));
  for (std::size_t i = 0; i < count; ++i) {
    headers[i] = header_of(columns[i]);
    widths[i] = length_of(headers[i]);
    bool numeric = true;
    for (std::size_t r = 0; r < rows.size(); ++r) {
      const Json value = rows[r].contains(columns[i]) ? rows[r].at(columns[i]) : Json();
      numeric = numeric && (value.is_null() || value.is_number());
      cells[r][i] = cell_for_people(value);
      widths[i] = std::max(widths[i], length_of(cells[r][i]));
    }
    right[i] = numeric || std::find(right_aligned.begin(), right_aligned.end(), columns[i]) != right_aligned.end();
  }

  bool truncated = false;
  if (!no_truncate_) {
    widths = fit(std::move(widths), headers);
    for (auto& row : cells) {
      for (std::size_t i = 0; i < count; ++i) {
        if (length_of(row[i]) <= widths[i]) continue;
        row[i] = std::string(first_characters(row[i], widths[i] - 3)) + "...";
        truncated = true;
      }
    }
  }

  std::vector<std::string> dashes(count);
  for (std::size_t i = 0; i < count; ++i) dashes[i] = std::string(widths[i], '-');
  std::string text;
  const auto add_line = [&](const std::vector<std::string>& line) {
    for (std::size_t i = 0; i < count; ++i) text += (i > 0 ? " " : "") + padded(line[i], widths[i], right[i]);
    text += "\n";
  };
  add_line(headers);
  add_line(dashes);
  for (const auto& row : cells) add_line(row);
  raw(text);
  if (truncated) hint("Use `--no-truncate` or `--format json` to display full values.");
}

}  // namespace huggingface_hub::cli
