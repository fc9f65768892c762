// SPDX-License-Identifier: Apache-2.0
#include "transfer/jobs.hpp"

#include "transfer/work.hpp"

#include <algorithm>
#include <atomic>

HUGGINGFACE_HUB_NAMESPACE_BEGIN
namespace transfer {
namespace {

class Jobs final : public WorkSource {
 public:
  Jobs(std::size_t count, const Job& job) : count_(count), job_(job) {}

  Work next() override {
    const std::size_t index = next_.fetch_add(1, std::memory_order_relaxed);
    if (index >= count_) return {};
    return [this, index](const CancellationToken& cancel) { return job_(index, cancel); };
  }

  [[nodiscard]] bool is_finished() const override { return next_.load(std::memory_order_relaxed) >= count_; }

 private:
  const std::size_t count_;
  const Job& job_;
  std::atomic<std::size_t> next_{0};
};

}  // namespace

Result<void> run_jobs(std::size_t count, int workers, const CancellationToken& cancel, const Job& job,
                      const std::function<void()>& tick) {
  if (count == 0) return {};
  Jobs jobs(count, job);
  const auto limit = static_cast<int>(std::min(count, static_cast<std::size_t>(std::max(workers, 1))));
  return run_work(jobs, limit, cancel, tick);
}

}  // namespace transfer
HUGGINGFACE_HUB_NAMESPACE_END
