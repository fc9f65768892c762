// SPDX-License-Identifier: Apache-2.0
#include "huggingface_hub/remote_safetensors.hpp"

#include "core/executor.hpp"
#include "operations/open_file.hpp"
#include "operations/safetensors_header.hpp"
#include "transfer/range_jobs.hpp"

#include "huggingface_hub/api/safetensors_api.hpp"
#include "huggingface_hub/cache/layout.hpp"
#include "huggingface_hub/safetensors/header.hpp"

#include <algorithm>
#include <memory>
#include <mutex>
#include <unordered_map>
#include <utility>

HUGGINGFACE_HUB_NAMESPACE_BEGIN
namespace operations {
namespace {

// Between tensors that are read together, rather than a request more.
constexpr std::uint64_t kLargestGap = std::uint64_t{32} << 10;
constexpr std::uint64_t kSmallestPart = std::uint64_t{4} << 20;
constexpr std::uint64_t kLargestPart = std::uint64_t{16} << 20;

}  // namespace

/// One file with tensors. Its header is read when it is first needed, and does not change afterwards.
struct Shard {
  std::mutex loading{};
  RemoteFilePtr file{};  ///< Null until then.
  safetensors::Header header{};
  std::unordered_map<std::string, std::size_t> places{};  ///< Of the tensors in the header.
};

/// A tensor that was found, and where it is to go.
struct WantedTensor {
  const Shard* shard{nullptr};
  const safetensors::TensorInfo* info{nullptr};
  char* data{nullptr};
};

/// What is to be read of which file.
using PiecesOfShards = std::map<const Shard*, std::vector<transfer::MemoryPiece>>;

}  // namespace operations

using operations::PiecesOfShards;
using operations::Shard;
using operations::WantedTensor;

struct detail::RemoteSafetensorsState {
  std::string commit{};
  std::string filename{};
  std::string folder{};  ///< That the shards are in, with its slash.
  JsonText index_metadata{};
  bool is_sharded{false};
  std::size_t max_workers{1};
  OpenOptions open{};  ///< Of every shard; the revision is the commit.
  std::string repo_id{};
  std::shared_ptr<const Session> session{};
  std::map<std::string, std::unique_ptr<Shard>> shards{};
  std::map<std::string, std::string> weight_map{};

  /// The token of a call that begins now.
  [[nodiscard]] CancellationToken token() const {
    return open.call.timeout ? open.call.cancel.with_timeout(*open.call.timeout) : open.call.cancel;
  }
  Result<void> load(const std::string& name, const CancellationToken& cancel) const;
  static Result<void> read_header(Shard& shard, const CancellationToken& cancel);
  [[nodiscard]] Result<WantedTensor> find(const std::string& name, const CancellationToken& cancel) const;
  [[nodiscard]] Result<std::vector<WantedTensor>> find_all(const std::vector<std::string>& names,
                                                           const CancellationToken& cancel) const;
  Result<void> read(const std::vector<WantedTensor>& tensors, const CancellationToken& cancel) const;
  Result<void> read(PiecesOfShards pieces, const CancellationToken& cancel) const;
};

using detail::RemoteSafetensorsState;

/// Opens the file of a shard and reads its header, unless that was done.
Result<void> RemoteSafetensorsState::load(const std::string& name, const CancellationToken& cancel) const {
  Shard& shard = *shards.find(name)->second;
  const std::lock_guard lock(shard.loading);
  if (shard.file) return {};
  // With the token of all calls: the file is read after this one as well.
  Result<operations::RemoteFilePtr> file = operations::open_file(*session, repo_id, folder + name, open);
  if (!file.ok()) return file.error();
  shard.file = std::move(*file);
  Result<void> done = read_header(shard, cancel);
  if (!done.ok()) shard.file.reset();
  return done;
}

