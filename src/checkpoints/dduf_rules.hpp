// SPDX-License-Identifier: Apache-2.0
// What makes an archive a DDUF file, for readers and writers.
#pragma once

#include "huggingface_hub/version.hpp"

#include <optional>
#include <set>
#include <string>
#include <string_view>

HUGGINGFACE_HUB_NAMESPACE_BEGIN
namespace checkpoints {

inline constexpr const char* kDdufIndex = "model_index.json";

/// True if the text after the last dot of `name` is one that DDUF files may have.
bool has_dduf_extension(std::string_view name);
/// Why `name` may not be an entry's; nothing where it may.
std::optional<std::string> dduf_name_problem(std::string_view name);
/// What is wrong with the structure; nothing where it is right.
/// @param index  The text of `model_index.json`.
std::optional<std::string> dduf_structure_problem(std::string_view index, const std::set<std::string>& names);

}  // namespace checkpoints
HUGGINGFACE_HUB_NAMESPACE_END
