// SPDX-License-Identifier: Apache-2.0
/// @file
/// `Paginated<T>`: an input range that fetches pages as it goes.
#pragma once

#include "huggingface_hub/version.hpp"

#include <cstddef>
#include <functional>
#include <iterator>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

HUGGINGFACE_HUB_NAMESPACE_BEGIN

/// An input range over a paged listing: a page is fetched when the loop gets there, so breaking out early
/// costs no further request. Iterating throws what the request throws.
///
/// Single pass: copies share one position. One thread at a time.
template <typename T>
class Paginated {
  struct State;

 public:
  /// Gives the items of the next page, or nothing after the last one.
  using FetchPage = std::function<std::optional<std::vector<T>>()>;

  explicit Paginated(FetchPage fetch) : state_(std::make_shared<State>(State{std::move(fetch), {}, 0, false})) {}

  class iterator {
   public:
    using iterator_category = std::input_iterator_tag;
    using value_type = T;
    using difference_type = std::ptrdiff_t;
    using pointer = const T*;
    using reference = const T&;

    iterator() = default;
    reference operator*() const { return state_->page[state_->next]; }
    pointer operator->() const { return &state_->page[state_->next]; }
    iterator& operator++() {
      ++state_->next;
      settle();
      return *this;
    }
    void operator++(int) { ++*this; }
    friend bool operator==(const iterator& a, const iterator& b) { return a.at_end() == b.at_end(); }
    friend bool operator!=(const iterator& a, const iterator& b) { return !(a == b); }

   private:
    friend class Paginated;
    explicit iterator(std::shared_ptr<State> state) : state_(std::move(state)) { settle(); }
    [[nodiscard]] bool at_end() const { return state_ == nullptr; }
    void settle() {
      if (!state_->advance_to_item()) state_.reset();
    }
    std::shared_ptr<State> state_{};
  };

  [[nodiscard]] iterator begin() const { return iterator(state_); }
  [[nodiscard]] iterator end() const { return iterator(); }

  /// Everything that is left, in one vector.
  [[nodiscard]] std::vector<T> to_vector() const {
    std::vector<T> all;
    for (const T& item : *this) all.push_back(item);
    return all;
  }

 private:
  struct State {
    FetchPage fetch;
    std::vector<T> page;
    std::size_t next;
    bool finished;

    bool advance_to_item() {
      while (next >= page.size()) {
        if (finished) return false;
        std::optional<std::vector<T>> more = fetch();
        next = 0;
        page.clear();
        if (!more) {
          finished = true;
          return false;
        }
        page = std::move(*more);
      }
      return true;
    }
  };
  std::shared_ptr<State> state_;
};

HUGGINGFACE_HUB_NAMESPACE_END
