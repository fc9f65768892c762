// SPDX-License-Identifier: Apache-2.0
/// @file
/// Boosted trees of XGBoost: target `huggingface_hub::xgboost`.
#pragma once

#include "huggingface_hub/detail/framework_mixin.hpp"

#include <xgboost/c_api.h>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

HUGGINGFACE_HUB_NAMESPACE_BEGIN
namespace xgboost {

/// Which file a model is kept in: text that every version reads, or the smaller binary JSON.
enum class Format { json, ubj };

/// The version of the library that runs, as in `1.7.4`.
inline std::string version() {
  int major = 0;
  int minor = 0;
  int patch = 0;
  XGBoostVersion(&major, &minor, &patch);
  return std::to_string(major) + "." + std::to_string(minor) + "." + std::to_string(patch);
}

/// @throws HfHubError  `status`, of a call of XGBoost's C interface, says that it failed; with its words.
inline void check(int status, const std::string& what) {
  if (status == 0) return;
  std::string why = XGBGetLastError();
  why = why.substr(0, why.find("\nStack trace"));
  throw_error(ErrorCode::other, what + ": XGBoost says: " + why);
}

/// Owns a booster. One thread at a time, but for `predict`.
class Booster {
 public:
  Booster() { check(XGBoosterCreate(nullptr, 0, &handle_), "Cannot make a booster"); }
  /// Takes over a handle of the C interface.
  explicit Booster(BoosterHandle handle) noexcept : handle_(handle) {}
  Booster(Booster&& other) noexcept : handle_(std::exchange(other.handle_, nullptr)), format_(other.format_) {}
  Booster& operator=(Booster&& other) noexcept {
    std::swap(handle_, other.handle_);
    std::swap(format_, other.format_);
    return *this;
  }
  ~Booster() {
    if (handle_ != nullptr) XGBoosterFree(handle_);
  }

  /// Reads `.json`, `.ubj`, or the old binary format under any other name.
  /// @throws HfHubError  XGBoost cannot read it.
  static Booster load(const std::filesystem::path& path) {
    Booster booster;
    check(XGBoosterLoadModel(booster.handle_, path.string().c_str()), "Cannot load '" + path.string() + "'");
    if (path.extension() == ".ubj") booster.format_ = Format::ubj;
    return booster;
  }

  /// The format follows the name, as in `load`. @throws HfHubError
  void save(const std::filesystem::path& path) const {
    check(XGBoosterSaveModel(handle_, path.string().c_str()), "Cannot save '" + path.string() + "'");
  }

  /// For all other calls of the C interface; stays this object's.
  [[nodiscard]] BoosterHandle handle() const noexcept { return handle_; }
  /// The file that the model is pushed as; that of a loaded one is the one it came from.
  [[nodiscard]] Format format() const noexcept { return format_; }
  void set_format(Format format) noexcept { format_ = format; }

  /// As in `binary:logistic`. @throws HfHubError
  [[nodiscard]] std::string objective() const {
    bst_ulong size = 0;
    const char* text = nullptr;
    check(XGBoosterSaveJsonConfig(handle_, &size, &text), "Cannot read the parameters of the booster");
    const auto config = nlohmann::json::parse(text, text + size, nullptr, /*allow_exceptions=*/false);
    const nlohmann::json::json_pointer place("/learner/objective/name");
    return config.is_object() && config.contains(place) ? config.at(place).get<std::string>() : "";
  }

