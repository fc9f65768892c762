// SPDX-License-Identifier: Apache-2.0
/// @file
/// Downloads from a hub that counts requests, in time that passes only where somebody waits.
#include "support/download_fixture.hpp"

#include "session/session.hpp"

#include "huggingface_hub/log.hpp"

#include "support/fake_clock.hpp"

#include <gmock/gmock.h>

#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <set>
#include <thread>
#include <utility>
#include <vector>

namespace huggingface_hub::testing {
namespace {

using namespace std::chrono_literals;
using ::testing::Contains;
using ::testing::HasSubstr;

/// Time that stands still while a request is on its way, and else goes on to the moment that somebody waits for.
class VirtualTime final : public Clock {
 public:
  std::chrono::system_clock::time_point system_now() const override {
    return std::chrono::system_clock::time_point(FakeClock::kStart + steady_now().time_since_epoch());
  }
  std::chrono::steady_clock::time_point steady_now() const override {
    const std::lock_guard lock(mutex_);
    return now_;
  }
  bool wait(std::chrono::milliseconds duration, const CancellationToken& cancel) const override {
    const auto registration = cancel.on_cancel([this] {
      const std::lock_guard lock(mutex_);
      changed_.notify_all();
    });
    std::unique_lock lock(mutex_);
    const auto awaited = awaited_.insert(now_ + duration);
    changed_.wait(lock, [&] {
      if (cancel.is_cancelled() || now_ >= *awaited) return true;
      if (on_their_way_ > 0 || *awaited != *awaited_.begin()) return false;
      now_ = *awaited;
      return true;
    });
    awaited_.erase(awaited);
    changed_.notify_all();
    return cancel.is_cancelled();
  }

  void begin_request() {
    const std::lock_guard lock(mutex_);
    ++on_their_way_;
  }
  void end_request() {
    const std::lock_guard lock(mutex_);
    --on_their_way_;
    changed_.notify_all();
  }

 private:
  mutable std::mutex mutex_{};
  mutable std::condition_variable changed_{};
  mutable std::chrono::steady_clock::time_point now_{};
  mutable std::multiset<std::chrono::steady_clock::time_point> awaited_{};
  int on_their_way_{0};
};

/// The gate of a hub with a fixed window for each class: in front of a real transport, it refuses what is too much and
/// tells the rest how much is left.
class CountingGate final : public http::Transport {
 public:
  CountingGate(std::shared_ptr<VirtualTime> clock, std::int64_t quota, std::chrono::seconds window)
      : clock_(std::move(clock)), quota_(quota), window_(window) {}

  void start(http::Request request, std::shared_ptr<http::Sink> sink, Completion completion) override {
    clock_->begin_request();
    completion = [clock = clock_, completion = std::move(completion)](Result<http::ResponseHead> head) {
      completion(std::move(head));
      clock->end_request();
    };
    const bool is_resolve = request.url.find("/resolve/") != std::string::npos;
    const auto [refused, fields] = count(is_resolve ? resolvers_ : api_, is_resolve ? "resolvers" : "api");
    if (!refused) {
      return real_->start(std::move(request), std::make_shared<Telling>(fields, std::move(sink)), std::move(completion));
    }
    std::thread([fields = fields, url = request.url, sink = std::move(sink), completion = std::move(completion)] {
      const http::ResponseHead head{fields, 429, url};
      if (sink) (void)sink->on_head(head, [] {});
      completion(head);
    }).detach();
  }

  /// Always says no from now on.
  void close() { quota_ = 0; }
  [[nodiscard]] int refused() const { return refused_; }
  [[nodiscard]] int requests() const { return requests_; }

 private:
  struct Window {
    std::chrono::steady_clock::time_point begin{};
    std::int64_t used{0};
  };

  class Telling final : public http::Sink {
   public:
    Telling(http::Headers fields, std::shared_ptr<http::Sink> target)
        : fields_(std::move(fields)), target_(std::move(target)) {}
    Result<void> on_head(const http::ResponseHead& head, const std::function<void()>& resume) override {
      http::ResponseHead told = head;
      for (const auto& [name, value] : fields_) told.headers.set(name, value);
      return target_ ? target_->on_head(told, resume) : Result<void>();
    }
    Result<http::SinkVerdict> on_data(const char* data, std::size_t size) override {
      return target_ ? target_->on_data(data, size) : Result<http::SinkVerdict>(http::SinkVerdict::accepted);
    }

