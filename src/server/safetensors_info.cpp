// SPDX-License-Identifier: Apache-2.0
#include "server/safetensors_info.hpp"

#include <array>
#include <map>
#include <memory>
#include <set>

HUGGINGFACE_HUB_NAMESPACE_BEGIN

namespace server {
namespace {

using nlohmann::json;

constexpr std::size_t kLengthSize = 8;
constexpr std::uint64_t kMaxHeader = 25'000'000;  // spec/hub-http.md 10
constexpr const char* kSingleFile = "model.safetensors";
constexpr const char* kIndexFile = "model.safetensors.index.json";

std::shared_ptr<const ByteSource> open_content(const Repository& repo, const Snapshot& snapshot,
                                               const std::string& path) {
  const auto found = snapshot.files.find(path);
  if (found == snapshot.files.end()) return nullptr;
  const FileEntry& file = found->second;
  return repo.git().store().open(file.lfs ? ObjectKind::lfs : ObjectKind::blob, file.content_id());
}

std::string read_part(const ByteSource& source, std::uint64_t offset, std::size_t size) {
  std::string text(size, '\0');
  std::size_t filled = 0;
  while (filled < size) {
    const std::size_t count = source.read_at(offset + filled, text.data() + filled, size - filled);
    if (count == 0) break;
    filled += count;
  }
  text.resize(filled);
  return text;
}

void count_parameters(const json& header, std::map<std::string, std::uint64_t>& counts) {
  for (const auto& [name, tensor] : header.items()) {
    if (name == "__metadata__" || !tensor.is_object() || !tensor.contains("dtype") || !tensor.contains("shape")) continue;
    std::uint64_t count = 1;
    for (const json& extent : tensor["shape"]) count *= extent.is_number_unsigned() ? extent.get<std::uint64_t>() : 0;
    counts[tensor["dtype"].is_string() ? tensor["dtype"].get<std::string>() : "?"] += count;
  }
}

}  // namespace

std::optional<std::string> read_small_file(const Repository& repo, const Snapshot& snapshot, const std::string& path,
                                           std::size_t limit) {
  const auto source = open_content(repo, snapshot, path);
  if (!source || source->size() > limit) return std::nullopt;
  return read_part(*source, 0, static_cast<std::size_t>(source->size()));
}

std::optional<json> safetensors_header(const Repository& repo, const Snapshot& snapshot, const std::string& path) {
  const auto source = open_content(repo, snapshot, path);
  if (!source || source->size() < kLengthSize) return std::nullopt;
  const std::string length_bytes = read_part(*source, 0, kLengthSize);
  std::uint64_t length = 0;
  for (std::size_t i = 0; i < kLengthSize; ++i) {
    length |= std::uint64_t{static_cast<unsigned char>(length_bytes[i])} << (8 * i);
  }
  if (length > kMaxHeader || length > source->size() - kLengthSize) return std::nullopt;
  json header = json::parse(read_part(*source, kLengthSize, static_cast<std::size_t>(length)), nullptr, false);
  if (!header.is_object()) return std::nullopt;
  return header;
}

std::optional<json> sharded_headers(const Repository& repo, const Snapshot& snapshot, const std::string& path) {
  const auto text = read_small_file(repo, snapshot, path);
  if (!text) return std::nullopt;
  const json index = json::parse(*text, nullptr, false);
  if (!index.is_object() || !index.contains("weight_map") || !index["weight_map"].is_object()) return std::nullopt;
  std::set<std::string> shards;
  for (const json& shard : index["weight_map"]) {
    if (shard.is_string()) shards.insert(shard.get<std::string>());
  }
  const std::size_t slash = path.rfind('/');
  const std::string folder = slash == std::string::npos ? "" : path.substr(0, slash + 1);
  json headers = json::object();
  for (const std::string& shard : shards) {
    auto header = safetensors_header(repo, snapshot, folder + shard);
    if (!header) return std::nullopt;
    headers[shard] = std::move(*header);
  }
  return json{{"index", {{"metadata", index.value("metadata", json::object())}}}, {"headers", std::move(headers)}};
}

std::optional<json> safetensors_summary(const Repository& repo, const Snapshot& snapshot) {
  std::map<std::string, std::uint64_t> counts;
  if (const auto header = safetensors_header(repo, snapshot, kSingleFile)) {
    count_parameters(*header, counts);
  } else if (const auto sharded = sharded_headers(repo, snapshot, kIndexFile)) {
    for (const json& each : (*sharded)["headers"]) count_parameters(each, counts);
  } else {
    return std::nullopt;
  }
  std::uint64_t total = 0;
  for (const auto& [dtype, count] : counts) total += count;
  return json{{"parameters", counts}, {"total", total}};
}

}  // namespace server

HUGGINGFACE_HUB_NAMESPACE_END
