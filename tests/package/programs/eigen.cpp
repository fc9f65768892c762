// SPDX-License-Identifier: Apache-2.0
// A model of matrices is saved and loaded.
#include <huggingface_hub/eigen.hpp>

#include <filesystem>

struct Line : huggingface_hub::EigenModelHubMixin<Line> {
  Eigen::Matrix2d weights{Eigen::Matrix2d::Identity()};
  template <typename Archive>
  void hub_tensors(Archive& archive) {
    archive("weights", weights);
  }
};

int main() {
  Line line;
  line.weights << 1, 2, 3, 4;
  const auto folder = std::filesystem::current_path() / "line";
  line.save_pretrained(folder);
  return Line::from_pretrained(folder.string()).weights == line.weights ? 0 : 1;
}