   private:
    http::Headers fields_;
    std::shared_ptr<http::Sink> target_;
  };

  std::pair<bool, http::Headers> count(Window& window, const std::string& name) {
    const std::lock_guard lock(mutex_);
    ++requests_;
    const auto now = clock_->steady_now();
    while (now >= window.begin + window_) {
      window.begin += window_;
      window.used = 0;
    }
    const bool refused = window.used >= quota_;
    if (refused) {
      ++refused_;
    } else {
      ++window.used;
    }
    const auto reset = std::chrono::ceil<std::chrono::seconds>(window.begin + window_ - now);
    const std::int64_t left = std::max<std::int64_t>(quota_ - window.used, 0);
    return {refused,
            {{"RateLimit", "\"" + name + "\";r=" + std::to_string(left) + ";t=" + std::to_string(reset.count())},
             {"RateLimit-Policy", "\"fixed window\";\"" + name + "\";q=" + std::to_string(std::max<std::int64_t>(quota_, 1)) +
                                      ";w=" + std::to_string(window_.count())}}};
  }

  const std::shared_ptr<VirtualTime> clock_;
  const std::shared_ptr<http::Transport> real_ = http::make_curl_transport();
  std::mutex mutex_{};
  std::atomic<std::int64_t> quota_;
  const std::chrono::seconds window_;
  Window api_{};
  Window resolvers_{};
  std::atomic<int> refused_{0};
  std::atomic<int> requests_{0};
};

class RateLimitedHub : public ::testing::Test {
 protected:
  RateLimitedHub() {
    set_log_sink([this](LogLevel, std::string_view message) {
      const std::lock_guard lock(mutex);
      log.emplace_back(message);
    });
  }
  ~RateLimitedHub() override { set_log_sink({}); }

  HfApi api_with(std::shared_ptr<const Clock> time, std::shared_ptr<http::Transport> transport) const {
    SessionOptions options;
    options.clock = std::move(time);
    options.config = plain_config(home.path());
    options.config.endpoint = hub.url();
    options.transport = std::move(transport);
    return HfApi(std::make_shared<const Session>(std::move(options)));
  }

  void add_files(int count) {
    std::vector<std::pair<std::string, std::string>> files;
    for (int i = 0; i < count; ++i) files.emplace_back("file" + std::to_string(i), "content " + std::to_string(i));
    hub.add_files("acme/many", files);
  }

  std::vector<std::string> messages() {
    const std::lock_guard lock(mutex);
    return log;
  }

