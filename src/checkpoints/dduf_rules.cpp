// SPDX-License-Identifier: Apache-2.0
#include "checkpoints/dduf_rules.hpp"

#include "huggingface_hub/detail/python_json.hpp"

#include <algorithm>
#include <array>

HUGGINGFACE_HUB_NAMESPACE_BEGIN
namespace checkpoints {
namespace {

constexpr std::array<std::string_view, 4> kExtensions{".json", ".model", ".safetensors", ".txt"};
constexpr std::array<std::string_view, 4> kFolderFiles{"config.json", "tokenizer_config.json",
                                                       "preprocessor_config.json", "scheduler_config.json"};

}  // namespace

bool has_dduf_extension(std::string_view name) {
  const std::size_t dot = name.rfind('.');
  if (dot == std::string_view::npos) return false;
  return std::find(kExtensions.begin(), kExtensions.end(), name.substr(dot)) != kExtensions.end();
}

std::optional<std::string> dduf_name_problem(std::string_view name) {
  if (!has_dduf_extension(name)) return "File type not allowed: " + std::string(name);
  if (name.find('\\') != std::string_view::npos) {
    return "Entry names must use UNIX separators ('/'). Got " + std::string(name);
  }
  while (!name.empty() && name.front() == '/') name.remove_prefix(1);
  if (std::count(name.begin(), name.end(), '/') > 1) {
    return "DDUF only supports 1 level of directory. Got " + std::string(name);
  }
  const std::string_view folder = name.substr(0, name.find('/'));
  if (folder == ".." || folder == ".") return "Entry names must stay in their folder. Got " + std::string(name);
  return std::nullopt;
}

std::optional<std::string> dduf_structure_problem(std::string_view index, const std::set<std::string>& names) {
  constexpr std::size_t kMaxIndexBytes = std::size_t{10} << 20;
  if (index.size() > kMaxIndexBytes) return "'model_index.json' has more than 10 MiB";
  nlohmann::json parsed;
  try {
    parsed = huggingface_hub::detail::parse_python_json(index);
  } catch (const nlohmann::json::exception&) {
    return "Failed to parse 'model_index.json'";
  }
  if (!parsed.is_object()) {
    return "Invalid 'model_index.json' content. Must be a dictionary. Got " + std::string(parsed.type_name());
  }
  for (const std::string& name : names) {
    const std::size_t slash = name.find('/');
    if (slash == std::string::npos) continue;
    const std::string folder = name.substr(0, slash);
    if (!parsed.contains(folder)) return "Missing required entry '" + folder + "' in 'model_index.json'";
    const bool is_described = std::any_of(kFolderFiles.begin(), kFolderFiles.end(), [&](std::string_view file) {
      return names.count(folder + "/" + std::string(file)) != 0;
    });
    if (!is_described) {
      return "Missing required file in folder '" + folder +
             "'. Must contain at least one of config.json, tokenizer_config.json, preprocessor_config.json, "
             "scheduler_config.json";
    }
  }
  return std::nullopt;
}

}  // namespace checkpoints
HUGGINGFACE_HUB_NAMESPACE_END