Result<void> RemoteSafetensorsState::read_header(Shard& shard, const CancellationToken& cancel) {
  const Result<std::string> bytes = operations::read_header_bytes(*shard.file, safetensors::kMaxHeaderSize, cancel);
  if (!bytes.ok()) return bytes.error();
  Result<safetensors::Header> header =
      as_result([&] { return safetensors::parse_header(*bytes, shard.file->size, shard.file->name); });
  if (!header.ok()) return header.error();
  shard.header = std::move(*header);
  for (std::size_t i = 0; i < shard.header.tensors.size(); ++i) shard.places[shard.header.tensors[i].name] = i;
  return {};
}

Result<WantedTensor> RemoteSafetensorsState::find(const std::string& name, const CancellationToken& cancel) const {
  const auto entry = weight_map.find(name);
  if (entry == weight_map.end()) {
    return operations::safetensors_error("'" + filename + "' of " + repo_id + " does not contain tensor " + name + ".");
  }
  if (Result<void> loaded = load(entry->second, cancel); !loaded.ok()) return loaded.error();
  const Shard& shard = *shards.find(entry->second)->second;
  const auto place = shard.places.find(name);
  if (place == shard.places.end()) {
    return operations::safetensors_error("The index '" + filename + "' of " + repo_id + " says that tensor " + name +
                                         " is in '" + entry->second + "', which does not contain it.");
  }
  return WantedTensor{&shard, &shard.header.tensors[place->second], nullptr};
}

Result<std::vector<WantedTensor>> RemoteSafetensorsState::find_all(const std::vector<std::string>& names,
                                                                   const CancellationToken& cancel) const {
  std::vector<std::string> files;
  for (const std::string& name : names) {
    if (const auto entry = weight_map.find(name); entry != weight_map.end()) files.push_back(entry->second);
  }
  std::sort(files.begin(), files.end());
  files.erase(std::unique(files.begin(), files.end()), files.end());
  Result<void> loaded =
      parallel_for(files.size(), max_workers, cancel,
                   [&](std::size_t i, const CancellationToken& token) { return load(files[i], token); });
  if (!loaded.ok()) return loaded.error();
  std::vector<WantedTensor> found;
  found.reserve(names.size());
  for (const std::string& name : names) {
    Result<WantedTensor> tensor = find(name, cancel);
    if (!tensor.ok()) return tensor.error();
    found.push_back(*tensor);
  }
  return found;
}

Result<void> RemoteSafetensorsState::read(const std::vector<WantedTensor>& tensors,
                                          const CancellationToken& cancel) const {
  PiecesOfShards pieces;
  for (const WantedTensor& tensor : tensors) {
    pieces[tensor.shard].push_back({tensor.shard->header.data_begin + tensor.info->begin, tensor.data,
                                    static_cast<std::size_t>(tensor.info->byte_size())});
  }
  return read(std::move(pieces), cancel);
}

Result<void> RemoteSafetensorsState::read(PiecesOfShards pieces, const CancellationToken& cancel) const {
  std::uint64_t total = 0;
  for (const auto& [shard, parts] : pieces) {
    for (const transfer::MemoryPiece& piece : parts) total += piece.size;
  }
  struct Job {
    const Shard* shard;
    std::vector<transfer::MemoryPiece> pieces;
  };
  std::vector<Job> jobs;
  const std::uint64_t part = std::clamp(total / max_workers + 1, operations::kSmallestPart, operations::kLargestPart);
  for (auto& [shard, parts] : pieces) {
    for (auto& job : transfer::make_range_jobs(std::move(parts), operations::kLargestGap, part)) {
      jobs.push_back({shard, std::move(job)});
    }
  }
  return parallel_for(jobs.size(), max_workers, cancel, [&](std::size_t i, const CancellationToken& token) {
    return jobs[i].shard->file->read(jobs[i].pieces, token);
  });
}

void detail::refuse_tensor_type(const safetensors::TensorInfo& info) {
  throw_error(operations::safetensors_error("Tensor " + info.name + " holds " +
                                            std::string(safetensors::to_string(info.dtype)) +
                                            ", which is not what was asked for."));
}

