// SPDX-License-Identifier: Apache-2.0
#include "huggingface_hub/functions.hpp"

#include "huggingface_hub/remote_safetensors.hpp"

#include <unistd.h>

#include <atomic>
#include <memory>

HUGGINGFACE_HUB_NAMESPACE_BEGIN
namespace {

/// The default client of one process. A forked child has its parent's event loop in name only, hence the id.
struct Default {
  pid_t process;
  HfApi api;
};

}  // namespace

const HfApi& default_api() {
  // No lock: one taken by another thread at the time of a fork would stay taken in the child. Never destroyed:
  // other objects with static lifetime may still use it on their way out.
  static std::atomic<Default*> current{nullptr};
  Default* seen = current.load(std::memory_order_acquire);
  while (seen == nullptr || seen->process != getpid()) {
    auto made = std::make_unique<Default>(Default{getpid(), HfApi()});
    if (current.compare_exchange_strong(seen, made.get(), std::memory_order_acq_rel)) return made.release()->api;
  }
  return seen->api;
}

RemoteSafetensors open_remote_safetensors(const std::string& repo_id, const std::string& filename,
                                          const OpenRemoteSafetensorsOptions& options) {
  return default_api().open_remote_safetensors(repo_id, filename, options);
}

HUGGINGFACE_HUB_NAMESPACE_END
