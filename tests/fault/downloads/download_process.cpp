// SPDX-License-Identifier: Apache-2.0
// A program that uses the cache of a test at the same time, or that is killed while it does. Not a fork of the test:
// that one has the threads of a hub, whose locks a fork would keep as they are at that moment.
//   download_process <endpoint> <home> file <name>
//   download_process <endpoint> <home> local <name>                     into <home>/mine
//   download_process <endpoint> <home> snapshot <report at which it kills itself>
//   download_process <endpoint> <home> delete <how often>
#include "support/download_fixture.hpp"

#include "huggingface_hub/cache/scan.hpp"
#include "huggingface_hub/errors.hpp"

#include <csignal>
#include <cstdio>
#include <exception>

namespace hf = huggingface_hub;

namespace {

// Each report is a line with the bytes that are there.
void tell(const hf::ProgressEvent& event) {
  std::printf("%llu\n", static_cast<unsigned long long>(event.file_bytes));
  std::fflush(stdout);
}

void download_snapshot(const hf::HfApi& api, int killed_at) {
  int reports = 0;
  hf::SnapshotDownloadOptions options;
  options.progress = [&](const hf::ProgressEvent&) {
    if (++reports == killed_at) ::raise(SIGKILL);
  };
  api.snapshot_download("acme/tiny", options);
}

void delete_everything(const std::filesystem::path& cache_dir, int times) {
  std::puts("begun");
  std::fflush(stdout);
  for (int i = 0; i < times; ++i) {
    try {
      const hf::HFCacheInfo info = hf::scan_cache_dir(cache_dir);
      std::vector<std::string> commits;
      for (const auto& repository : info.repos) {
        for (const auto& revision : repository.revisions) commits.push_back(revision.commit_hash);
      }
      info.delete_revisions(commits).execute();
    } catch (const hf::HfHubError&) {
      // No cache yet.
    }
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 5) return 2;
  try {
    const std::filesystem::path home = argv[2];
    const hf::HfApi api = hf::testing::make_api(home, argv[1]);
    const std::string operation = argv[3];
    if (operation == "file") api.hf_hub_download("acme/tiny", argv[4], {.progress = tell});
    if (operation == "local") api.hf_hub_download("acme/tiny", argv[4], {.local_dir = home / "mine", .progress = tell});
    if (operation == "snapshot") download_snapshot(api, std::stoi(argv[4]));
    if (operation == "delete") delete_everything(home / "hub", std::stoi(argv[4]));
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
}
