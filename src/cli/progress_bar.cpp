// SPDX-License-Identifier: Apache-2.0
#include "cli/progress_bar.hpp"

#include "cli/text.hpp"

#include "huggingface_hub/cache/scan.hpp"  // format_size

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <mutex>
#include <string>

namespace huggingface_hub::cli {

namespace {

using Clock = std::chrono::steady_clock;

constexpr const char* kEraseLine = "\r\033[K";

/// The line on the terminal, which bars and other output share.
struct Line {
  std::recursive_mutex mutex{};
  std::string shown{};
};

Line& line() {
  static auto* const instance = new Line();  // Never destroyed: threads may print while the program ends.
  return *instance;
}

void show(const std::string& text) {
  Line& target = line();
  const std::lock_guard<std::recursive_mutex> lock(target.mutex);
  if (text == target.shown) return;
  target.shown = text;
  std::fputs((kEraseLine + text).c_str(), stderr);
  std::fflush(stderr);
}

std::size_t width_of_a_line() {
  winsize size{};
  return ::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 1 ? size.ws_col - std::size_t{1} : 79;
}

std::string duration_text(double seconds) {
  const auto whole = static_cast<long long>(seconds);
  char text[32];
  if (whole >= 3600) {
    std::snprintf(text, sizeof text, "%lld:%02lld:%02lld", whole / 3600, whole / 60 % 60, whole % 60);
  } else {
    std::snprintf(text, sizeof text, "%02lld:%02lld", whole / 60, whole % 60);
  }
  return text;
}

/// The last characters of a long name.
std::string shortened(const std::string& name) {
  constexpr std::size_t kLongest = 40;  // spec/transfer.md 11
  const std::size_t length = length_of(name);
  if (length <= kLongest) return name;
  return "(…)" + name.substr(first_characters(name, length - kLongest).size());
}

}  // namespace

TerminalPause::TerminalPause() {
  Line& target = line();
  target.mutex.lock();
  if (!target.shown.empty()) {
    std::fputs(kEraseLine, stderr);
    std::fflush(stderr);
  }
}

TerminalPause::~TerminalPause() {
  Line& target = line();
  if (!target.shown.empty()) {
    std::fputs(target.shown.c_str(), stderr);
    std::fflush(stderr);
  }
  target.mutex.unlock();
}

struct ProgressBar::Impl {
  Clock::time_point start{Clock::now()};
  std::string file{};

  void draw(const ProgressEvent& event) {
    if (!event.file.empty()) file = event.file;
    std::string text;
    if (event.kind == ProgressEvent::Kind::waiting) {
      text = event.message;
    } else if (event.kind == ProgressEvent::Kind::committing) {
      text = "Committing";
    } else {
      text = transfer_text(event);
    }
    show(std::string(first_characters(escape_control_characters(text), width_of_a_line())));
  }

  [[nodiscard]] std::string transfer_text(const ProgressEvent& event) const {
    const double elapsed = std::chrono::duration<double>(Clock::now() - start).count();
    const double rate = elapsed > 0 ? static_cast<double>(event.bytes) / elapsed : 0;
    std::string text = event.direction == ProgressEvent::Direction::download ? "Downloading " : "Uploading ";
    text += event.total_files > 1 ? std::to_string(event.files) + "/" + std::to_string(event.total_files) + " files "
                                  : shortened(file) + " ";
    if (event.total_bytes && *event.total_bytes > 0) {
      const double share = std::min(1.0, static_cast<double>(event.bytes) / static_cast<double>(*event.total_bytes));
      constexpr std::size_t kCells = 20;
      const auto full = static_cast<std::size_t>(share * static_cast<double>(kCells));
      text += std::to_string(static_cast<int>(share * 100)) + "% [" + std::string(full, '#') +
              std::string(kCells - full, '-') + "] ";
    }
    text += format_size(event.bytes);
    if (event.total_bytes) text += "/" + format_size(*event.total_bytes);
    text += " " + format_size(static_cast<std::uint64_t>(rate)) + "B/s";
    if (event.total_bytes && rate > 0 && *event.total_bytes > event.bytes) {
      text += " " + duration_text(static_cast<double>(*event.total_bytes - event.bytes) / rate) + " left";
    }
    return text;
  }
};

ProgressBar::ProgressBar(bool enabled) : impl_(enabled ? std::make_unique<Impl>() : nullptr) {}

ProgressBar::~ProgressBar() {
  if (impl_) show("");
}

ProgressCallback ProgressBar::callback() {
  if (!impl_) return {};
  return [impl = impl_.get()](const ProgressEvent& event) { impl->draw(event); };
}

}  // namespace huggingface_hub::cli
