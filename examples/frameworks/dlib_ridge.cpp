// SPDX-License-Identifier: Apache-2.0
// A kernel machine of dlib that tells the first kind of iris from the others.
#include "two_processes.hpp"

#include "../iris_classifier.hpp"

#include <huggingface_hub/dlib.hpp>

#include <dlib/svm/kernel.h>
#include <dlib/svm/krr_trainer.h>

using Sample = dlib::matrix<double, 4, 1>;
using Kernel = dlib::radial_basis_kernel<Sample>;
using Machine = dlib::decision_function<Kernel>;

std::vector<Sample> iris(std::vector<double>& labels) {
  const Dataset data = load_iris(IRIS_CSV, IrisConfig().species);
  std::vector<Sample> samples;
  for (const Flower& flower : data.flowers) {
    Sample sample;
    for (std::size_t k = 0; k < kFeatures; ++k) sample(static_cast<long>(k)) = static_cast<double>(flower[k]);
    samples.push_back(sample);
  }
  for (const std::size_t label : data.labels) labels.push_back(label == 0 ? 1 : -1);
  return samples;
}

Answers answers(const Machine& machine) {
  std::vector<double> labels;
  Answers found;
  for (const Sample& sample : iris(labels)) found.push_back(machine(sample));
  return found;
}

Machine train() {
  std::vector<double> labels;
  const std::vector<Sample> samples = iris(labels);
  dlib::krr_trainer<Kernel> trainer;
  trainer.use_classification_loss_for_loo_cv();
  trainer.set_kernel(Kernel(0.1));
  return trainer.train(samples, labels);
}

int main(int argc, char** argv) {
  return two_processes(
      argc, argv, "user/iris-machine",
      [](const std::string& repo_id) {
        const Machine machine = train();
        hf::push_to_hub_dlib(machine, repo_id);
        return answers(machine);
      },
      [](const std::string& repo_id) { return answers(hf::from_pretrained_dlib<Machine>(repo_id)); });
}
