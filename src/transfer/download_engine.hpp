// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "core/byte_budget.hpp"
#include "transfer/connections.hpp"
#include "transfer/download_stream.hpp"
#include "transfer/frontier_digest.hpp"
#include "transfer/http_download.hpp"
#include "transfer/part_file.hpp"
#include "transfer/range_plan.hpp"
#include "transfer/wake_up.hpp"

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

HUGGINGFACE_HUB_NAMESPACE_BEGIN
namespace transfer {

/// One download, over as many exchanges as it takes: see `http_download`. One thread, one use.
class DownloadEngine {
 public:
  DownloadEngine(const Session& session, const HttpDownload& download);
  ~DownloadEngine();
  DownloadEngine(const DownloadEngine&) = delete;
  DownloadEngine& operator=(const DownloadEngine&) = delete;

  Result<HttpDownloaded> run();

 private:
  using Stream = std::unique_ptr<DownloadStream>;

  /// What an event means for the whole.
  struct Step {
    enum class Kind {
      go_on,
      drop,     ///< The stream that it concerns is over; what it did not fetch is for others.
      restart,  ///< Every stream is over; everything that is missing is asked for again.
      failed,
    };
    Kind kind{Kind::go_on};
    Error error{};
    static Step go_on() { return {}; }
    static Step drop() { return {Kind::drop, {}}; }
    static Step restart() { return {Kind::restart, {}}; }
    static Step fail(Error error) { return {Kind::failed, std::move(error)}; }
  };

  // ---- files, plan, digest (download_engine.cpp)
  Result<void> open();
  [[nodiscard]] bool is_all_here() const noexcept {
    return size_ && plan_.missing() == 0 && (*size_ > 0 || has_asked_);
  }
  [[nodiscard]] std::uint64_t received() const noexcept;
  void learn_size(DownloadStream& stream, std::uint64_t size);
  void reset_plan(const std::vector<ByteRange>& present);
  void reset_digest();
  Result<void> write(DownloadStream& stream, const BodyRing::Slice& slice);
  void follow_frontier();
  [[nodiscard]] Error cancellation() const;
  [[nodiscard]] Error too_slow() const;

  // ---- streams
  Result<void> start_streams();
  Result<void> start_first_stream();
  bool start_further_stream();
  [[nodiscard]] bool is_worth_sharing() const;
  void start(ByteRange range, RangePlan::Id id, Connections::Lease lease, ByteBudget::Share share, std::size_t buffer);
  [[nodiscard]] ApiRequest request_for(ByteRange range) const;
  [[nodiscard]] bool wants_ranges() const noexcept;
  void wait_for_news();
  Step serve_all();
  Step serve(DownloadStream& stream);
  Step take(DownloadStream& stream);
  Step after_end(DownloadStream& stream);
  Step drop_crawling_streams();
  [[nodiscard]] bool is_crawling(const DownloadStream& stream, SteadyTime now) const;
  void drop(std::size_t index);
  void stop_all();

  // ---- verdicts (download_verdicts.cpp)
  Step accept(DownloadStream& stream, const http::ResponseHead& head);
  Step accept_range(DownloadStream& stream, const http::ResponseHead& head, std::optional<std::uint64_t>& total);
  Step accept_whole(DownloadStream& stream, const http::ResponseHead& head, std::optional<std::uint64_t>& total);
  void remember_source(const DownloadStream& stream, const http::ResponseHead& head);
  Step after_failure(DownloadStream& stream, const Error& error);
  Step after_transient_status(DownloadStream& stream, const Error& error);
  Step after_refusal(const DownloadStream& stream, const Error& error);
  Step after_broken_connection(DownloadStream& stream, const Error& error);
  Step refetch(const std::string& reason);
  Step start_over(const std::string& reason);
  void pause(std::chrono::milliseconds wait);
  void note_progress(const DownloadStream& stream);

  // ---- the whole
  Step verify();
  Result<std::optional<std::string>> find_mismatch();
  [[nodiscard]] bool is_plain_sha1();

  const Session& session_;
  const HttpDownload& spec_;
  ApiRequest request_;
  RetryOptions retry_;
  RetrySchedule schedule_;
  std::shared_ptr<WakeUp> wake_{std::make_shared<WakeUp>()};
  std::shared_ptr<void> cancel_registration_{};

  std::optional<PartFile> part_{};
  std::optional<std::uint64_t> size_;  ///< Promised, or learned from the first head.
  RangePlan plan_{};
  std::unique_ptr<FrontierDigest> digest_{};
  std::vector<Stream> streams_{};
  RangePlan::Id next_id_{0};

  std::string validator_{};             ///< Strong ETag of what is being fetched.
  std::string direct_url_{};            ///< Where the last redirect led: ranges are asked for there.
  int source_{0};                       ///< Counts the URLs that were asked for anew.
  bool may_ask_for_ranges_{true};
  bool is_source_known_{false};         ///< A range has been answered, so more of them may be asked for.
  std::string host_{};                  ///< Of the last request.
  bool has_asked_{false};
  bool has_refetched_{false};
  int broken_{0};
  int renewals_{0};
  int asked_again_{0};                  ///< Crawling ranges that were.
  int crawls_{0};                       ///< Of them, in a row, with hardly a byte.
  double usual_rate_{0.0};              ///< Of one connection, in bytes a second, as far as known.
  SteadyTime next_look_{};
  SteadyTime next_start_{};
  std::optional<SteadyTime> pause_until_{};
};

}  // namespace transfer
HUGGINGFACE_HUB_NAMESPACE_END
