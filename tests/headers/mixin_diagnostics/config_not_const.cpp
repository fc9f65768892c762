// SPDX-License-Identifier: Apache-2.0
// expect: ModelHubMixin: `hub_config` must be const and callable: write `Type hub_config() const` in your model (public, or write `friend huggingface_hub::access;`)
#include <huggingface_hub/model_hub_mixin.hpp>

namespace hf = huggingface_hub;

struct Model : hf::ModelHubMixin<Model> {
  void _save_pretrained(const std::filesystem::path&) const {}
  nlohmann::json hub_config() { return {{"size", 3}}; }
};

void use() { Model().save_pretrained("folder"); }
