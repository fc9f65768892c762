// SPDX-License-Identifier: Apache-2.0
/// @file
/// Whatever dlib can serialize: networks, decision functions, shape predictors. Target `huggingface_hub::dlib`.
#pragma once

#include "huggingface_hub/detail/framework_mixin.hpp"

#include <dlib/revision.h>
#include <dlib/serialize.h>

#include <filesystem>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

HUGGINGFACE_HUB_NAMESPACE_BEGIN
namespace detail {

template <typename Model, typename = void>
struct HasClean : std::false_type {};
template <typename Model>
struct HasClean<Model, std::void_t<decltype(std::declval<Model&>().clean())>> : std::true_type {};

/// What `config.json` and cards say, and where the model is kept.
struct DlibFramework {
  static constexpr const char* kName = "dlib";
  static constexpr const char* kTitle = "dlib";
  static constexpr bool kNeedsObject = true;
  static std::string version() {
    return std::to_string(DLIB_MAJOR_VERSION) + "." + std::to_string(DLIB_MINOR_VERSION) + "." +
           std::to_string(DLIB_PATCH_VERSION);
  }
  static std::vector<std::string> tags() { return {"dlib"}; }

  template <typename Model>
  static void save(const Model& model, const std::filesystem::path& folder) {
    const std::string path = (folder / kFile).string();
    try {
      if constexpr (HasClean<Model>::value) {
        Model copy(model);
        copy.clean();  // Of what training left behind.
        ::dlib::serialize(path) << copy;
      } else {
        ::dlib::serialize(path) << model;
      }
    } catch (const ::dlib::serialization_error& error) {
      throw_error(ErrorCode::other, "Cannot save '" + path + "': dlib says: " + error.what());
    }
  }
  template <typename Model>
  static void load(Model& model, const FromPretrainedArgs& args) {
    const std::string path = model_file(args, {kFile}).string();
    try {
      ::dlib::deserialize(path) >> model;
    } catch (const ::dlib::serialization_error& error) {
      throw_error(ErrorCode::other, "Cannot load '" + path + "' as the type that was asked for, which must be exactly the one "
                                    "that was saved: dlib says: " + error.what());
    }
  }
  template <typename Model>
  static MixinInfo about(const Model&) {
    return {};
  }

 private:
  static constexpr const char* kFile = "model.dat";
};

}  // namespace detail

/// `ModelHubMixin` for models that own an object of dlib: `auto& hub_model()` tells which. Its type is part of the file,
/// `model.dat`: only the very same type reads it.
template <typename Derived>
class DlibModelHubMixin : public detail::FrameworkMixin<Derived, detail::DlibFramework> {};

/// Pushes anything that dlib serializes, as `ModelHubMixin::push_to_hub` does.
///
/// @param model    has a `serialize` that dlib finds.
/// @param repo_id  `namespace/name`, or `name` for the namespace of the token's user.
/// @param options  its `config` must be an object; framework and version are added.
/// @param about    licence, links and so on for the card.
/// @throws what `ModelHubMixin::push_to_hub` throws; HfHubError  dlib cannot write it.
template <typename Model>
CommitInfo push_to_hub_dlib(const Model& model, const std::string& repo_id, const PushToHubOptions& options = {},
                            const MixinInfo& about = {}) {
  return detail::push_framework_model<detail::DlibFramework>(model, repo_id, options, about);
}

/// A `Model` from a folder of this machine or a repository of the Hub: `model.dat`, or the file that
/// `options.model_kwargs["filename"]` names. dlib does not defend itself against files made to harm: load what you trust.
/// @throws HfHubError  another type was saved, or the model is one of another framework; also what
///                     `ModelHubMixin::from_pretrained` throws.
template <typename Model>
Model from_pretrained_dlib(const std::string& id_or_path, const FromPretrainedOptions& options = {}) {
  Model model;
  detail::DlibFramework::load(model, detail::framework_args<detail::DlibFramework>(id_or_path, options));
  return model;
}

HUGGINGFACE_HUB_NAMESPACE_END
