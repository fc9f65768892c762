// SPDX-License-Identifier: Apache-2.0
/// @file
/// The cache of the worked example `spec/cache.md` 19.5, as the Python client leaves it.
#pragma once

#include "support/temp_dir.hpp"

#include <filesystem>
#include <string>

#include <sys/stat.h>

namespace huggingface_hub::testing {

struct WorkedCache {
  static constexpr const char* kConfigV1 = "30b72bed7a436da1c61d5c0b0c82e4d9d4a91330";
  static constexpr const char* kConfigMain = "5e41261fd0ed224f71d0d550b611058547744edc";
  static constexpr const char* kOnnx = "d297fac6ffc5f5c86b9899d1e4711d1e5da9bf34d10821561e3173eab349bf00";
  static constexpr const char* kModel = "c8f5d0341d54d951a71b136e6e2afcb14d11ed8489a7ae126a8fee0df6ecf193";
  static constexpr const char* kXet = "e3d10b180a301f1c404c65e6ed3ec256dfa7d123804fdee6d6b13f2860af9f14";
  static constexpr const char* kAttributes = "7e83e38ff41140b1c8614046ba7999c4e9c7d0c8";
  static constexpr const char* kV1 = "95e018ff78ea7e44b775ff57cf24bc774f566e32";
  static constexpr const char* kMain = "1cb5a12216b20c5e1f36733a6924001214b1deb5";
  static constexpr const char* kOther = "b752a231ee4c93e8b62cb35295baf25e6f8e516f";

  explicit WorkedCache(std::filesystem::path folder) : root(std::move(folder)) {
    write_file(root / "CACHEDIR.TAG", "tag");
    write_file(root / ".locks/models--acme--tiny" / (std::string(kOnnx) + ".lock"), "");
    make_store();
    make_tiny();
    make_other();
  }

  [[nodiscard]] std::filesystem::path payload() const { return root / "blobs/e3" / kXet; }
  [[nodiscard]] std::filesystem::path list() const { return payload().string() + ".refs"; }
  [[nodiscard]] std::filesystem::path tiny() const { return root / "models--acme--tiny"; }
  [[nodiscard]] std::filesystem::path other() const { return root / "models--acme--other"; }

  std::filesystem::path root;

 private:
  static void link(const std::filesystem::path& at, const std::string& target) {
    std::filesystem::create_directories(at.parent_path());
    std::filesystem::create_symlink(target, at);
  }

  void make_store() const {
    write_file(root / "blobs/.huggingface-shared-blobs", "1\n");
    std::string bytes;
    for (int i = 0; i < 4096; ++i) bytes += static_cast<char>(i % 256);
    write_file(payload(), bytes);
    ::chmod(payload().c_str(), 0444);
    write_file(payload().string() + ".lock", "");
    write_file(list(), "models--acme--tiny/blobs/" + std::string(kModel) + "\nmodels--acme--other/blobs/" +
                           std::string(kModel) + "\n");
  }

  void make_tiny() const {
    const std::filesystem::path repo = tiny();
    write_file(repo / "blobs" / kConfigV1, "{\"hidden\": 8}\n");
    write_file(repo / "blobs" / kConfigMain, "{\"hidden\": 16}\n");
    std::string onnx;
    for (int i = 0; i < 75; ++i) onnx += "onnx";
    write_file(repo / "blobs" / kOnnx, onnx);
    write_file(repo / "blobs" / kAttributes, std::string(1519, 'x'));
    link(repo / "blobs" / kModel, std::string("../../blobs/e3/") + kXet);
    write_file(repo / "refs/main", kMain);
    write_file(repo / "refs/v1.0", kV1);
    for (const char* commit : {kMain, kV1}) {
      const std::filesystem::path snapshot = repo / "snapshots" / commit;
      link(snapshot / "config.json", std::string("../../blobs/") + (commit == kV1 ? kConfigV1 : kConfigMain));
      link(snapshot / "model.safetensors", std::string("../../blobs/") + kModel);
      link(snapshot / "onnx/model.onnx", std::string("../../../blobs/") + kOnnx);
    }
    link(repo / "snapshots" / kV1 / ".gitattributes", std::string("../../blobs/") + kAttributes);
    write_file(repo / "trees" / (std::string(kV1) + ".json"), "{}");
  }

  void make_other() const {
    const std::filesystem::path repo = other();
    write_file(repo / "blobs" / kConfigV1, "{\"hidden\": 8}\n");
    write_file(repo / "blobs" / kAttributes, std::string(1519, 'x'));
    link(repo / "blobs" / kModel, std::string("../../blobs/e3/") + kXet);
    write_file(repo / "refs/main", kOther);
    const std::filesystem::path snapshot = repo / "snapshots" / kOther;
    link(snapshot / ".gitattributes", std::string("../../blobs/") + kAttributes);
    link(snapshot / "config.json", std::string("../../blobs/") + kConfigV1);
    link(snapshot / "model.safetensors", std::string("../../blobs/") + kModel);
  }
};

}  // namespace huggingface_hub::testing
