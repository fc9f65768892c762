// SPDX-License-Identifier: Apache-2.0
// expect: ModelHubMixin: `hub_info` must be `static MixinInfo hub_info()` (public, or write `friend huggingface_hub::access;`)
#include <huggingface_hub/model_hub_mixin.hpp>

namespace hf = huggingface_hub;

struct Model : hf::ModelHubMixin<Model> {
  hf::MixinInfo hub_info() const { return {}; }
};

void use() { Model().generate_model_card(); }
