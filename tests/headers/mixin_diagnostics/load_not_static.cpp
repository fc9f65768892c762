// SPDX-License-Identifier: Apache-2.0
// expect: ModelHubMixin: define `static M _from_pretrained(const FromPretrainedArgs&)` in your model (public, or write `friend huggingface_hub::access;`)
#include <huggingface_hub/model_hub_mixin.hpp>

namespace hf = huggingface_hub;

struct Model : hf::ModelHubMixin<Model> {
  Model _from_pretrained(const hf::FromPretrainedArgs&) { return {}; }
};

void use() { auto model = Model::from_pretrained("me/model"); }
