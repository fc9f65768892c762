// SPDX-License-Identifier: Apache-2.0
/// @file
/// Everything at once. A file that needs one thing compiles faster with the header of that thing:
/// `hf_api.hpp` (all calls), `functions.hpp` (the same as free functions), `cache/lookup.hpp`, `safetensors/reader.hpp`, …
/// Left out are `async.hpp` and `commit_scheduler.hpp`, which cost everybody `<future>`.

/// @mainpage Integrate your library in ten minutes
///
/// A library is integrated with the Hub once its users can push a model with one call and pull it with another, and the
/// model's page says what it is and how to load it. There are two ways. Both end in the same files, and Python's client
/// reads what they write.
///
/// | | helpers | mixin |
/// |---|---|---|
/// | the model class is | anybody's | yours |
/// | you write | two free functions | two hooks |
/// | users write | `push_to_hub_mylib(model, id)` | `model.push_to_hub(id)` |
/// | options, card, `config.json` | as many as you hand on | all of Python's mixin |
/// | a complete program | `examples/helper_pair.cpp` | `examples/iris_classifier.hpp` |
///
/// @section helpers A pair of helpers
///
/// For models of a library that you cannot change, or that should not know of the Hub.
///
/// 1. **Push**: make the repository if it is missing, save into a temporary folder, write the card, upload the folder in
///    one commit.
/// @code
/// hf::CommitInfo push_to_hub_mylib(const mylib::Model& model, const std::string& repo_id,
///                                  const hf::UploadFolderOptions& options = {}) {
///   const hf::HfApi api;
///   hf::CreateRepoOptions create;
///   create.exist_ok = true;
///   create.token = options.token;
///   const std::string id = api.create_repo(repo_id, create).repo_id;   // `me/name` of `name`
///   model.save(folder / "model.bin");
///   hf::ModelCardFields fields;
///   fields.library_name = "mylib";
///   hf::ModelCard("---\n" + hf::ModelCardData(fields).to_yaml() + "\n---\n").save(folder / "README.md");
///   return api.upload_folder(id, folder, options);
/// }
/// @endcode
/// 2. **Pull**: one file with `hf_hub_download`, several with `snapshot_download`. Both give a path in the cache that all
///    clients of the machine share; a second call moves no bytes, and works offline.
/// @code
/// mylib::Model from_pretrained_mylib(const std::string& repo_id, const hf::HfHubDownloadOptions& options = {}) {
///   return mylib::Model::load(hf::hf_hub_download(repo_id, "model.bin", options));
/// }
/// @endcode
/// 3. **Say who you are**: `HfApiOptions::library_name` and `library_version` go into the User-Agent, `library_name` in the
///    card tells the model's page which snippet to show, and a `config.json` is the file whose downloads are counted.
///
/// @section mixin The mixin
///
/// For a model class of your own: derive it from `ModelHubMixin` and write two hooks. They may be private, with
/// `friend huggingface_hub::access;`.
/// @code
/// struct NetConfig { int width{8}; };
/// HUGGINGFACE_HUB_CONFIG(NetConfig, width)                     // becomes config.json, and comes back from it
///
/// class Net : public hf::ModelHubMixin<Net> {
///  public:
///   explicit Net(NetConfig config = {});
///   const NetConfig& hub_config() const;
///   void _save_pretrained(const std::filesystem::path& folder) const;        // writes the weights
///   static Net _from_pretrained(const hf::FromPretrainedArgs& args);         // args.config_as<NetConfig>(), args.file("…")
/// };
///
/// net.save_pretrained("out");                                  // config.json, weights, README.md
/// net.push_to_hub("me/net", {.private_repo = true});
/// const Net same = Net::from_pretrained("me/net", {.revision = "v1"});
/// @endcode
/// What the card says of every model of the class (library name, tags, license, paper) is given once, with
/// `static hf::MixinInfo hub_info()`; its members are the arguments of Python's class. `FromPretrainedArgs` has what was asked for:
/// revision, token, cache, `local_files_only`, and the keyword arguments of the model.
///
/// @section next Next
///
/// Test against an embedded hub (`server/embedded_hub.hpp`): a Hub inside of the test, without network. Sharded and
/// shared tensors: `serialization/save.hpp`. Reading a few tensors without a download: `remote_safetensors.hpp`. Errors:
/// `errors.hpp`; every call says which ones it throws, and whether it may be repeated.
#pragma once

#include "huggingface_hub/auth.hpp"
#include "huggingface_hub/cache/layout.hpp"
#include "huggingface_hub/cache/lookup.hpp"
#include "huggingface_hub/cards/card_data.hpp"
#include "huggingface_hub/cards/eval_result_entry.hpp"
#include "huggingface_hub/cards/metadata.hpp"
#include "huggingface_hub/cards/repo_card.hpp"
#include "huggingface_hub/functions.hpp"
#include "huggingface_hub/hf_api.hpp"
#include "huggingface_hub/hf_uri.hpp"
#include "huggingface_hub/json.hpp"
#include "huggingface_hub/log.hpp"
#include "huggingface_hub/model_hub_mixin.hpp"
#include "huggingface_hub/patterns.hpp"
#include "huggingface_hub/remote_file.hpp"
#include "huggingface_hub/remote_safetensors.hpp"
#include "huggingface_hub/result.hpp"
#include "huggingface_hub/safetensors/dtype.hpp"
#include "huggingface_hub/safetensors/header.hpp"
#include "huggingface_hub/safetensors/reader.hpp"
#include "huggingface_hub/safetensors/writer.hpp"
#include "huggingface_hub/serialization/load.hpp"
#include "huggingface_hub/serialization/match.hpp"
#include "huggingface_hub/serialization/save.hpp"
#include "huggingface_hub/tensor_dict.hpp"
#include "huggingface_hub/version.hpp"
