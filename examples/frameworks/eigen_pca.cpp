// SPDX-License-Identifier: Apache-2.0
// Principal components of the Iris data with Eigen: the model is two arrays and a configuration, and needs no hooks.
#include "two_processes.hpp"

#include "../iris_classifier.hpp"

#include <huggingface_hub/eigen.hpp>

#include <Eigen/Eigenvalues>

struct PcaConfig {
  int components{2};
};
HUGGINGFACE_HUB_CONFIG(PcaConfig, components)

class Pca : public hf::EigenModelHubMixin<Pca> {
 public:
  explicit Pca(PcaConfig config = {}) : config_(config) {}
  const PcaConfig& hub_config() const { return config_; }

  template <typename Archive>
  void hub_tensors(Archive& archive) {
    archive("basis", basis_)("mean", mean_);
  }

  void fit(const Eigen::MatrixXd& samples) {
    mean_ = samples.colwise().mean().transpose();
    const Eigen::MatrixXd centred = samples.rowwise() - mean_.transpose();
    const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver(centred.transpose() * centred);
    basis_ = solver.eigenvectors().rightCols(config_.components);
  }
  Eigen::MatrixXd transform(const Eigen::MatrixXd& samples) const {
    return (samples.rowwise() - mean_.transpose()) * basis_;
  }

 private:
  PcaConfig config_;
  Eigen::MatrixXd basis_;
  Eigen::VectorXd mean_;
};

Eigen::MatrixXd iris() {
  const Dataset data = load_iris(IRIS_CSV, IrisConfig().species);
  Eigen::MatrixXd samples(data.flowers.size(), kFeatures);
  for (std::size_t i = 0; i < data.flowers.size(); ++i) {
    for (std::size_t k = 0; k < kFeatures; ++k) {
      samples(static_cast<Eigen::Index>(i), static_cast<Eigen::Index>(k)) = static_cast<double>(data.flowers[i][k]);
    }
  }
  return samples;
}

Answers answers(const Pca& pca) {
  const Eigen::MatrixXd found = pca.transform(iris());
  return {found.data(), found.data() + found.size()};
}

int main(int argc, char** argv) {
  return two_processes(
      argc, argv, "user/iris-pca",
      [](const std::string& repo_id) {
        Pca pca;
        pca.fit(iris());
        pca.push_to_hub(repo_id);
        return answers(pca);
      },
      [](const std::string& repo_id) { return answers(Pca::from_pretrained(repo_id)); });
}
