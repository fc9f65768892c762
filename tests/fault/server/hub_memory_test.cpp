// SPDX-License-Identifier: Apache-2.0
#include "component/server/raw_client.hpp"
#include "fault/server/hub_process.hpp"
#include "support/bytes.hpp"
#include "support/temp_dir.hpp"

#include "core/digest.hpp"

#include <gtest/gtest.h>

#include <cstdint>
#include <string>

namespace huggingface_hub::testing {
namespace {

using nlohmann::json;

TEST(HubMemory, DoesNotGrowWithFiles) {
  constexpr std::uint64_t blocks = 400;
  const TempDir folder;
  const HubProcess hub((folder.path() / "hub").string());
  RawClient client(hub.port(), "hf_w");
  client.post("/api/repos/create", {{"name", "m"}});
  const std::string block = pattern(kMiB);
  Digest digest(DigestKind::sha256);
  for (std::uint64_t i = 0; i < blocks; ++i) digest.update(block);
  const std::string oid = digest.finish_hex();
  const json object = {{"oid", oid}, {"size", blocks * kMiB}};
  const json batch = client.post("/user/m.git/info/lfs/objects/batch",
                                 {{"operation", "upload"}, {"objects", {object}}}).json();
  const std::string target = target_of(batch["objects"][0]["actions"]["upload"]["href"]);

  RawClient storage(hub.port());
  storage.socket().send_all("PUT " + target + " HTTP/1.1\r\nContent-Length: " + std::to_string(blocks * kMiB) + "\r\n\r\n");
  for (std::uint64_t i = 0; i < blocks; ++i) storage.socket().send_all(block);
  ASSERT_EQ(storage.receive().status, 200);
  const json line = {{"key", "lfsFile"}, {"value", {{"path", "w.bin"}, {"algo", "sha256"}, {"oid", oid}}}};
  const json header = {{"key", "header"}, {"value", {{"summary", "Add"}}}};
  ASSERT_EQ(client.ask("POST", "/api/models/user/m/commit/main", header.dump() + "\n" + line.dump()).status, 200);
  const std::string location = client.head("/user/m/resolve/main/w.bin").header("location");
  storage.socket().send_all("GET " + target_of(location) + " HTTP/1.1\r\n\r\n");
  EXPECT_EQ(storage.receive(false).status, 200);
  for (std::uint64_t i = 0; i < blocks; ++i) ASSERT_EQ(storage.socket().receive(kMiB), block);

  EXPECT_GT(hub.peak_memory(), 0U);
  EXPECT_LT(hub.peak_memory(), 200 * kKiB);  // In KiB; a sanitizer needs most of it.
}

}  // namespace
}  // namespace huggingface_hub::testing
