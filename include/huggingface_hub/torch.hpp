// SPDX-License-Identifier: Apache-2.0
/// @file
/// Modules of LibTorch: target `huggingface_hub::torch`. Files are those of Python's `PyTorchModelHubMixin`
/// (`spec/frameworks.md` 3).
#pragma once

#include "huggingface_hub/detail/framework_mixin.hpp"
#include "huggingface_hub/detail/framework_torch.hpp"

#include <torch/torch.h>

#include <filesystem>
#include <memory>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

HUGGINGFACE_HUB_NAMESPACE_BEGIN

/// What loading a module takes: the options of every model, and two of PyTorch's.
struct TorchFromPretrainedOptions {
  const HfApi* api{nullptr};                         ///< Null: that of the free functions.
  std::optional<std::filesystem::path> cache_dir{};  ///< Unset: that of `api`.
  CallOptions call{};
  std::optional<std::string> endpoint{};
  bool force_download{false};                        ///< Fetch again what is cached.
  std::string library_name{};                        ///< For the user agent; empty: that of the class.
  std::string library_version{};
  bool local_files_only{false};                      ///< Ask nobody.
  std::string map_location{"cpu"};                   ///< The device the module is moved to, as in `cuda:0`.
  nlohmann::json model_kwargs = nlohmann::json::object();  ///< For the model; they win over `config.json`.
  ProgressCallback progress{};
  ProxyMap proxies{};
  std::optional<bool> resume_download{};             ///< Accepted, without effect: downloads always resume.
  std::optional<std::string> revision{};             ///< Branch, tag or commit; unset: `main`.
  bool strict{false};                                ///< True: nothing may be missing or unexpected.
  Token token{};
};

struct LoadTorchModelOptions {
  std::string map_location{"cpu"};  ///< The device the module is moved to.
  bool safe{true};                  ///< False: files of `torch.save` too, which are read without running anything.
  bool strict{false};               ///< True: nothing may be missing or unexpected.
};

/// Parameters and buffers by name, in Python's order: own parameters, own buffers, then the children. Undefined ones are
/// left out. The tensors are the module's own, not copies.
inline std::vector<std::pair<std::string, ::torch::Tensor>> torch_state_dict(const ::torch::nn::Module& module) {
  std::vector<std::pair<std::string, ::torch::Tensor>> state;
  detail::append_torch_state(state, module, "");
  return state;
}

/// The same as a dictionary that `save_state_dict` takes, for instance to save it in shards. Tensors of a device, and those
/// that are not contiguous, are copied.
/// @throws HFValidationError  a tensor that safetensors files cannot hold: sparse, quantized.
inline TensorDict torch_tensor_dict(const ::torch::nn::Module& module) {
  TensorDict dict;
  for (const auto& [name, tensor] : torch_state_dict(module)) dict.set(name, detail::host_tensor(name, tensor));
  return dict;
}

/// Writes the module as one safetensors file, as safetensors' `save_model` does in Python: of tensors that share memory
/// one is kept, and the metadata tell which.
/// @throws HFValidationError, CheckpointError (see `find_shared_names`), HfIoError
inline void save_torch_model(const ::torch::nn::Module& module, const std::filesystem::path& path) {
  detail::save_torch_file(torch_tensor_dict(module), path);
}

/// Fills the module from a safetensors file, or from a folder that holds one or a sharded checkpoint (unless `safe`, also
/// from `pytorch_model.bin`); then moves it to `map_location` and sets it to evaluation. Values are converted to the module's types; a tensor of another shape is an
/// error in any case.
///
/// @returns what did not fit, which is empty with `strict`.
/// @throws CheckpointError    shapes that differ; with `strict`, missing or unexpected names. The module is as it was.
/// @throws HFValidationError  there is no such device.
/// @throws                    what `load_torch_checkpoint` throws.
inline IncompatibleKeys load_torch_model(::torch::nn::Module& module, const std::filesystem::path& checkpoint,
                                         const LoadTorchModelOptions& options = {}) {
  const ::torch::Device device = detail::torch_device(options.map_location);
  LoadTorchCheckpointOptions files;
  files.safe = options.safe;
  const IncompatibleKeys keys = detail::load_torch_state(
      torch_state_dict(module), load_torch_checkpoint(checkpoint, files).tensors, module.name(), options.strict);
  detail::move_torch_module(module, device);
  module.eval();
  return keys;
}

