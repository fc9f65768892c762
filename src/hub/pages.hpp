// SPDX-License-Identifier: Apache-2.0
/// @file
/// Listings that come in pages (spec/hub-http.md 1.6).
#pragma once

#include "hub/parse/fields.hpp"
#include "session/session.hpp"

#include "huggingface_hub/paginated.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

HUGGINGFACE_HUB_NAMESPACE_BEGIN
namespace hub {

/// The raw pages of one listing. A page that failed is asked for again by the next call. One thread at a time.
class PageReader {
 public:
  /// `first` asks for the first page. The session's settings and connections are shared, not borrowed.
  PageReader(const Session& session, ApiRequest first)
      : session_(std::make_shared<const Session>(session.options())), next_(std::move(first)) {
    next_->retry = RetryPolicy::full;
  }

  struct Page {
    parse::Json items{};
    http::ResponseHead head{};
  };

  /// The next page, or nothing after the last.
  std::optional<Page> read() {
    if (!next_) return std::nullopt;
    const http::Response response = take(session_->send(*next_));
    Page page{parse::array_of(response), response.head};
    std::optional<std::string> url = Session::next_page(response);
    if (url && *url == next_->url && next_->query.empty()) {
      parse::unexpected_answer(response.head, "names itself as its next page");
    }
    if (url) {
      next_->url = *std::move(url);  // It holds all parameters already.
      next_->query.clear();
    } else {
      next_.reset();
    }
    return page;
  }

 private:
  std::shared_ptr<const Session> session_;
  std::optional<ApiRequest> next_;
};

/// A range over the items of a listing; `parse_item` makes a `T` of a JSON item and the head of its page. With
/// `limit`, no more than so many items are taken from the server's.
template <typename T, typename ParseItem>
Paginated<T> pages(const Session& session, ApiRequest first, ParseItem parse_item,
                   std::optional<std::uint64_t> limit = std::nullopt) {
  struct State {
    PageReader reader;
    ParseItem parse_item;
    std::optional<std::uint64_t> left;
  };
  auto state = std::make_shared<State>(State{PageReader(session, std::move(first)), std::move(parse_item), limit});
  return Paginated<T>([state]() -> std::optional<std::vector<T>> {
    if (state->left == std::uint64_t{0}) return std::nullopt;
    std::optional<PageReader::Page> page = state->reader.read();
    if (!page) return std::nullopt;
    std::vector<T> items;
    items.reserve(page->items.size());
    for (const parse::Json& item : page->items) {
      if (state->left == std::uint64_t{0}) break;
      items.push_back(state->parse_item(item, page->head));
      if (state->left) --*state->left;
    }
    return items;
  });
}

}  // namespace hub
HUGGINGFACE_HUB_NAMESPACE_END
