// SPDX-License-Identifier: Apache-2.0
// One of several processes on a cache.
//   machine_process <endpoint> <home> file <name>
//   machine_process <endpoint> <home> local <name>        into <home>/mine
//   machine_process <endpoint> <home> snapshot <workers>
//   machine_process <endpoint> <home> rounds <number>     file_0.bin, file_1.bin, … and what is in them
//   machine_process <endpoint> <home> offline <name>      everything that asks nobody
//   machine_process <endpoint> <home> fork <name>         forks while it downloads; the child lives longer
//   machine_process <endpoint> <home> cancel <seed>       model.bin, a hundred times; prints how many ms the longest took
//   machine_process <endpoint> <home> limited <MiB>       model.bin with so much memory; prints the KiB it took
#include "support/download_fixture.hpp"

#include "huggingface_hub/cache/scan.hpp"
#include "huggingface_hub/errors.hpp"

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <exception>
#include <iterator>
#include <mutex>
#include <optional>
#include <random>
#include <stdexcept>
#include <thread>

namespace hf = huggingface_hub;
namespace fs = std::filesystem;

namespace {

void require(bool holds, const std::string& what) {
  if (!holds) throw std::runtime_error("not so: " + what);
}

void download_rounds(const hf::HfApi& api, int rounds) {
  for (int i = 0; i < rounds; ++i) {
    const std::string name = "file_" + std::to_string(i) + ".bin";
    const fs::path path = api.hf_hub_download("acme/tiny", name, {.download_timeout = std::chrono::milliseconds(50)});
    const auto seed = static_cast<unsigned>(i);
    require(hf::testing::read_file(path) == hf::testing::pattern(200'000, seed), name + " is whole");
  }
}

void use_offline(const hf::HfApi& connected, const std::string& name) {
  hf::HfApiOptions changes;
  changes.config = connected.config();
  changes.config->offline = true;
  changes.config->offline_variable = "HF_HUB_OFFLINE";
  const hf::HfApi api = connected.with(changes);
  const fs::path file = api.hf_hub_download("acme/tiny", name);
  require(api.snapshot_download("acme/tiny") / name == file, "the snapshot has the file");
  require(api.try_to_load_from_cache("acme/tiny", name).path() == file, "a look-up finds the file");
  require(hf::scan_cache_dir(api.config().hub_cache).warnings.empty(), "the cache is in order");
  for (const char* unknown : {"acme/unknown", "acme/tiny"}) {
    try {
      api.hf_hub_download(unknown, "not.there");
      require(false, "an unknown file is an error");
    } catch (const hf::LocalEntryNotFoundError&) {
    }
  }
  try {
    (void)api.model_info("acme/tiny");
    require(false, "offline mode asks nobody");
  } catch (const hf::OfflineModeIsEnabled&) {
  }
}

void fork_while_downloading(const hf::HfApi& api, const std::string& name) {
  int ends[2];
  require(::pipe(ends) == 0, "a pipe");
  pid_t child = -1;
  hf::HfHubDownloadOptions options;
  options.call.limit_rate = 100 * hf::testing::kMiB;
  options.progress = [&](const hf::ProgressEvent& event) {
    if (child != -1 || event.file_bytes == 0) return;
    child = ::fork();
    if (child != 0) return;
    ::close(ends[1]);
    char byte = 0;
    ::_exit(::read(ends[0], &byte, 1) == 0 ? 0 : 1);  // With all descriptors of the download, until it is told to go.
  };
  const fs::path path = api.hf_hub_download("acme/tiny", name, options);
  require(child > 0, "forked");
  const std::string etag = fs::canonical(path).filename().string();
  fs::remove(fs::canonical(path));
  (void)api.hf_hub_download("acme/tiny", name);  // The child holds no lock that would be in the way.
  ::close(ends[1]);
  int status = 0;
  require(::waitpid(child, &status, 0) == child && status == 0, "the child ended in order");
}

std::size_t count_threads() {
  return static_cast<std::size_t>(std::distance(fs::directory_iterator("/proc/self/task"), fs::directory_iterator()));
}

/// Cancels after `delay`, unless told that it is too late.
class Canceller {
 public:
  Canceller(hf::CancellationSource& source, std::chrono::microseconds delay)
      : source_(source), thread_([this, delay] {
          std::unique_lock lock(mutex_);
          if (over_.wait_for(lock, delay, [this] { return is_over_; })) return;
          cancelled_ = std::chrono::steady_clock::now();
          source_.cancel();
        }) {}

  /// How long ago it cancelled.
  std::chrono::steady_clock::duration end() {
    const auto now = std::chrono::steady_clock::now();
    {
      const std::lock_guard lock(mutex_);
      is_over_ = true;
      over_.notify_one();
    }
    thread_.join();
    return cancelled_ ? now - *cancelled_ : std::chrono::steady_clock::duration{};
  }

 private:
  hf::CancellationSource& source_;
  std::mutex mutex_{};
  std::condition_variable over_{};
  bool is_over_{false};
  std::optional<std::chrono::steady_clock::time_point> cancelled_{};
  std::thread thread_;
};

void cancel_at_random(const hf::HfApi& api, unsigned seed) {
  std::mt19937 random(seed);
  (void)api.hf_hub_download("acme/tiny", "model.bin");
  const std::size_t threads = count_threads();  // Those that a client has once it has done something.
  std::chrono::steady_clock::duration longest{};
  for (int i = 0; i < 100; ++i) {
    std::error_code ignored;
    if (fs::exists(api.config().hub_cache / "models--acme--tiny/refs/main", ignored)) {
      fs::remove_all(api.config().hub_cache, ignored);
    }
    hf::CancellationSource source;
    hf::HfHubDownloadOptions options;
    options.call.cancel = source.token();
    Canceller canceller(source, std::chrono::microseconds(random() % 60'000));
    try {
      (void)api.hf_hub_download("acme/tiny", "model.bin", options);
      (void)canceller.end();
    } catch (const hf::OperationCancelledError&) {
      longest = std::max(longest, canceller.end());
    }
    require(count_threads() <= threads, "all threads of the call have ended");
  }
  std::printf("%lld\n", static_cast<long long>(longest / std::chrono::milliseconds(1)));
}

void download_with_little_memory(const hf::HfApi& api, rlim_t mebibytes) {
  const rlimit limit{mebibytes << 20, mebibytes << 20};
  require(::setrlimit(RLIMIT_DATA, &limit) == 0, "a limit of memory");
  (void)api.hf_hub_download("acme/tiny", "model.bin");
  const std::string status = hf::testing::read_file("/proc/self/status");  // getrusage counts what was before exec.
  std::printf("%ld\n", std::stol(status.substr(status.find("VmHWM:") + 6)));
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 5) return 2;
  try {
    const fs::path home = argv[2];
    const hf::HfApi api = hf::testing::make_api(home, argv[1]);
    const std::string operation = argv[3];
    const std::string argument = argv[4];
    if (operation == "file") (void)api.hf_hub_download("acme/tiny", argument);
    if (operation == "local") (void)api.hf_hub_download("acme/tiny", argument, {.local_dir = home / "mine"});
    if (operation == "snapshot") (void)api.snapshot_download("acme/tiny", {.max_workers = std::stoi(argument)});
    if (operation == "rounds") download_rounds(api, std::stoi(argument));
    if (operation == "offline") use_offline(api, argument);
    if (operation == "fork") fork_while_downloading(api, argument);
    if (operation == "cancel") cancel_at_random(api, static_cast<unsigned>(std::stoul(argument)));
    if (operation == "limited") download_with_little_memory(api, std::stoul(argument));
    return 0;
  } catch (const hf::HfHubError& error) {
    std::fprintf(stderr, "%s (system error %d)\n", error.what(), error.error().system_error);
    return 1;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
}