namespace detail {

/// What `config.json` and cards of a model say that a helper pushes.
struct TorchFramework {
  static constexpr const char* kName = "torch";
  static constexpr const char* kTitle = "PyTorch";
  static constexpr bool kNeedsObject = true;
  static constexpr const char* kMapLocation = "map_location";
  static constexpr const char* kStrict = "strict";
  static std::string version() { return TORCH_VERSION; }
  static std::vector<std::string> tags() { return {"pytorch"}; }

  static void save(const ::torch::nn::Module& module, const std::filesystem::path& folder) {
    save_torch_model(module, folder / "model.safetensors");
  }
  static void load(::torch::nn::Module& module, const FromPretrainedArgs& args) {
    LoadTorchModelOptions options;
    options.map_location = args.model_kwarg<std::string>(kMapLocation, options.map_location);
    options.strict = args.model_kwarg<bool>(kStrict, options.strict);
    torch_device(options.map_location);  // Before anything is downloaded.
    const std::filesystem::path checkpoint = torch_checkpoint(args);
    options.safe = checkpoint.filename() != kTorchPickle;
    load_torch_model(module, checkpoint, options);
  }
  static MixinInfo about(const ::torch::nn::Module&) {
    MixinInfo info;
    info.library_name = "pytorch";
    return info;
  }
};

/// The options of every model, with the two of PyTorch's as arguments of the model where they say something.
inline FromPretrainedOptions plain_options(const TorchFromPretrainedOptions& options) {
  FromPretrainedOptions plain;
  plain.api = options.api;
  plain.cache_dir = options.cache_dir;
  plain.call = options.call;
  plain.endpoint = options.endpoint;
  plain.force_download = options.force_download;
  plain.library_name = options.library_name;
  plain.library_version = options.library_version;
  plain.local_files_only = options.local_files_only;
  plain.model_kwargs = options.model_kwargs;
  plain.progress = options.progress;
  plain.proxies = options.proxies;
  plain.resume_download = options.resume_download;
  plain.revision = options.revision;
  plain.token = options.token;
  if (options.map_location != "cpu") plain.model_kwargs[TorchFramework::kMapLocation] = options.map_location;
  if (options.strict) plain.model_kwargs[TorchFramework::kStrict] = true;
  return plain;
}

}  // namespace detail

/// `ModelHubMixin` for modules: what a Python class with `PyTorchModelHubMixin` and the same names of parameters pushes,
/// this loads, and the other way round.
///
///     struct NetConfig { std::int64_t hidden{64}; };
///     HUGGINGFACE_HUB_CONFIG(NetConfig, hidden)
///     struct NetImpl : torch::nn::Module, huggingface_hub::TorchModelHubMixin<NetImpl> {
///       explicit NetImpl(NetConfig config = {});
///       const NetConfig& hub_config() const;  // becomes config.json, and the constructor's argument
///     };
///     TORCH_MODULE(Net);
///     Net net;
///     net->push_to_hub("me/net");
///     Net back(NetImpl::from_pretrained("me/net", {.strict = true}));
///
/// `model.safetensors` is written, in one file. Read are that, a sharded checkpoint (`model.safetensors.index.json`), and
/// from the Hub `pytorch_model.bin`. Python's convention of an attribute `module` that is saved in place of the model has
/// no counterpart. C++ buffers are all persistent.
template <typename Derived>
class TorchModelHubMixin : public ModelHubMixin<Derived> {
 public:
  /// The module, made from its configuration where it has one, filled, on `map_location`, set to evaluation.
  /// @throws CheckpointError    shapes that differ; with `strict`, missing or unexpected names.
  /// @throws HFValidationError  there is no such device; also what `ModelHubMixin::from_pretrained` throws.
  static std::shared_ptr<Derived> from_pretrained(const std::string& id_or_path,
                                                  const TorchFromPretrainedOptions& options = {}) {
    static_assert(std::is_base_of_v<::torch::nn::Module, Derived>,
                  "TorchModelHubMixin: the model must derive from torch::nn::Module");
    std::shared_ptr<Derived> module = ModelHubMixin<Derived>::from_pretrained(id_or_path, detail::plain_options(options));
    forget_loading(*module, options);
    return module;
  }

