// SPDX-License-Identifier: Apache-2.0
// Preloaded into a process of a test: the system as it may be, on demand.
//   SHIM_CLOCK=<seconds>            each look at the wall clock is so much before or after the one before
//   SHIM_CONNECT=forbidden          whoever connects to a network ends with status 99
//   SHIM_FLOCK=noop|ENOSYS|busy     file locks of both kinds do nothing, are unknown, are always held by another
//   SHIM_FULL=<errno>:<bytes>       nothing can be reserved, and part files take no more than so many bytes
//   SHIM_KILL=<bytes>:<size>        in the middle of the write to a part file of `size` bytes with which the process has
//                                   written so many: says how many, and dies; says it at its end otherwise
#include <dlfcn.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdarg>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace {

template <typename Function>
Function next(const char* name) {
  return reinterpret_cast<Function>(::dlsym(RTLD_NEXT, name));
}

bool is(const char* variable, const char* value) {
  const char* set = std::getenv(variable);
  return set != nullptr && std::strcmp(set, value) == 0;
}

/// The two numbers of `<first>:<second>`.
bool read_pair(const char* variable, std::uint64_t& first, std::uint64_t& second) {
  const char* set = std::getenv(variable);
  if (set == nullptr) return false;
  char* end = nullptr;
  first = std::strtoull(set, &end, 10);
  second = *end == ':' ? std::strtoull(end + 1, nullptr, 10) : 0;
  return true;
}

bool is_part_file(int descriptor) {
  char link[64];
  char path[4096];
  std::snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
  const ssize_t size = ::readlink(link, path, sizeof path - 1);
  if (size < 0) return false;
  path[size] = '\0';
  return std::strstr(path, ".incomplete") != nullptr;
}

std::atomic<std::uint64_t> written{0};

void tell(std::uint64_t bytes) {
  char text[64];
  const int length = std::snprintf(text, sizeof text, "%llu\n", static_cast<unsigned long long>(bytes));
  (void)!::write(STDOUT_FILENO, text, static_cast<size_t>(length));
}

__attribute__((destructor)) void tell_at_the_end() {
  if (std::getenv("SHIM_KILL") != nullptr) tell(written);
}

using Write = ssize_t (*)(int, const void*, size_t, off_t);

ssize_t write_part(Write real, int descriptor, const void* data, size_t size, off_t offset) {
  std::uint64_t first = 0;
  std::uint64_t second = 0;
  if (read_pair("SHIM_FULL", first, second) && is_part_file(descriptor)) {
    if (written.fetch_add(size) + size > second) {
      errno = static_cast<int>(first);
      return -1;
    }
  }
  if (read_pair("SHIM_KILL", first, second) && static_cast<std::uint64_t>(offset) < second && is_part_file(descriptor)) {
    const std::uint64_t before = written.fetch_add(size);
    if (before + size >= first) {
      const std::uint64_t part = first > before ? first - before : 0;
      (void)real(descriptor, data, static_cast<size_t>(part), offset);
      tell(before + part);
      ::kill(::getpid(), SIGKILL);
    }
  }
  return real(descriptor, data, size, offset);
}

/// 0 or -1 with errno where the answer is not left to the system.
bool answers_lock(int& answer) {
  answer = 0;
  if (is("SHIM_FLOCK", "noop")) return true;
  answer = -1;
  errno = is("SHIM_FLOCK", "busy") ? EWOULDBLOCK : ENOSYS;
  return is("SHIM_FLOCK", "busy") || is("SHIM_FLOCK", "ENOSYS");
}

int forward_fcntl(const char* name, int descriptor, int command, void* argument) {
  int answer = 0;
  if (command == F_OFD_SETLK && answers_lock(answer)) return answer;
  return next<int (*)(int, int, ...)>(name)(descriptor, command, argument);
}

}  // namespace

#pragma GCC visibility push(default)
extern "C" {

ssize_t pwrite(int descriptor, const void* data, size_t size, off_t offset) {
  static const Write real = next<Write>("pwrite");
  return write_part(real, descriptor, data, size, offset);
}

ssize_t pwrite64(int descriptor, const void* data, size_t size, off_t offset) {
  static const Write real = next<Write>("pwrite64");
  return write_part(real, descriptor, data, size, offset);
}

int fallocate(int descriptor, int mode, off_t offset, off_t size) {
  if (std::getenv("SHIM_FULL") != nullptr) {
    errno = EOPNOTSUPP;
    return -1;
  }
  return next<int (*)(int, int, off_t, off_t)>("fallocate")(descriptor, mode, offset, size);
}

int flock(int descriptor, int operation) {
  int answer = 0;
  if ((operation & LOCK_UN) == 0 && answers_lock(answer)) return answer;
  return next<int (*)(int, int)>("flock")(descriptor, operation);
}

int fcntl(int descriptor, int command, ...) {
  va_list arguments;
  va_start(arguments, command);
  void* argument = va_arg(arguments, void*);
  va_end(arguments);
  return forward_fcntl("fcntl", descriptor, command, argument);
}

int fcntl64(int descriptor, int command, ...) {
  va_list arguments;
  va_start(arguments, command);
  void* argument = va_arg(arguments, void*);
  va_end(arguments);
  return forward_fcntl("fcntl64", descriptor, command, argument);
}

int connect(int socket, const struct sockaddr* address, socklen_t size) {
  if (is("SHIM_CONNECT", "forbidden") && address->sa_family != AF_UNIX) ::_exit(99);
  return next<int (*)(int, const struct sockaddr*, socklen_t)>("connect")(socket, address, size);
}

int clock_gettime(clockid_t clock, struct timespec* now) {
  const int failed = next<int (*)(clockid_t, struct timespec*)>("clock_gettime")(clock, now);
  const char* jump = std::getenv("SHIM_CLOCK");
  if (failed != 0 || jump == nullptr || clock != CLOCK_REALTIME) return failed;
  static std::atomic<bool> is_ahead{false};
  now->tv_sec += (is_ahead.exchange(!is_ahead) ? 1 : -1) * std::atoll(jump);
  return 0;
}

}  // extern "C"
#pragma GCC visibility pop
