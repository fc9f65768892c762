// SPDX-License-Identifier: Apache-2.0
// A model with a configuration of its own: saved with it, rebuilt from it, changed by the caller while loading. Its
// hooks are private, and it cannot be copied.
#include <huggingface_hub/model_hub_mixin.hpp>
#include <huggingface_hub/safetensors/reader.hpp>
#include <huggingface_hub/safetensors/writer.hpp>

#include <filesystem>
#include <iostream>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace hf = huggingface_hub;

struct FilterConfig {
  int taps{3};
  std::string window{"hann"};
};
HUGGINGFACE_HUB_CONFIG(FilterConfig, taps, window)

class Filter : public hf::ModelHubMixin<Filter> {
 public:
  explicit Filter(FilterConfig config) : config_(std::move(config)), weights_(static_cast<std::size_t>(config_.taps), 1.0F) {}
  Filter(const Filter&) = delete;
  Filter& operator=(const Filter&) = delete;

  const FilterConfig& config() const { return config_; }

 private:
  friend hf::access;

  const FilterConfig& hub_config() const { return config_; }
  static hf::MixinInfo hub_info() {
    hf::MixinInfo info;
    info.library_name = "filters";
    info.license = "mit";
    return info;
  }
  void _save_pretrained(const std::filesystem::path& folder) const {
    hf::safetensors::save_file({{"weights", {weights_, {weights_.size()}}}}, folder / "model.safetensors");
  }
  static std::unique_ptr<Filter> _from_pretrained(const hf::FromPretrainedArgs& args) {
    auto filter = std::make_unique<Filter>(args.config_as<FilterConfig>());
    filter->weights_ = hf::safetensors::File::open(args.file("model.safetensors")).copy<float>("weights");
    return filter;
  }

  FilterConfig config_;
  std::vector<float> weights_;
};

int main(int argc, char** argv) {
  const std::string repo_id = argc > 1 ? argv[1] : "my-filter";
  try {
    FilterConfig config;
    config.taps = 5;
    hf::PushToHubOptions push;
    push.commit_message = "First filter";
    push.private_repo = true;
    const auto commit = Filter(config).push_to_hub(repo_id, push);

    hf::FromPretrainedOptions options;
    options.model_kwargs = {{"window", "hamming"}};  // Wins over config.json.
    const auto filter = Filter::from_pretrained(commit.repo_url.repo_id, options);
    std::cout << filter->config().taps << " taps, window " << filter->config().window << '\n';
  } catch (const hf::HfHubError& error) {
    std::cerr << error.what() << '\n';
    return 1;
  }
}
