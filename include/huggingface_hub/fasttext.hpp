// SPDX-License-Identifier: Apache-2.0
/// @file
/// Models of fastText, a library that the Hub knows: target `huggingface_hub::fasttext`.
#pragma once

#include "huggingface_hub/detail/framework_mixin.hpp"

#include <fasttext/fasttext.h>

#include <array>
#include <charconv>
#include <cstdint>
#include <exception>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <utility>
#include <vector>

HUGGINGFACE_HUB_NAMESPACE_BEGIN
namespace detail {

/// What `config.json` and cards say, and where the model is kept.
struct FasttextFramework {
  static constexpr const char* kName = "fasttext";
  static constexpr const char* kTitle = "fastText";
  static constexpr bool kNeedsObject = true;
  /// fastText does not tell its version: this is the series whose interface this header is written for.
  static std::string version() { return "0.9"; }
  static std::vector<std::string> tags() { return {"fasttext"}; }

  /// @throws HFValidationError  there is no model in it yet.
  static void check_trained(const ::fasttext::FastText& model) {
    if (model.getDictionary() != nullptr) return;
    throw_error(ErrorCode::validation, "The fastText model is empty: train it or load it before it is pushed.");
  }

  static void save(const ::fasttext::FastText& model, const std::filesystem::path& folder) {
    check_trained(model);
    const std::filesystem::path path = folder / (model.isQuant() ? "model.ftz" : "model.bin");
    try {
      const_cast<::fasttext::FastText&>(model).saveModel(path.string());  // Not const there, and changes nothing.
    } catch (const std::exception& error) {
      throw_error(ErrorCode::other, "Cannot save the fastText model: " + std::string(error.what()));
    }
  }

  static void load(::fasttext::FastText& model, const FromPretrainedArgs& args) {
    check_version(args);
    const std::filesystem::path path = model_file(args, {"model.bin", "model.ftz"});
    check_format(path);
    try {
      model.loadModel(path.string());
    } catch (const std::exception& error) {
      throw_error(ErrorCode::other, "Cannot load '" + path.string() + "': fastText says: " + error.what());
    }
  }

  /// The task, from what the model was trained for.
  static MixinInfo about(const ::fasttext::FastText& model) {
    check_trained(model);
    MixinInfo info;
    info.pipeline_tag = model.getArgs().model == ::fasttext::model_name::sup ? "text-classification" : "feature-extraction";
    return info;
  }

 private:
  /// `spec/frameworks.md` 5: a version that is not told is a warning, one that cannot be read is an error.
  static void check_version(const FromPretrainedArgs& args) {
    std::string text;
    if (args.config && args.config->contains("framework_version")) {
      const auto& stated = args.config->at("framework_version");
      text = stated.is_string() ? stated.get<std::string>() : stated.dump();
    }
    int major = -1;
    int minor = -1;
    const char* const end = text.data() + text.size();
    const auto dot = std::from_chars(text.data(), end, major);
    if (dot.ptr != end && *dot.ptr == '.') std::from_chars(dot.ptr + 1, end, minor);
    if (major < 0 || minor < 0) {
      log_message(LogLevel::warning, "The model '" + args.model_id + "' does not say with which version of fastText it "
                                         "was made (`framework_version` in config.json); it is loaded all the same.");
    } else if (major != 0 || minor < 1) {
      throw_error(ErrorCode::other, "The model '" + args.model_id + "' was made with fastText " + text +
                                        "; this program reads those of 0.1 to 0.9. Use another revision of the model, "
                                        "or a program that is built with that version.");
    }
  }

  /// fastText trusts what it reads: what is no model, or one of the future, is named before.
  static void check_format(const std::filesystem::path& path) {
    constexpr std::int32_t kMagic = 793712314;
    constexpr std::int32_t kNewest = 12;
    std::array<std::int32_t, 2> head{};
    std::ifstream file(path, std::ios::binary);
    file.read(reinterpret_cast<char*>(head.data()), sizeof head);
    if (!file || head[0] != kMagic) {
      throw_error(ErrorCode::other, "'" + path.string() + "' is no fastText model: models (.bin, .ftz) begin with "
                                    "another number. Vectors as text (.vec) are not meant.");
    }
    if (head[1] > kNewest) {
      throw_error(ErrorCode::other, "'" + path.string() + "' has version " + std::to_string(head[1]) +
                                        " of fastText's format; this program reads versions up to 12.");
    }
  }
};

}  // namespace detail

/// `ModelHubMixin` for models that own a `fasttext::FastText`: `auto& hub_model()` tells which. That cannot be moved, so
/// `from_pretrained` gives a `unique_ptr` where the model holds it as a member.
///
///     class Language : public huggingface_hub::FasttextModelHubMixin<Language> {
///      public:
///       fasttext::FastText& hub_model() { return model_; }
///      private:
///       fasttext::FastText model_;
///     };
template <typename Derived>
class FasttextModelHubMixin : public detail::FrameworkMixin<Derived, detail::FasttextFramework> {};

/// Pushes a trained model as `model.bin`, or `model.ftz` where it is quantized, with a card and a `config.json`: makes
/// the repository if it is missing, and one commit. The counterpart of Python's `push_to_hub_fastai`.
///
/// @param model    trained, or read from a file.
/// @param repo_id  `namespace/name`, or `name` for the namespace of the token's user.
/// @param options  `commit_message` is "Push fastText model using huggingface_hub." unless it is given; `config` must be
///                 an object, framework and version are added; `branch`, `create_pr`, `private_repo`, `token`,
///                 `endpoint` and the patterns are those of `ModelHubMixin::push_to_hub`.
/// @param about    licence, links and so on for the card.
/// @throws HFValidationError  the model is empty, `config` is no object, `repo_id` cannot be one, or `create_pr` with a
///                            branch other than `main`; nothing was sent.
/// @throws HfHubError         fastText cannot save the model; also what `create_repo` and `upload_folder` throw.
inline CommitInfo push_to_hub_fasttext(const ::fasttext::FastText& model, const std::string& repo_id,
                                       const PushToHubOptions& options = {}, const MixinInfo& about = {}) {
  detail::FasttextFramework::check_trained(model);
  return detail::push_framework_model<detail::FasttextFramework>(model, repo_id, options, about);
}

/// A model from a folder of this machine or a repository of the Hub: `model.bin` or `model.ftz`, or the file that
/// `options.model_kwargs["filename"]` names. fastText does not defend itself against files made to harm: load what you
/// trust.
///
/// A repository whose `config.json` does not tell the version of fastText gives a warning.
/// @throws HfHubError  the file is no model, or one of another framework, format or version; also what
///                     `ModelHubMixin::from_pretrained` throws.
inline std::unique_ptr<::fasttext::FastText> from_pretrained_fasttext(const std::string& id_or_path,
                                                                      const FromPretrainedOptions& options = {}) {
  auto model = std::make_unique<::fasttext::FastText>();
  detail::FasttextFramework::load(*model, detail::framework_args<detail::FasttextFramework>(id_or_path, options));
  return model;
}

HUGGINGFACE_HUB_NAMESPACE_END
