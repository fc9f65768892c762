// SPDX-License-Identifier: Apache-2.0
/// @file
/// Completion by the shell, in the protocol of click that Python's `hf` speaks (`spec/cli.md` 15).
#pragma once

#include <string>

namespace huggingface_hub::cli {

/// True where a shell asks, by `_HFCPP_COMPLETE`: then `complete` answers, and nothing else is run or printed.
bool is_completing();
/// Prints the script or the candidates that `_HFCPP_COMPLETE` asks for. Returns the exit code: 1 if it asks for neither.
int complete();

/// The last part of `$SHELL`; `bash` where that says nothing.
std::string login_shell();

/// What the shell has to read, ending with a line break.
/// @throws CliError  `shell` is none of bash, zsh, fish.
std::string completion_script(const std::string& shell);

/// Makes the shell read it from its next start on: a line in `~/.bashrc` or `~/.zshrc`, unless it is there, or a file of
/// fish's. Returns what to tell the user. Safe to repeat.
/// @throws CliError  `shell` is none of bash, zsh, fish; there is no home; the file cannot be written.
std::string install_completion(const std::string& shell);

}  // namespace huggingface_hub::cli
