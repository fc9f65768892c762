// SPDX-License-Identifier: Apache-2.0
#include "server/uploads.hpp"

#include "core/digest.hpp"
#include "core/text.hpp"
#include "server/api_error.hpp"

#include <algorithm>

HUGGINGFACE_HUB_NAMESPACE_BEGIN

namespace server {
namespace {

constexpr std::size_t kBlock = std::size_t{1} << 20;
constexpr std::chrono::hours kAbandonedAfter{24};

// Writes the body from `offset` on; returns how much came. More than `limit` is refused.
std::uint64_t receive(RequestBody& body, StagedObject& staged, std::uint64_t offset, std::uint64_t limit,
                      Digest& digest) {
  std::vector<char> block(static_cast<std::size_t>(std::min<std::uint64_t>(kBlock, limit + 1)));
  std::uint64_t total = 0;
  for (;;) {
    std::size_t filled = 0;  // Whole blocks, so that runs of zeros are seen as such.
    while (filled < block.size()) {
      const std::size_t count = body.read(block.data() + filled, block.size() - filled);
      if (count == 0) break;
      filled += count;
    }
    if (filled == 0) return total;
    if (filled > limit - total) throw bad_request("The body is longer than the announced size");
    digest.update(block.data(), filled);
    staged.write_at(offset + total, block.data(), filled);
    total += filled;
  }
}

std::string digest_of(const StagedObject& staged, std::uint64_t size) {
  Digest digest(DigestKind::sha256);
  std::vector<char> block(kBlock);
  for (std::uint64_t at = 0; at < size;) {
    const auto want = static_cast<std::size_t>(std::min<std::uint64_t>(block.size(), size - at));
    const std::size_t count = staged.read_at(at, block.data(), want);
    if (count == 0) break;
    digest.update(block.data(), count);
    at += count;
  }
  return digest.finish_hex();
}

}  // namespace

void Uploads::receive_whole(RequestBody& body, const std::string& oid, std::uint64_t size) {
  if (body.announced_size() && *body.announced_size() != size) {
    throw bad_request("The body has " + std::to_string(*body.announced_size()) + " bytes, the object has " +
                      std::to_string(size));
  }
  const auto staged = store_.stage();
  Digest digest(DigestKind::sha256);
  const std::uint64_t received = receive(body, *staged, 0, size, digest);
  if (received != size) throw bad_request("The body is shorter than the announced size");
  if (digest.finish_hex() != oid) throw bad_request("The SHA-256 of the body is not that of the object");
  staged->keep(ObjectKind::lfs, oid, size);
}

std::string Uploads::open(const std::string& oid, std::uint64_t size, std::uint64_t part_size) {
  auto upload = std::make_shared<Upload>();
  upload->oid = oid;
  upload->size = size;
  upload->part_size = part_size;
  upload->last_use = std::chrono::steady_clock::now();
  upload->staged = store_.stage();
  std::string id = random_hex(32);
  drop_abandoned();
  const std::lock_guard lock(mutex_);
  uploads_.emplace(id, std::move(upload));
  return id;
}

void Uploads::drop_abandoned() {
  const auto now = std::chrono::steady_clock::now();
  const std::lock_guard lock(mutex_);
  for (auto upload = uploads_.begin(); upload != uploads_.end();) {
    const bool abandoned = [&] {
      const std::lock_guard upload_lock(upload->second->mutex);
      return now - upload->second->last_use > kAbandonedAfter;
    }();
    upload = abandoned ? uploads_.erase(upload) : std::next(upload);
  }
}

std::shared_ptr<Uploads::Upload> Uploads::find(const std::string& id) {
  const std::lock_guard lock(mutex_);
  const auto found = uploads_.find(id);
  if (found == uploads_.end()) throw ApiError(404, "", "There is no such upload; ask for a new one");
  return found->second;
}

std::string Uploads::receive_part(const std::string& upload_id, std::size_t number, RequestBody& body) {
  const auto upload = find(upload_id);
  const std::uint64_t offset = (number - 1) * upload->part_size;
  if (number == 0 || offset >= upload->size) throw bad_request("There is no such part");
  const std::uint64_t expected = std::min(upload->part_size, upload->size - offset);
  Digest digest(DigestKind::sha256);
  if (receive(body, *upload->staged, offset, expected, digest) != expected) {
    throw bad_request("The part is shorter than it should be");
  }
  std::string etag = "\"" + digest.finish_hex().substr(0, 32) + "\"";
  const std::lock_guard lock(upload->mutex);
  upload->last_use = std::chrono::steady_clock::now();
  upload->etags[number] = etag;
  return etag;
}

std::string Uploads::complete(const std::string& upload_id,
                              const std::vector<std::pair<std::size_t, std::string>>& parts) {
  const auto upload = find(upload_id);
  {
    const std::lock_guard lock(upload->mutex);
    const std::uint64_t count = (upload->size + upload->part_size - 1) / upload->part_size;
    if (parts.size() != count) {
      throw bad_request("The upload has " + std::to_string(count) + " parts, " + std::to_string(parts.size()) +
                        " were named");
    }
    for (const auto& [number, etag] : parts) {
      const auto found = upload->etags.find(number);
      if (found == upload->etags.end() || found->second != etag) {
        throw bad_request("Part " + std::to_string(number) + " is missing or has another ETag");
      }
    }
    if (digest_of(*upload->staged, upload->size) != upload->oid) {
      throw bad_request("The SHA-256 of the parts is not that of the object");
    }
    upload->staged->keep(ObjectKind::lfs, upload->oid, upload->size);
  }
  const std::lock_guard lock(mutex_);
  uploads_.erase(upload_id);
  return upload->oid;
}

bool Uploads::is_closed(const std::string& upload) {
  const std::lock_guard lock(mutex_);
  return uploads_.count(upload) == 0;
}

}  // namespace server

HUGGINGFACE_HUB_NAMESPACE_END
