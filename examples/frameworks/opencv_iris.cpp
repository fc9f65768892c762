// SPDX-License-Identifier: Apache-2.0
// A random forest that OpenCV trains on the Iris data, owned by a model with the mixin.
#include "two_processes.hpp"

#include "../iris_classifier.hpp"

#include <huggingface_hub/opencv.hpp>

struct Forest : hf::OpencvModelHubMixin<Forest> {
  cv::Ptr<cv::ml::RTrees> trees{};
  cv::Ptr<cv::ml::RTrees>& hub_model() { return trees; }
};

cv::Mat iris(cv::Mat& labels) {
  const Dataset data = load_iris(IRIS_CSV, IrisConfig().species);
  cv::Mat samples(static_cast<int>(data.flowers.size()), static_cast<int>(kFeatures), CV_32F);
  labels = cv::Mat(samples.rows, 1, CV_32S);
  for (int i = 0; i < samples.rows; ++i) {
    const Flower& flower = data.flowers[static_cast<std::size_t>(i)];
    for (std::size_t k = 0; k < kFeatures; ++k) samples.at<float>(i, static_cast<int>(k)) = flower[k];
    labels.at<int>(i) = static_cast<int>(data.labels[static_cast<std::size_t>(i)]);
  }
  return samples;
}

Answers answers(const Forest& forest) {
  cv::Mat labels;
  cv::Mat found;
  forest.trees->predict(iris(labels), found);
  return {found.begin<float>(), found.end<float>()};
}

Forest train() {
  cv::Mat labels;
  const cv::Mat samples = iris(labels);
  Forest forest;
  forest.trees = cv::ml::RTrees::create();
  forest.trees->setMaxDepth(4);
  forest.trees->train(samples, cv::ml::ROW_SAMPLE, labels);
  return forest;
}

int main(int argc, char** argv) {
  return two_processes(
      argc, argv, "user/iris-forest",
      [](const std::string& repo_id) {
        const Forest forest = train();
        forest.push_to_hub(repo_id);
        return answers(forest);
      },
      [](const std::string& repo_id) { return answers(Forest::from_pretrained(repo_id)); });
}
