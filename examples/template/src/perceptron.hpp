// SPDX-License-Identifier: Apache-2.0
/// @file
/// A perceptron that can be shared on the Hub.
#pragma once

#include <huggingface_hub/model_hub_mixin.hpp>

#include <filesystem>
#include <string>
#include <vector>

/// What `config.json` says: all that is needed to build the model before its weights are read.
struct PerceptronConfig {
  int inputs{2};
  std::string label_no{"no"};
  std::string label_yes{"yes"};
};
HUGGINGFACE_HUB_CONFIG(PerceptronConfig, inputs, label_no, label_yes)

class Perceptron : public huggingface_hub::ModelHubMixin<Perceptron> {
 public:
  explicit Perceptron(PerceptronConfig config = {});

  /// One step of learning for each example. @throws std::invalid_argument  an example has another number of inputs.
  void train(const std::vector<std::vector<float>>& examples, const std::vector<bool>& answers, int rounds);
  /// `label_yes` or `label_no`.
  const std::string& predict(const std::vector<float>& example) const;

 private:
  // What the mixin asks of a model. Private, since only the mixin calls it.
  friend huggingface_hub::access;
  static huggingface_hub::MixinInfo hub_info();
  const PerceptronConfig& hub_config() const { return config_; }
  void _save_pretrained(const std::filesystem::path& folder) const;
  static Perceptron _from_pretrained(const huggingface_hub::FromPretrainedArgs& args);

  float score(const std::vector<float>& example) const;

  PerceptronConfig config_;
  std::vector<float> weights_;  // One an input, and the bias.
};
