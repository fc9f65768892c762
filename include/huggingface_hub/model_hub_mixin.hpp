// SPDX-License-Identifier: Apache-2.0
/// @file
/// `ModelHubMixin`: makes any class a model that can be saved, pushed to the Hub, and loaded from it.
#pragma once

#include "huggingface_hub/detail/mixin_calls.hpp"
#include "huggingface_hub/detail/mixin_traits.hpp"
#include "huggingface_hub/detail/python_json.hpp"

#include <filesystem>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>

HUGGINGFACE_HUB_NAMESPACE_BEGIN

/// `to_json` and `from_json` for a configuration struct: unknown keys are ignored, missing ones keep their default.
/// To be written in the namespace of the struct, which must have a default constructor. For members of the type
/// `std::optional` include `json_optional.hpp`.
#define HUGGINGFACE_HUB_CONFIG(...) NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(__VA_ARGS__)

/// Gives a model class `save_pretrained`, `push_to_hub`, `from_pretrained` and `generate_model_card`.
///
///     struct Line : huggingface_hub::ModelHubMixin<Line> {
///       void _save_pretrained(const std::filesystem::path& folder) const;      // writes the weights
///       static Line _from_pretrained(const huggingface_hub::FromPretrainedArgs& args);  // reads args.file("…")
///     };
///
/// The two hooks are the model's; `_from_pretrained` gives the model, a `unique_ptr` or a `shared_ptr` to it. Where
/// the model has them, the mixin also uses `hub_config() const` (a struct with nlohmann `to_json`, or JSON: what
/// `config.json` says) and `static MixinInfo hub_info()` (the card). All of them may be private with
/// `friend huggingface_hub::access;`. A member of the model with the name of one of ours takes its place.
///
/// Inherit publicly, and name the class itself as `Derived`. No virtual functions: do not delete a model through a
/// pointer to its mixin.
template <typename Derived>
class ModelHubMixin {
 public:
  /// Writes the model into `folder`: what the hook writes, `config.json` where the model has a configuration and the
  /// hook wrote none, and a `README.md` where there is none. An old `config.json` is removed first.
  ///
  /// @returns the commit, with `options.push_to_hub`; the model is then saved a second time, into a folder of its own.
  /// @throws HfIoError, and what the hook and `push_to_hub` throw. What was written by then stays.
  std::optional<CommitInfo> save_pretrained(const std::filesystem::path& folder,
                                            const SavePretrainedOptions& options = {}) const {
    check_derived();
    if constexpr (!detail::HasSave<const Derived>::value) {
      static_assert(detail::HasSave<const Derived>::value || !detail::HasSave<Derived>::value,
                    "ModelHubMixin: `_save_pretrained` must be const: write `void _save_pretrained(const "
                    "std::filesystem::path&) const` in your model");
      static_assert(detail::HasSave<const Derived>::value || detail::HasSave<Derived>::value,
                    "ModelHubMixin: define `void _save_pretrained(const std::filesystem::path&) const` in your model "
                    "(public, or write `friend huggingface_hub::access;`)");
      return {};
    } else {
      detail::begin_save(folder);
      access::save(self(), folder);
      const std::optional<nlohmann::json> config = options.config ? options.config : current_config();
      if (config) detail::save_config(folder, detail::to_python_json(*config));
      if (detail::lacks_card(folder)) self().generate_model_card(options.model_card_kwargs).save(folder / "README.md");
      if (!options.push_to_hub) return std::nullopt;
      PushToHubOptions push = options.push_options;
      push.config = config;
      push.model_card_kwargs = options.model_card_kwargs;
      return self().push_to_hub(options.repo_id ? *options.repo_id : detail::default_repo_id(folder), push);
    }
  }

  /// Makes the repository if it is missing, saves the model into a temporary folder, and uploads that in one commit.
  /// The card is made anew and replaces that of the repository (but see `keep_remote_card`).
  ///
  /// @param repo_id  `namespace/name`, or `name` for the namespace of the token's user.
  /// @param options  where to (branch, pull request), what of the folder, and what the card and `config.json` say.
  ///
  /// @throws HFValidationError      `repo_id` cannot be one, or `create_pr` with a branch other than `main`; nothing
  ///                                was sent.
  /// @throws RevisionNotFoundError  the branch is not there. The repository is, also where saving failed.
  /// @throws                        what `create_repo`, `upload_folder` and the hook throw.
  /// @par Retries
  /// The call may be repeated: what has been uploaded is not sent again.
  CommitInfo push_to_hub(const std::string& repo_id, const PushToHubOptions& options = {}) const {
    check_derived();
    detail::Push push(repo_id, detail::plan_of(options, hub_mixin_info()));
    SavePretrainedOptions save;
    save.config = options.config;
    save.model_card_kwargs = options.model_card_kwargs;
    self().save_pretrained(push.folder(), save);
    return push.upload();
  }

