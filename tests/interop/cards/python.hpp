// SPDX-License-Identifier: Apache-2.0
/// @file
/// Runs the Python client as the judge of these tests.
#pragma once

#include <array>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

namespace huggingface_hub::testing {

/// `HUGGINGFACE_HUB_TEST_PYTHON`, else `python3`.
inline std::string python() {
  const char* chosen = std::getenv("HUGGINGFACE_HUB_TEST_PYTHON");
  return chosen != nullptr && *chosen != '\0' ? chosen : "python3";
}

inline bool python_has(const std::string& modules) {
  return std::system((python() + " -c 'import " + modules + "' >/dev/null 2>&1").c_str()) == 0;
}

/// The lines that `python() arguments` prints; none where it fails.
inline std::vector<std::string> python_lines(const std::string& arguments) {
  std::string all;
  FILE* const pipe = popen((python() + " " + arguments).c_str(), "r");
  if (pipe == nullptr) return {};
  std::array<char, 65536> buffer{};
  while (const std::size_t count = std::fread(buffer.data(), 1, buffer.size(), pipe)) all.append(buffer.data(), count);
  if (pclose(pipe) != 0) return {};
  std::vector<std::string> lines;
  std::size_t start = 0;
  for (std::size_t end = all.find('\n'); end != std::string::npos; end = all.find('\n', start)) {
    lines.push_back(all.substr(start, end - start));
    start = end + 1;
  }
  return lines;
}

}  // namespace huggingface_hub::testing
