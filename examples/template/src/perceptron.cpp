// SPDX-License-Identifier: Apache-2.0
#include "perceptron.hpp"

#include <huggingface_hub/safetensors/reader.hpp>
#include <huggingface_hub/safetensors/writer.hpp>

#include <cstddef>
#include <stdexcept>
#include <utility>

namespace hf = huggingface_hub;

Perceptron::Perceptron(PerceptronConfig config)
    : config_(std::move(config)), weights_(static_cast<std::size_t>(config_.inputs) + 1, 0.0F) {}

float Perceptron::score(const std::vector<float>& example) const {
  if (example.size() + 1 != weights_.size()) throw std::invalid_argument("the example has another number of inputs");
  float sum = weights_.back();
  for (std::size_t i = 0; i < example.size(); ++i) sum += weights_[i] * example[i];
  return sum;
}

void Perceptron::train(const std::vector<std::vector<float>>& examples, const std::vector<bool>& answers, int rounds) {
  for (int round = 0; round < rounds; ++round) {
    for (std::size_t i = 0; i < examples.size(); ++i) {
      const bool yes = score(examples[i]) > 0;
      const float step = static_cast<float>(answers.at(i)) - static_cast<float>(yes);
      for (std::size_t k = 0; k < examples[i].size(); ++k) weights_[k] += step * examples[i][k];
      weights_.back() += step;
    }
  }
}

const std::string& Perceptron::predict(const std::vector<float>& example) const {
  return score(example) > 0 ? config_.label_yes : config_.label_no;
}

hf::MixinInfo Perceptron::hub_info() {  // Becomes the metadata of the model card.
  hf::MixinInfo info;
  info.library_name = "perceptron";
  info.license = "apache-2.0";
  info.pipeline_tag = "tabular-classification";
  return info;
}

void Perceptron::_save_pretrained(const std::filesystem::path& folder) const {
  hf::safetensors::save_file({{"weights", {weights_, {weights_.size()}}}}, folder / "model.safetensors");
}

Perceptron Perceptron::_from_pretrained(const hf::FromPretrainedArgs& args) {
  Perceptron model(args.config_as<PerceptronConfig>());
  model.weights_ = hf::safetensors::File::open(args.file("model.safetensors")).copy<float>("weights");
  return model;
}