  /// The model in a folder of this machine, or in a repository of the Hub. An existing folder wins.
  ///
  /// @param id_or_path  a folder, or `namespace/name`.
  /// @param options     which revision, where from, and keyword arguments of the model; all unset: the head of `main`.
  /// @returns what the hook gives.
  ///
  /// @throws HFValidationError        neither a folder nor a possible id.
  /// @throws LocalEntryNotFoundError  not in the cache, and the Hub may not or cannot be asked.
  /// @throws HfHubError               `config.json` is no JSON object.
  /// @throws                          what the hook throws: `RepositoryNotFoundError`, `EntryNotFoundError`, …
  static auto from_pretrained(const std::string& id_or_path, const FromPretrainedOptions& options = {}) {
    check_derived();
    if constexpr (!detail::HasLoad<Derived>::value) {
      static_assert(detail::HasLoad<Derived>::value,
                    "ModelHubMixin: define `static M _from_pretrained(const FromPretrainedArgs&)` in your model "
                    "(public, or write `friend huggingface_hub::access;`)");
      return detail::missing<Derived>();
    } else {
      using Loaded = decltype(access::load<Derived>(std::declval<const FromPretrainedArgs&>()));
      constexpr bool kIsModel = detail::IsModel<Derived, Loaded>::value;
      static_assert(kIsModel,
                    "ModelHubMixin: `_from_pretrained` must return your model, or a std::unique_ptr or "
                    "std::shared_ptr to it");
      constexpr bool kCanReturn = !std::is_base_of_v<Derived, Loaded> || std::is_move_constructible_v<Loaded>;
      static_assert(kCanReturn, "ModelHubMixin: your model cannot be moved: return std::unique_ptr<M> from `_from_pretrained`");
      if constexpr (kIsModel && kCanReturn) {
        const FromPretrainedArgs args = arguments(id_or_path, options);
        Loaded loaded = access::load<Derived>(args);
        remember_config(loaded, args);
        return loaded;
      } else {
        return detail::missing<Loaded>();
      }
    }
  }

  /// The card that `save_pretrained` writes: from `hub_info()` and `kwargs`, which are variables of its template.
  ///
  /// A model may replace it by a member of its own, and call this one from there.
  /// @throws HFValidationError  `kwargs` has `repo_url`, `paper_url`, `docs_url`, `card_data` or `template_str`.
  /// @throws CardError          the template is malformed.
  ModelCard generate_model_card(const nlohmann::json& kwargs = nlohmann::json::object()) const {
    return detail::make_model_card(hub_mixin_info(), JsonText(detail::to_python_json(kwargs)));
  }

  /// `hub_info()` with the tags of the mixin.
  static MixinInfo hub_mixin_info() {
    check_derived();
    MixinInfo info;
    if constexpr (detail::HasInfo<Derived>::value) {
      constexpr bool kIsInfo = std::is_convertible_v<decltype(access::info<Derived>()), MixinInfo>;
      static_assert(kIsInfo, "ModelHubMixin: `hub_info` must be `static MixinInfo hub_info()`");
      if constexpr (kIsInfo) info = access::info<Derived>();
    } else {
      static_assert(!detail::MentionsInfo<Derived>::value,
                    "ModelHubMixin: `hub_info` must be `static MixinInfo hub_info()` (public, or write `friend "
                    "huggingface_hub::access;`)");
    }
    if constexpr (detail::HasParent<Derived>::value) {
      info = detail::inherit_info(Derived::hub_mixin_parent::hub_mixin_info(), std::move(info));
    }
    std::vector<std::string> tags{"model_hub_mixin"};
    if constexpr (detail::HasTags<Derived>::value) {
      for (const std::string& tag : access::tags<Derived>()) tags.push_back(tag);
    }
    return detail::merge_info(std::move(info), tags);
  }

  /// The configuration of a model without `hub_config()`: from `from_pretrained` or `set_hub_config`.
  [[nodiscard]] const std::optional<nlohmann::json>& stored_hub_config() const noexcept { return stored_config_; }
  void set_hub_config(std::optional<nlohmann::json> config) { stored_config_ = std::move(config); }

