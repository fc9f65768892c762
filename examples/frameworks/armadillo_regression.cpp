// SPDX-License-Identifier: Apache-2.0
// Least squares with Armadillo: the length of a petal from the other measurements.
#include "two_processes.hpp"

#include "../iris_classifier.hpp"

#include <huggingface_hub/armadillo.hpp>

struct Regression {
  arma::mat inputs{};  // Kept with the model, to show a matrix.
  arma::vec weights{};

  template <typename Archive>
  void hub_tensors(Archive& archive) {
    archive("inputs", inputs)("weights", weights);
  }
};

Answers answers(const Regression& model) {
  const arma::vec found = model.inputs * model.weights;
  return {found.begin(), found.end()};
}

Regression fit() {
  const Dataset data = load_iris(IRIS_CSV, IrisConfig().species);
  Regression model;
  model.inputs.ones(data.flowers.size(), kFeatures);
  arma::vec lengths(data.flowers.size());
  for (arma::uword i = 0; i < data.flowers.size(); ++i) {
    const Flower& flower = data.flowers[i];
    lengths(i) = static_cast<double>(flower[2]);
    model.inputs(i, 0) = static_cast<double>(flower[0]);
    model.inputs(i, 1) = static_cast<double>(flower[1]);
    model.inputs(i, 2) = static_cast<double>(flower[3]);
  }
  model.weights = arma::solve(model.inputs, lengths);
  return model;
}

int main(int argc, char** argv) {
  return two_processes(
      argc, argv, "user/iris-regression",
      [](const std::string& repo_id) {
        const Regression model = fit();
        hf::push_to_hub_armadillo(model, repo_id);
        return answers(model);
      },
      [](const std::string& repo_id) { return answers(hf::from_pretrained_armadillo<Regression>(repo_id)); },
      /*tolerance=*/1e-12);
}
