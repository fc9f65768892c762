// SPDX-License-Identifier: Apache-2.0
/// @file
/// The configuration of models of a framework (`spec/frameworks.md` 4): it names the framework, that is checked, and the
/// model is made from it.
#pragma once

#include "huggingface_hub/detail/mixin_traits.hpp"
#include "huggingface_hub/export.hpp"
#include "huggingface_hub/log.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <exception>
#include <filesystem>
#include <initializer_list>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

HUGGINGFACE_HUB_NAMESPACE_BEGIN
namespace detail {

/// The argument that loading from a file takes for itself: the name of that file.
inline constexpr const char* kFilename = "filename";

/// Hands a message to the log of the library.
HUGGINGFACE_HUB_EXPORT void log_message(LogLevel level, const std::string& message);

/// `config` with the framework and its version, unless it says them itself.
/// @throws HFValidationError  `config` is no object.
inline nlohmann::json framework_config(nlohmann::json config, const char* framework, const std::string& version) {
  if (config.is_null()) config = nlohmann::json::object();
  if (!config.is_object()) {
    throw_error(ErrorCode::validation, std::string("The configuration of a model must be a JSON object, not a value of type ") +
                                           config.type_name() + ": config.json holds names and their values.");
  }
  if (!config.contains("framework")) config["framework"] = framework;
  if (!config.contains("framework_version")) config["framework_version"] = version;
  return config;
}

/// Refuses the model of another framework. A configuration that names none is taken.
/// @throws HfHubError
inline void check_framework(const FromPretrainedArgs& args, const char* framework) {
  if (!args.config) return;
  const auto stated = args.config->find("framework");
  if (stated == args.config->end() || !stated->is_string() || *stated == framework) return;
  throw_error(ErrorCode::other, "'" + args.model_id + "' is a model of the framework '" + stated->get<std::string>() +
                                    "', says its config.json; it was to be loaded as one of '" + framework +
                                    "'. Load it with that framework, or correct `framework` in config.json.");
}

/// The file that the caller named in `model_kwargs["filename"]`, else the first of `names` that the model has.
/// @throws EntryNotFoundError  it has none of them; also what `hf_hub_download` throws.
inline std::filesystem::path model_file(const FromPretrainedArgs& args, const std::vector<std::string>& names) {
  const auto chosen = args.model_kwarg<std::string>(kFilename, "");
  if (!chosen.empty()) return args.file(chosen);
  std::exception_ptr first;
  for (const std::string& name : names) {
    try {
      return args.file(name);
    } catch (const EntryNotFoundError&) {
      if (!first) first = std::current_exception();
    }
  }
  std::rethrow_exception(first);
}

/// @throws HFValidationError  the caller gave the model an argument that is none of `known`.
inline void check_model_kwargs(const FromPretrainedArgs& args, std::initializer_list<const char*> known = {}) {
  for (const auto& item : args.model_kwargs.items()) {
    if (std::find(known.begin(), known.end(), item.key()) == known.end()) {
      throw_error(ErrorCode::validation, "The model '" + args.model_id + "' has no argument '" + item.key() + "'.");
    }
  }
}

template <typename Model, typename = void>
struct ConfigOf {
  using type = void;
};
template <typename Model>
struct ConfigOf<Model, std::void_t<decltype(access::config(std::declval<const Model&>()))>> {
  using type = std::decay_t<decltype(access::config(std::declval<const Model&>()))>;
};

/// Calls `make` with what the model's constructor takes: its configuration where `hub_config()` gives one and a
/// constructor takes it, else nothing.
///
/// @param known  names in `model_kwargs` that are no part of the configuration.
/// @throws HFValidationError  the caller gave arguments that the model does not know.
template <typename Model, typename Make>
auto make_model(const FromPretrainedArgs& args, Make make, std::initializer_list<const char*> known = {}) {
  using ModelConfig = typename ConfigOf<Model>::type;
  if constexpr (std::is_same_v<ModelConfig, nlohmann::json> && std::is_constructible_v<Model, nlohmann::json>) {
    return make(args.effective_config());
  } else if constexpr (!std::is_void_v<ModelConfig> && std::is_constructible_v<Model, ModelConfig>) {
    return make(args.config_as<ModelConfig>(ModelConfig(), known));
  } else {
    static_assert(std::is_default_constructible_v<Model>,
                  "ModelHubMixin: the model is made before it is filled: give it a constructor that takes what its "
                  "`hub_config()` returns, or a default constructor");
    check_model_kwargs(args, known);
    return make();
  }
}

}  // namespace detail
HUGGINGFACE_HUB_NAMESPACE_END