 private:
  [[nodiscard]] const Derived& self() const { return static_cast<const Derived&>(*this); }

  static constexpr void check_derived() {
    static_assert(std::is_base_of_v<ModelHubMixin, Derived>,
                  "ModelHubMixin: the class in the angle brackets must be the one that inherits: `struct M : "
                  "huggingface_hub::ModelHubMixin<M>`");
  }

  /// The model's own statement, else what is stored; nothing where there is neither.
  [[nodiscard]] std::optional<nlohmann::json> current_config() const {
    if constexpr (detail::HasConfig<Derived>::value) {
      using Stated = std::decay_t<decltype(access::config(std::declval<const Derived&>()))>;
      constexpr bool kIsJson = std::is_constructible_v<nlohmann::json, const Stated&>;
      static_assert(kIsJson,
                    "ModelHubMixin: `hub_config` must return JSON or a struct with nlohmann `to_json`: write "
                    "HUGGINGFACE_HUB_CONFIG(Type, members...) beside the struct");
      if constexpr (kIsJson) {
        return unless_empty(access::config(self()));
      }
    } else {
      static_assert(!detail::MentionsConfig<Derived>::value,
                    "ModelHubMixin: `hub_config` must be const and callable: write `Type hub_config() const` in your "
                    "model (public, or write `friend huggingface_hub::access;`)");
      if (stored_config_) return unless_empty(*stored_config_);
    }
    return std::nullopt;
  }

  static std::optional<nlohmann::json> unless_empty(nlohmann::json config) {
    if (config.empty()) return std::nullopt;
    return config;
  }

  static FromPretrainedArgs arguments(const std::string& id_or_path, const FromPretrainedOptions& options) {
    FromPretrainedArgs args;
    detail::set_source(args, id_or_path, options, hub_mixin_info());
    args.model_kwargs = options.model_kwargs;
    const JsonText text = detail::fetch_config(args);
    if (!text.empty()) args.config = parse_config(args, text.text());
    return args;
  }

  static nlohmann::json parse_config(const FromPretrainedArgs& args, const std::string& text) {
    try {
      nlohmann::json config = detail::parse_python_json(text);
      if (config.is_object()) return config;
    } catch (const nlohmann::json::exception& error) {
      detail::throw_bad_config(args, error.what());
    }
    detail::throw_bad_config(args, "it is no object");
  }

  /// Keeps the configuration of a model that does not state one itself.
  template <typename Loaded>
  static void remember_config(Loaded& loaded, const FromPretrainedArgs& args) {
    if constexpr (!detail::HasConfig<Derived>::value) {
      ModelHubMixin* model = nullptr;
      if constexpr (std::is_base_of_v<Derived, Loaded>) {
        model = &loaded;
      } else {
        model = loaded.get();
      }
      if (model == nullptr || !args.config) return;
      if (!model->stored_config_ || model->stored_config_->empty()) model->stored_config_ = args.effective_config();
    }
  }

  std::optional<nlohmann::json> stored_config_{};
};

/// A model that derives from another model of the Hub:
///
///     class Child : public huggingface_hub::DerivedModelHubMixin<Child, Base> { … };
///
/// `Child::from_pretrained` gives a `Child`, and the calls of the mixin on a `Child` use its hooks. Hooks it does not
/// define are those of `Base` (but `_from_pretrained`, which makes a `Base`). What its `hub_info()` leaves unset is
/// taken from `Base`, and the tags are those of both. A `generate_model_card` of `Base` is not inherited.
template <typename Derived, typename Parent>
class DerivedModelHubMixin : public Parent, public ModelHubMixin<Derived> {
 public:
  using hub_mixin_parent = Parent;
  using Parent::Parent;
  DerivedModelHubMixin() = default;

  using ModelHubMixin<Derived>::from_pretrained;
  using ModelHubMixin<Derived>::generate_model_card;
  using ModelHubMixin<Derived>::hub_mixin_info;
  using ModelHubMixin<Derived>::push_to_hub;
  using ModelHubMixin<Derived>::save_pretrained;
  using ModelHubMixin<Derived>::set_hub_config;
  using ModelHubMixin<Derived>::stored_hub_config;
};

/// For a model that derives from another model without `DerivedModelHubMixin`: `child` over what `Parent` says of itself; tags of both.
template <typename Parent>
MixinInfo inherit_info(MixinInfo child) {
  return detail::inherit_info(Parent::hub_mixin_info(), std::move(child));
}

HUGGINGFACE_HUB_NAMESPACE_END
