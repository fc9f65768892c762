// SPDX-License-Identifier: Apache-2.0
// expect: ModelHubMixin: `hub_info` must be `static MixinInfo hub_info()`
#include <huggingface_hub/model_hub_mixin.hpp>

namespace hf = huggingface_hub;

struct Model : hf::ModelHubMixin<Model> {
  static int hub_info() { return 1; }
};

void use() { Model().generate_model_card(); }
