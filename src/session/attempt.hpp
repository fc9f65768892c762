// SPDX-License-Identifier: Apache-2.0
/// @file
/// One try of a request: the exchanges along a chain of redirects, up to an answer or an error.
#pragma once

#include "core/clock.hpp"
#include "http/sinks.hpp"
#include "session/rate_gate.hpp"
#include "session/session.hpp"

#include "huggingface_hub/http/transport.hpp"

#include <functional>
#include <memory>
#include <string>
#include <vector>

HUGGINGFACE_HUB_NAMESPACE_BEGIN

/// A request with everything decided but where redirects lead.
struct PreparedRequest {
  std::vector<std::string> hub_origins{};  ///< URLs whose origins `RedirectPolicy::hub_only` may go to.
  bool log_requests{false};
  RedirectPolicy redirects{RedirectPolicy::follow};
  http::Request request{};
};

/// Runs on whichever thread the transport completes on. Keeps itself alive until `done` was called, once.
class Attempt : public std::enable_shared_from_this<Attempt> {
 public:
  using Completion = std::function<void(Result<http::ResponseHead>)>;

  /// What every attempt of a session works with.
  struct Means {
    std::shared_ptr<const Clock> clock{};
    std::shared_ptr<RateGate> gate{};
    std::shared_ptr<http::Transport> transport{};
  };

  Attempt(Means means, PreparedRequest prepared, RateGate::Pass pass, std::shared_ptr<http::Sink> sink, Completion done)
      : means_(std::move(means)),
        prepared_(std::move(prepared)),
        pass_(std::move(pass)),
        sink_(std::move(sink)),
        done_(std::move(done)) {}

  /// The body must stand at its first byte.
  void start();

 private:
  void on_completion(http::AnswerSink& answer, Result<http::ResponseHead> result);
  void follow(const http::ResponseHead& head);
  [[nodiscard]] bool is_followed(const http::ResponseHead& head) const;
  [[nodiscard]] Error failure(const http::ResponseHead& head, std::string_view body) const;
  void finish(Result<http::ResponseHead> result);

  Means means_;
  PreparedRequest prepared_;
  RateGate::Pass pass_;
  std::shared_ptr<http::Sink> sink_;
  Completion done_;
  int requests_{0};
};

HUGGINGFACE_HUB_NAMESPACE_END
