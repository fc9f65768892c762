// SPDX-License-Identifier: Apache-2.0
/// @file
/// Safetensors checkpoints on the Hub: what they hold, and single tensors of them, without a download.
#pragma once

#include "huggingface_hub/call_options.hpp"
#include "huggingface_hub/export.hpp"
#include "huggingface_hub/repo_id.hpp"
#include "huggingface_hub/types/safetensors_metadata.hpp"

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>

HUGGINGFACE_HUB_NAMESPACE_BEGIN

class RemoteSafetensors;
class Session;

struct OpenRemoteSafetensorsOptions {
  std::optional<std::filesystem::path> cache_dir{};  ///< Looked into first; unset: that of `HfApi`, else `HF_HUB_CACHE`.
  /// `cancel`, `headers` and `retry` hold for later reads as well; `timeout` is for the opening, and for each call.
  CallOptions call{};
  std::optional<std::chrono::milliseconds> download_timeout{};  ///< Longest silence of a body; unset: 10 s.
  std::optional<std::string> endpoint{};
  std::optional<std::chrono::milliseconds> etag_timeout{};
  std::string library_name{};
  std::string library_version{};
  bool local_files_only{false};  ///< Ask nobody: the files must be cached.
  int max_workers{4};            ///< Connections, where several tensors are read.
  ProxyMap proxies{};
  RepoType repo_type{RepoType::model};
  std::optional<std::string> revision{};   ///< Branch, tag, PR ref or commit; unset: `main`.
  std::optional<std::string> subfolder{};  ///< Put before the file name.
  Token token{};
  std::string user_agent{};
};

struct GetSafetensorsMetadataOptions {
  CallOptions call{};
  RepoType repo_type{RepoType::model};
  std::optional<std::string> revision{};
  std::optional<std::chrono::milliseconds> timeout{};  ///< Longest silence of a body; unset: 10 s.
  Token token{};
};

struct ParseSafetensorsFileMetadataOptions {
  CallOptions call{};
  RepoType repo_type{RepoType::model};
  std::optional<std::string> revision{};
  std::optional<std::chrono::milliseconds> timeout{};  ///< Longest silence of a body; unset: 10 s.
  Token token{};
};

struct GetShardedSafetensorsMetadataOptions {
  CallOptions call{};
  std::string filename{"model.safetensors.index.json"};  ///< The index.
  std::optional<std::chrono::milliseconds> timeout{};    ///< Longest silence of the answer; unset: 10 s.
  Token token{};
};

/// Safetensors. Reached through `HfApi`. Const members are safe to call from any thread.
class HUGGINGFACE_HUB_EXPORT SafetensorsApi {
 public:
  /// Opens a checkpoint, to read single tensors of it. The result needs `huggingface_hub/remote_safetensors.hpp`, which
  /// not everybody should have to compile.
  ///
  /// Empty `filename`: `model.safetensors`, else `model.safetensors.index.json`. A name that ends in `.index.json` is
  /// that of an index, whose shards lie beside it. Costs a HEAD and a request for the first 100 kB of the file, a second
  /// one where its header is longer; of a sharded checkpoint a HEAD and a request for the index.
  ///
  /// @throws NotASafetensorsRepoError  `filename` is empty, and the repository has neither of the two.
  /// @throws SafetensorsParsingError   header or index cannot be what they should.
  /// @throws                           also what `HfApi::open` and `RemoteFile::read_at` throw.
  RemoteSafetensors open_remote_safetensors(const std::string& repo_id, const std::string& filename = {},
                                            const OpenRemoteSafetensorsOptions& options = {}) const;

  /// The headers of all safetensors files of a checkpoint (`spec/safetensors.md` 9): of `model.safetensors`, else of the
  /// shards of `model.safetensors.index.json`, eight at a time.
  ///
  /// @throws NotASafetensorsRepoError  the repository has neither. (Where it does not exist, that is said; Python says
  ///                                   `NotASafetensorsRepoError` then, too.)
  /// @throws SafetensorsParsingError   a header that cannot be read, or is larger than 25 MB.
  SafetensorsRepoMetadata get_safetensors_metadata(const std::string& repo_id,
                                                   const GetSafetensorsMetadataOptions& options = {}) const;

  /// The header of one safetensors file.
  /// @throws SafetensorsParsingError  as above.
  SafetensorsFileMetadata parse_safetensors_file_metadata(
      const std::string& repo_id, const std::string& filename,
      const ParseSafetensorsFileMetadataOptions& options = {}) const;

  /// The headers of all shards by one request to the Hub: models only, and their branch `main`.
  /// @throws RemoteEntryNotFoundError  there is no such index. HfHubHTTPError  a server that does not know the request.
  SafetensorsRepoMetadata get_sharded_safetensors_metadata(
      const std::string& repo_id, const GetShardedSafetensorsMetadataOptions& options = {}) const;

 protected:
  SafetensorsApi() = default;
  SafetensorsApi(const SafetensorsApi&) = default;
  SafetensorsApi& operator=(const SafetensorsApi&) = default;
  virtual ~SafetensorsApi();

 private:
  virtual const Session& session() const noexcept = 0;
};

HUGGINGFACE_HUB_NAMESPACE_END
