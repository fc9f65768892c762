// SPDX-License-Identifier: Apache-2.0
/// @file
/// Where requests wait whose rate limit is nearly used up.
#pragma once

#include "core/clock.hpp"
#include "http/rate_budget.hpp"
#include "session/rate_file.hpp"

#include "huggingface_hub/http/request.hpp"
#include "huggingface_hub/http/response.hpp"

#include <array>
#include <atomic>
#include <chrono>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>

HUGGINGFACE_HUB_NAMESPACE_BEGIN

/// The rate limits that servers have spoken of, by origin, identity and class of request (api, resolvers, pages), and
/// the requests that wait for them. One for all sessions of the process that have clock and folder in common, and
/// through a file in that folder one with those of other processes.
///
/// While no server speaks of limits, nothing is locked, looked up or read, but for one look at the start whether
/// there is a file. It is written, and read again, only while a limit is nearly used up.
///
/// Safe to use from any thread.
class RateGate : public std::enable_shared_from_this<RateGate> {
 private:
  struct Limit;

 public:
  /// A request on its way. Ends with its answer or its destructor.
  class Pass {
   public:
    Pass() = default;
    Pass(Pass&& other) noexcept = default;
    Pass& operator=(Pass&& other) noexcept {
      std::swap(gate_, other.gate_);
      std::swap(limit_, other.limit_);
      return *this;
    }
    ~Pass() { release(); }
    void release() noexcept;

   private:
    friend class RateGate;
    Pass(std::shared_ptr<RateGate> gate, std::shared_ptr<Limit> limit)
        : gate_(std::move(gate)), limit_(std::move(limit)) {}
    std::shared_ptr<RateGate> gate_{};
    std::shared_ptr<Limit> limit_{};
  };

  struct Patience {
    std::chrono::milliseconds longest{0};  ///< A request that would be refused for longer gets its refusal at once.
    bool takes_turns{true};                ///< False: what would not be refused waits some seconds at most.
    std::function<void(const std::string& reason)> on_wait{};
  };

  /// `folder` may be empty: then nothing is shared with other processes.
  static std::shared_ptr<RateGate> of(const std::shared_ptr<const Clock>& clock, const std::filesystem::path& folder);

  RateGate(std::shared_ptr<const Clock> clock, const std::filesystem::path& folder);

  /// Without waiting; nothing where `request` would have to.
  std::optional<Pass> try_enter(const http::Request& request);
  /// Waits for the turn of `request`. An error: it was cancelled; or it was refused as the server would do it (429),
  /// since the wait is too long for `patience` or for the call.
  Result<Pass> enter(const http::Request& request, const Patience& patience);
  /// For what cannot wait, like the second request of a redirect.
  Pass pass_through(const http::Request& request);

  /// The head of the answer to `request` is here.
  void on_answer(const http::Request& request, const http::ResponseHead& head, Pass& pass);
  /// Tells other processes that `request` was refused. Takes the time of a file access.
  void publish(const http::Request& request);

  /// True where requests to `url` take turns: those that are merely useful should not be made.
  [[nodiscard]] bool is_scarce(const std::string& url);

 private:
  enum Kind { api, resolvers, pages };
  using Time = std::chrono::steady_clock::time_point;

  /// Of one origin, identity and class.
  struct Limit {
    http::RateBudget budget{};
    CancellationSource changed{};  ///< Cancelled when more is left than those who wait know.
    std::string id{};              ///< In the file.
    std::string label{};           ///< For people.
    std::string origin{};
    Kind kind{api};                ///< Of the last request.
    Time told{};                   ///< When people were last told.
  };
  using Names = std::array<std::string, 3>;  ///< Of the classes, as the server says, by kind of request.

  struct Plan {
    http::RateBudget::Turn turn{};
    Time now{};
    CancellationToken changed{};
    bool has_left{false};  ///< The turn had come.
    bool is_news{false};   ///< For people.
  };

  static Kind kind_of(const std::string& url);
  [[nodiscard]] bool is_limiting() {
    return is_limiting_.load(std::memory_order_relaxed) || (!has_looked_.load(std::memory_order_relaxed) && look());
  }
  bool look();
  std::shared_ptr<Limit> find(const http::Request& request, bool make);
  void forget_unused();
  void share(Limit& limit, const std::function<void(Time now)>& change);
  Plan take_turn(Limit& limit);
  bool leave(Limit& limit, const http::RateBudget::Turn& turn);
  void give_back(Limit& limit, const http::RateBudget::Turn& turn);
  Result<bool> wait(const http::Request& request, Limit& limit, const Plan& plan, const Patience& patience);

  const std::shared_ptr<const Clock> clock_;
  const std::optional<RateFile> file_;
  std::atomic<bool> is_limiting_{false};
  std::atomic<bool> has_looked_{false};

  std::mutex mutex_{};
  std::map<std::string, Names> names_{};                      ///< By origin and identity.
  std::map<std::string, std::shared_ptr<Limit>> limits_{};    ///< By origin, identity and name.
  RateFile::Entries imported_{};                              ///< Of limits not met here yet.
};

HUGGINGFACE_HUB_NAMESPACE_END
