// SPDX-License-Identifier: Apache-2.0
/// @file
/// How a checkpoint is cut into shards, and the index that names them: the same as the Python client's
/// `split_state_dict_into_shards_factory`, for any type of tensor (`spec/safetensors.md` 7).
#pragma once

#include "huggingface_hub/detail/python_json.hpp"
#include "huggingface_hub/errors.hpp"

#include <cctype>
#include <charconv>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <unordered_map>
#include <utility>
#include <vector>

HUGGINGFACE_HUB_NAMESPACE_BEGIN

inline constexpr std::string_view kSafetensorsWeightsFilePattern = "model{suffix}.safetensors";
inline constexpr std::string_view kPytorchWeightsFilePattern = "pytorch_model{suffix}.bin";
inline constexpr std::string_view kIndexFileSuffix = ".index.json";

namespace detail {

/// The text of a number as Python's `float()` takes it: digits may be parted by single `_`.
inline std::optional<double> python_float_value(std::string_view text) {
  const auto is_digit = [&text](std::size_t i) { return i < text.size() && text[i] >= '0' && text[i] <= '9'; };
  std::string plain;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '_') {
      if (i == 0 || !is_digit(i - 1) || !is_digit(i + 1)) return std::nullopt;
    } else if (i > 0 || text[i] != '+') {
      plain += text[i];
    }
  }
  if (plain.empty() || plain.front() == '+' || (text.front() == '+' && plain.front() == '-')) return std::nullopt;
  double value = 0;
  const auto [end, failure] = std::from_chars(plain.data(), plain.data() + plain.size(), value);
  if (end != plain.data() + plain.size()) return std::nullopt;
  if (failure == std::errc::result_out_of_range) {
    const std::size_t exponent = plain.find_first_of("eE");
    const bool tiny = exponent != std::string::npos && plain[exponent + 1] == '-';
    value = tiny ? 0.0 : std::numeric_limits<double>::infinity() * (plain.front() == '-' ? -1 : 1);
  } else if (failure != std::errc()) {
    return std::nullopt;
  }
  return value;
}

inline std::string_view trimmed(std::string_view text) {
  const auto is_space = [](char c) { return c == ' ' || (c >= '\t' && c <= '\r'); };
  while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_space(text.back())) text.remove_suffix(1);
  return text;
}

}  // namespace detail

/// Bytes from a text such as `5GB` or `1.5 mb`: units KB, MB, GB and TB, which are powers of 1000.
/// What does not fit is cut to the largest value there is.
/// @throws HFValidationError  no such unit, or no number before it.
inline std::int64_t parse_size_to_int(std::string_view text) {
  const std::string_view size = detail::trimmed(text);
  std::string unit(size.substr(size.size() < 2 ? 0 : size.size() - 2));
  for (char& c : unit) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  const double factor = unit == "TB" ? 1e12 : unit == "GB" ? 1e9 : unit == "MB" ? 1e6 : unit == "KB" ? 1e3 : 0.0;
  if (factor == 0.0) {
    throw_error(ErrorCode::validation, "Unit '" + unit + "' not supported. Supported units are TB, GB, MB, KB. Got '" +
                                           std::string(size) + "'.");
  }
  const auto value = detail::python_float_value(detail::trimmed(size.substr(0, size.size() - 2)));
  if (!value || !std::isfinite(*value)) {
    throw_error(ErrorCode::validation, "Could not parse the size value from '" + std::string(size) + "'.");
  }
  const double bytes = std::trunc(*value * factor);
  if (bytes >= 9223372036854775807.0) return INT64_MAX;
  if (bytes <= -9223372036854775807.0) return INT64_MIN;
  return static_cast<std::int64_t>(bytes);
}

/// The largest size of a shard: a number of bytes, or a text for `parse_size_to_int`.
class ShardSize {
 public:
  template <typename Integer, typename = std::enable_if_t<std::is_integral_v<Integer> && !std::is_same_v<Integer, bool>>>
  ShardSize(Integer bytes)  // NOLINT(google-explicit-constructor)
      : bytes_(std::is_unsigned_v<Integer> && static_cast<std::uint64_t>(bytes) > static_cast<std::uint64_t>(INT64_MAX)
                   ? INT64_MAX
                   : static_cast<std::int64_t>(bytes)) {}
  ShardSize(const char* text) : bytes_(parse_size_to_int(text)) {}         // NOLINT(google-explicit-constructor)
  ShardSize(const std::string& text) : bytes_(parse_size_to_int(text)) {}  // NOLINT(google-explicit-constructor)

