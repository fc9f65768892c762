// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace huggingface_hub::testing {

/// What a command left behind.
struct CommandResult {
  int code{-1};  ///< Exit code; 128 + n where signal n ended it.
  std::string out{};
  std::string err{};
};

/// A command that is running.
class RunningCommand {
 public:
  /// Starts `command` (program first) in `folder`, with `environment` and nothing else but PATH. Standard input is
  /// `input`; both outputs are kept.
  RunningCommand(const std::vector<std::string>& command, const std::map<std::string, std::string>& environment,
                 const std::filesystem::path& folder, const std::string& input = {});
  ~RunningCommand();
  RunningCommand(const RunningCommand&) = delete;
  RunningCommand& operator=(const RunningCommand&) = delete;

  void send_signal(int signal) const;
  /// The first line of standard output; waits for it.
  std::string first_line();
  /// Waits for the end.
  CommandResult wait();

 private:
  int process_{-1};
  int out_{-1};
  int err_{-1};
  CommandResult result_{};
};

}  // namespace huggingface_hub::testing
