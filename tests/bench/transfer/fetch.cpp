// SPDX-License-Identifier: Apache-2.0
// What is measured: one call of the library. HF_ENDPOINT and HF_HOME say where from and where to.
//
//   bench_transfer_fetch file REPO NAME
//   bench_transfer_fetch snapshot REPO
//   bench_transfer_fetch upload REPO PATH        a file or a folder, in one commit
//   bench_transfer_fetch warm REPO ROUNDS        seconds of the fastest of several snapshots of what is there already
//   bench_transfer_fetch lookup REPO FILES       seconds for one look-up in the cache, of `data/0.txt` and so on
//   bench_transfer_fetch scan ROUNDS             seconds of the fastest scan of the cache
//   bench_transfer_fetch cancel REPO NAME ROUNDS seconds from the cancellation of a download to its end, the longest
#include "huggingface_hub/cache/lookup.hpp"
#include "huggingface_hub/cache/scan.hpp"
#include "huggingface_hub/hf_api.hpp"

#include <algorithm>
#include <chrono>
#include <exception>
#include <filesystem>
#include <functional>
#include <iostream>
#include <string>
#include <thread>
#include <vector>

namespace {

namespace hf = huggingface_hub;

double seconds(const std::function<void()>& work) {
  const auto start = std::chrono::steady_clock::now();
  work();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

double fastest(int rounds, const std::function<void()>& work) {
  double best = seconds(work);
  for (int round = 1; round < rounds; ++round) best = std::min(best, seconds(work));
  return best;
}

double look_up(const std::string& repo, int files) {
  std::vector<std::string> names;
  for (int i = 0; i < files; ++i) names.push_back("data/" + std::to_string(i) + ".txt");
  return fastest(5, [&] {
           for (const std::string& name : names) {
             if (!hf::try_to_load_from_cache(repo, name)) throw std::runtime_error(name + " is not cached");
           }
         }) / files;
}

/// Each download is cancelled a little later than the one before; what it leaves, the next one takes over.
double cancelled(const std::string& repo, const std::string& name, int rounds) {
  double longest = 0;
  for (int round = 0; round < rounds; ++round) {
    hf::CancellationSource source;
    hf::HfHubDownloadOptions options;
    options.call.cancel = source.token();
    std::chrono::steady_clock::time_point asked{};
    std::thread other([&, delay = std::chrono::milliseconds(10 + round * 17)] {
      std::this_thread::sleep_for(delay);
      asked = std::chrono::steady_clock::now();
      source.cancel();
    });
    bool is_whole = true;
    try {
      (void)hf::HfApi().hf_hub_download(repo, name, options);
    } catch (const hf::OperationCancelledError&) {
      is_whole = false;
    }
    const auto ended = std::chrono::steady_clock::now();
    other.join();
    if (is_whole) throw std::runtime_error("the download was faster than its cancellation");
    longest = std::max(longest, std::chrono::duration<double>(ended - asked).count());
  }
  return longest;
}

int run(const std::vector<std::string>& arguments) {
  const std::string what = arguments.empty() ? "" : arguments[0];
  const std::size_t count = arguments.size();
  if (what == "lookup" && count == 3) {
    std::cout << look_up(arguments[1], std::stoi(arguments[2])) << "\n";
  } else if (what == "scan" && count == 2) {
    std::cout << fastest(std::stoi(arguments[1]), [] { (void)hf::scan_cache_dir(); }) << "\n";
  } else if (what == "cancel" && count == 4) {
    std::cout << cancelled(arguments[1], arguments[2], std::stoi(arguments[3])) << "\n";
  } else if (what == "file" && count == 3) {
    std::cout << hf::HfApi().hf_hub_download(arguments[1], arguments[2]).string() << "\n";
  } else if (what == "snapshot" && count == 2) {
    std::cout << hf::HfApi().snapshot_download(arguments[1]).string() << "\n";
  } else if (what == "warm" && count == 3) {
    const hf::HfApi api;
    std::cout << fastest(std::stoi(arguments[2]), [&] { (void)api.snapshot_download(arguments[1]); }) << "\n";
  } else if (what == "upload" && count == 3 && std::filesystem::is_directory(arguments[2])) {
    std::cout << hf::HfApi().upload_folder(arguments[1], arguments[2]).oid << "\n";
  } else if (what == "upload" && count == 3) {
    std::cout << hf::HfApi().upload_file(arguments[2], "model.bin", arguments[1]).oid << "\n";
  } else {
    std::cerr << "usage: see the start of fetch.cpp\n";
    return 2;
  }
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return run(std::vector<std::string>(argv + 1, argv + argc));
  } catch (const std::exception& error) {
    std::cerr << error.what() << "\n";
    return 1;
  }
}
