// SPDX-License-Identifier: Apache-2.0
#include "fixture.hpp"

#include "huggingface_hub/opencv.hpp"

namespace huggingface_hub {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::expect_refusal;
using testing::FrameworkTest;

const cv::Mat kSamples = (cv::Mat_<float>(6, 2) << 0, 0, 1, 1, 0, 1, 5, 5, 6, 5, 5, 6);

cv::Ptr<cv::ml::SVM> trained() {
  auto svm = cv::ml::SVM::create();
  svm->setType(cv::ml::SVM::C_SVC);
  svm->setKernel(cv::ml::SVM::LINEAR);
  const cv::Mat labels = (cv::Mat_<int>(6, 1) << 0, 0, 0, 1, 1, 1);
  svm->train(kSamples, cv::ml::ROW_SAMPLE, labels);
  return svm;
}

std::vector<float> predict(const cv::ml::StatModel& model) {
  cv::Mat found;
  model.predict(kSamples, found);
  return {found.begin<float>(), found.end<float>()};
}

/// The protobuf of an ONNX network y = Relu(x) for x of shape [1, 2].
std::string relu_onnx() {
  const auto field = [](int number, const std::string& bytes) {
    return std::string(1, static_cast<char>(number << 3 | 2)) + static_cast<char>(bytes.size()) + bytes;
  };
  const auto number = [](int at, int value) { return std::string{static_cast<char>(at << 3), static_cast<char>(value)}; };
  const std::string shape = field(1, number(1, 1)) + field(1, number(1, 2));
  const std::string type = field(1, number(1, 1) + field(2, shape));
  const std::string node = field(1, "x") + field(2, "y") + field(3, "relu") + field(4, "Relu");
  const std::string graph = field(1, node) + field(2, "g") + field(11, field(1, "x") + field(2, type)) +
                            field(12, field(1, "y") + field(2, type));
  return number(1, 7) + field(7, graph) + field(8, number(2, 13));
}

std::vector<float> run(opencv::OnnxModel& model) {
  const cv::Mat input = (cv::Mat_<float>(1, 2) << -1, 3);
  model.net.setInput(input);
  const cv::Mat found = model.net.forward();
  return {found.begin<float>(), found.end<float>()};
}

TEST_F(FrameworkTest, OpencvClassifierGoesToTheHubAndComesBack) {
  const auto svm = trained();
  const CommitInfo commit = push_to_hub_opencv(svm, "user/svm", push());

  EXPECT_EQ(commit.commit_message, "Push OpenCV model using huggingface_hub.");
  EXPECT_THAT(*hub.list_files("user/svm"), ElementsAre(".gitattributes", "README.md", "config.json", "opencv_model.json"));
  EXPECT_THAT(pushed("user/svm", "README.md"),
              HasSubstr("---\nlibrary_name: opencv\npipeline_tag: tabular-classification\ntags:\n- opencv\n---"));
  EXPECT_EQ(pushed_config("user/svm")["framework_version"], CV_VERSION);
  EXPECT_EQ(predict(*from_pretrained_opencv<cv::ml::SVM>("user/svm", pull())), predict(*svm));
}

TEST_F(FrameworkTest, OpencvRefusesAModelOfAnotherClassAnEmptyOneAndABrokenOne) {
  push_to_hub_opencv(trained(), "user/svm", push());
  expect_refusal([&] { from_pretrained_opencv<cv::ml::RTrees>("user/svm", pull()); },
                 "it holds 'opencv_ml_svm', and not 'opencv_ml_rtrees'");
  expect_refusal([&] { push_to_hub_opencv(cv::ml::SVM::create(), "user/empty", push()); }, "train it or load it");
  expect_refusal([&] { push_to_hub_opencv(cv::Ptr<cv::ml::SVM>(), "user/empty", push()); }, "null pointer");
  hub.add_files("user/broken", {{"opencv_model.json", R"({"opencv_ml_svm": {"for)"}});
  EXPECT_THROW(from_pretrained_opencv<cv::ml::SVM>("user/broken", pull()), HfHubError);
  hub.add_files("user/hollow", {{"opencv_model.json", R"({"opencv_ml_svm": {}})"}});
  EXPECT_THROW(from_pretrained_opencv<cv::ml::SVM>("user/hollow", pull()), HfHubError);
  hub.add_files("user/other", {{"config.json", R"({"framework": "eigen"})"}, {"opencv_model.json", "{}"}});
  expect_refusal([&] { from_pretrained_opencv<cv::ml::SVM>("user/other", pull()); }, "framework 'eigen'");
}

TEST_F(FrameworkTest, OpencvPushesTheOnnxFileItself) {
  auto model = opencv::OnnxModel::from_bytes(relu_onnx());
  EXPECT_THAT(run(model), ElementsAre(0, 3));
  push_to_hub_opencv(model, "user/relu", push());
  EXPECT_EQ(pushed("user/relu", "model.onnx"), relu_onnx());
  EXPECT_THAT(pushed("user/relu", "README.md"), HasSubstr("tags:\n- onnx\n- opencv\n---"));
  auto back = from_pretrained_opencv<opencv::OnnxModel>("user/relu", pull());
  EXPECT_THAT(run(back), ElementsAre(0, 3));

  expect_refusal([] { opencv::OnnxModel::from_bytes("not a network"); }, "cannot use");
  expect_refusal([&] { push_to_hub_opencv(opencv::OnnxModel(), "user/empty", push()); }, "is empty");
}

struct Judge : OpencvModelHubMixin<Judge> {
  cv::Ptr<cv::ml::SVM> svm{};
  cv::Ptr<cv::ml::SVM>& hub_model() { return svm; }
};

TEST_F(FrameworkTest, OpencvMixinOwnsAModel) {
  Judge judge;
  judge.svm = trained();
  judge.push_to_hub("user/judge", push());
  EXPECT_EQ(predict(*Judge::from_pretrained("user/judge", pull()).svm), predict(*judge.svm));
}

struct Images {
  cv::Mat image{};
  cv::Mat weights{};
  template <typename Archive>
  void hub_tensors(Archive& archive) {
    archive("image", image)("weights", weights);
  }
};

TEST(OpencvTensors, KeepChannelsAsTheLastDimension) {
  const testing::TempDir home;
  Images images;
  images.image = cv::Mat(4, 6, CV_8UC3, cv::Scalar(1, 2, 3))(cv::Rect(1, 1, 2, 2));  // Not continuous.
  images.weights = (cv::Mat_<float>(1, 3) << 1, 2, 3);
  TensorSaver saver;
  images.hub_tensors(saver);
  safetensors::save_file(saver.tensors(), home.path() / "m.safetensors");
  const auto file = safetensors::File::open(home.path() / "m.safetensors");
  EXPECT_THAT(file.info("image").shape, ElementsAre(2, 2, 3));
  EXPECT_THAT(file.copy<std::uint8_t>("image"), ElementsAre(1, 2, 3, 1, 2, 3, 1, 2, 3, 1, 2, 3));
  Images back;
  TensorLoader loader(file);
  back.hub_tensors(loader);
  EXPECT_EQ(back.image.dims, 3);
  EXPECT_EQ(cv::countNonZero(back.weights != images.weights), 0);
}

}  // namespace
}  // namespace huggingface_hub
