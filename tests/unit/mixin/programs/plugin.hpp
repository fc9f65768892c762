// SPDX-License-Identifier: Apache-2.0
/// @file
/// A model whose hooks are in a shared library.
#pragma once

#include <huggingface_hub/model_hub_mixin.hpp>

#if defined(_WIN32)
#define PLUGIN_EXPORT
#else
#define PLUGIN_EXPORT __attribute__((visibility("default")))
#endif

class PLUGIN_EXPORT PluginModel : public huggingface_hub::ModelHubMixin<PluginModel> {
 public:
  explicit PluginModel(int given = 0) : value(given) {}
  int value;

  /// All inside the library: saves and loads there.
  static int round_trip(const std::filesystem::path& folder, int value);

 private:
  friend huggingface_hub::access;
  static huggingface_hub::MixinInfo hub_info();
  nlohmann::json hub_config() const;
  void _save_pretrained(const std::filesystem::path& folder) const;
  static PluginModel _from_pretrained(const huggingface_hub::FromPretrainedArgs& args);
};
