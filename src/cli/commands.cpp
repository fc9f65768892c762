// SPDX-License-Identifier: Apache-2.0
#include "cli/commands.hpp"

#include "cli/completion.hpp"
#include "cli/failure.hpp"

#include <algorithm>
#include <cstdio>
#include <utility>

namespace huggingface_hub::cli {

namespace {

constexpr Command kCommands[] = {
    {"auth list", auth_list_command, "List all stored access tokens."},
    {"auth login", auth_login_command, "Log in with a token from huggingface.co/settings/tokens."},
    {"auth logout", auth_logout_command, "Log out from one stored token, or from all."},
    {"auth switch", auth_switch_command, "Switch between stored access tokens."},
    {"auth token", auth_token_command, "Print the current access token."},
    {"auth whoami", auth_whoami_command, "Find out which account you are logged in as."},
    {"cache list", cache_list_command, "List cached repositories or revisions."},
    {"cache move", cache_move_command, "Move the cache to another folder or disk."},
    {"cache prune", cache_prune_command, "Remove what no branch or tag leads to, and incomplete downloads."},
    {"cache rm", cache_remove_command, "Remove cached repositories, revisions or files."},
    {"cache repair", cache_repair_command, "Find and remove what is broken in the cache."},
    {"cache verify", cache_verify_command, "Compare cached files with the checksums of the Hub."},
    {"download", download_command, "Download files from the Hub."},
    {"env", env_command, "Print information about the environment."},
    {"repos branch create", repos_branch_create_command, "Create a branch."},
    {"repos branch delete", repos_branch_delete_command, "Delete a branch."},
    {"repos create", repos_create_command, "Create a repository."},
    {"repos delete", repos_delete_command, "Delete a repository. There is no way back."},
    {"repos tag create", repos_tag_create_command, "Create a tag."},
    {"repos tag delete", repos_tag_delete_command, "Delete a tag."},
    {"repos tag list", repos_tag_list_command, "List the tags of a repository."},
    {"serve", serve_command, "Serve a hub of one's own on this machine."},
    {"upload", upload_command, "Upload a file or a folder to the Hub."},
    {"version", version_command, "Print the version."},
};

struct Group {
  const char* name;
  const char* summary;
};

constexpr Group kGroups[] = {
    {"auth", "Log in, log out, and see which token counts."},
    {"cache", "See, check and clean the cache."},
    {"repos", "Create, delete and label repositories."},
    {"repos branch", "Create and delete branches."},
    {"repos tag", "Create, list and delete tags."},
};

// Part of Python's command line and not of this one (`spec/cli.md` 1).
constexpr std::string_view kNotOurs[] = {"extensions", "ext", "sandbox", "skills", "update"};

/// `ls` for `list`, `rm` for `remove`.
std::string canonical(const std::string& word) {
  if (word == "ls") return "list";
  return word == "rm" ? "remove" : word;
}

const Command* exact(std::string_view name) {
  const auto* found = std::find_if(std::begin(kCommands), std::end(kCommands),
                                   [name](const Command& command) { return command.name == name; });
  return found == std::end(kCommands) ? nullptr : found;
}

bool is_group(const std::string& name) {
  return std::any_of(std::begin(kCommands), std::end(kCommands),
                     [&name](const Command& command) { return std::string_view(command.name).starts_with(name + " "); });
}

std::string group_help(const std::string& group, const std::string& typed) {
  std::string text = "Usage: hfcpp " + (typed.empty() ? "" : typed + " ") + "[OPTIONS] COMMAND [ARGS]...\n\nCommands:\n";
  for (const Command& command : kCommands) {
    const std::string_view name = command.name;
    if (!group.empty() && !name.starts_with(group + " ")) continue;
    const std::string rest(group.empty() ? name : name.substr(group.size() + 1));
    text += "  " + rest + std::string(rest.size() < 20 ? 20 - rest.size() : 1, ' ') + command.summary + "\n";
  }
  if (group.empty()) {
    text += "\nOptions:\n  --install-completion  Install completion for the current shell.\n"
            "  --show-completion     Print the completion script of the current shell.\n"
            "  -v, --version         Print the version and exit.\n  -h, --help            Show this message and exit.\n";
  }
  return text + "\nRun 'hfcpp COMMAND --help' for the options of a command.\n";
}

std::string joined(const std::string& group, const std::string& word) {
  return (group.empty() ? "" : group + " ") + word;
}

/// What `word` after `group` names; an alias only where nothing has that name.
std::string next_name(const std::string& group, const std::string& word) {
  std::string name = joined(group, word);
  return exact(name) != nullptr || is_group(name) ? name : joined(group, canonical(word));
}

[[noreturn]] void fail_unknown(const std::string& group, const std::string& typed, const std::string& word) {
  const std::string of = typed.empty() ? "" : typed + " ";
  if (group.empty() && std::find(std::begin(kNotOurs), std::end(kNotOurs), word) != std::end(kNotOurs)) {
    throw UsageError("'hf " + word + "' is not part of hfcpp.");
  }
  const std::string what = word.size() > 1 && word[0] == '-' ? "No such option: " + word : "No such command '" + word + "'.";
  throw UsageError(what, "Usage: hfcpp " + of + "[OPTIONS] COMMAND [ARGS]...\nTry 'hfcpp " + of + "--help' for help.\n\n");
}

void print_and_exit(const std::string& text, std::FILE* stream, int code) {
  std::fputs(text.c_str(), stream);
  std::fflush(stream);
  throw Exit{code};
}

/// The options before the next word: the first one counts, but none may be unknown.
void take_group_options(const std::vector<std::string>& arguments, std::size_t used, const std::string& group,
                        const std::string& typed) {
  const std::vector<OptionInfo> known = group_options(group);
  const OptionInfo* first = nullptr;
  for (; used < arguments.size() && arguments[used].size() > 1 && arguments[used][0] == '-'; ++used) {
    const auto found = std::find_if(known.begin(), known.end(), [&](const OptionInfo& option) {
      return std::find(option.names.begin(), option.names.end(), arguments[used]) != option.names.end();
    });
    if (found == known.end()) fail_unknown(group, typed, arguments[used]);
    if (first == nullptr) first = &*found;
  }
  if (first == nullptr) return;
  const std::string& name = first->names.back();
  if (name == "--help") print_and_exit(group_help(group, typed), stdout, 0);
  if (name == "--version") print_and_exit(std::string(kVersion) + "\n", stdout, 0);
  if (name == "--show-completion") print_and_exit(completion_script(login_shell()) + "\n", stdout, 0);
  print_and_exit(install_completion(login_shell()) + "\n", stdout, 0);
}

}  // namespace

std::vector<Suggestion> commands_in(const std::string& group) {
  std::vector<Suggestion> found;
  const auto add = [&](const std::string& name, const char* summary) {
    if (!group.empty() && !name.starts_with(group + " ")) return;
    std::string word = group.empty() ? name : name.substr(group.size() + 1);
    if (word.find(' ') == std::string::npos) found.push_back({std::move(word), summary});
  };
  for (const Command& command : kCommands) add(command.name, command.summary);
  for (const Group& each : kGroups) add(each.name, each.summary);
  std::sort(found.begin(), found.end(), [](const Suggestion& a, const Suggestion& b) { return a.word < b.word; });
  return found;
}

std::vector<OptionInfo> group_options(const std::string& group) {
  std::vector<OptionInfo> options;
  if (group.empty()) {
    options = {{{"-v", "--version"}, "Print the version and exit.", {}, false, false},
               {{"--install-completion"}, "Install completion for the current shell.", {}, false, false},
               {{"--show-completion"}, "Print the completion script of the current shell.", {}, false, false}};
  }
  options.push_back({{"-h", "--help"}, "Show this message and exit.", {}, false, false});
  return options;
}

const Command* follow(std::vector<std::string>& words, std::string& name) {
  while (!words.empty()) {
    std::string next = next_name(name, words.front());
    const Command* command = exact(next);
    if (command == nullptr && !is_group(next)) return nullptr;
    words.erase(words.begin());
    name = std::move(next);
    if (command != nullptr) return command;
  }
  return nullptr;
}

const Command& find_command(std::vector<std::string>& arguments, std::string& typed) {
  std::string name;
  for (std::size_t used = 0;; ++used) {
    if (used == arguments.size()) print_and_exit(group_help(name, typed), stderr, kUsageFailure);
    take_group_options(arguments, used, name, typed);
    const std::string& word = arguments[used];
    std::string next = next_name(name, word);
    const Command* command = exact(next);
    if (command == nullptr && !is_group(next)) fail_unknown(name, typed, word);
    typed = joined(typed, word);
    name = std::move(next);
    if (command != nullptr) {
      arguments.erase(arguments.begin(), arguments.begin() + static_cast<std::ptrdiff_t>(used) + 1);
      return *command;
    }
  }
}

}  // namespace huggingface_hub::cli
