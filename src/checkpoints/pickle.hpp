// SPDX-License-Identifier: Apache-2.0
// Reading a pickle of tensors without Python: a fixed set of instructions, a fixed set of names, and nothing is ever
// called (`spec/safetensors.md` 11).
#pragma once

#include "huggingface_hub/version.hpp"

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

HUGGINGFACE_HUB_NAMESPACE_BEGIN
namespace checkpoints {

/// Thrown by what reads pickles: a sentence, without the file's name.
struct PickleFailure {
  std::string why{};
};

/// The names a pickle may mention.
enum class PickleGlobal : std::uint8_t {
  ordered_dict,
  rebuild_tensor_v2,
  rebuild_tensor_v3,
  rebuild_parameter,
  storage_type,  ///< `torch.FloatStorage` and the like.
  dtype,         ///< `torch.float32` and the like.
};

class PickleValue;

/// Values live in the machine's list until it ends; references to them are plain pointers, so that no depth of nesting
/// is a depth of calls.
using PickleRef = const PickleValue*;

struct PickleNone {};
struct PickleName {
  PickleGlobal global{PickleGlobal::ordered_dict};
  std::string name{};  ///< `FloatStorage`, `float32`.
};
struct PickleTuple {
  std::vector<PickleRef> items{};
};
struct PickleList {
  std::vector<PickleRef> items{};
};
/// A `dict` or an `OrderedDict`. A key may be there twice: the last counts.
struct PickleDict {
  std::vector<std::pair<PickleRef, PickleRef>> items{};
};
/// What a persistent id stands for.
struct PickleStorage {
  std::string key{};        ///< Names the entry of the archive.
  std::string type_name{};  ///< `FloatStorage`.
  std::uint64_t count{0};   ///< Elements.
};
struct PickleTensor {
  std::string dtype_name{};  ///< `float8_e4m3fn`; empty: what the storage holds.
  std::uint64_t offset{0};   ///< In elements.
  std::vector<std::uint64_t> shape{};
  PickleRef storage{nullptr};
  std::vector<std::uint64_t> strides{};
};

class PickleValue {
 public:
  using Content = std::variant<PickleNone, bool, std::int64_t, double, std::string, PickleName, PickleTuple, PickleList,
                               PickleDict, PickleStorage, PickleTensor>;
  explicit PickleValue(Content value) : content(std::move(value)) {}

  template <typename T>
  [[nodiscard]] const T* as() const noexcept {
    return std::get_if<T>(&content);
  }
  /// For messages: `a number`, `a tensor`.
  [[nodiscard]] std::string kind() const;

  Content content;
};

struct PickleLimits {
  std::size_t bytes{std::size_t{64} << 20};  ///< Of the pickle. 100,000 tensors take about 15 MB.
  std::size_t dimensions{64};                ///< Of a tensor, as in PyTorch.
  std::size_t key_length{256};               ///< Of the name of a storage.
  std::size_t memo{2'000'000};               ///< Places of the memo that may be used.
  std::size_t open_marks{10'000};            ///< Lists, tuples and dictionaries begun and not ended.
  std::size_t values{4'000'000};             ///< Of about 100 bytes each.
};

/// What a pickle says, and what it consists of.
struct Pickle {
  PickleRef root{nullptr};
  std::deque<PickleValue> values{};
};

/// @throws PickleFailure  an instruction or a name that is not known, by its name; a pickle that makes no sense; a limit.
Pickle read_pickle(std::string_view bytes, const PickleLimits& limits = {});

}  // namespace checkpoints
HUGGINGFACE_HUB_NAMESPACE_END
