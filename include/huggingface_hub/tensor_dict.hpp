// SPDX-License-Identifier: Apache-2.0
/// @file
/// `TensorDict`: named tensors in the order of a model, what Python calls a state dict.
#pragma once

#include "huggingface_hub/host_tensor.hpp"

#include <cstddef>
#include <initializer_list>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

HUGGINGFACE_HUB_NAMESPACE_BEGIN

/// Tensors by name, in the order in which they were put in. That order is the one shards are filled in
/// (`spec/safetensors.md` 7): give them as the model has them.
///
///     TensorDict state;
///     state.set("linear.weight", HostTensor::of(weights, {2, 3}));
///     save_state_dict(state, "out/");
///
/// Copies share the bytes of their tensors. One thread at a time; const members are safe to call from any thread.
class TensorDict {
 public:
  using value_type = std::pair<std::string, HostTensor>;
  using const_iterator = std::vector<value_type>::const_iterator;

  TensorDict() = default;
  TensorDict(std::initializer_list<value_type> tensors) {
    for (const value_type& tensor : tensors) set(tensor.first, tensor.second);
  }

  /// Puts `tensor` at the end, or in place of the one that has the name.
  void set(std::string name, HostTensor tensor) {
    const auto [at, is_new] = index_.emplace(name, tensors_.size());
    if (is_new) {
      tensors_.emplace_back(std::move(name), std::move(tensor));
    } else {
      tensors_[at->second].second = std::move(tensor);
    }
  }

  /// Takes a tensor out, if it is there. The others keep their order.
  bool erase(const std::string& name) {
    const auto found = index_.find(name);
    if (found == index_.end()) return false;
    tensors_.erase(tensors_.begin() + static_cast<std::ptrdiff_t>(found->second));
    index_.clear();
    for (std::size_t i = 0; i < tensors_.size(); ++i) index_.emplace(tensors_[i].first, i);
    return true;
  }

  [[nodiscard]] bool contains(const std::string& name) const { return index_.count(name) != 0; }
  /// Null if there is none of that name.
  [[nodiscard]] const HostTensor* find(const std::string& name) const {
    const auto found = index_.find(name);
    return found == index_.end() ? nullptr : &tensors_[found->second].second;
  }
  /// @throws CheckpointError  there is none of that name.
  [[nodiscard]] const HostTensor& at(const std::string& name) const {
    const HostTensor* const found = find(name);
    if (found == nullptr) throw_error(ErrorCode::checkpoint, "There is no tensor '" + name + "'.");
    return *found;
  }
  [[nodiscard]] const HostTensor& operator[](const std::string& name) const { return at(name); }

  [[nodiscard]] std::vector<std::string> names() const {
    std::vector<std::string> all;
    all.reserve(tensors_.size());
    for (const value_type& tensor : tensors_) all.push_back(tensor.first);
    return all;
  }

  [[nodiscard]] std::size_t size() const noexcept { return tensors_.size(); }
  [[nodiscard]] bool empty() const noexcept { return tensors_.empty(); }
  [[nodiscard]] const_iterator begin() const noexcept { return tensors_.begin(); }
  [[nodiscard]] const_iterator end() const noexcept { return tensors_.end(); }

  /// Bytes of all tensors, each counted as often as it is there.
  [[nodiscard]] std::uint64_t byte_size() const noexcept {
    std::uint64_t sum = 0;
    for (const value_type& tensor : tensors_) sum += tensor.second.size();
    return sum;
  }

 private:
  std::vector<value_type> tensors_{};
  std::unordered_map<std::string, std::size_t> index_{};
};

HUGGINGFACE_HUB_NAMESPACE_END
