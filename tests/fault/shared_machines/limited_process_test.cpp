// SPDX-License-Identifier: Apache-2.0
// Little memory, no network, very many files.
#include "machines.hpp"
#include "support/instrumented.hpp"

#include <gtest/gtest.h>

namespace hf = huggingface_hub;
namespace fs = std::filesystem;
using hf::testing::kMiB;
using hf::testing::pattern;

namespace {

class LimitedProcess : public hf::testing::MachinesTest {};

}  // namespace

TEST_F(LimitedProcess, NeedsLittleMemoryForALargeFile) {
  if (hf::testing::kIsInstrumented) GTEST_SKIP() << "a sanitizer takes memory of its own";
  hub.add_file("acme/tiny", "model.bin", std::string(128 * kMiB, '\0'), {.lfs = true});

  const auto ended = run("limited", "64");

  EXPECT_EQ(ended.code, 0) << ended.err;
  EXPECT_LT(std::stol("0" + ended.out), 60 * 1024) << "KiB resident";
}

TEST_F(LimitedProcess, AsksNobodyInOfflineMode) {
  hub.add_files("acme/tiny", {{"config.json", "{}"}, {"sub/text.txt", "text"}});
  api.snapshot_download("acme/tiny");
  const auto variables = shim({{"SHIM_CONNECT", "forbidden"}});
  REQUIRE_SHIM(variables);
  ASSERT_EQ(run("file", "missing.json", variables).code, 99);  // What is forbidden is noticed.

  const auto ended = run("offline", "config.json", variables);

  EXPECT_EQ(ended.code, 0) << ended.err;
}

TEST_F(LimitedProcess, NeedsNoNetworkInOfflineMode) {
  hub.add_files("acme/tiny", {{"config.json", "{}"}, {"sub/text.txt", "text"}});
  api.snapshot_download("acme/tiny");
  const fs::path log = home.path() / "log";
  if (!hf::testing::find_program("unshare") || hf::testing::run_program({"unshare", "-n", "true"}, log) != 0) {
    GTEST_SKIP() << "no network of its own for a process here: unshare -n does not work";
  }

  hf::testing::RunningCommand process(joined({"unshare", "-n"}, command("offline", "config.json")), {}, home.path());
  const auto ended = process.wait();

  EXPECT_EQ(ended.code, 0) << ended.err;
}

TEST_F(LimitedProcess, TakesThousandsOfFiles) {
  constexpr int kFiles = 2000;
  std::vector<std::pair<std::string, std::string>> files;
  for (int i = 0; i < kFiles; ++i) {
    files.emplace_back("data/" + std::to_string(i % 50) + "/" + std::to_string(i) + ".txt", std::to_string(i));
  }
  hub.add_files("acme/tiny", files);

  const auto ended = run("snapshot", "8");

  EXPECT_EQ(ended.code, 0) << ended.err;
  const auto info = hf::scan_cache_dir(cache_dir());
  ASSERT_EQ(info.repos.size(), 1U);
  EXPECT_EQ(info.repos[0].revisions[0].files.size(), kFiles + 1U);  // .gitattributes
}
