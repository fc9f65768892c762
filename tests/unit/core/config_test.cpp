// SPDX-License-Identifier: Apache-2.0
#include "huggingface_hub/config.hpp"

#include "core/environment.hpp"
#include "huggingface_hub/errors.hpp"
#include "support/temp_dir.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <map>
#include <vector>

namespace huggingface_hub {
namespace {

using Variables = std::map<std::string, std::string>;
using std::chrono::seconds;

Config::GetVariable getter(Variables variables) {
  return [variables = std::move(variables)](const char* name) -> std::optional<std::string> {
    const auto found = variables.find(name);
    if (found == variables.end()) return std::nullopt;
    return found->second;
  };
}

Config read(Variables variables) {
  variables.emplace("HOME", "/home/me");
  return Config::from_environment(getter(std::move(variables)));
}

TEST(Config, HasPythonsDefaults) {
  const Config config = read({});
  EXPECT_EQ(config.endpoint, "https://huggingface.co");
  EXPECT_EQ(config.hf_home, "/home/me/.cache/huggingface");
  EXPECT_EQ(config.hub_cache, "/home/me/.cache/huggingface/hub");
  EXPECT_EQ(config.assets_cache, "/home/me/.cache/huggingface/assets");
  EXPECT_EQ(config.xet_cache, "/home/me/.cache/huggingface/xet");
  EXPECT_EQ(config.token_path, "/home/me/.cache/huggingface/token");
  EXPECT_EQ(config.stored_tokens_path, "/home/me/.cache/huggingface/stored_tokens");
  EXPECT_EQ(config.etag_timeout, seconds(10));
  EXPECT_EQ(config.download_timeout, seconds(10));
  EXPECT_FALSE(config.etag_timeout_from_environment);
  EXPECT_FALSE(config.offline);
  EXPECT_EQ(config.disable_progress_bars, std::nullopt);
  EXPECT_EQ(config.verbosity, "warning");
}

TEST(Config, StripsSlashesOfTheEndpoint) {
  EXPECT_EQ(read({{"HF_ENDPOINT", "http://127.0.0.1:8080//"}}).endpoint, "http://127.0.0.1:8080");
}

TEST(Config, StagingBeatsTheEndpoint) {
  const Config config = read({{"HF_ENDPOINT", "http://x"}, {"HUGGINGFACE_CO_STAGING", "yes"}});
  EXPECT_EQ(config.endpoint, "https://hub-ci.huggingface.co");
  EXPECT_EQ(config.token_path, "/home/me/.cache/huggingface_staging/token");
}

TEST(Config, ReadsALimitOfTheRateAsCurlDoes) {
  EXPECT_EQ(read({}).limit_rate, 0U);
  EXPECT_EQ(read({{"HF_HUB_LIMIT_RATE", "500000"}}).limit_rate, 500'000U);
  EXPECT_EQ(read({{"HF_HUB_LIMIT_RATE", " 500K "}}).limit_rate, 500U << 10);
  EXPECT_EQ(read({{"HF_HUB_LIMIT_RATE", "1.5m"}}).limit_rate, 3U << 19);
  EXPECT_EQ(read({{"HF_HUB_LIMIT_RATE", "2G"}}).limit_rate, std::uint64_t{2} << 30);
  EXPECT_EQ(read({{"HF_HUB_LIMIT_RATE", "7b"}}).limit_rate, 7U);
  EXPECT_EQ(read({{"HF_HUB_LIMIT_RATE", "0"}}).limit_rate, 0U);
}

struct BadLimitRate : ::testing::TestWithParam<const char*> {};
TEST_P(BadLimitRate, IsAnErrorThatNamesTheVariable) {
  try {
    (void)read({{"HF_HUB_LIMIT_RATE", GetParam()}});
    FAIL() << "no error";
  } catch (const HFValidationError& error) {
    EXPECT_NE(std::string(error.what()).find("HF_HUB_LIMIT_RATE"), std::string::npos);
  }
}
INSTANTIATE_TEST_SUITE_P(Config, BadLimitRate,
                         ::testing::Values("fast", "-1", "1X", "1KB", "K", "nan", "inf", "1e3", "1 000", "99999999999999T"));

TEST(Config, FindsTheCacheInTheOrderOfPython) {
  EXPECT_EQ(read({{"XDG_CACHE_HOME", "/xdg"}}).hub_cache, "/xdg/huggingface/hub");
  EXPECT_EQ(read({{"XDG_CACHE_HOME", "/xdg"}, {"HF_HOME", "/hf"}}).hub_cache, "/hf/hub");
  EXPECT_EQ(read({{"HF_HOME", "/hf"}, {"HUGGINGFACE_HUB_CACHE", "/old"}}).hub_cache, "/old");
  EXPECT_EQ(read({{"HUGGINGFACE_HUB_CACHE", "/old"}, {"HF_HUB_CACHE", "/new"}}).hub_cache, "/new");
  EXPECT_EQ(read({{"HF_TOKEN_PATH", "/secrets/t"}}).stored_tokens_path, "/secrets/stored_tokens");
}

TEST(Config, ReadsTheFallbacksOfTheCacheAsAListOfFolders) {
  using Paths = std::vector<std::filesystem::path>;
  EXPECT_EQ(read({}).cache_fallbacks, Paths{});
  EXPECT_EQ(read({{"HF_HUB_CACHE_FALLBACKS", "/shared:~/team::$DATA/hub:"}, {"HOME", "/home/me"}, {"DATA", "/data"}})
                .cache_fallbacks,
            (Paths{"/shared", "/home/me/team", "/data/hub"}));
}

TEST(Config, ExpandsHomeAndVariables) {
  EXPECT_EQ(read({{"HF_HOME", "~/hf/$NAME/${NAME}x"}, {"NAME", "n"}}).hf_home, "/home/me/hf/n/nx");
  EXPECT_EQ(read({{"HF_XET_CACHE", "~/x"}}).xet_cache, "~/x");  // As in Python: not expanded.
}

TEST(ExpandPath, LeavesWhatItDoesNotKnow) {
  const auto variables = getter({{"HOME", "/home/me/"}, {"A", "1"}});
  EXPECT_EQ(expand_path("$UNKNOWN/${UNKNOWN}/${A", variables), "$UNKNOWN/${UNKNOWN}/${A");
  EXPECT_EQ(expand_path("a/~/b$", variables), "a/~/b$");
  EXPECT_EQ(expand_path("~", variables), "/home/me");
  EXPECT_EQ(expand_path("~no-such-user-here/x", variables), "~no-such-user-here/x");
  EXPECT_EQ(expand_path("$A$A-${A}", variables), "11-1");
}

TEST(Config, TreatsAnEmptyLocationAsUnset) {
  EXPECT_EQ(read({{"HF_HOME", ""}}).hf_home, "/home/me/.cache/huggingface");
}

TEST(Config, TheFirstOfflineVariableThatIsNotEmptyDecides) {
  EXPECT_TRUE(read({{"HF_HUB_OFFLINE", "1"}}).offline);
  EXPECT_EQ(read({{"HF_HUB_OFFLINE", "1"}}).offline_variable, "HF_HUB_OFFLINE");
  EXPECT_FALSE(read({{"HF_HUB_OFFLINE", "0"}, {"TRANSFORMERS_OFFLINE", "1"}}).offline);
  EXPECT_TRUE(read({{"HF_HUB_OFFLINE", ""}, {"TRANSFORMERS_OFFLINE", "True"}}).offline);
}

TEST(Config, ReadsTimeoutsAsPythonDoes) {
  const Config config = read({{"HF_HUB_ETAG_TIMEOUT", " 3 "}, {"HF_HUB_DOWNLOAD_TIMEOUT", "0"}});
  EXPECT_EQ(config.etag_timeout, seconds(3));
  EXPECT_TRUE(config.etag_timeout_from_environment);
  EXPECT_EQ(config.download_timeout, seconds(10));
  EXPECT_FALSE(read({{"HF_HUB_ETAG_TIMEOUT", "10"}}).etag_timeout_from_environment);
}

struct BadTimeout : ::testing::TestWithParam<const char*> {};
TEST_P(BadTimeout, IsAnErrorThatNamesTheVariable) {
  try {
    (void)read({{"HF_HUB_ETAG_TIMEOUT", GetParam()}});
    FAIL();
  } catch (const HFValidationError& error) {
    EXPECT_NE(std::string(error.what()).find("HF_HUB_ETAG_TIMEOUT"), std::string::npos);
  }
}
INSTANTIATE_TEST_SUITE_P(Config, BadTimeout, ::testing::Values("", "abc", "1.5", "-1", "10s"));

TEST(Config, ReadsFlags) {
  EXPECT_TRUE(read({{"HF_HUB_DISABLE_SYMLINKS", "on"}}).disable_symlinks);
  EXPECT_FALSE(read({{"HF_HUB_DISABLE_SYMLINKS", "y"}}).disable_symlinks);
  EXPECT_TRUE(read({{"DO_NOT_TRACK", "TRUE"}}).disable_telemetry);
  EXPECT_EQ(read({{"HF_HUB_DISABLE_PROGRESS_BARS", "0"}}).disable_progress_bars, false);
  EXPECT_TRUE(read({{"NO_COLOR", "0"}}).no_color);
  EXPECT_EQ(read({{"HF_DEBUG", "1"}, {"HF_HUB_VERBOSITY", "error"}}).verbosity, "debug");
}

TEST(Config, TheLowerCaseProxyWinsEvenWhereItIsEmpty) {
  const Config config = read({{"http_proxy", "a:1"}, {"HTTP_PROXY", "b:1"}, {"https_proxy", ""}, {"HTTPS_PROXY", "c:1"},
                              {"ALL_PROXY", "socks5://d:1"}, {"NO_PROXY", "x"}});
  EXPECT_EQ(config.proxies.http, "http://a:1");
  EXPECT_EQ(config.proxies.https, "");
  EXPECT_EQ(config.proxies.all, "socks5://d:1");
  EXPECT_EQ(config.proxies.no_proxy, "x");
}

TEST(Config, DoesNotTakeAProxyFromACgiRequest) {
  EXPECT_EQ(read({{"REQUEST_METHOD", "GET"}, {"HTTP_PROXY", "evil:1"}}).proxies.http, "");
}

TEST(Config, TheFirstCaBundleWins) {
  const testing::TempDir folder;
  EXPECT_EQ(read({{"SSL_CERT_FILE", "/b.pem"}, {"REQUESTS_CA_BUNDLE", "/a.pem"}}).tls.ca_file, "/a.pem");
  EXPECT_EQ(read({{"SSL_CERT_DIR", "/certs"}}).tls.ca_dir, "/certs");
  const Config config = read({{"REQUESTS_CA_BUNDLE", folder.path().string()}});
  EXPECT_EQ(config.tls.ca_dir, folder.path());
  EXPECT_EQ(config.tls.ca_file, "");
}

}  // namespace
}  // namespace huggingface_hub