  [[nodiscard]] std::int64_t bytes() const noexcept { return bytes_; }

 private:
  std::int64_t bytes_;
};

struct SplitOptions {
  std::string filename_pattern{kSafetensorsWeightsFilePattern};  ///< A file name with `{suffix}` in it.
  ShardSize max_shard_size{"5GB"};  ///< A tensor that is larger gets a shard of its own.
};

/// What goes into which file.
struct StateDictSplit {
  std::vector<std::pair<std::string, std::vector<std::string>>> filename_to_tensors{};
  bool is_sharded{false};
  std::vector<std::pair<std::string, std::string>> tensor_to_filename{};  ///< In the order of the index.
  std::uint64_t total_size{0};  ///< Bytes, each storage once.
};

namespace detail {

/// The two parts of `pattern` around `{suffix}`.
/// @throws HFValidationError  it has none or several, other braces, or names a folder.
inline std::pair<std::string, std::string> split_pattern(std::string_view pattern) {
  constexpr std::string_view kMark = "{suffix}";
  const std::size_t at = pattern.find(kMark);
  const auto refuse = [&](const std::string& why) {
    throw_error(ErrorCode::validation, "The file name pattern '" + std::string(pattern) + "' " + why +
                                           "; it should be like 'model{suffix}.safetensors'.");
  };
  if (at == std::string_view::npos) refuse("has no '{suffix}'");
  const std::string before(pattern.substr(0, at));
  const std::string after(pattern.substr(at + kMark.size()));
  if ((before + after).find_first_of("{}") != std::string::npos) refuse("has braces besides one '{suffix}'");
  if ((before + after).find_first_of("/\\") != std::string::npos) refuse("names a folder");
  if (before.empty() && after.empty()) refuse("is nothing but '{suffix}'");
  return {before, after};
}

inline std::string shard_suffix(std::size_t number, std::size_t count) {
  const auto five = [](std::size_t value) {
    const std::string digits = std::to_string(value);
    return digits.size() < 5 ? std::string(5 - digits.size(), '0') + digits : digits;
  };
  return "-" + five(number) + "-of-" + five(count);
}

/// Fills shards one after the other.
class ShardPlanner {
 public:
  explicit ShardPlanner(std::int64_t limit) : limit_(limit) {}

  /// The key stays that of the list in which the tensor is: shards move when one is closed.
  std::size_t add(const std::string& name, std::uint64_t size) {
    total_ += size;
    lists_.push_back({name});
    const std::size_t list = lists_.size() - 1;
    if (exceeds(0, size)) {
      shards_.push_back({list});
      return list;
    }
    if (exceeds(current_size_, size)) close();
    current_.push_back(list);
    current_size_ += size;
    return list;
  }
  /// Puts `name` into the shard of the list, at its end.
  void follow(std::size_t list, const std::string& name) { followers_[list].push_back(name); }

  StateDictSplit finish(std::string_view pattern) {
    const auto [before, after] = split_pattern(pattern);
    if (!current_.empty()) close();
    StateDictSplit split;
    split.total_size = total_;
    split.is_sharded = shards_.size() > 1;
    for (std::size_t i = 0; i < shards_.size(); ++i) {
      const std::string file = before + (split.is_sharded ? shard_suffix(i + 1, shards_.size()) : "") + after;
      std::vector<std::string> names;
      for (const std::size_t list : shards_[i]) names.push_back(lists_[list]);
      for (const std::size_t list : in_order_of_appearance(shards_[i])) {
        names.insert(names.end(), followers_[list].begin(), followers_[list].end());
      }
      for (const std::string& name : names) split.tensor_to_filename.emplace_back(name, file);
      split.filename_to_tensors.emplace_back(file, std::move(names));
    }
    return split;
  }

 private:
  [[nodiscard]] bool exceeds(std::uint64_t used, std::uint64_t size) const {
    if (limit_ < 0) return true;
    const auto limit = static_cast<std::uint64_t>(limit_);
    return used > limit || size > limit - used;
  }
  void close() {
    shards_.push_back(std::move(current_));
    current_.clear();
    current_size_ = 0;
  }
  [[nodiscard]] std::vector<std::size_t> in_order_of_appearance(const std::vector<std::size_t>& shard) const {
    std::vector<std::size_t> lists;
    for (const std::size_t list : shard) {
      if (followers_.count(list) != 0) lists.push_back(list);
    }
    return lists;  // Lists are numbered, and come into a shard, in the order of their first names.
  }

