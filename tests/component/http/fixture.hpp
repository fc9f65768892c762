// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "session/session.hpp"

#include "support/bytes.hpp"
#include "support/collecting_sink.hpp"
#include "support/raw_server.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <future>
#include <memory>
#include <string>
#include <utility>

namespace huggingface_hub::testing {

using namespace std::chrono_literals;
using SteadyClock = std::chrono::steady_clock;

inline http::Request request_to(std::string url, http::Method method = http::Method::get) {
  http::Request request;
  request.method = method;
  request.url = std::move(url);
  return request;
}

struct Answer {
  Result<http::ResponseHead> head;
  std::string body;
};

/// Sends, and gives back head and body.
inline Answer fetch(http::Transport& transport, http::Request request) {
  const auto sink = std::make_shared<CollectingSink>();
  auto head = transport.send(std::move(request), sink);
  return {std::move(head), sink->body()};
}

/// Sends, and waits for what is reported.
inline std::future<Result<http::ResponseHead>> start(http::Transport& transport, http::Request request,
                                                     std::shared_ptr<http::Sink> sink = nullptr) {
  const auto done = std::make_shared<std::promise<Result<http::ResponseHead>>>();
  transport.start(std::move(request), std::move(sink),
                  [done](Result<http::ResponseHead> head) { done->set_value(std::move(head)); });
  return done->get_future();
}

}  // namespace huggingface_hub::testing
