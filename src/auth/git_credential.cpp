// SPDX-License-Identifier: Apache-2.0
#include "auth/git_credential.hpp"

#include "core/files.hpp"
#include "core/text.hpp"

#include <fcntl.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>
#include <set>
#include <utility>

extern "C" char** environ;

HUGGINGFACE_HUB_NAMESPACE_BEGIN

namespace {

constexpr const char* kUser = "hf_user";  // spec/transfer.md 6

/// Both ends of a socket: unlike a pipe, writing to a closed one is an error and not a signal.
struct Sockets {
  Sockets() {
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) ends[0] = ends[1] = -1;
  }
  Sockets(const Sockets&) = delete;
  Sockets& operator=(const Sockets&) = delete;
  ~Sockets() {
    close_end(0);
    close_end(1);
  }
  void close_end(std::size_t i) {
    if (ends[i] >= 0) ::close(std::exchange(ends[i], -1));
  }
  int ends[2]{-1, -1};
};

Error git_error(const std::string& command, int system_error) {
  Error error = files::io_error("run", "git", system_error);
  error.message = "Cannot run `" + command + "`: " + error.message;
  return error;
}

/// Runs git with `input`, and gives what it prints.
Result<std::string> run_git(std::vector<std::string> arguments, std::string_view input) {
  arguments.insert(arguments.begin(), "git");
  std::string command;
  std::vector<char*> argv;
  for (std::string& argument : arguments) {
    command += (command.empty() ? "" : " ") + argument;
    argv.push_back(argument.data());
  }
  argv.push_back(nullptr);

  Sockets sockets;
  if (sockets.ends[0] < 0) return git_error(command, errno);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, sockets.ends[1], STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&actions, sockets.ends[1], STDOUT_FILENO);
  pid_t child = 0;
  const int failed = ::posix_spawnp(&child, "git", &actions, nullptr, argv.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  if (failed != 0) return git_error(command, failed);
  sockets.close_end(1);

  while (!input.empty()) {
    const ssize_t sent = ::send(sockets.ends[0], input.data(), input.size(), MSG_NOSIGNAL);
    if (sent < 0 && errno != EINTR) break;  // Its exit status tells more.
    if (sent > 0) input.remove_prefix(static_cast<std::size_t>(sent));
  }
  ::shutdown(sockets.ends[0], SHUT_WR);

  std::string output;
  char buffer[4096];
  for (;;) {
    const ssize_t got = ::recv(sockets.ends[0], buffer, sizeof buffer, 0);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) break;
    output.append(buffer, static_cast<std::size_t>(got));
  }
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  if (WIFEXITED(status) && WEXITSTATUS(status) == 0) return output;
  Error error;
  error.code = ErrorCode::io;
  error.message = "`" + command + "` failed with status " + std::to_string(WIFEXITED(status) ? WEXITSTATUS(status) : -1) +
                  ". Run it by hand to see why.";
  return error;
}

}  // namespace

std::vector<std::string> parse_credential_helpers(std::string_view listing) {
  std::set<std::string> helpers;
  while (!listing.empty()) {
    const std::size_t end = std::min(listing.find('\n'), listing.size());
    const std::string_view line = trim(listing.substr(0, end));
    listing.remove_prefix(std::min(end + 1, listing.size()));
    const std::size_t equals = line.find('=');
    if (equals == std::string_view::npos || to_lower(trim(line.substr(0, equals))) != "credential.helper") continue;
    const std::string_view value = trim(line.substr(equals + 1));
    // The name ends at the first blank: `cache --timeout=3600`.
    if (const std::string_view name = value.substr(0, value.find(' ')); !name.empty()) helpers.emplace(name);
  }
  return {helpers.begin(), helpers.end()};
}

std::vector<std::string> list_credential_helpers() {
  const Result<std::string> listing = run_git({"config", "--list"}, "");
  return listing.ok() ? parse_credential_helpers(*listing) : std::vector<std::string>{};
}

Result<void> set_git_credential(std::string_view endpoint, std::string_view token) {
  const std::string input = "url=" + std::string(endpoint) + "\nusername=" + kUser + "\npassword=" +
                            std::string(token) + "\n\n";
  const Result<std::string> run = run_git({"credential", "approve"}, input);
  if (!run) return run.error();
  return {};
}

Result<void> unset_git_credential(std::string_view endpoint) {
  const std::string input = "url=" + std::string(endpoint) + "\nusername=" + kUser + "\n\n";
  const Result<std::string> run = run_git({"credential", "reject"}, input);
  if (!run && run.error().system_error != ENOENT) return run.error();
  return {};
}

HUGGINGFACE_HUB_NAMESPACE_END
