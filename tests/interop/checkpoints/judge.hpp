// SPDX-License-Identifier: Apache-2.0
/// @file
/// The Python client as the judge of checkpoints: judge.py.
#pragma once

#include "interop/cards/python.hpp"
#include "support/temp_dir.hpp"

#include "huggingface_hub/tensor_dict.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdio>
#include <string>
#include <vector>

namespace huggingface_hub::testing {

inline std::string hex_of(std::string_view bytes) {
  std::string text;
  for (const char byte : bytes) {
    char digits[3];
    std::snprintf(digits, sizeof digits, "%02x", static_cast<unsigned>(static_cast<unsigned char>(byte)));
    text += digits;
  }
  return text;
}

struct CheckpointJudge : ::testing::Test {
  void SetUp() override {
    if (!python_has("huggingface_hub, safetensors, numpy")) {
      GTEST_SKIP() << "no Python with huggingface_hub, safetensors and numpy: set HUGGINGFACE_HUB_TEST_PYTHON to one";
    }
  }

  static std::vector<std::string> ask(const std::vector<std::string>& arguments) {
    std::string command = "'" + std::string(HUGGINGFACE_HUB_TEST_DATA) + "/interop/checkpoints/judge.py'";
    for (const std::string& argument : arguments) command += " '" + argument + "'";
    return python_lines(command);
  }

  /// As the judge's `dump` prints them.
  static std::vector<std::string> dump(const TensorDict& tensors) {
    std::vector<std::string> names = tensors.names();
    std::sort(names.begin(), names.end());
    std::vector<std::string> lines;
    for (const std::string& name : names) {
      const HostTensor& tensor = tensors.at(name);
      std::string shape;
      for (const std::uint64_t size : tensor.shape()) shape += (shape.empty() ? "" : ", ") + std::to_string(size);
      lines.push_back(hex_of(name) + " " + std::string(safetensors::to_string(tensor.dtype())) + " [" + shape + "] " +
                      hex_of(tensor.bytes()));
    }
    return lines;
  }

  TempDir folder{};
};

}  // namespace huggingface_hub::testing