  TempDir home{};
  server::EmbeddedHub hub{server::EmbeddedHub::start()};
  std::shared_ptr<VirtualTime> clock = std::make_shared<VirtualTime>();
  std::shared_ptr<CountingGate> gate = std::make_shared<CountingGate>(clock, 20, 5s);
  std::mutex mutex{};
  std::vector<std::string> log{};
};

TEST_F(RateLimitedHub, IsAskedForFiveHundredFilesWithHardlyARefusal) {
  add_files(500);
  const HfApi api = api_with(clock, gate);

  const auto folder = api.snapshot_download("acme/many");

  EXPECT_EQ(read_file(folder / "file499"), "content 499");
  EXPECT_LE(gate->refused(), 1);
  EXPECT_LE(gate->requests(), 504);  // And nothing was asked twice.
}

TEST_F(RateLimitedHub, IsUsedAsFarAsItAllows) {
  add_files(200);
  const HfApi api = api_with(clock, gate);
  SnapshotDownloadOptions one_by_one;
  one_by_one.max_workers = 1;

  (void)api.snapshot_download("acme/many", one_by_one);

  EXPECT_EQ(gate->refused(), 0);
  EXPECT_LE(clock->steady_now().time_since_epoch(), 200 / 20 * 5s * 5 / 4);
}

TEST_F(RateLimitedHub, IsSharedByProcesses) {
  add_files(100);
  /// Another object for the same time, so that the two clients have nothing in common but their folder.
  class SameTime final : public Clock {
   public:
    explicit SameTime(std::shared_ptr<const Clock> real) : real_(std::move(real)) {}
    std::chrono::system_clock::time_point system_now() const override { return real_->system_now(); }
    std::chrono::steady_clock::time_point steady_now() const override { return real_->steady_now(); }
    bool wait(std::chrono::milliseconds duration, const CancellationToken& cancel) const override {
      return real_->wait(duration, cancel);
    }

   private:
    std::shared_ptr<const Clock> real_;
  };
  const HfApi here = api_with(clock, gate);
  const HfApi there = api_with(std::make_shared<SameTime>(clock), gate);
  SnapshotDownloadOptions options;
  options.max_workers = 4;
  SnapshotDownloadOptions others = options;
  others.cache_dir = home.path() / "other";

  std::thread other([&] { (void)there.snapshot_download("acme/many", others); });
  (void)here.snapshot_download("acme/many", options);
  other.join();

  EXPECT_LE(gate->refused(), 2);
}

TEST_F(RateLimitedHub, LetsAWaitBeSeen) {
  add_files(30);
  gate = std::make_shared<CountingGate>(clock, 20, 60s);
  const HfApi api = api_with(clock, gate);
  std::atomic<int> waits{0};
  SnapshotDownloadOptions options;
  options.progress = [&](const ProgressEvent& event) {
    if (event.kind == ProgressEvent::Kind::waiting && event.message.find("rate limit") != std::string::npos) ++waits;
  };

  (void)api.snapshot_download("acme/many", options);

  EXPECT_GT(waits, 0);
  EXPECT_THAT(messages(), Contains(HasSubstr("the rate limit \"resolvers\"")));
}

TEST_F(RateLimitedHub, LeavesTheCacheToAnswerAndSaysSo) {
  add_files(3);
  const HfApi api = api_with(clock, gate);
  const auto folder = api.snapshot_download("acme/many");
  gate->close();
  const auto before = clock->steady_now();

  EXPECT_EQ(api.hf_hub_download("acme/many", "file1"), folder / "file1");
  EXPECT_EQ(api.hf_hub_download("acme/many", "file1"), folder / "file1");  // Now without asking.
  EXPECT_EQ(api.snapshot_download("acme/many"), folder);

  EXPECT_EQ(clock->steady_now(), before);  // Nobody waited for what is here.
  EXPECT_THAT(messages(), Contains(HasSubstr("The copy in the cache is used")));
  EXPECT_THAT(messages(), Contains(HasSubstr("The snapshot in the cache is used")));
}

struct OtherFailure : RateLimitedHub, ::testing::WithParamInterface<int> {};
TEST_P(OtherFailure, LeavesTheCacheToAnswerToo) {
  add_files(3);
  const HfApi api = api_with(clock, http::make_curl_transport());
  const auto folder = api.snapshot_download("acme/many");
  if (GetParam() == 0) {
    hub.stop();
  } else {
    hub.script({.status = GetParam(), .times = 100});
  }

  EXPECT_EQ(api.hf_hub_download("acme/many", "file1"), folder / "file1");
  EXPECT_EQ(api.snapshot_download("acme/many"), folder);

  EXPECT_THAT(messages(), Contains(HasSubstr("The copy in the cache is used")));
  EXPECT_THAT(messages(), Contains(HasSubstr("The snapshot in the cache is used")));
}
INSTANTIATE_TEST_SUITE_P(RateLimitedHub, OtherFailure, ::testing::Values(0, 429, 500, 503));

TEST_F(RateLimitedHub, SaysClearlyThatNothingIsCached) {
  add_files(1);
  gate->close();
  const HfApi api = api_with(clock, gate);
  try {
    (void)api.hf_hub_download("acme/many", "file0");
    FAIL() << "no error";
  } catch (const LocalEntryNotFoundError& error) {
    EXPECT_THAT(error.what(), HasSubstr("file0"));
    EXPECT_THAT(error.what(), HasSubstr("429"));
  }
}

}  // namespace
}  // namespace huggingface_hub::testing
