// SPDX-License-Identifier: Apache-2.0
/// @file
/// GGUF models on the Hub, as programs with llama.cpp and its kin take them: by the path of a file.
#pragma once

#include "huggingface_hub/detail/mixin_calls.hpp"
#include "huggingface_hub/export.hpp"

#include <filesystem>
#include <string>
#include <vector>

HUGGINGFACE_HUB_NAMESPACE_BEGIN
namespace detail {

HUGGINGFACE_HUB_EXPORT CommitInfo push_gguf(const std::vector<std::filesystem::path>& models, const std::string& repo_id,
                                            PushPlan plan, const MixinInfo& about);
HUGGINGFACE_HUB_EXPORT std::vector<std::filesystem::path> fetch_gguf(const PretrainedSource& source,
                                                                     const std::string& quant);

}  // namespace detail

/// Pushes GGUF files with a card that says what they say of themselves (`add_gguf_facts`): makes the repository if it is
/// missing, and one commit. The files are sent from where they are, under their own names.
///
/// @param files    One model in one or several files (`model-00001-of-00003.gguf` and so on), or several quantizations of
///                 one. The first tells the card.
/// @param repo_id  `namespace/name`, or `name` for the namespace of the token's user.
/// @param options  As `ModelHubMixin::push_to_hub`; `config` and `model_card_kwargs` do not count.
/// @param about    Licence, links and so on for the card; they win over what the files say.
/// @throws GGUFError           a file breaks the format. HFValidationError  no files, two of one name, one whose name does
///                             not end in `.gguf`, `create_pr` with a branch other than `main`. Nothing was sent.
/// @throws what `create_repo` and `upload_folder` throw. A repeat sends only what is missing.
inline CommitInfo push_to_hub_gguf(const std::vector<std::filesystem::path>& files, const std::string& repo_id,
                                   const PushToHubOptions& options = {}, const MixinInfo& about = {}) {
  return detail::push_gguf(files, repo_id, detail::plan_of(options, about), about);
}

/// The files of a GGUF model, from a folder of this machine or fetched from the Hub. One path, or, of a model in parts,
/// one for each in their order: llama.cpp wants the first.
///
///     const auto path = hf::from_pretrained_gguf("ggml-org/gemma-3-1b-it-GGUF", "Q4_K_M").front();
///
/// @param repo_id  The repository, or the folder.
/// @param quant    The quantization, as it stands in the file's name or its folder's: `Q4_K_M`, `f16`, in any case. Empty:
///                 the only model there is, else the one in `Q4_K_M`, as llama.cpp takes it. Projectors (`mmproj-…`) are
///                 no models.
/// @param options  As `ModelHubMixin::from_pretrained`; `model_kwargs` does not count.
/// @throws GGUFError  there is no such model, or more than one; the message names those there are. No file was fetched.
/// @throws what `snapshot_download` throws. What is cached is used where the Hub answers 429 or 5xx, or cannot be reached.
inline std::vector<std::filesystem::path> from_pretrained_gguf(const std::string& repo_id, const std::string& quant = {},
                                                               const FromPretrainedOptions& options = {}) {
  PretrainedSource source;
  detail::set_source(source, repo_id, options, MixinInfo{});
  return detail::fetch_gguf(source, quant);
}

HUGGINGFACE_HUB_NAMESPACE_END
