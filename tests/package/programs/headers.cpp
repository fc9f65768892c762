// SPDX-License-Identifier: Apache-2.0
// A user's program in C++17 that has the headers and links nothing of ours.
#include <huggingface_hub/cache/lookup.hpp>
#include <huggingface_hub/errors.hpp>
#include <huggingface_hub/json.hpp>
#include <huggingface_hub/repo_id.hpp>
#include <huggingface_hub/result.hpp>

#include <filesystem>
#include <fstream>
#include <iostream>

namespace hf = huggingface_hub;
namespace fs = std::filesystem;

namespace {

const char* const kCommit = "0123456789abcdef0123456789abcdef01234567";

/// A cache as another program might have left it.
void fill(const fs::path& cache) {
  const fs::path repo = cache / "models--me--tiny";
  fs::create_directories(repo / "refs");
  fs::create_directories(repo / "snapshots" / kCommit);
  std::ofstream(repo / "refs" / "main") << kCommit;
  std::ofstream(repo / "snapshots" / kCommit / "config.json") << R"({"hidden": 3})";
}

bool finds_a_cached_file(const fs::path& cache) {
  const hf::cache::RepoFolder repo(cache, "me/tiny");
  const auto commit = hf::cache::resolve_cached_revision(repo, "main");
  return commit && *commit == kCommit;
}

bool throws_by_name() {
  const hf::Result<int> nothing = hf::Error{hf::ErrorCode::local_entry_not_found, "It is not in the cache.", {}, {}, 0, {}};
  try {
    return hf::Result<int>(nothing).value() < 0;
  } catch (const hf::EntryNotFoundError& error) {
    return error.code() == hf::ErrorCode::local_entry_not_found;
  }
}

}  // namespace

int main() {
  const fs::path cache = fs::current_path() / "cache";
  fill(cache);
  const bool good = finds_a_cached_file(cache) && throws_by_name() && hf::repo_id_problem("a/b/c") &&
                    hf::parse(hf::JsonText(R"({"hidden": 3})")).at("hidden") == 3;
  std::cout << (good ? "the headers alone work\n" : "the headers alone do not work\n");
  return good ? 0 : 1;
}
