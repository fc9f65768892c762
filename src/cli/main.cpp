// SPDX-License-Identifier: Apache-2.0
/// @file
/// `hfcpp`, the command line of the Hub. Arguments, exit codes and what goes to stdout are those of Python's `hf`.
#include "cli/commands.hpp"
#include "cli/completion.hpp"
#include "cli/failure.hpp"
#include "cli/interrupt.hpp"
#include "cli/mode.hpp"

#include "huggingface_hub/errors.hpp"
#include "huggingface_hub/log.hpp"

#include <csignal>
#include <cstdio>
#include <exception>
#include <string>
#include <utility>
#include <vector>

namespace huggingface_hub::cli {

namespace {

void send_log_to(Output& out, bool debug) {
  set_log_level(debug ? LogLevel::debug : LogLevel::info);
  set_log_sink([&out](LogLevel, std::string_view message) { out.log(message); });
}

/// `hfcpp repo …` and `hfcpp upload-large-folder …` of older scripts, as what replaces them.
void replace_old_commands(std::vector<std::string>& arguments) {
  if (arguments.empty()) return;
  if (arguments[0] == "repo") {
    std::fputs("Warning: `hfcpp repo` is deprecated. Use `hfcpp repos` instead.\n", stderr);
    arguments[0] = "repos";
  } else if (arguments[0] == "upload-large-folder") {
    std::fputs("Warning: `hfcpp upload-large-folder` is deprecated. Use `hfcpp upload` instead.\n", stderr);
    arguments[0] = "upload";
    std::vector<std::string> kept;
    for (std::size_t i = 0; i < arguments.size(); ++i) {
      if (arguments[i] == "--num-workers") ++i;
      else if (arguments[i] != "--no-report" && arguments[i] != "--no-bars") kept.push_back(arguments[i]);
    }
    arguments = std::move(kept);
    arguments.emplace_back(".");
  }
}

int run(std::vector<std::string> arguments) {
  Output early;  // Until the mode is known.
  Output* out = &early;
  early.set_mode(OutputMode::human, false);
  try {
    replace_old_commands(arguments);
    std::string typed;
    const Command& command = find_command(arguments, typed);
    const FormatFlags flags = take_format_flags(arguments);
    Context context(typed, std::move(arguments));
    context.out.set_mode(resolve_mode(flags.mode), uses_color());
    context.out.set_no_truncate(flags.no_truncate);
    out = &context.out;
    send_log_to(context.out, is_debugging());
    int code = 0;
    try {
      command.run(context);
    } catch (const Exit& exit) {
      code = exit.code;
    } catch (const UsageError&) {
      throw;
    } catch (const std::exception& error) {
      if (was_interrupted()) {
        std::fputs("\nAborted!\n", stderr);
        code = kInterrupted;
      } else {
        context.out.error(describe(error));
        code = kFailure;
      }
    }
    set_log_sink({});
    return code;
  } catch (const UsageError& error) {
    set_log_sink({});
    std::fputs((error.usage() + "Error: " + error.what() + "\n").c_str(), stderr);
    return kUsageFailure;
  } catch (const Exit& exit) {
    return exit.code;
  } catch (const std::exception& error) {
    set_log_sink({});
    out->error(describe(error));
    return kFailure;
  }
}

}  // namespace

}  // namespace huggingface_hub::cli

int main(int argc, char** argv) {
  std::signal(SIGPIPE, SIG_IGN);  // A closed pipe is a failed write.
  if (huggingface_hub::cli::is_completing()) return huggingface_hub::cli::complete();
  return huggingface_hub::cli::run(std::vector<std::string>(argv + 1, argv + argc));
}
