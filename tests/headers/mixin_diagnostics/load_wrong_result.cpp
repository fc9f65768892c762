// SPDX-License-Identifier: Apache-2.0
// expect: ModelHubMixin: `_from_pretrained` must return your model, or a std::unique_ptr or std::shared_ptr to it
#include <huggingface_hub/model_hub_mixin.hpp>

namespace hf = huggingface_hub;

struct Model : hf::ModelHubMixin<Model> {
  static int _from_pretrained(const hf::FromPretrainedArgs&) { return 1; }
};

void use() { auto model = Model::from_pretrained("me/model"); }
