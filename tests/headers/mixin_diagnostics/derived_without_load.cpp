// SPDX-License-Identifier: Apache-2.0
// expect: ModelHubMixin: `_from_pretrained` must return your model, or a std::unique_ptr or std::shared_ptr to it
#include <huggingface_hub/model_hub_mixin.hpp>

namespace hf = huggingface_hub;

struct Base : hf::ModelHubMixin<Base> {
  void _save_pretrained(const std::filesystem::path&) const {}
  static Base _from_pretrained(const hf::FromPretrainedArgs&) { return {}; }
};

struct Child : hf::DerivedModelHubMixin<Child, Base> {
  int more{0};
};

void use() {
  Child().save_pretrained("folder");
  auto child = Child::from_pretrained("me/model");
}
