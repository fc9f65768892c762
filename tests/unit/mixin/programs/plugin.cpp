// SPDX-License-Identifier: Apache-2.0
#include "unit/mixin/programs/plugin.hpp"

#include <fstream>

int PluginModel::round_trip(const std::filesystem::path& folder, int value) {
  PluginModel(value).save_pretrained(folder);
  return from_pretrained(folder.string()).value;
}

huggingface_hub::MixinInfo PluginModel::hub_info() {
  huggingface_hub::MixinInfo info;
  info.library_name = "plugin";
  return info;
}

nlohmann::json PluginModel::hub_config() const { return {{"made_by", "plugin"}}; }

void PluginModel::_save_pretrained(const std::filesystem::path& folder) const {
  std::ofstream(folder / "value") << value;
}

PluginModel PluginModel::_from_pretrained(const huggingface_hub::FromPretrainedArgs& args) {
  PluginModel model;
  std::ifstream(args.file("value")) >> model.value;
  return model;
}
