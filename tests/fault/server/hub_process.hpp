// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <csignal>
#include <cstdint>
#include <fstream>
#include <stdexcept>
#include <string>

#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

extern char** environ;

namespace huggingface_hub::testing {

/// A hub over `folder` in a process of its own, which ends with this object. Its write token is `hf_w`.
class HubProcess {
 public:
  explicit HubProcess(const std::string& folder) {
    int ends[2] = {-1, -1};
    if (::pipe(ends) != 0) throw std::runtime_error("no pipe");
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
    posix_spawn_file_actions_addclose(&actions, ends[0]);
    std::string program = HUB_PROCESS;
    std::string argument = folder;
    char* arguments[] = {program.data(), argument.data(), nullptr};
    const int outcome = ::posix_spawn(&process_, program.c_str(), &actions, nullptr, arguments, environ);
    posix_spawn_file_actions_destroy(&actions);
    ::close(ends[1]);
    std::string line;
    for (char c = 0; ::read(ends[0], &c, 1) == 1 && c != '\n';) line += c;
    ::close(ends[0]);
    if (outcome != 0 || line.empty()) throw std::runtime_error("the hub did not start");
    port_ = static_cast<std::uint16_t>(std::stoul(line));
  }
  HubProcess(const HubProcess&) = delete;
  HubProcess& operator=(const HubProcess&) = delete;
  ~HubProcess() { kill(); }

  void kill() {
    if (process_ <= 0) return;
    ::kill(process_, SIGKILL);
    ::waitpid(process_, nullptr, 0);
    process_ = -1;
  }
  [[nodiscard]] std::uint16_t port() const { return port_; }
  /// The most memory it ever had, in KiB.
  [[nodiscard]] std::uint64_t peak_memory() const {
    std::ifstream status("/proc/" + std::to_string(process_) + "/status");
    for (std::string word; status >> word;) {
      std::uint64_t amount = 0;
      if (word == "VmHWM:" && status >> amount) return amount;
    }
    return 0;
  }

 private:
  pid_t process_{-1};
  std::uint16_t port_{0};
};

}  // namespace huggingface_hub::testing
