// SPDX-License-Identifier: Apache-2.0
#include "component/hub/hub_fixture.hpp"

#include "core/digest.hpp"
#include "support/bytes.hpp"

#include "huggingface_hub/errors.hpp"
#include "huggingface_hub/server/fault_proxy.hpp"

#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>

namespace huggingface_hub {
namespace {

using ::testing::HasSubstr;
using testing::pattern;

constexpr std::uint64_t kPartSize = 100'000;
constexpr std::uint64_t kSize = 950'000;

struct Storage : testing::HubTest {
  Storage() : HubTest(options()) { api.create_repo("user/tiny"); }
  static server::EmbeddedHubOptions options() {
    server::EmbeddedHubOptions options;
    options.lfs_part_size = kPartSize;
    return options;
  }
  [[nodiscard]] HfApi through(const server::FaultProxy& network) const {
    HfApiOptions options = client_options();
    options.endpoint = network.url();
    return HfApi(options);
  }
};

struct CutPart : Storage, ::testing::WithParamInterface<std::uint64_t> {};

TEST_P(CutPart, IsSentAgainAlone) {
  auto network = server::FaultProxy::in_front_of(hub);
  network.on_next_body("/_storage/parts/").in_flow(server::Flow::to_server).reset_after(GetParam());

  through(network).upload_file(write("w.safetensors", pattern(kSize)), "w.safetensors", "user/tiny");

  EXPECT_EQ(hub.read_file("user/tiny", "w.safetensors"), pattern(kSize));
  EXPECT_LE(network.body_bytes("/_storage/parts/", server::Flow::to_server), kSize + kPartSize);
  EXPECT_EQ(requests("POST", "objects/batch").size(), 1U);
}

INSTANTIATE_TEST_SUITE_P(Storage, CutPart, ::testing::Values(1U, 50'000U, 99'999U));

TEST_F(Storage, IsAskedAgainWhereAPartUrlHasExpired) {
  hub.script({.body = "<Error><Code>AccessDenied</Code><Message>Request has expired</Message></Error>",
              .method = "PUT",
              .skip = 3,
              .status = 403});

  api.upload_file(write("w.safetensors", pattern(kSize)), "w.safetensors", "user/tiny");

  EXPECT_EQ(hub.read_file("user/tiny", "w.safetensors"), pattern(kSize));
  EXPECT_EQ(requests("POST", "objects/batch").size(), 2U);
}

TEST_F(Storage, IsAskedAgainWhereTheOnlyUrlHasExpired) {
  hub.script({.method = "PUT", .status = 403});

  api.upload_file(write("w.safetensors", pattern(500)), "w.safetensors", "user/tiny");

  EXPECT_EQ(hub.read_file("user/tiny", "w.safetensors"), pattern(500));
  EXPECT_EQ(requests("POST", "objects/batch").size(), 2U);
}

TEST_F(Storage, KeepsThePartsThatAnUploadHasWhenItsUrlsAreNew) {
  // The second answer of the Hub names the same upload with other URLs, as a storage does whose links expire.
  const std::string id = sha256_hex(pattern(kSize));
  const auto answer = [&](const std::string& signature) {
    std::string parts;
    for (int i = 1; i <= 10; ++i) {
      parts += ",\"" + std::to_string(i) + "\":\"" + hub.url() + "/s/" + std::to_string(i) +
               "?uploadId=U1&sig=" + signature + "\"";
    }
    return R"({"objects":[{"oid":")" + id + R"(","size":950000,"actions":{"upload":{"href":")" + hub.url() +
           R"(/s/complete?uploadId=U1&sig=)" + signature + R"(","header":{"chunk_size":"100000")" + parts + "}}}}]}";
  };
  const auto path = write("w.safetensors", pattern(kSize));
  const std::vector<std::pair<std::string, std::string>> json{{"Content-Type", "application/json"}};
  hub.script({.body = answer("old"), .headers = json, .path_contains = "objects/batch", .status = 200});
  hub.script({.body = answer("new"), .headers = json, .path_contains = "objects/batch", .status = 200});
  hub.script({.method = "PUT", .path_contains = "/s/7?uploadId=U1&sig=old", .status = 403});
  hub.script({.headers = {{"ETag", "\"e\""}}, .method = "PUT", .path_contains = "/s/", .status = 200, .times = 100});
  hub.script({.body = "{}", .headers = json, .method = "POST", .path_contains = "/s/complete", .status = 200});

  api.preupload_lfs_files("user/tiny", {CommitOperationAdd("w.safetensors", path)});

  EXPECT_EQ(requests("PUT", "/s/").size(), 11U);  // Ten parts, one of them twice.
}

TEST_F(Storage, GivesUpWhereNoUrlIsEverGood) {
  hub.script({.method = "PUT", .status = 403, .times = 1000});

  try {
    api.upload_file(write("w.safetensors", pattern(kSize)), "w.safetensors", "user/tiny");
    FAIL() << "no error";
  } catch (const HfHubHTTPError& error) {
    EXPECT_EQ(error.status(), 403);
    EXPECT_THAT(error.what(), HasSubstr("'w.safetensors'"));
  }
  EXPECT_LE(requests("POST", "objects/batch").size(), 4U);
  EXPECT_TRUE(requests("POST", "/commit/").empty());
}

TEST_F(Storage, NeverHoldsAFileThatChangedWhileItWasSent) {
  const auto path = write("w.safetensors", pattern(kSize));
  hub.on_request([&](const server::RequestRecord& record) {
    if (record.target.find("/_storage/parts/") == std::string::npos) return;
    std::ofstream(path, std::ios::binary | std::ios::in).seekp(static_cast<std::streamoff>(kSize) - 1).put('!');
  });

  EXPECT_THROW(api.upload_file(path, "w.safetensors", "user/tiny"), IntegrityError);

  EXPECT_TRUE(requests("POST", "/api/complete_multipart").empty());
  EXPECT_TRUE(requests("POST", "/commit/").empty());
  hub.on_request({});
}

TEST_F(Storage, TakesPartsOfAFileSideBySide) {
  auto network = server::FaultProxy::in_front_of(hub);
  const auto fault = network.on_next_body("/_storage/parts/").in_flow(server::Flow::to_server).hold_at(1000);
  hub.on_request([&](const server::RequestRecord& record) {
    // The others go on while one stands still.
    if (record.target.find("partNumber=10") != std::string::npos) fault.release();
  });

  through(network).upload_file(write("w.safetensors", pattern(kSize)), "w.safetensors", "user/tiny");

  EXPECT_EQ(hub.read_file("user/tiny", "w.safetensors"), pattern(kSize));
  hub.on_request({});
}

}  // namespace
}  // namespace huggingface_hub
