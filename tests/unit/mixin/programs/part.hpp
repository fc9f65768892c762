// SPDX-License-Identifier: Apache-2.0
/// @file
/// The body of both parts of `two_settings.hpp`. To be included once in a part; in C++17.
#pragma once

#include <huggingface_hub/json.hpp>
#include <huggingface_hub/model_hub_mixin.hpp>

#include <fstream>
#include <string>

namespace {

class Part : public huggingface_hub::ModelHubMixin<Part> {
 public:
  static std::string round_trip(const std::string& folder) {
    Part part;
    part.set_hub_config(nlohmann::json{{"kept", {1, 2.5, "three"}}, {"changed", 1}});
    huggingface_hub::SavePretrainedOptions save;
    save.model_card_kwargs = {{"note", "a variable"}};
    part.save_pretrained(folder, save);

    huggingface_hub::FromPretrainedOptions load;
    load.model_kwargs = {{"changed", nlohmann::json::array({2, nullptr})}};
    const Part loaded = Part::from_pretrained(folder, load);
    return huggingface_hub::parse(huggingface_hub::JsonText(loaded.stored_hub_config()->dump())).dump();
  }

 private:
  friend huggingface_hub::access;
  void _save_pretrained(const std::filesystem::path& folder) const { std::ofstream(folder / "weights") << "w"; }
  static Part _from_pretrained(const huggingface_hub::FromPretrainedArgs& args) {
    (void)args.file("weights");
    (void)args.effective_config();
    return Part();
  }
};

}  // namespace