const std::string& RemoteSafetensors::commit_hash() const noexcept { return state_->commit; }
const std::string& RemoteSafetensors::filename() const noexcept { return state_->filename; }
bool RemoteSafetensors::is_sharded() const noexcept { return state_->is_sharded; }
const std::map<std::string, std::string>& RemoteSafetensors::weight_map() const noexcept { return state_->weight_map; }
const JsonText& RemoteSafetensors::index_metadata() const noexcept { return state_->index_metadata; }
bool RemoteSafetensors::contains(const std::string& name) const { return state_->weight_map.count(name) != 0; }

std::vector<std::string> RemoteSafetensors::files() const {
  std::vector<std::string> names;
  for (const auto& [name, shard] : state_->shards) names.push_back(state_->folder + name);
  return names;
}

std::vector<std::string> RemoteSafetensors::names() const {
  std::vector<std::string> names;
  names.reserve(state_->weight_map.size());
  for (const auto& [name, file] : state_->weight_map) names.push_back(name);
  return names;
}

const safetensors::TensorInfo& RemoteSafetensors::info(const std::string& name) const {
  return *take(state_->find(name, state_->token())).info;
}

std::vector<safetensors::TensorInfo> RemoteSafetensors::infos() const {
  std::vector<safetensors::TensorInfo> infos;
  for (const WantedTensor& tensor : take(state_->find_all(names(), state_->token()))) infos.push_back(*tensor.info);
  return infos;
}

std::optional<safetensors::Metadata> RemoteSafetensors::metadata(const std::string& file) const {
  const bool is_only = file.empty() && state_->shards.size() == 1;
  const bool is_inside = file.compare(0, state_->folder.size(), state_->folder) == 0;
  const auto shard = is_only     ? state_->shards.begin()
                     : is_inside ? state_->shards.find(file.substr(state_->folder.size()))
                                 : state_->shards.end();
  if (shard == state_->shards.end()) {
    throw_error(ErrorCode::validation, "'" + file + "' is not one of the files of '" + state_->filename +
                                           "'. Name one that files() gives.");
  }
  state_->load(shard->first, state_->token()).value();
  return shard->second->header.metadata;
}

RemoteTensor RemoteSafetensors::tensor(const std::string& name) const { return tensors({name}).front(); }

std::vector<RemoteTensor> RemoteSafetensors::tensors(const std::vector<std::string>& names) const {
  const CancellationToken token = state_->token();
  std::vector<WantedTensor> wanted = take(state_->find_all(names, token));
  std::vector<RemoteTensor> tensors;
  tensors.reserve(wanted.size());
  for (WantedTensor& tensor : wanted) {
    // Not initialised: every byte of it arrives.
    const std::shared_ptr<char[]> bytes(new char[static_cast<std::size_t>(tensor.info->byte_size())]);
    tensor.data = bytes.get();
    tensors.emplace_back(*tensor.info, bytes);
  }
  state_->read(wanted, token).value();
  return tensors;
}

RemoteTensor RemoteSafetensors::slice(const std::string& name, const std::vector<safetensors::Axis>& axes) const {
  const CancellationToken token = state_->token();
  const WantedTensor whole = take(state_->find(name, token));
  safetensors::TensorSlice part = safetensors::plan_slice(*whole.info, axes);
  const std::shared_ptr<char[]> bytes(new char[static_cast<std::size_t>(part.byte_size())]);
  const auto size = static_cast<std::size_t>(part.piece_size);
  char* to = bytes.get();
  PiecesOfShards pieces;
  part.for_each_piece([&](std::uint64_t offset) {
    pieces[whole.shard].push_back({whole.shard->header.data_begin + whole.info->begin + offset, to, size});
    to += size;
  });
  state_->read(std::move(pieces), token).value();
  return {safetensors::TensorInfo{0, whole.info->dtype, part.byte_size(), name, std::move(part.shape)}, bytes};
}

