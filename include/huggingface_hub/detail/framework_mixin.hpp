// SPDX-License-Identifier: Apache-2.0
/// @file
/// What the mixins and the helper pairs of model frameworks have in common. A framework is a class of static members:
///
///     kName, kTitle, version(), tags()             for config.json, cards and the user agent
///     save(const Model&, folder)                   writes the model's files
///     load(Model&, const FromPretrainedArgs&)      reads them
///     about(const Model&) -> MixinInfo             what the model itself tells of its card
///     kNeedsObject                                 true: a class with the mixin has `hub_model()`
#pragma once

#include "huggingface_hub/detail/framework_config.hpp"
#include "huggingface_hub/model_hub_mixin.hpp"

#include <filesystem>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

HUGGINGFACE_HUB_NAMESPACE_BEGIN
namespace detail {

/// The text of the cards of models that a helper pushes.
inline constexpr const char* kFrameworkCard = R"(---
{{ card_data }}
---

# {{ framework_title }} model

This model was pushed to the Hub by a program in C++, and is loaded by
`huggingface_hub::from_pretrained_{{ framework_name }}(repo_id)`.
- Code: {{ repo_url | default("[More Information Needed]", true) }}
- Paper: {{ paper_url | default("[More Information Needed]", true) }}
- Docs: {{ docs_url | default("[More Information Needed]", true) }}
)";

template <typename Model, typename = void>
struct HasObject : std::false_type {};
template <typename Model>
struct HasObject<Model, std::void_t<decltype(access::object(std::declval<Model&>()))>> : std::true_type {};

/// The framework's object in a model: what `hub_model()` returns, else the model itself.
template <typename Model>
auto& framework_object(Model& model) {
  if constexpr (HasObject<Model>::value) {
    return access::object(model);
  } else {
    return model;
  }
}

/// True where the model has what the framework needs; an error of one sentence where it has not.
template <typename Model, typename Framework>
constexpr bool has_framework_object() {
  constexpr bool kHasIt = HasObject<Model>::value || !Framework::kNeedsObject;
  static_assert(kHasIt,
                "ModelHubMixin: define `auto& hub_model()` in your model: it returns the object of the framework that is "
                "saved and loaded (public, or write `friend huggingface_hub::access;`)");
  return kHasIt;
}

/// `ModelHubMixin` with the hooks and the words of a framework.
template <typename Derived, typename Framework>
class FrameworkMixin : public ModelHubMixin<Derived> {
 public:
  /// As `ModelHubMixin::save_pretrained`. There is always a `config.json`, since it is what the Hub counts downloads by.
  std::optional<CommitInfo> save_pretrained(const std::filesystem::path& folder,
                                            const SavePretrainedOptions& options = {}) const {
    SavePretrainedOptions complete = options;
    complete.config = framework_config(options.config ? *options.config : own_config(), Framework::kName,
                                       Framework::version());
    return ModelHubMixin<Derived>::save_pretrained(folder, complete);
  }

  /// As `ModelHubMixin::generate_model_card`; what the class leaves open is filled from the model.
  ModelCard generate_model_card(const nlohmann::json& kwargs = nlohmann::json::object()) const {
    MixinInfo info = Derived::hub_mixin_info();
    if constexpr (has_framework_object<Derived, Framework>()) info = inherit_info(Framework::about(object()), info);
    return make_model_card(info, JsonText(to_python_json(kwargs)));
  }

 protected:
  static std::vector<std::string> hub_mixin_tags() { return Framework::tags(); }

  void _save_pretrained(const std::filesystem::path& folder) const {
    if constexpr (has_framework_object<Derived, Framework>()) Framework::save(object(), folder);
  }