  std::int64_t limit_;
  std::vector<std::string> lists_{};
  std::vector<std::vector<std::size_t>> shards_{};
  std::vector<std::size_t> current_{};
  std::uint64_t current_size_{0};
  std::uint64_t total_{0};
  std::map<std::size_t, std::vector<std::string>> followers_{};
};

}  // namespace detail

/// Plans shards for `state_dict`, a range of pairs of name and tensor, in its order. Nothing is moved around to fill
/// them better; tensors of one storage stay together.
///
/// @param state_dict        Names and tensors; gone through once.
/// @param get_storage_size  Bytes of the storage of a tensor; a `std::optional` of it where tensors may be left out.
/// @param get_storage_id    What is equal (`<`) for tensors of one storage, as a `std::optional`; nothing: of its own.
/// @param options           How large a shard may be, in bytes, and how the files are called.
/// @throws HFValidationError  the pattern is none.
template <typename StateDict, typename GetStorageSize, typename GetStorageId,
          typename = std::enable_if_t<!std::is_convertible_v<GetStorageId, SplitOptions>>>
StateDictSplit split_state_dict_into_shards(const StateDict& state_dict, GetStorageSize&& get_storage_size,
                                            GetStorageId&& get_storage_id, const SplitOptions& options = {}) {
  using Tensor = std::decay_t<decltype((*std::begin(state_dict)).second)>;
  using Id = typename std::decay_t<std::invoke_result_t<GetStorageId&, const Tensor&>>::value_type;
  std::map<Id, std::size_t> lists;
  detail::ShardPlanner planner(options.max_shard_size.bytes());
  for (const auto& [name, tensor] : state_dict) {
    const std::optional<std::uint64_t> size = get_storage_size(tensor);
    if (!size) continue;
    const auto id = get_storage_id(tensor);
    const auto known = id ? lists.find(*id) : lists.end();
    if (known != lists.end()) {
      planner.follow(known->second, name);
      continue;
    }
    const std::size_t list = planner.add(name, *size);
    if (id) lists.emplace(*id, list);
  }
  return planner.finish(options.filename_pattern);
}

/// The same where no two tensors share a storage.
template <typename StateDict, typename GetStorageSize>
StateDictSplit split_state_dict_into_shards(const StateDict& state_dict, GetStorageSize&& get_storage_size,
                                            const SplitOptions& options = {}) {
  using Tensor = std::decay_t<decltype((*std::begin(state_dict)).second)>;
  return split_state_dict_into_shards(
      state_dict, get_storage_size, [](const Tensor&) { return std::optional<int>(); }, options);
}

/// The index file of a sharded checkpoint, byte for byte as Python writes it.
/// @param split     The plan.
/// @param metadata  Added after `total_size`; one of that name takes its place.
/// @throws HFValidationError  a text is not UTF-8.
inline std::string shard_index_json(const StateDictSplit& split,
                                    const std::vector<std::pair<std::string, std::string>>& metadata = {}) {
  const auto quoted = [](std::string_view text) {
    std::string out;
    detail::append_python_string(out, text);
    return out;
  };
  std::vector<std::pair<std::string, std::string>> members{{"total_size", std::to_string(split.total_size)}};
  std::unordered_map<std::string, std::size_t> places{{"total_size", 0}};
  for (const auto& [key, value] : metadata) {
    const auto [place, is_new] = places.emplace(key, members.size());
    if (is_new) members.emplace_back(key, std::string());
    members[place->second].second = quoted(value);
  }
  std::string json = "{\n  \"metadata\": {";
  for (std::size_t i = 0; i < members.size(); ++i) {
    json += std::string(i == 0 ? "" : ",") + "\n    " + quoted(members[i].first) + ": " + members[i].second;
  }
  json += "\n  },\n  \"weight_map\": {";
  for (std::size_t i = 0; i < split.tensor_to_filename.size(); ++i) {
    const auto& [name, file] = split.tensor_to_filename[i];
    json += std::string(i == 0 ? "" : ",") + "\n    " + quoted(name) + ": " + quoted(file);
  }
  return json + (split.tensor_to_filename.empty() ? "}" : "\n  }") + "\n}";
}

HUGGINGFACE_HUB_NAMESPACE_END
