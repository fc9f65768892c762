// SPDX-License-Identifier: Apache-2.0
#include "core/clock.hpp"

HUGGINGFACE_HUB_NAMESPACE_BEGIN

namespace {

class SystemClock final : public Clock {
 public:
  std::chrono::system_clock::time_point system_now() const override { return std::chrono::system_clock::now(); }
  std::chrono::steady_clock::time_point steady_now() const override { return std::chrono::steady_clock::now(); }
  bool wait(std::chrono::milliseconds duration, const CancellationToken& cancel) const override {
    return cancel.wait_for(duration);
  }
};

}  // namespace

std::shared_ptr<const Clock> system_clock() {
  // Never destroyed: clients may outlive the statics of their program.
  static const auto* clock = new std::shared_ptr<const Clock>(std::make_shared<SystemClock>());
  return *clock;
}

HUGGINGFACE_HUB_NAMESPACE_END
