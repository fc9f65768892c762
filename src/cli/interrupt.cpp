// SPDX-License-Identifier: Apache-2.0
#include "cli/interrupt.hpp"

#include "cli/failure.hpp"

#include <poll.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
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

std::optional<std::string> read_line() {
  constexpr int kLookAround = 100;  // Milliseconds between looks at whether Ctrl-C came.
  std::string line;
  for (;;) {
    pollfd input{STDIN_FILENO, POLLIN, 0};
    const int ready = ::poll(&input, 1, kLookAround);
    if (was_interrupted()) throw CliError("Interrupted.");
    if (ready <= 0) continue;
    // One byte at a time: what follows the line is for whoever reads next.
    char c = 0;
    const ssize_t got = ::read(STDIN_FILENO, &c, 1);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return line.empty() ? std::nullopt : std::optional<std::string>(line);
    if (c == '\n') return line;
    line.push_back(c);
  }
}

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
