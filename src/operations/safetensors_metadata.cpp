// SPDX-License-Identifier: Apache-2.0
// What the headers of a repository say, as the Python client gives it.
#include "core/executor.hpp"
#include "core/text.hpp"
#include "hub/requests.hpp"
#include "operations/open_file.hpp"
#include "operations/safetensors_header.hpp"

#include "huggingface_hub/api/safetensors_api.hpp"
#include "huggingface_hub/safetensors/header.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <utility>
#include <vector>

HUGGINGFACE_HUB_NAMESPACE_BEGIN
namespace {

using nlohmann::json;
using FilePtr = operations::RemoteFilePtr;

// The client's own limit, below that of the format (spec/safetensors.md 9).
constexpr std::uint64_t kMaxHeader = 25'000'000;
constexpr std::size_t kWorkers = 8;

template <typename Options>
OpenOptions as_open(const Options& options) {
  OpenOptions same;
  same.call = hub::with_deadline(options.call);
  same.download_timeout = options.timeout;
  same.read_ahead = 0;
  same.repo_type = options.repo_type;
  same.revision = options.revision;
  same.token = options.token;
  return same;
}

std::string subject_of(const std::string& filename, const std::string& repo_id, const OpenOptions& options) {
  return "'" + filename + "' of " + repo_id + " at revision \"" + options.revision.value_or("main") + "\"";
}

SafetensorsFileMetadata read_metadata(const FilePtr& file, const std::string& subject,
                                      const CancellationToken& cancel) {
  const std::string bytes = take(operations::read_header_bytes(*file, kMaxHeader, cancel));
  return operations::parse_file_metadata(std::string_view(bytes).substr(safetensors::kLengthSize), subject);
}

void read_shards(const Session& session, const std::string& repo_id, const OpenOptions& options,
                 SafetensorsRepoMetadata& repo) {
  std::vector<std::pair<const std::string, SafetensorsFileMetadata>*> files;
  for (const auto& [tensor, shard] : repo.weight_map) repo.files_metadata[shard];
  for (auto& entry : repo.files_metadata) files.push_back(&entry);
  parallel_for(files.size(), kWorkers, options.call.cancel, [&](std::size_t i, const CancellationToken& cancel) {
    const std::string& name = files[i]->first;
    OpenOptions mine = options;
    mine.call.cancel = cancel;
    Result<FilePtr> file = operations::open_file(session, repo_id, name, mine);
    if (!file.ok()) return Result<void>(file.error());
    return as_result([&] { files[i]->second = read_metadata(*file, subject_of(name, repo_id, mine), cancel); });
  }).value();
}

[[noreturn]] void unexpected_answer(const std::string& repo_id) {
  throw_error(operations::safetensors_error("The answer for the safetensors metadata of " + repo_id +
                                            " is not what it should be: an object with 'index' and 'headers'."));
}

}  // namespace

SafetensorsApi::~SafetensorsApi() = default;

SafetensorsFileMetadata SafetensorsApi::parse_safetensors_file_metadata(
    const std::string& repo_id, const std::string& filename, const ParseSafetensorsFileMetadataOptions& options) const {
  cache::validate_filename(filename);
  const OpenOptions open = as_open(options);
  const FilePtr file = take(operations::open_file(session(), repo_id, filename, open));
  return read_metadata(file, subject_of(filename, repo_id, open), open.call.cancel);
}

SafetensorsRepoMetadata SafetensorsApi::get_safetensors_metadata(const std::string& repo_id,
                                                                 const GetSafetensorsMetadataOptions& options) const {
  OpenOptions open = as_open(options);
  const FilePtr file = take(operations::open_checkpoint(session(), repo_id, "", open));
  SafetensorsRepoMetadata repo;
  if (file->name == operations::kSafetensorsFile) {
    repo.files_metadata[file->name] = read_metadata(file, subject_of(file->name, repo_id, open), open.call.cancel);
  } else {
    operations::ShardIndex index = take(operations::read_shard_index(*file, open.call.cancel));
    repo.sharded = true;
    if (!index.metadata.empty()) repo.metadata = std::move(index.metadata);
    repo.weight_map = std::move(index.weight_map);
    open.revision = file->commit;
    read_shards(session(), repo_id, open, repo);
  }
  operations::complete(repo);
  return repo;
}

SafetensorsRepoMetadata SafetensorsApi::get_sharded_safetensors_metadata(
    const std::string& repo_id, const GetShardedSafetensorsMetadataOptions& options) const {
  cache::validate_filename(options.filename);
  ApiRequest request = hub::request(http::Method::get,
                                    hub::repo_path(RepoType::model, repo_id) + "/safetensors-metadata/" +
                                        percent_encode(options.filename, "/"),
                                    options.call, options.token);
  request.stall_timeout = options.timeout.value_or(session().config().download_timeout);
  const http::Response response = take(session().send(request));
  const json content = json::parse(response.body, nullptr, /*allow_exceptions=*/false);
  if (!content.is_object() || !content.contains("headers") || !content["headers"].is_object()) {
    unexpected_answer(repo_id);
  }
  SafetensorsRepoMetadata repo;
  repo.sharded = true;
  for (const auto& [shard, header] : content["headers"].items()) {
    repo.files_metadata.emplace(shard, operations::parse_file_metadata(header, "'" + shard + "' of " + repo_id));
  }
  if (const auto index = content.find("index"); index != content.end() && index->is_object()) {
    const auto metadata = index->find("metadata");
    if (metadata != index->end() && !metadata->is_null()) repo.metadata = JsonText(metadata->dump());
  }
  operations::complete(repo);
  return repo;
}

HUGGINGFACE_HUB_NAMESPACE_END
