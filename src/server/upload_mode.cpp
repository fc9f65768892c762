// SPDX-License-Identifier: Apache-2.0
#include "server/upload_mode.hpp"

#include <algorithm>

HUGGINGFACE_HUB_NAMESPACE_BEGIN

namespace server {
namespace {

constexpr std::uint64_t kMaxRegularSize = 10'000'000;

bool is_binary(std::string_view sample) {
  return std::any_of(sample.begin(), sample.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte == 0 || (byte < 0x20 && byte != '\t' && byte != '\n' && byte != '\r' && byte != '\f' && byte != 0x1b);
  });
}

}  // namespace

bool goes_to_lfs(std::string_view path, std::uint64_t size, std::string_view sample, const LfsRules& rules) {
  return size > 0 && (rules.matches(path) || size > kMaxRegularSize || is_binary(sample));
}

std::string stored_text(const Repository& repo, const Snapshot* snapshot, const std::string& path) {
  if (!snapshot) return {};
  const auto found = snapshot->files.find(path);
  if (found == snapshot->files.end() || found->second.lfs) return {};
  return read_object(repo.git().store(), ObjectKind::blob, found->second.id).value_or("");
}

}  // namespace server

HUGGINGFACE_HUB_NAMESPACE_END
