// SPDX-License-Identifier: Apache-2.0
/// @file
/// A small classifier in plain C++, and all it takes to share it: two hooks, a configuration, a description.
#pragma once

#include <huggingface_hub/model_hub_mixin.hpp>
#include <huggingface_hub/safetensors/reader.hpp>
#include <huggingface_hub/safetensors/writer.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <filesystem>
#include <fstream>
#include <random>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

namespace hf = huggingface_hub;

constexpr std::size_t kFeatures = 4;
using Flower = std::array<float, kFeatures>;

/// Measurements and the species of each flower, as an index.
struct Dataset {
  std::vector<Flower> flowers{};
  std::vector<std::size_t> labels{};
};

/// Fisher's Iris data (1936): 150 flowers of three species.
inline Dataset load_iris(const std::filesystem::path& path, const std::vector<std::string>& species) {
  std::ifstream file(path);
  if (!file) throw std::runtime_error("cannot open " + path.string());
  Dataset data;
  std::string line;
  std::getline(file, line);  // The names of the columns.
  while (std::getline(file, line)) {
    std::istringstream row(line);
    std::string cell;
    Flower flower{};
    for (float& value : flower) {
      std::getline(row, cell, ',');
      value = std::stof(cell);
    }
    std::getline(row, cell);
    data.flowers.push_back(flower);
    data.labels.push_back(static_cast<std::size_t>(
        std::find(species.begin(), species.end(), cell) - species.begin()));
  }
  return data;
}

struct IrisConfig {
  int epochs{200};
  double learning_rate{0.1};
  std::vector<std::string> species{"setosa", "versicolor", "virginica"};
};
HUGGINGFACE_HUB_CONFIG(IrisConfig, epochs, learning_rate, species)

/// Softmax regression.
class IrisClassifier : public hf::ModelHubMixin<IrisClassifier> {
 public:
  explicit IrisClassifier(IrisConfig config = {})
      : config_(std::move(config)), weight_(config_.species.size() * kFeatures), bias_(config_.species.size()) {}

  const IrisConfig& hub_config() const { return config_; }  // Becomes config.json.

  static hf::MixinInfo hub_info() {  // Becomes the metadata of the card.
    hf::MixinInfo info;
    info.library_name = "iris-classifier";
    info.license = "apache-2.0";
    info.pipeline_tag = "tabular-classification";
    info.tags = {"iris"};
    return info;
  }

  void train(const Dataset& data) {
    std::vector<std::size_t> order(data.flowers.size());
    for (std::size_t i = 0; i < order.size(); ++i) order[i] = i;
    std::mt19937 random(42);
    const float rate = static_cast<float>(config_.learning_rate);
    for (int epoch = 0; epoch < config_.epochs; ++epoch) {
      std::shuffle(order.begin(), order.end(), random);
      for (const std::size_t i : order) {
        std::vector<float> error = probabilities(data.flowers[i]);
        error[data.labels[i]] -= 1;
        for (std::size_t k = 0; k < error.size(); ++k) {
          for (std::size_t f = 0; f < kFeatures; ++f) weight_[k * kFeatures + f] -= rate * error[k] * data.flowers[i][f];
          bias_[k] -= rate * error[k];
        }
      }
    }
  }

  std::size_t predict(const Flower& flower) const {
    const std::vector<float> all = probabilities(flower);
    return static_cast<std::size_t>(std::max_element(all.begin(), all.end()) - all.begin());
  }

  double accuracy(const Dataset& data) const {
    std::size_t right = 0;
    for (std::size_t i = 0; i < data.flowers.size(); ++i) right += predict(data.flowers[i]) == data.labels[i] ? 1 : 0;
    return static_cast<double>(right) / static_cast<double>(data.flowers.size());
  }

 private:
  friend hf::access;  // The hooks are nobody else's business.

  void _save_pretrained(const std::filesystem::path& folder) const {
    hf::safetensors::save_file({{"weight", {weight_, {bias_.size(), kFeatures}}}, {"bias", {bias_, {bias_.size()}}}},
                               folder / "model.safetensors");
  }

  static IrisClassifier _from_pretrained(const hf::FromPretrainedArgs& args) {
    IrisClassifier model(args.config_as<IrisConfig>());
    const auto file = hf::safetensors::File::open(args.file("model.safetensors"));
    model.weight_ = file.copy<float>("weight");
    model.bias_ = file.copy<float>("bias");
    return model;
  }

  std::vector<float> probabilities(const Flower& flower) const {
    std::vector<float> values = bias_;
    for (std::size_t k = 0; k < values.size(); ++k) {
      for (std::size_t f = 0; f < kFeatures; ++f) values[k] += weight_[k * kFeatures + f] * flower[f];
    }
    const float largest = *std::max_element(values.begin(), values.end());
    float sum = 0;
    for (float& value : values) sum += value = std::exp(value - largest);
    for (float& value : values) value /= sum;
    return values;
  }

  IrisConfig config_;
  std::vector<float> weight_;  // Row-major: a row per species.
  std::vector<float> bias_;
};
