// SPDX-License-Identifier: Apache-2.0
/// @file
/// Tensors that share memory: which they are, and which of their names is kept (`spec/safetensors.md` 6).
#pragma once

#include "huggingface_hub/tensor_dict.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

HUGGINGFACE_HUB_NAMESPACE_BEGIN

/// Tensors of which one name was kept.
struct SharedNames {
  std::string kept{};
  std::vector<std::string> removed{};  ///< Sorted.
};

struct SharedNamesOptions {
  std::vector<std::string> discard_names{};    ///< Not kept where there is another.
  std::vector<std::string> preferred_names{};  ///< Kept rather than others; goes before `discard_names`.
};

namespace detail {

/// Names of tensors that overlap, and alone those that do not. In the order of the dictionary, then of the memory.
inline std::vector<std::set<std::string>> find_shared_tensors(const TensorDict& tensors) {
  std::map<TensorStorage, std::size_t> places;
  std::vector<std::vector<std::string>> groups;
  for (const auto& [name, tensor] : tensors) {
    const TensorStorage& storage = tensor.storage();
    if (storage.address == 0 || storage.size == 0) continue;
    const auto [place, is_new] = places.emplace(storage, groups.size());
    if (is_new) groups.emplace_back();
    groups[place->second].push_back(name);
  }
  std::vector<std::set<std::string>> clusters;
  for (const std::vector<std::string>& group : groups) {
    std::vector<std::tuple<std::uint64_t, std::uint64_t, std::string>> areas;
    for (const std::string& name : group) {
      const HostTensor& tensor = tensors.at(name);
      areas.emplace_back(tensor.storage_offset(), tensor.storage_offset() + tensor.size(), name);
    }
    std::sort(areas.begin(), areas.end());
    std::uint64_t last_stop = 0;  // Of the one just before, as in Python, and not the furthest.
    for (std::size_t i = 0; i < areas.size(); ++i) {
      const auto& [start, stop, name] = areas[i];
      if (i == 0 || start >= last_stop) clusters.emplace_back();
      clusters.back().insert(name);
      last_stop = stop;
    }
  }
  return clusters;
}

/// True if it is all of its storage.
inline bool is_complete(const HostTensor& tensor) {
  return tensor.storage_offset() == 0 && tensor.size() == tensor.storage().size;
}

}  // namespace detail

/// For each set of tensors that share memory: the name to keep and those to leave out.
/// @throws CheckpointError  a tensor is a part of a larger storage of which no name has all: saved alone it would be
///         more than it seems.
inline std::vector<SharedNames> find_shared_names(const TensorDict& tensors, const SharedNamesOptions& options = {}) {
  const std::set<std::string> discard(options.discard_names.begin(), options.discard_names.end());
  const std::set<std::string> preferred(options.preferred_names.begin(), options.preferred_names.end());
  std::vector<SharedNames> found;
  for (const std::set<std::string>& shared : detail::find_shared_tensors(tensors)) {
    const std::string* first = nullptr;
    const std::string* not_discarded = nullptr;
    const std::string* wanted = nullptr;
    for (const std::string& name : shared) {
      if (!detail::is_complete(tensors.at(name))) continue;
      if (first == nullptr) first = &name;
      if (not_discarded == nullptr && discard.count(name) == 0) not_discarded = &name;
      if (wanted == nullptr && preferred.count(name) != 0) wanted = &name;
    }
    if (first == nullptr) {
      std::string names;
      for (const std::string& name : shared) names += (names.empty() ? "'" : ", '") + name + "'";
      throw_error(ErrorCode::checkpoint,
                  "The tensors that share memory have no name among them that covers the whole of it: " + names +
                      ". Copy them, so that each has memory of its own, or save the whole under one name.");
    }
    if (shared.size() < 2) continue;
    SharedNames names{*(wanted != nullptr ? wanted : not_discarded != nullptr ? not_discarded : first), {}};
    for (const std::string& name : shared) {
      if (name != names.kept) names.removed.push_back(name);
    }
    found.push_back(std::move(names));
  }
  return found;
}

HUGGINGFACE_HUB_NAMESPACE_END