void RemoteSafetensors::read(const std::vector<TensorTarget>& targets) const {
  const CancellationToken token = state_->token();
  std::vector<std::string> names;
  names.reserve(targets.size());
  for (const TensorTarget& target : targets) names.push_back(target.name);
  std::vector<WantedTensor> wanted = take(state_->find_all(names, token));
  for (std::size_t i = 0; i < targets.size(); ++i) {
    if (targets[i].size != wanted[i].info->byte_size()) {
      throw_error(ErrorCode::validation, "Tensor " + names[i] + " has " + std::to_string(wanted[i].info->byte_size()) +
                                             " bytes, the memory given for it " + std::to_string(targets[i].size) + ".");
    }
    wanted[i].data = static_cast<char*>(targets[i].data);
  }
  state_->read(wanted, token).value();
}

void RemoteSafetensors::read(const std::string& name, void* data, std::size_t size) const {
  read({TensorTarget{data, name, size}});
}

namespace {

OpenOptions as_open(const OpenRemoteSafetensorsOptions& options) {
  OpenOptions same;
  same.cache_dir = options.cache_dir;
  same.call = options.call;
  same.download_timeout = options.download_timeout;
  same.endpoint = options.endpoint;
  same.etag_timeout = options.etag_timeout;
  same.library_name = options.library_name;
  same.library_version = options.library_version;
  same.local_files_only = options.local_files_only;
  same.proxies = options.proxies;
  same.read_ahead = 0;
  same.repo_type = options.repo_type;
  same.revision = options.revision;
  same.token = options.token;
  same.user_agent = options.user_agent;
  return same;
}

bool is_index(std::string_view filename) {
  constexpr std::string_view kEnding = ".index.json";
  return filename.size() > kEnding.size() && filename.substr(filename.size() - kEnding.size()) == kEnding;
}

}  // namespace

RemoteSafetensors SafetensorsApi::open_remote_safetensors(const std::string& repo_id, const std::string& filename,
                                                          const OpenRemoteSafetensorsOptions& options) const {
  const std::string folder = options.subfolder && !options.subfolder->empty() ? *options.subfolder + "/" : "";
  cache::validate_filename(folder + (filename.empty() ? operations::kSafetensorsFile : filename));
  auto state = std::make_shared<RemoteSafetensorsState>();
  state->session = std::make_shared<const Session>(session().options());
  state->open = as_open(options);
  state->max_workers = static_cast<std::size_t>(std::max(options.max_workers, 1));
  state->repo_id = repo_id;
  const CancellationToken token = state->token();

  operations::RemoteFilePtr file =
      take(filename.empty() ? operations::open_checkpoint(*state->session, repo_id, folder, state->open)
                            : operations::open_file(*state->session, repo_id, folder + filename, state->open));
  state->filename = file->name;
  state->commit = file->commit;
  state->open.revision = file->commit;
  state->folder = file->name.substr(0, file->name.rfind('/') + 1);
  state->is_sharded = is_index(file->name);
  if (state->is_sharded) {
    operations::ShardIndex index = take(operations::read_shard_index(*file, token));
    state->index_metadata = std::move(index.metadata);
    state->weight_map = std::move(index.weight_map);
    for (const auto& [tensor, shard] : state->weight_map) {
      std::unique_ptr<Shard>& made = state->shards[shard];
      if (!made) made = std::make_unique<Shard>();
    }
    return RemoteSafetensors(std::move(state));
  }
  const std::string name = file->name.substr(state->folder.size());
  auto only = std::make_unique<Shard>();
  only->file = std::move(file);
  RemoteSafetensorsState::read_header(*only, token).value();
  for (const safetensors::TensorInfo& tensor : only->header.tensors) state->weight_map.emplace(tensor.name, name);
  state->shards.emplace(name, std::move(only));
  return RemoteSafetensors(std::move(state));
}

HUGGINGFACE_HUB_NAMESPACE_END
