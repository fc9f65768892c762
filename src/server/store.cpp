// SPDX-License-Identifier: Apache-2.0
#include "server/store.hpp"

HUGGINGFACE_HUB_NAMESPACE_BEGIN

namespace server {

const char* to_string(ObjectKind kind) noexcept {
  switch (kind) {
    case ObjectKind::blob: return "blob";
    case ObjectKind::tree: return "tree";
    case ObjectKind::commit: return "commit";
    case ObjectKind::lfs: break;
  }
  return "lfs";
}

std::optional<std::string> read_object(const Store& store, ObjectKind kind, const std::string& id) {
  const auto source = store.open(kind, id);
  if (!source) return std::nullopt;
  std::string content(static_cast<std::size_t>(source->size()), '\0');
  std::size_t filled = 0;
  while (filled < content.size()) {
    const std::size_t count = source->read_at(filled, content.data() + filled, content.size() - filled);
    if (count == 0) break;
    filled += count;
  }
  content.resize(filled);
  return content;
}

void write_object(Store& store, ObjectKind kind, const std::string& id, std::string_view content) {
  if (store.contains(kind, id)) return;
  const auto staged = store.stage();
  staged->write_at(0, content.data(), content.size());
  staged->keep(kind, id, content.size());
}

}  // namespace server

HUGGINGFACE_HUB_NAMESPACE_END
