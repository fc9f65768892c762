// SPDX-License-Identifier: Apache-2.0
/// @file
/// `Result<T>`: a value, or the `Error` that stands in its place.
#pragma once

#include "huggingface_hub/errors.hpp"

#include <type_traits>
#include <utility>
#include <variant>

HUGGINGFACE_HUB_NAMESPACE_BEGIN

/// A value, or the `Error` that stands in its place.
template <typename T>
class [[nodiscard]] Result {
 public:
  using value_type = T;

  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}      // NOLINT(google-explicit-constructor)
  Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}  // NOLINT(google-explicit-constructor)

  [[nodiscard]] bool ok() const noexcept { return state_.index() == 0; }
  explicit operator bool() const noexcept { return ok(); }

  /// Precondition: `!ok()`.
  const Error& error() const& { return std::get<1>(state_); }
  Error&& error() && { return std::get<1>(std::move(state_)); }

  /// The value; where there is none, throws the class that stands for the error.
  const T& value() const& {
    if (!ok()) throw_error(error());
    return std::get<0>(state_);
  }
  T& value() & {
    if (!ok()) throw_error(error());
    return std::get<0>(state_);
  }
  T&& value() && {
    if (!ok()) throw_error(error());
    return std::get<0>(std::move(state_));
  }

  /// Precondition: `ok()`.
  const T& operator*() const& { return std::get<0>(state_); }
  T& operator*() & { return std::get<0>(state_); }
  T&& operator*() && { return std::get<0>(std::move(state_)); }
  const T* operator->() const { return &std::get<0>(state_); }
  T* operator->() { return &std::get<0>(state_); }

 private:
  std::variant<T, Error> state_;
};

/// Success without a value, or an `Error`.
template <>
class [[nodiscard]] Result<void> {
 public:
  using value_type = void;

  Result() = default;
  Result(Error error) : error_(std::move(error)), ok_(false) {}  // NOLINT(google-explicit-constructor)

  [[nodiscard]] bool ok() const noexcept { return ok_; }
  explicit operator bool() const noexcept { return ok(); }

  /// Precondition: `!ok()`.
  const Error& error() const noexcept { return error_; }

  /// Throws the class that stands for the error, if there is one.
  void value() const {
    if (!ok_) throw_error(error_);
  }

 private:
  Error error_{};
  bool ok_{true};
};

/// Runs `call` and turns what it throws into a value, for callers who branch on failure.
/// Exceptions that are not this library's pass through.
template <typename F>
auto as_result(F&& call) -> Result<std::decay_t<std::invoke_result_t<F>>> {
  try {
    if constexpr (std::is_void_v<std::invoke_result_t<F>>) {
      std::forward<F>(call)();
      return {};
    } else {
      return std::forward<F>(call)();
    }
  } catch (const HfHubError& error) {
    return error.error();
  }
}

HUGGINGFACE_HUB_NAMESPACE_END
