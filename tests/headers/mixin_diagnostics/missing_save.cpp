// SPDX-License-Identifier: Apache-2.0
// expect: ModelHubMixin: define `void _save_pretrained(const std::filesystem::path&) const` in your model (public, or write `friend huggingface_hub::access;`)
#include <huggingface_hub/model_hub_mixin.hpp>

namespace hf = huggingface_hub;

struct Model : hf::ModelHubMixin<Model> {
  static Model _from_pretrained(const hf::FromPretrainedArgs&) { return {}; }
};

void use() { Model().save_pretrained("folder"); }
