// SPDX-License-Identifier: Apache-2.0
// expect: ModelHubMixin: the class in the angle brackets must be the one that inherits: `struct M : huggingface_hub::ModelHubMixin<M>`
#include <huggingface_hub/model_hub_mixin.hpp>

namespace hf = huggingface_hub;

struct Other {};

struct Model : hf::ModelHubMixin<Other> {};

void use() { Model::hub_mixin_info(); }
