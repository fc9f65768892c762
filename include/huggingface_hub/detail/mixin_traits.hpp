// SPDX-License-Identifier: Apache-2.0
/// @file
/// What a model class provides, found out once it is complete. Never ask while it is not: the answer is kept.
#pragma once

#include "huggingface_hub/from_pretrained_args.hpp"
#include "huggingface_hub/mixin_options.hpp"

#include <nlohmann/json.hpp>

#include <filesystem>
#include <memory>
#include <type_traits>
#include <utility>
#include <vector>

HUGGINGFACE_HUB_NAMESPACE_BEGIN

/// Lets the mixin call hooks that are private: write `friend huggingface_hub::access;` in the model.
struct access {
  template <typename Model>
  static auto save(Model& model, const std::filesystem::path& folder) -> decltype(model._save_pretrained(folder)) {
    return model._save_pretrained(folder);
  }
  template <typename Model>
  static auto load(const FromPretrainedArgs& args) -> decltype(Model::_from_pretrained(args)) {
    return Model::_from_pretrained(args);
  }
  template <typename Model>
  static auto config(const Model& model) -> decltype(model.hub_config()) {
    return model.hub_config();
  }
  template <typename Model>
  static auto info() -> decltype(Model::hub_info()) {
    return Model::hub_info();
  }
  template <typename Model>
  static auto tags() -> decltype(Model::hub_mixin_tags()) {
    return Model::hub_mixin_tags();
  }
  template <typename Model>
  static auto object(Model& model) -> decltype((model.hub_model())) {
    return model.hub_model();
  }
  template <typename Model, typename Archive>
  static auto tensors(Model& model, Archive& archive) -> decltype(model.hub_tensors(archive)) {
    return model.hub_tensors(archive);
  }
};

namespace detail {

template <typename Model, typename = void>
struct HasSave : std::false_type {};
template <typename Model>
struct HasSave<Model, std::void_t<decltype(access::save(std::declval<Model&>(),
                                                        std::declval<const std::filesystem::path&>()))>>
    : std::true_type {};

template <typename Model, typename = void>
struct HasLoad : std::false_type {};
template <typename Model>
struct HasLoad<Model, std::void_t<decltype(access::load<Model>(std::declval<const FromPretrainedArgs&>()))>>
    : std::true_type {};

template <typename Model, typename = void>
struct HasConfig : std::false_type {};
template <typename Model>
struct HasConfig<Model, std::void_t<decltype(access::config(std::declval<const Model&>()))>> : std::true_type {};

template <typename Model, typename = void>
struct HasInfo : std::false_type {};
template <typename Model>
struct HasInfo<Model, std::void_t<decltype(access::info<Model>())>> : std::true_type {};

template <typename Model, typename = void>
struct HasTags : std::false_type {};
template <typename Model>
struct HasTags<Model, std::void_t<decltype(access::tags<Model>())>> : std::true_type {};

// Whether a class has a member of a name at all, callable or not: with a second member of that name beside it, the
// name would be ambiguous. So a hook that is private or not const is not passed over in silence.
struct NamesConfig {
  int hub_config;
};
template <typename Model, bool = std::is_final_v<Model>>
struct ConfigProbe : Model, NamesConfig {};
template <typename Model>
struct ConfigProbe<Model, true> : NamesConfig {};  // A final class cannot be asked.
template <typename Model, typename = void>
struct MentionsConfig : std::true_type {};
template <typename Model>
struct MentionsConfig<Model, std::void_t<decltype(&ConfigProbe<Model>::hub_config)>> : std::false_type {};

struct NamesInfo {
  int hub_info;
};
template <typename Model, bool = std::is_final_v<Model>>
struct InfoProbe : Model, NamesInfo {};
template <typename Model>
struct InfoProbe<Model, true> : NamesInfo {};
template <typename Model, typename = void>
struct MentionsInfo : std::true_type {};
template <typename Model>
struct MentionsInfo<Model, std::void_t<decltype(&InfoProbe<Model>::hub_info)>> : std::false_type {};

/// The model that `Model` derives from by `DerivedModelHubMixin`.
template <typename Model, typename = void>
struct HasParent : std::false_type {};
template <typename Model>
struct HasParent<Model, std::void_t<typename Model::hub_mixin_parent>> : std::true_type {};

/// `M`, `unique_ptr<M>` or `shared_ptr<M>`, for `M` or what derives from it.
template <typename Model, typename Loaded>
struct IsModel : std::is_base_of<Model, Loaded> {};
template <typename Model, typename Pointee, typename Deleter>
struct IsModel<Model, std::unique_ptr<Pointee, Deleter>> : std::is_base_of<Model, Pointee> {};
template <typename Model, typename Pointee>
struct IsModel<Model, std::shared_ptr<Pointee>> : std::is_base_of<Model, Pointee> {};

/// Stands for a result where a hook is missing, so that the one readable error stays the only one.
template <typename T>
T missing();

}  // namespace detail
HUGGINGFACE_HUB_NAMESPACE_END
