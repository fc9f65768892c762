// SPDX-License-Identifier: Apache-2.0
// An ONNX network that OpenCV runs: opencv_onnx MODEL.onnx INPUT.bin DIMENSION…, where the input is float values, one
// after the other.
#include "two_processes.hpp"

#include <huggingface_hub/opencv.hpp>

#include <utility>

int main(int argc, char** argv) {
  if (argc < 4) {
    std::fprintf(stderr, "usage: opencv_onnx MODEL.onnx INPUT.bin DIMENSION...\n");
    return 2;
  }
  // The second process is given the repository, and the input by the environment.
  const bool is_second = std::string(argv[1]) == "--load";
  if (!is_second) {
    std::string shape;
    for (int i = 3; i < argc; ++i) shape += std::string(argv[i]) + " ";
    setenv("OPENCV_ONNX_INPUT", argv[2], 1);
    setenv("OPENCV_ONNX_SHAPE", shape.c_str(), 1);
  }
  const auto answers = [](hf::opencv::OnnxModel& model) {
    std::vector<int> shape;
    const char* text = std::getenv("OPENCV_ONNX_SHAPE");
    for (char* end = nullptr;; text = end) {
      const long size = std::strtol(text, &end, 10);
      if (end == text) break;
      shape.push_back(static_cast<int>(size));
    }
    cv::Mat input(shape, CV_32F);
    std::ifstream file(std::getenv("OPENCV_ONNX_INPUT"), std::ios::binary);
    file.read(reinterpret_cast<char*>(input.data), static_cast<std::streamsize>(input.total() * sizeof(float)));
    if (!file) throw std::runtime_error("the input has not as many values as the shape");
    model.net.setInput(input);
    const cv::Mat found = model.net.forward();
    std::printf("%zu values:", found.total());
    for (std::size_t i = 0; i < found.total(); ++i) std::printf(" %.9g", static_cast<double>(found.ptr<float>()[i]));
    std::printf("\n");
    return Answers(found.ptr<float>(), found.ptr<float>() + found.total());
  };
  return two_processes(
      argc, argv, "user/network",
      [&](const std::string& repo_id) {
        auto model = hf::opencv::OnnxModel::load(argv[1]);
        hf::push_to_hub_opencv(model, repo_id);
        return answers(model);
      },
      [&](const std::string& repo_id) {
        auto model = hf::from_pretrained_opencv<hf::opencv::OnnxModel>(repo_id);
        return answers(model);
      });
}
