// SPDX-License-Identifier: Apache-2.0
/// @file
/// What the headers of safetensors files say, as Python's client gives it: nothing is checked beyond its being there.
/// `RemoteSafetensors` and `safetensors::File` check everything.
#pragma once

#include "huggingface_hub/json_text.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

HUGGINGFACE_HUB_NAMESPACE_BEGIN

struct TensorInfo {
  std::pair<std::uint64_t, std::uint64_t> data_offsets{};  ///< Begin and end, from the start of the data.
  std::string dtype{};                                     ///< As the file says: `F32`, `BF16`, …
  std::uint64_t parameter_count{0};                        ///< The product of `shape`; 1 for a single value.
  std::vector<std::uint64_t> shape{};
};

struct SafetensorsFileMetadata {
  std::map<std::string, std::string> metadata{};           ///< `__metadata__`; empty where there is none.
  std::map<std::string, std::uint64_t> parameter_count{};  ///< By dtype.
  std::map<std::string, TensorInfo> tensors{};             ///< By name.
};

struct SafetensorsRepoMetadata {
  std::map<std::string, SafetensorsFileMetadata> files_metadata{};  ///< By file name.
  std::optional<JsonText> metadata{};                               ///< Of the index; nothing where not sharded.
  std::map<std::string, std::uint64_t> parameter_count{};           ///< By dtype, over all files.
  bool sharded{false};
  std::map<std::string, std::string> weight_map{};                  ///< Tensor name to file name.
};

HUGGINGFACE_HUB_NAMESPACE_END
