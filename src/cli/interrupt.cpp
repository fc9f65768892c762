// SPDX-License-Identifier: Apache-2.0
#include "cli/interrupt.hpp"

#include "cli/failure.hpp"

#include <unistd.h>

#include <atomic>
#include <csignal>
#include <initializer_list>
#include <thread>

namespace huggingface_hub::cli {

namespace {

std::atomic<bool> interrupted{false};

sigset_t set_of(std::initializer_list<int> signals) {
  sigset_t set;
  ::sigemptyset(&set);
  for (const int signal : signals) ::sigaddset(&set, signal);
  return set;
}

}  // namespace

CancellationToken cancel_on_interrupt() {
  static CancellationSource* source = nullptr;
  if (source != nullptr) return source->token();
  source = new CancellationSource();  // Never destroyed: the thread below outlives main().

  // Blocked in every thread made from here on; one thread takes it, outside of signal context.
  const sigset_t set = set_of({SIGINT});
  ::pthread_sigmask(SIG_BLOCK, &set, nullptr);
  std::thread([set, target = source] {
    int signal = 0;
    while (::sigwait(&set, &signal) == 0) {
      if (interrupted.exchange(true)) ::_exit(kInterrupted);
      target->cancel();
    }
  }).detach();
  return source->token();
}

bool was_interrupted() noexcept { return interrupted; }

EndSignals::EndSignals() noexcept {
  const sigset_t set = set_of({SIGINT, SIGTERM});
  ::pthread_sigmask(SIG_BLOCK, &set, nullptr);
}

void EndSignals::wait() const noexcept {
  const sigset_t set = set_of({SIGINT, SIGTERM});
  int signal = 0;
  while (::sigwait(&set, &signal) != 0) {
  }
}

}  // namespace huggingface_hub::cli
