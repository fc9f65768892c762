// SPDX-License-Identifier: Apache-2.0
/// @file
/// Does a checkpoint fit a model? And loading it into one: what `load_torch_model` does in Python
/// (`spec/safetensors.md` 6.3 and 8).
#pragma once

#include "huggingface_hub/serialization/shared_tensors.hpp"
#include "huggingface_hub/tensor_dict.hpp"

#include <algorithm>
#include <cstring>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

HUGGINGFACE_HUB_NAMESPACE_BEGIN

/// A tensor that is there under the right name and cannot be loaded.
struct MismatchedKey {
  std::string checkpoint{};  ///< Type and shape, as in `F32 [2, 3]`.
  std::string model{};
  std::string name{};
};

/// What of a checkpoint does not fit a model. All lists are sorted by name.
struct IncompatibleKeys {
  std::vector<MismatchedKey> mismatched_keys{};  ///< In both, with another shape, or a type that is not the same.
  std::vector<std::string> missing_keys{};       ///< In the model, and not in the checkpoint.
  std::vector<std::string> unexpected_keys{};    ///< In the checkpoint, and not in the model.

  [[nodiscard]] bool empty() const noexcept {
    return mismatched_keys.empty() && missing_keys.empty() && unexpected_keys.empty();
  }
};

struct MatchOptions {
  bool same_dtype{true};  ///< False: a tensor of another type is no mismatch, since the caller converts.
};

struct LoadIntoOptions {
  std::string model_name{"the model"};  ///< For messages.
  /// Nothing may be missing or unexpected. A tensor of another shape or type is an error in any case.
  bool strict{false};
};

/// Compares names, shapes and types. Of the names under which a model has one tensor it is enough that the checkpoint has
/// one; as in Python, the others are then unexpected where the checkpoint has them too.
/// @throws CheckpointError  the model has shared memory of which no name has all.
inline IncompatibleKeys match_state_dict(const TensorDict& model, const TensorDict& checkpoint,
                                         const MatchOptions& options = {}) {
  IncompatibleKeys keys;
  std::set<std::string> missing;
  std::set<std::string> unexpected;
  for (const auto& [name, tensor] : model) {
    const HostTensor* const found = checkpoint.find(name);
    if (found == nullptr) {
      missing.insert(name);
    } else if (found->shape() != tensor.shape() || (options.same_dtype && found->dtype() != tensor.dtype())) {
      keys.mismatched_keys.push_back({detail::tensor_text(found->dtype(), found->shape()),
                                      detail::tensor_text(tensor.dtype(), tensor.shape()), name});
    }
  }
  for (const auto& [name, tensor] : checkpoint) {
    if (!model.contains(name)) unexpected.insert(name);
  }
  for (const SharedNames& shared : find_shared_names(model, {{}, checkpoint.names()})) {
    for (const std::string& name : shared.removed) {
      if (missing.erase(name) == 0) unexpected.insert(name);
    }
  }
  keys.missing_keys.assign(missing.begin(), missing.end());
  keys.unexpected_keys.assign(unexpected.begin(), unexpected.end());
  std::sort(keys.mismatched_keys.begin(), keys.mismatched_keys.end(),
            [](const MismatchedKey& a, const MismatchedKey& b) { return a.name < b.name; });
  return keys;
}

/// Throws if `keys` may not be: mismatched ones never, missing and unexpected ones where `strict`.
/// @throws CheckpointError  with all of them, in the words of PyTorch.
inline void require_match(const IncompatibleKeys& keys, bool strict, std::string_view model_name = "the model") {
  const auto listed = [](const std::vector<std::string>& names) {
    std::string text;
    for (const std::string& name : names) text += (text.empty() ? "\"" : ",\"") + name + "\"";
    return text;
  };
  std::string message;
  if (strict && !keys.missing_keys.empty()) message += "\nMissing key(s): " + listed(keys.missing_keys) + ".";
  if (strict && !keys.unexpected_keys.empty()) message += "\nUnexpected key(s): " + listed(keys.unexpected_keys) + ".";
  for (const MismatchedKey& key : keys.mismatched_keys) {
    message += "\nsize mismatch for " + key.name + ": copying a param with shape " + key.checkpoint +
               " from checkpoint, the shape in current model is " + key.model + ".";
  }
  if (message.empty()) return;
  throw_error(ErrorCode::checkpoint, "Error(s) in loading state_dict for " + std::string(model_name) + message);
}

/// Copies the tensors of `checkpoint` into those of `model`, whose bytes must be writable (`HostTensor::view` of memory
/// that is not const). Everything is checked first: where this throws the model is as it was.
/// @return What did not fit.
/// @throws CheckpointError    another shape or type; with `strict`, a missing or unexpected name.
/// @throws HFValidationError  a tensor of the model may not be written to.
inline IncompatibleKeys load_state_dict_into(const TensorDict& model, const TensorDict& checkpoint,
                                             const LoadIntoOptions& options = {}) {
  IncompatibleKeys keys = match_state_dict(model, checkpoint);
  require_match(keys, options.strict, options.model_name);
  for (const auto& [name, tensor] : model) {
    if (tensor.size() > 0 && tensor.mutable_data() == nullptr && checkpoint.contains(name)) {
      throw_error(ErrorCode::validation, "The tensor '" + name + "' of " + options.model_name + " cannot be written to.");
    }
  }
  for (const auto& [name, tensor] : model) {
    const HostTensor* const source = checkpoint.find(name);
    if (source != nullptr && tensor.size() > 0) std::memmove(tensor.mutable_data(), source->data(), tensor.size());
  }
  return keys;
}

HUGGINGFACE_HUB_NAMESPACE_END
