// SPDX-License-Identifier: Apache-2.0
// expect: ModelHubMixin: `_save_pretrained` must be const: write `void _save_pretrained(const std::filesystem::path&) const` in your model
#include <huggingface_hub/model_hub_mixin.hpp>

namespace hf = huggingface_hub;

struct Model : hf::ModelHubMixin<Model> {
  void _save_pretrained(const std::filesystem::path&) {}
};

void use() { Model().save_pretrained("folder"); }
