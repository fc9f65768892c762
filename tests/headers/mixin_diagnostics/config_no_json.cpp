// SPDX-License-Identifier: Apache-2.0
// expect: ModelHubMixin: `hub_config` must return JSON or a struct with nlohmann `to_json`: write HUGGINGFACE_HUB_CONFIG(Type, members...) beside the struct
#include <huggingface_hub/model_hub_mixin.hpp>

namespace hf = huggingface_hub;

struct Settings {
  int size{3};
};

struct Model : hf::ModelHubMixin<Model> {
  void _save_pretrained(const std::filesystem::path&) const {}
  const Settings& hub_config() const { return settings; }
  Settings settings{};
};

void use() { Model().save_pretrained("folder"); }
