// SPDX-License-Identifier: Apache-2.0
/// @file
/// Models that OpenCV trains (`cv::ml`), and ONNX networks that it runs (`cv::dnn`): target `huggingface_hub::opencv`.
#pragma once

#include "huggingface_hub/detail/framework_tensors.hpp"

#include <opencv2/core.hpp>
#include <opencv2/dnn.hpp>
#include <opencv2/ml.hpp>

#include <climits>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

HUGGINGFACE_HUB_NAMESPACE_BEGIN
namespace opencv {

/// A network and the bytes of the ONNX file it came from: OpenCV runs networks and cannot write them, so that what goes
/// to the Hub is the file itself.
struct OnnxModel {
  std::string bytes{};
  cv::dnn::Net net{};

  /// @throws HfIoError   the file cannot be read.
  /// @throws HfHubError  OpenCV cannot use it: it is broken, or has operators that this version does not know.
  static OnnxModel load(const std::filesystem::path& path) {
    const auto file = huggingface_hub::detail::MappedFile::open(path);
    return from_bytes(std::string(file->bytes()), path.string());
  }
  /// As `load`, from memory.
  /// @param bytes   of the file.
  /// @param source  what messages call it.
  static OnnxModel from_bytes(std::string bytes, const std::string& source = "the ONNX model") {
    OnnxModel model;
    model.bytes = std::move(bytes);
    try {
      model.net = cv::dnn::readNetFromONNX(model.bytes.data(), model.bytes.size());
    } catch (const cv::Exception& error) {
      throw_error(ErrorCode::other, "OpenCV " + std::string(CV_VERSION) + " cannot use '" + source + "': " + error.err);
    }
    return model;
  }
};

/// Writes a trained model; the format follows the ending: `.json`, `.yml`, `.xml`, each also with `.gz`.
/// @throws HfHubError  it is empty, or OpenCV cannot write it.
inline void save(const cv::ml::StatModel& model, const std::filesystem::path& path) {
  if (model.empty() || !model.isTrained()) {
    throw_error(ErrorCode::validation, "The OpenCV model is empty: train it or load it before it is saved.");
  }
  try {
    model.save(path.string());
  } catch (const cv::Exception& error) {
    throw_error(ErrorCode::other, "Cannot save '" + path.string() + "': OpenCV says: " + error.err);
  }
}

/// Reads a trained model, as in `load<cv::ml::SVM>("opencv_model.json")`.
/// @throws HfHubError  the file is broken, or holds a model of another class.
template <typename Model>
cv::Ptr<Model> load(const std::filesystem::path& path) {
  static_assert(std::is_base_of_v<cv::ml::StatModel, Model>, "a class of cv::ml, as in cv::ml::SVM");
  const auto refuse = [&](const std::string& why) {
    throw_error(ErrorCode::other, "Cannot load '" + path.string() + "': " + why + ".");
  };
  cv::Ptr<Model> model = Model::create();
  try {
    const cv::FileStorage file(path.string(), cv::FileStorage::READ);
    if (!file.isOpened()) refuse("OpenCV cannot open it");
    const cv::FileNode root = file.getFirstTopLevelNode();
    const std::string wanted = model->getDefaultName();
    if (root.name() != wanted) refuse("it holds '" + std::string(root.name()) + "', and not '" + wanted + "'");
    model->read(root);
  } catch (const cv::Exception& error) {
    refuse("OpenCV says: " + std::string(error.err));
  }
  if (!model->isTrained()) refuse("there is no trained model in it");
  return model;
}

/// What `config.json` and cards say, and where the model is kept.
struct Framework {
  static constexpr const char* kName = "opencv";
  static constexpr const char* kTitle = "OpenCV";
  static constexpr bool kNeedsObject = true;
  static std::string version() { return CV_VERSION; }
  static std::vector<std::string> tags() { return {"opencv"}; }

  template <typename Model>
  static void save(const cv::Ptr<Model>& model, const std::filesystem::path& folder) {
    if (!model) throw_error(ErrorCode::validation, "The OpenCV model is a null pointer.");
    opencv::save(*model, folder / "opencv_model.json");
  }
  static void save(const OnnxModel& model, const std::filesystem::path& folder) {
    if (model.bytes.empty()) throw_error(ErrorCode::validation, "The ONNX model is empty: load one before it is saved.");
    huggingface_hub::detail::NewFile file(folder / "model.onnx", model.bytes.size());
    file.write(model.bytes.data(), model.bytes.size());
    file.commit();
  }

  template <typename Model>
  static void load(cv::Ptr<Model>& model, const FromPretrainedArgs& args) {
    model = opencv::load<Model>(huggingface_hub::detail::model_file(
        args, {"opencv_model.json", "opencv_model.yml", "opencv_model.xml", "opencv_model.yml.gz"}));
  }
  static void load(OnnxModel& model, const FromPretrainedArgs& args) {
    model = OnnxModel::load(huggingface_hub::detail::model_file(args, {"model.onnx", "onnx/model.onnx"}));
  }