 protected:
  static std::vector<std::string> hub_mixin_tags() { return {"pytorch_model_hub_mixin"}; }

  void _save_pretrained(const std::filesystem::path& folder) const {
    detail::TorchFramework::save(static_cast<const Derived&>(*this), folder);
  }
  static std::shared_ptr<Derived> _from_pretrained(const FromPretrainedArgs& args) {
    using Torch = detail::TorchFramework;
    detail::check_framework(args, Torch::kName);
    auto module = detail::make_model<Derived>(
        args, [](auto&&... config) { return std::make_shared<Derived>(std::move(config)...); },
        {Torch::kMapLocation, Torch::kStrict});
    Torch::load(*module, args);
    return module;
  }

 private:
  friend access;

  /// How it was loaded is no part of its configuration.
  static void forget_loading(Derived& module, const TorchFromPretrainedOptions& options) {
    std::optional<nlohmann::json> config = module.stored_hub_config();
    if (!config || !config->is_object()) return;
    if (options.map_location != "cpu") config->erase(detail::TorchFramework::kMapLocation);
    if (options.strict) config->erase(detail::TorchFramework::kStrict);
    module.set_hub_config(std::move(config));
  }
};

/// Pushes any module as `model.safetensors`, with a card and a `config.json`, as `ModelHubMixin::push_to_hub` does.
///
/// @param module   its parameters and buffers are the file.
/// @param repo_id  `namespace/name`, or `name` for the namespace of the token's user.
/// @param options  its `config` must be an object; framework and version are added.
/// @param about    licence, links and so on for the card.
/// @throws what `save_torch_model` and `ModelHubMixin::push_to_hub` throw.
inline CommitInfo push_to_hub_torch(const ::torch::nn::Module& module, const std::string& repo_id,
                                    const PushToHubOptions& options = {}, const MixinInfo& about = {}) {
  return detail::push_framework_model<detail::TorchFramework>(module, repo_id, options, about);
}
/// The same of a holder (`TORCH_MODULE`).
template <typename Contained>
CommitInfo push_to_hub_torch(const ::torch::nn::ModuleHolder<Contained>& module, const std::string& repo_id,
                             const PushToHubOptions& options = {}, const MixinInfo& about = {}) {
  return push_to_hub_torch(static_cast<const ::torch::nn::Module&>(*module), repo_id, options, about);
}

/// Fills `module` from a folder of this machine or a repository of the Hub; see `TorchModelHubMixin` for the files.
/// @throws what `TorchModelHubMixin::from_pretrained` throws.
inline void from_pretrained_torch(::torch::nn::Module& module, const std::string& id_or_path,
                                  const TorchFromPretrainedOptions& options = {}) {
  using Torch = detail::TorchFramework;
  Torch::load(module, detail::framework_args<Torch>(id_or_path, detail::plain_options(options),
                                                    {Torch::kMapLocation, Torch::kStrict}));
}
/// A new `Module`, made without arguments and filled.
template <typename Module>
std::shared_ptr<Module> from_pretrained_torch(const std::string& id_or_path, const TorchFromPretrainedOptions& options = {}) {
  auto module = std::make_shared<Module>();
  from_pretrained_torch(*module, id_or_path, options);
  return module;
}

HUGGINGFACE_HUB_NAMESPACE_END
