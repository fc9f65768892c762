// SPDX-License-Identifier: Apache-2.0
/// @file
/// Parts of tensors: which bytes of a tensor a slice of it consists of (`spec/safetensors.md` 5).
#pragma once

#include "huggingface_hub/safetensors/header.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

HUGGINGFACE_HUB_NAMESPACE_BEGIN
namespace safetensors {

/// What a slice takes of one axis.
///
///     file.slice("wte.weight", {Axis::range(0, 100)});         // The first hundred rows: wte[0:100]
///     file.slice("wte.weight", {Axis::all(), Axis::at(-1)});   // The last column: wte[:, -1]
class Axis {
 public:
  /// All of it.
  static Axis all() noexcept { return Axis(Kind::all, 0, 0); }
  /// One position, counted from the end where it is negative. The result does not have this axis.
  static Axis at(std::int64_t index) noexcept { return Axis(Kind::position, index, 0); }
  /// Positions `[begin, end)`; nothing where they are equal.
  static Axis range(std::uint64_t begin, std::uint64_t end) noexcept {
    return Axis(Kind::range, static_cast<std::int64_t>(begin), end);
  }

  [[nodiscard]] bool is_position() const noexcept { return kind_ == Kind::position; }

  /// The positions `[begin, end)` of an axis of `size`, the `number`th of `tensor`.
  /// @throws HFValidationError  it does not have them.
  struct Positions {
    std::uint64_t begin{0};
    std::uint64_t end{0};
  };
  [[nodiscard]] Positions resolve(std::size_t number, std::uint64_t size, const TensorInfo& tensor) const {
    if (kind_ == Kind::all) return {0, size};
    Positions taken{static_cast<std::uint64_t>(begin_), end_};
    if (kind_ == Kind::position) {
      taken.begin = begin_ < 0 ? size - (std::uint64_t{0} - static_cast<std::uint64_t>(begin_)) : taken.begin;
      taken.end = taken.begin + 1;
    }
    if (taken.begin <= taken.end && taken.end <= size && taken.begin < (std::max)(size, std::uint64_t{1})) return taken;
    const std::string asked = kind_ == Kind::position
                                  ? std::to_string(begin_)
                                  : std::to_string(taken.begin) + ":" + std::to_string(taken.end);
    throw_error(ErrorCode::validation, "Cannot take [" + asked + "] of axis " + std::to_string(number) + " of tensor " +
                                           tensor.name + ", whose shape is " + detail::shape_text(tensor.shape) + ".");
  }

 private:
  enum class Kind { all, position, range };
  Axis(Kind kind, std::int64_t begin, std::uint64_t end) noexcept : kind_(kind), begin_(begin), end_(end) {}

  Kind kind_;
  std::int64_t begin_;
  std::uint64_t end_;
};

/// A slice of a tensor: pieces of the same length at regular distances.
struct TensorSlice {
  struct Step {
    std::uint64_t count{0};
    std::uint64_t distance{0};  ///< Bytes.
  };
  std::uint64_t first{0};       ///< Where the first piece begins, in bytes from the beginning of the tensor.
  std::uint64_t piece_size{0};  ///< Bytes; 0 where the slice is empty.
  Shape shape{};                ///< Of the result.
  std::vector<Step> steps{};    ///< How the pieces repeat, from the outermost axis inwards. None: one piece.

  [[nodiscard]] std::uint64_t piece_count() const noexcept {
    std::uint64_t count = piece_size == 0 ? 0 : 1;
    for (const Step& step : steps) count *= step.count;
    return count;
  }
  [[nodiscard]] std::uint64_t byte_size() const noexcept { return piece_count() * piece_size; }

  /// Calls `take(offset)` for each piece in the order of the result; `offset` is in bytes from the beginning of the
  /// tensor.
  template <typename Take>
  void for_each_piece(const Take& take) const {
    std::vector<std::uint64_t> at(steps.size(), 0);
    std::uint64_t offset = first;
    for (std::uint64_t left = piece_count(); left > 0; --left) {
      take(offset);
      for (std::size_t axis = steps.size(); axis-- > 0;) {
        offset += steps[axis].distance;
        if (++at[axis] < steps[axis].count) break;
        offset -= steps[axis].distance * steps[axis].count;
        at[axis] = 0;
      }
    }
  }
};

/// The bytes of `tensor` that a slice of it consists of.
/// @param tensor  Of a header that was checked.
/// @param axes    From the outermost inwards; those that are missing are taken whole.
/// @throws HFValidationError  more axes than the tensor has, positions that it does not have, or, of a type with less
///         than eight bits, a boundary within a byte.
inline TensorSlice plan_slice(const TensorInfo& tensor, const std::vector<Axis>& axes) {
  const auto refuse = [&tensor](const std::string& why) {
    throw_error(ErrorCode::validation, "Cannot take a part of tensor " + tensor.name + " of type " +
                                           std::string(to_string(tensor.dtype)) + " and shape " +
                                           detail::shape_text(tensor.shape) + ": " + why + ".");
  };
  if (axes.size() > tensor.shape.size()) refuse(std::to_string(axes.size()) + " axes were asked for");
  TensorSlice slice;
  std::uint64_t span = bit_size(tensor.dtype);  // Bits of one position of the axis.
  std::uint64_t piece = span;
  std::uint64_t first = 0;
  bool is_whole = true;  // Of the axes further in, everything is taken.
  bool is_empty = false;
  bool is_misaligned = false;
  for (std::size_t axis = tensor.shape.size(); axis-- > 0;) {
    const std::uint64_t size = tensor.shape[axis];
    const Axis wanted = axis < axes.size() ? axes[axis] : Axis::all();
    const Axis::Positions taken = wanted.resolve(axis, size, tensor);
    const std::uint64_t count = taken.end - taken.begin;
    is_empty = is_empty || count == 0;
    first += taken.begin * span;
    if (is_whole) {
      piece = count * span;
    } else if (count > 1) {
      is_misaligned = is_misaligned || span % 8 != 0;
      slice.steps.push_back({count, span / 8});
    }
    is_whole = is_whole && count == size;
    if (!wanted.is_position()) slice.shape.push_back(count);
    span *= size;
  }
  std::reverse(slice.shape.begin(), slice.shape.end());
  if (is_empty) {
    slice.steps.clear();
    return slice;
  }
  if (is_misaligned || first % 8 != 0 || piece % 8 != 0) refuse("the part does not begin and end at whole bytes");
  std::reverse(slice.steps.begin(), slice.steps.end());
  slice.first = first / 8;
  slice.piece_size = piece / 8;
  return slice;
}

}  // namespace safetensors
HUGGINGFACE_HUB_NAMESPACE_END