  template <typename Model>
  static MixinInfo about(const cv::Ptr<Model>& model) {
    MixinInfo info;
    if (model) info.pipeline_tag = model->isClassifier() ? "tabular-classification" : "tabular-regression";
    return info;
  }
  static MixinInfo about(const OnnxModel&) {
    MixinInfo info;
    info.tags = {"onnx"};
    return info;
  }
};

namespace detail {

template <typename T>
struct Loaded {  ///< What `from_pretrained_opencv<T>` gives.
  using type = cv::Ptr<T>;
};
template <>
struct Loaded<OnnxModel> {
  using type = OnnxModel;
};

/// The element type of a `cv::Mat`.
inline safetensors::Dtype dtype_of_depth(int depth) {
  switch (depth) {
    case CV_8U: return safetensors::Dtype::u8;
    case CV_8S: return safetensors::Dtype::i8;
    case CV_16U: return safetensors::Dtype::u16;
    case CV_16S: return safetensors::Dtype::i16;
    case CV_32S: return safetensors::Dtype::i32;
    case CV_32F: return safetensors::Dtype::f32;
    case CV_64F: return safetensors::Dtype::f64;
    default: return safetensors::Dtype::f16;  // CV_16F, the last of the eight.
  }
}

inline int depth_of(safetensors::Dtype dtype) {
  for (const int depth : {CV_8U, CV_8S, CV_16U, CV_16S, CV_32S, CV_32F, CV_64F, CV_16F}) {
    if (dtype_of_depth(depth) == dtype) return depth;
  }
  return -1;
}

}  // namespace detail
}  // namespace opencv

/// A `cv::Mat` as a tensor, for `hub_tensors` of any mixin: its dimensions, and the channels as a last one where there
/// are several. Loading takes type and size from the file, with one channel.
template <>
struct TensorTraits<cv::Mat> {
  static safetensors::TensorView view(const cv::Mat& matrix) {
    safetensors::Shape shape;
    for (int i = 0; i < matrix.dims; ++i) shape.push_back(static_cast<std::uint64_t>(matrix.size[i]));
    if (shape.empty()) shape = {0, 0};
    if (matrix.channels() > 1) shape.push_back(static_cast<std::uint64_t>(matrix.channels()));
    return {opencv::detail::dtype_of_depth(matrix.depth()), std::move(shape), [matrix](const safetensors::WriteBytes& write) {
              const cv::Mat packed = matrix.isContinuous() ? matrix : matrix.clone();
              if (!packed.empty()) write(packed.data, packed.total() * packed.elemSize());
            }};
  }

  static void load(cv::Mat& matrix, const safetensors::File& file, const std::string& name) {
    const auto& info = file.info(name);
    const int depth = opencv::detail::depth_of(info.dtype);
    if (depth < 0) detail::refuse_tensor(name, "cv::Mat has no elements of type " + std::string(to_string(info.dtype)));
    std::vector<int> size;
    for (const std::uint64_t dimension : info.shape) {
      if (dimension > INT_MAX) detail::refuse_shape(info, "dimensions below 2^31, as cv::Mat counts them");
      size.push_back(static_cast<int>(dimension));
    }
    if (size.size() < 2) size.insert(size.begin(), 2 - size.size(), 1);
    cv::Mat fresh(size, depth);
    const std::string_view bytes = file.bytes(info);
    if (!bytes.empty()) std::memcpy(fresh.data, bytes.data(), bytes.size());
    matrix = fresh;
  }
};

/// `ModelHubMixin` for models that own a trained model or a network: `auto& hub_model()` gives a
/// `cv::Ptr<cv::ml::SVM>` (or another class of `cv::ml`), or an `opencv::OnnxModel`.
///
/// The file is `opencv_model.json` or `model.onnx`. While loading, `model_kwargs` may name another as `filename`.
template <typename Derived>
class OpencvModelHubMixin : public detail::FrameworkMixin<Derived, opencv::Framework> {};

/// Pushes a trained model of `cv::ml` with a card and a `config.json`, as `ModelHubMixin::push_to_hub` does.
///
/// @param model    trained; what `save` of it writes is the file.
/// @param repo_id  `namespace/name`, or `name` for the namespace of the token's user.
/// @param options  its `config` must be an object; framework and version are added.
/// @param about    licence, links and so on for the card.
/// @throws HFValidationError  the model is empty; also what `ModelHubMixin::push_to_hub` throws.
template <typename Model>
CommitInfo push_to_hub_opencv(const cv::Ptr<Model>& model, const std::string& repo_id,
                              const PushToHubOptions& options = {}, const MixinInfo& about = {}) {
  return detail::push_framework_model<opencv::Framework>(model, repo_id, options, about);
}
/// Pushes an ONNX file that OpenCV runs.
inline CommitInfo push_to_hub_opencv(const opencv::OnnxModel& model, const std::string& repo_id,
                                     const PushToHubOptions& options = {}, const MixinInfo& about = {}) {
  return detail::push_framework_model<opencv::Framework>(model, repo_id, options, about);
}

/// `from_pretrained_opencv<cv::ml::SVM>(id)` gives a `cv::Ptr` to it, `from_pretrained_opencv<opencv::OnnxModel>(id)` the
/// network; from a folder of this machine or a repository of the Hub.
///
/// @throws HfHubError  OpenCV cannot read the file, it holds a model of another class, or one of another framework; also
///                     what `ModelHubMixin::from_pretrained` throws.
template <typename Model>
typename opencv::detail::Loaded<Model>::type from_pretrained_opencv(const std::string& id_or_path,
                                                                    const FromPretrainedOptions& options = {}) {
  typename opencv::detail::Loaded<Model>::type model;
  opencv::Framework::load(model, detail::framework_args<opencv::Framework>(id_or_path, options));
  return model;
}

HUGGINGFACE_HUB_NAMESPACE_END
