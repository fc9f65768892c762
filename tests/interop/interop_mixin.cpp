// SPDX-License-Identifier: Apache-2.0
// A model class in C++ whose repositories a Python class reads and writes too: `interop_mixin push|pull REPO_ID`, on
// the hub of the environment. `pull` prints what it found.
#include <huggingface_hub/model_hub_mixin.hpp>
#include <huggingface_hub/safetensors/reader.hpp>
#include <huggingface_hub/safetensors/writer.hpp>

#include <cstdio>
#include <exception>
#include <string>
#include <utility>
#include <vector>

namespace hf = huggingface_hub;

struct FilterConfig {
  double gain{1};
  std::string window{"hann"};
};
HUGGINGFACE_HUB_CONFIG(FilterConfig, gain, window)

class Filter : public hf::ModelHubMixin<Filter> {
 public:
  Filter(FilterConfig config, std::vector<float> taps) : config_(std::move(config)), taps_(std::move(taps)) {}

  void print() const {
    std::printf("%g %s", config_.gain, config_.window.c_str());
    for (const float tap : taps_) std::printf(" %g", static_cast<double>(tap));
    std::printf("\n");
  }

 private:
  friend hf::access;
  const FilterConfig& hub_config() const { return config_; }
  void _save_pretrained(const std::filesystem::path& folder) const {
    hf::safetensors::save_file({{"taps", {taps_, {taps_.size()}}}}, folder / "model.safetensors");
  }
  static Filter _from_pretrained(const hf::FromPretrainedArgs& args) {
    const auto weights = hf::safetensors::File::open(args.file("model.safetensors"));
    return Filter(args.config_as<FilterConfig>(), weights.copy<float>("taps"));
  }

  FilterConfig config_;
  std::vector<float> taps_;
};

int main(int argc, char** argv) {
  if (argc != 3) return 2;
  try {
    if (argv[1] == std::string("push")) {
      FilterConfig config;
      config.gain = 0.25;
      config.window = "größer";
      Filter(config, {1.5F, -2.0F, 0.125F}).push_to_hub(argv[2]);
    } else {
      Filter::from_pretrained(argv[2]).print();
    }
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
}
