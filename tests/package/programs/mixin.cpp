// SPDX-License-Identifier: Apache-2.0
// A user's model class in C++17: it goes up to a hub, and comes back into an empty cache as it was.
#include <huggingface_hub/model_hub_mixin.hpp>
#include <huggingface_hub/safetensors/reader.hpp>
#include <huggingface_hub/safetensors/writer.hpp>
#include <huggingface_hub/server/embedded_hub.hpp>

#include <filesystem>
#include <iostream>
#include <utility>
#include <vector>

namespace hf = huggingface_hub;
namespace fs = std::filesystem;

struct LineConfig {
  double offset{0};
};
HUGGINGFACE_HUB_CONFIG(LineConfig, offset)

class Line : public hf::ModelHubMixin<Line> {
 public:
  Line(LineConfig config, std::vector<float> slopes) : config_(config), slopes_(std::move(slopes)) {}
  double at(double x) const { return config_.offset + x * static_cast<double>(slopes_.at(0)); }

  const LineConfig& hub_config() const { return config_; }
  void _save_pretrained(const fs::path& folder) const {
    hf::safetensors::save_file({{"slopes", {slopes_, {slopes_.size()}}}}, folder / "model.safetensors");
  }
  static Line _from_pretrained(const hf::FromPretrainedArgs& args) {
    const auto weights = hf::safetensors::File::open(args.file("model.safetensors"));
    return Line(args.config_as<LineConfig>(), weights.copy<float>("slopes"));
  }

 private:
  LineConfig config_;
  std::vector<float> slopes_;
};

int main() {
  const hf::server::EmbeddedHub hub = hf::server::EmbeddedHub::start();
  const fs::path cache = fs::current_path() / "cache";
  fs::remove_all(cache);
  LineConfig config;
  config.offset = 0.5;
  const Line model(config, {2.0F});

  hf::PushToHubOptions push;
  push.endpoint = hub.url();
  push.token = hub.token();
  const hf::CommitInfo commit = model.push_to_hub("me/line", push);

  hf::FromPretrainedOptions pull;
  pull.cache_dir = cache;
  pull.endpoint = hub.url();
  const Line loaded = Line::from_pretrained("me/line", pull);

  const bool good = loaded.at(3) == model.at(3) && !commit.oid.empty() && fs::exists(cache / "models--me--line");
  std::cout << (good ? "the model came back\n" : "the model did not come back\n");
  return good ? 0 : 1;
}