  static auto _from_pretrained(const FromPretrainedArgs& args) {
    check_framework(args, Framework::kName);
    if constexpr (!has_framework_object<Derived, Framework>()) {
      return std::unique_ptr<Derived>();
    } else if constexpr (std::is_move_constructible_v<Derived>) {
      Derived model = make_model<Derived>(
          args, [](auto&&... config) { return Derived(std::move(config)...); }, {kFilename});
      Framework::load(framework_object(model), args);
      return model;
    } else {
      auto model = make_model<Derived>(
          args, [](auto&&... config) { return std::unique_ptr<Derived>(new Derived(std::move(config)...)); }, {kFilename});
      Framework::load(framework_object(*model), args);
      return model;
    }
  }

 private:
  friend access;

  /// `hub_model` and `hub_tensors` serve both directions and are not const; saving changes nothing.
  [[nodiscard]] const auto& object() const {
    return framework_object(const_cast<Derived&>(static_cast<const Derived&>(*this)));
  }

  [[nodiscard]] nlohmann::json own_config() const {
    if constexpr (HasConfig<Derived>::value) {
      return access::config(static_cast<const Derived&>(*this));
    } else {
      return this->stored_hub_config().value_or(nlohmann::json::object());
    }
  }
};

/// A model that a helper pushes: an object of the framework, and what its caller says about it.
template <typename Model, typename Framework>
class FrameworkHelper : public FrameworkMixin<FrameworkHelper<Model, Framework>, Framework> {
 public:
  FrameworkHelper(const Model& model, const MixinInfo& about) : model_(&model), about_(&about) {}

  /// Without the tag of the mixin, which the model does not have.
  ModelCard generate_model_card(const nlohmann::json& kwargs = nlohmann::json::object()) const {
    const MixinInfo info = inherit_info(inherit_info(hub_info(), Framework::about(*model_)), *about_);
    nlohmann::json variables{{"framework_name", Framework::kName}, {"framework_title", Framework::kTitle}};
    variables.update(kwargs);
    return make_model_card(info, JsonText(to_python_json(variables)));
  }

 private:
  friend access;
  static MixinInfo hub_info() {
    MixinInfo info;
    info.library_name = Framework::kName;
    info.library_version = Framework::version();
    info.model_card_template = kFrameworkCard;
    info.tags = Framework::tags();
    return info;
  }
  const Model& hub_model() const { return *model_; }

  const Model* model_;
  const MixinInfo* about_;
};

/// Takes down what the hook of a model is given.
template <typename Framework>
struct FrameworkArgs : ModelHubMixin<FrameworkArgs<Framework>> {
  FromPretrainedArgs args{};

  static MixinInfo hub_info() {
    MixinInfo info;
    info.library_name = Framework::kName;
    info.library_version = Framework::version();
    return info;
  }
  static FrameworkArgs _from_pretrained(const FromPretrainedArgs& args) {
    FrameworkArgs taken;
    taken.args = args;
    return taken;
  }
};

/// What each `push_to_hub_…` does.
template <typename Framework, typename Model>
CommitInfo push_framework_model(const Model& model, const std::string& repo_id, PushToHubOptions options,
                                const MixinInfo& about) {
  if (options.commit_message == PushToHubOptions().commit_message) {
    options.commit_message = std::string("Push ") + Framework::kTitle + " model using huggingface_hub.";
  }
  if (options.config) options.config = framework_config(*options.config, Framework::kName, Framework::version());
  return FrameworkHelper<Model, Framework>(model, about).push_to_hub(repo_id, options);
}

/// What each `from_pretrained_…` begins with: where the model is, after the check that it is one of the framework.
/// @param known  the arguments in `model_kwargs` that there may be.
template <typename Framework>
FromPretrainedArgs framework_args(const std::string& id_or_path, const FromPretrainedOptions& options,
                                  std::initializer_list<const char*> known = {kFilename}) {
  FromPretrainedArgs args = FrameworkArgs<Framework>::from_pretrained(id_or_path, options).args;
  check_framework(args, Framework::kName);
  check_model_kwargs(args, known);
  return args;
}

}  // namespace detail
HUGGINGFACE_HUB_NAMESPACE_END
