// SPDX-License-Identifier: Apache-2.0
// expect nothing: what the other files get wrong, done right.
#include <huggingface_hub/model_hub_mixin.hpp>

namespace hf = huggingface_hub;

struct Settings {
  int size{3};
};
HUGGINGFACE_HUB_CONFIG(Settings, size)

class Model : public hf::ModelHubMixin<Model> {
 public:
  Model() = default;
  Model(const Model&) = delete;

 private:
  friend hf::access;
  void _save_pretrained(const std::filesystem::path&) const {}
  static std::unique_ptr<Model> _from_pretrained(const hf::FromPretrainedArgs& args) {
    auto model = std::make_unique<Model>();
    model->settings_ = args.config_as<Settings>();
    return model;
  }
  static hf::MixinInfo hub_info() { return {}; }
  const Settings& hub_config() const { return settings_; }
  Settings settings_{};
};

void use() {
  auto model = Model::from_pretrained("me/model");
  model->save_pretrained("folder");
  model->push_to_hub("me/model");
  model->generate_model_card();
}