  /// Predictions for `rows` of `columns` values each, one row after the other; NaN is a missing value.
  /// @returns one value a row, or one a row and class.
  /// @throws HfHubError  the model has another number of features, or none was trained.
  [[nodiscard]] std::vector<float> predict(const std::vector<float>& values, std::size_t columns) const {
    if (columns == 0 || values.size() % columns != 0) {
      throw_error(ErrorCode::validation, std::to_string(values.size()) + " values are no rows of " + std::to_string(columns));
    }
    const nlohmann::json array{{"data", {reinterpret_cast<std::uintptr_t>(values.data()), true}},
                               {"shape", {values.size() / columns, columns}},
                               {"typestr", "<f4"},
                               {"version", 3}};
    constexpr const char* kConfig =
        R"({"type": 0, "training": false, "iteration_begin": 0, "iteration_end": 0, "strict_shape": false, "missing": NaN, "cache_id": 0})";
    const bst_ulong* shape = nullptr;
    bst_ulong dimensions = 0;
    const float* result = nullptr;
    check(XGBoosterPredictFromDense(handle_, array.dump().c_str(), kConfig, nullptr, &shape, &dimensions, &result),
          "Cannot predict");
    std::size_t size = 1;
    for (bst_ulong i = 0; i < dimensions; ++i) size *= static_cast<std::size_t>(shape[i]);
    return {result, result + size};
  }

 private:
  BoosterHandle handle_{nullptr};
  Format format_{Format::json};
};

/// What `config.json` and cards say, and where the model is kept.
struct Framework {
  static constexpr const char* kName = "xgboost";
  static constexpr const char* kTitle = "XGBoost";
  static constexpr bool kNeedsObject = true;
  static std::string version() { return xgboost::version(); }
  static std::vector<std::string> tags() { return {"xgboost"}; }

  static void save(const Booster& booster, const std::filesystem::path& folder) {
    booster.save(folder / (booster.format() == Format::ubj ? "model.ubj" : "model.json"));
  }
  static void load(Booster& booster, const FromPretrainedArgs& args) {
    booster = Booster::load(huggingface_hub::detail::model_file(args, {"model.json", "model.ubj", "model.bst"}));
  }
  /// The task, from the objective.
  static MixinInfo about(const Booster& booster) {
    const std::string objective = booster.objective();
    const std::string family = objective.substr(0, objective.find(':'));
    MixinInfo info;
    if (family == "binary" || family == "multi") info.pipeline_tag = "tabular-classification";
    if (family == "reg" || family == "count") info.pipeline_tag = "tabular-regression";
    return info;
  }
};

}  // namespace xgboost

/// `ModelHubMixin` for models that own a booster: `auto& hub_model()` tells which.
///
///     class Churn : public huggingface_hub::XgboostModelHubMixin<Churn> {
///      public:
///       huggingface_hub::xgboost::Booster& hub_model() { return booster_; }
///      private:
///       huggingface_hub::xgboost::Booster booster_;
///     };
///
/// The file is `model.json`, or `model.ubj` (`Booster::set_format`); Python's `Booster.load_model` reads it. While
/// loading, `model_kwargs` may name another as `filename`.
template <typename Derived>
class XgboostModelHubMixin : public detail::FrameworkMixin<Derived, xgboost::Framework> {};

/// Pushes a booster with a card and a `config.json`, as `ModelHubMixin::push_to_hub` does.
///
/// @param booster  trained; its format is that of the file.
/// @param repo_id  `namespace/name`, or `name` for the namespace of the token's user.
/// @param options  its `config` must be an object; framework and version are added.
/// @param about    licence, links and so on for the card.
/// @throws what `ModelHubMixin::push_to_hub` throws; HfHubError  XGBoost cannot save the model.
inline CommitInfo push_to_hub_xgboost(const xgboost::Booster& booster, const std::string& repo_id,
                                      const PushToHubOptions& options = {}, const MixinInfo& about = {}) {
  return detail::push_framework_model<xgboost::Framework>(booster, repo_id, options, about);
}

/// A booster from a folder of this machine or a repository of the Hub: `model.json`, `model.ubj` or `model.bst`, or the
/// file that `options.model_kwargs["filename"]` names.
///
/// @throws HfHubError  XGBoost cannot read the file, or the model is one of another framework; also what
///                     `ModelHubMixin::from_pretrained` throws.
inline xgboost::Booster from_pretrained_xgboost(const std::string& id_or_path, const FromPretrainedOptions& options = {}) {
  xgboost::Booster booster;
  xgboost::Framework::load(booster, detail::framework_args<xgboost::Framework>(id_or_path, options));
  return booster;
}

HUGGINGFACE_HUB_NAMESPACE_END
