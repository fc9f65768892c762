// SPDX-License-Identifier: Apache-2.0
#include "core/log.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace huggingface_hub {
namespace {

/// Collects what is logged, and restores the default.
class Collected {
 public:
  explicit Collected(LogLevel level) : level_before_(log_level()) {
    set_log_level(level);
    set_log_sink([this](LogLevel, std::string_view message) { lines.emplace_back(message); });
  }
  ~Collected() {
    set_log_sink({});
    set_log_level(level_before_);
  }
  std::vector<std::string> lines{};

 private:
  LogLevel level_before_;
};

TEST(Log, DropsWhatIsBelowTheLevel) {
  Collected collected(LogLevel::warning);
  log_info("quiet");
  log_warning("loud");
  EXPECT_EQ(collected.lines, std::vector<std::string>{"loud"});
}

TEST(Log, SaysNothingWhenOff) {
  Collected collected(LogLevel::off);
  log(LogLevel::error, "never");
  EXPECT_TRUE(collected.lines.empty());
}

TEST(Log, RedactsOnTheWay) {
  Collected collected(LogLevel::debug);
  log_debug("token hf_abcdefgh");
  EXPECT_EQ(collected.lines.at(0), "token <redacted>");
}

TEST(Log, LetsASinkLogWithoutWaitingForItself) {
  Collected collected(LogLevel::debug);
  int calls = 0;
  set_log_sink([&calls](LogLevel, std::string_view) {
    ++calls;
    log_warning("from the sink");
  });
  log_warning("x");
  EXPECT_EQ(calls, 1);
}

TEST(Redact, HidesTokensAndKeepsNames) {
  EXPECT_EQ(redact("hf_AbC123 and 'hf_oauth_x-y.z'"), "<redacted> and '<redacted>'");
  EXPECT_EQ(redact("Authorization: Bearer abc.def/x==, next"), "Authorization: Bearer <redacted>, next");
  EXPECT_EQ(redact("hf_hub_download, hf_xet 1.8 and HF_TOKEN"), "hf_hub_download, hf_xet 1.8 and HF_TOKEN");
}

TEST(Redact, HidesWhatIsSecretInUrls) {
  EXPECT_EQ(redact("GET https://user:pass@host/a?X-Amz-Signature=1&b=2 failed"), "GET https://host/a failed");
  EXPECT_EQ(redact("at \"http://h/p#x\"."), "at \"http://h/p\".");
}

TEST(RedactUrl, KeepsSchemeHostAndPath) {
  EXPECT_EQ(redact_url("https://a:b@h:1/p/q?x=y#z"), "https://h:1/p/q");
  EXPECT_EQ(redact_url("https://h/@name"), "https://h/@name");
  EXPECT_EQ(redact_url("/api/models?x"), "/api/models");
}

}  // namespace
}  // namespace huggingface_hub
