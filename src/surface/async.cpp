// SPDX-License-Identifier: Apache-2.0
#include "huggingface_hub/async.hpp"

#include "surface/background.hpp"

#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <utility>

HUGGINGFACE_HUB_NAMESPACE_BEGIN
namespace detail {

/// Runs tasks in order. There is a thread only as long as there are tasks, so nothing has to be joined at the end: the
/// last owner may well be a task itself.
class BackgroundQueue : public std::enable_shared_from_this<BackgroundQueue> {
 public:
  void post(std::function<void()> task) {
    const std::lock_guard<std::mutex> lock(mutex_);
    tasks_.push_back(std::move(task));
    if (is_running_) return;
    try {
      std::thread([self = shared_from_this()] { self->run(); }).detach();
    } catch (...) {  // No thread to be had: the task must not stay behind.
      tasks_.pop_back();
      throw;
    }
    is_running_ = true;
  }

 private:
  void run() {
    for (;;) {
      std::function<void()> task;
      {
        const std::lock_guard<std::mutex> lock(mutex_);
        if (tasks_.empty()) {
          is_running_ = false;
          return;
        }
        task = std::move(tasks_.front());
        tasks_.pop_front();
      }
      task();  // A packaged task: what it throws goes to its future.
    }
  }

  std::mutex mutex_{};
  std::deque<std::function<void()>> tasks_{};
  bool is_running_{false};
};

std::shared_ptr<BackgroundQueue> make_background_queue() { return std::make_shared<BackgroundQueue>(); }

void run_in_background(const HfApi& api, std::function<void()> task) { api.background_->post(std::move(task)); }

}  // namespace detail
HUGGINGFACE_HUB_NAMESPACE_END
