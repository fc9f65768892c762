// SPDX-License-Identifier: Apache-2.0
// expect: ModelHubMixin: your model cannot be moved: return std::unique_ptr<M> from `_from_pretrained`
#include <huggingface_hub/model_hub_mixin.hpp>

namespace hf = huggingface_hub;

struct Model : hf::ModelHubMixin<Model> {
  Model() = default;
  Model(const Model&) = delete;
  static Model _from_pretrained(const hf::FromPretrainedArgs&) { return {}; }
};

void use() { auto model = Model::from_pretrained("me/model"); }
