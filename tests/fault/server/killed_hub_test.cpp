// SPDX-License-Identifier: Apache-2.0
#include "huggingface_hub/server/embedded_hub.hpp"

#include "component/server/raw_client.hpp"
#include "fault/server/hub_process.hpp"
#include "support/temp_dir.hpp"

#include <gtest/gtest.h>

#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace huggingface_hub::testing {
namespace {

using nlohmann::json;

std::string commit_body(const std::string& path, const std::string& content) {
  const json header = {{"key", "header"}, {"value", {{"summary", "Add " + path}, {"description", ""}}}};
  const json file = {{"key", "file"}, {"value", {{"path", path}, {"content", content}, {"encoding", "utf-8"}}}};
  return header.dump() + "\n" + file.dump() + "\n";
}

struct Acknowledged {
  std::string path{};
  std::string commit{};
};

struct Progress {
  std::vector<Acknowledged> acknowledged{};
  std::condition_variable changed{};
  int ended{0};  // Writers that saw the hub go.
  std::mutex mutex{};
};

// Commits files one after the other until the hub is gone; each that was acknowledged is recorded.
void commit_until_killed(std::uint16_t port, int writer, Progress& progress) {
  try {
    RawClient client(port, "hf_w");
    for (int i = 0;; ++i) {
      const std::string path = "w" + std::to_string(writer) + "/" + std::to_string(i) + ".txt";
      const Answer answer = client.ask("POST", "/api/models/user/m/commit/main", commit_body(path, "content of " + path));
      if (answer.status != 200) break;
      const std::string commit = answer.json()["commitOid"];
      const std::lock_guard lock(progress.mutex);
      progress.acknowledged.push_back({path, commit});
      progress.changed.notify_all();
    }
  } catch (const std::exception&) {
    // Connecting failed: the hub is gone.
  }
  const std::lock_guard lock(progress.mutex);
  ++progress.ended;
  progress.changed.notify_all();
}

TEST(KilledHub, KeepsEveryAcknowledgedCommit) {
  const TempDir folder;
  const std::string hub_folder = (folder.path() / "hub").string();
  constexpr int writers_at_once = 3;
  Progress progress;
  for (std::size_t round = 1; round <= 3; ++round) {
    HubProcess process(hub_folder);
    RawClient(process.port(), "hf_w").post("/api/repos/create", {{"name", "m"}});
    std::vector<std::thread> writers;
    for (int writer = 0; writer < writers_at_once; ++writer) {
      writers.emplace_back(commit_until_killed, process.port(), writer, std::ref(progress));
    }
    {
      std::unique_lock lock(progress.mutex);
      progress.changed.wait(lock, [&] { return progress.acknowledged.size() >= 20 * round || progress.ended > 0; });
      EXPECT_EQ(progress.ended, 0);
    }
    process.kill();  // While all are at it.
    for (std::thread& writer : writers) writer.join();
    progress.ended = 0;
  }

  server::EmbeddedHubOptions options;
  options.folder = hub_folder;
  const auto hub = server::EmbeddedHub::start(options);

  EXPECT_TRUE(std::filesystem::is_empty(folder.path() / "hub" / "tmp"));
  for (const Acknowledged& each : progress.acknowledged) {
    EXPECT_EQ(hub.resolve("user/m", each.commit), each.commit);
    EXPECT_EQ(hub.read_file("user/m", each.path), "content of " + each.path);
  }
}

}  // namespace
}  // namespace huggingface_hub::testing
