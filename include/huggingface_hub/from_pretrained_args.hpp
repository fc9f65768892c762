// SPDX-License-Identifier: Apache-2.0
/// @file
/// What the hook `_from_pretrained` is given.
#pragma once

#include "huggingface_hub/detail/json_abi.hpp"
#include "huggingface_hub/detail/mixin_support.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <filesystem>
#include <initializer_list>
#include <optional>
#include <string>
#include <utility>

HUGGINGFACE_HUB_NAMESPACE_BEGIN
HUGGINGFACE_HUB_JSON_ABI_BEGIN

/// What the hook `_from_pretrained` is given: where the model is, how it was asked for, and its configuration.
struct FromPretrainedArgs : PretrainedSource {
  std::optional<nlohmann::json> config{};                  ///< `config.json`; nothing where the model has none.
  nlohmann::json model_kwargs = nlohmann::json::object();  ///< What the caller gave for the model.

  /// The path of a file of the model: in its folder, or downloaded with the options of the call.
  ///
  /// @throws EntryNotFoundError  the model has no such file; also what `hf_hub_download` throws.
  [[nodiscard]] std::filesystem::path file(const std::string& name) const {
    return detail::pretrained_file(*this, name);
  }

  /// A folder with all files of the model, or those that pass the patterns. A folder of this machine is given as it
  /// is. @throws what `snapshot_download` throws.
  [[nodiscard]] std::filesystem::path folder(const StringList& allow_patterns = {},
                                             const StringList& ignore_patterns = {}) const {
    return detail::pretrained_folder(*this, allow_patterns, ignore_patterns);
  }

  /// `config` with `model_kwargs` over it; an empty object where there is neither.
  [[nodiscard]] nlohmann::json effective_config() const {
    nlohmann::json merged = config ? *config : nlohmann::json::object();
    merged.update(model_kwargs);
    return merged;
  }

  /// The effective configuration as a struct of the model's own. What it does not say stays as in `defaults`; keys of
  /// `config.json` that `ModelConfig` does not have are ignored.
  ///
  /// @param defaults      What is taken for keys that are not there.
  /// @param other_kwargs  names in `model_kwargs` that are no part of `ModelConfig`.
  /// @throws HFValidationError  `model_kwargs` has a name that nobody knows.
  /// @throws HfHubError         a value is not what `ModelConfig` wants.
  template <typename ModelConfig>
  [[nodiscard]] ModelConfig config_as(const ModelConfig& defaults = ModelConfig(),
                                      std::initializer_list<const char*> other_kwargs = {}) const {
    nlohmann::json merged = defaults;
    for (const auto& item : model_kwargs.items()) {
      const bool known = merged.contains(item.key()) ||
                         std::find(other_kwargs.begin(), other_kwargs.end(), item.key()) != other_kwargs.end();
      if (!known) {
        throw_error(ErrorCode::validation, "The model '" + model_id + "' has no argument '" + item.key() + "'.");
      }
    }
    merged.update(effective_config());
    try {
      return merged.template get<ModelConfig>();
    } catch (const nlohmann::json::exception& error) {
      detail::throw_bad_config(*this, error.what());
    }
  }

  /// One of the caller's arguments for the model; `fallback` where it was not given.
  /// @throws HFValidationError  it is of another type.
  template <typename T>
  [[nodiscard]] T model_kwarg(const std::string& name, T fallback) const {
    const auto found = model_kwargs.find(name);
    if (found == model_kwargs.end()) return fallback;
    try {
      return found->template get<T>();
    } catch (const nlohmann::json::exception& error) {
      throw_error(ErrorCode::validation, "The argument '" + name + "' of the model is of another type: " + error.what());
    }
  }
};

HUGGINGFACE_HUB_JSON_ABI_END
HUGGINGFACE_HUB_NAMESPACE_END
