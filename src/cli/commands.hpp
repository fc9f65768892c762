// SPDX-License-Identifier: Apache-2.0
/// @file
/// The commands. Each reads its own arguments; one file a group.
#pragma once

#include "cli/context.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace huggingface_hub::cli {

void auth_list_command(Context& context);
void auth_login_command(Context& context);
void auth_logout_command(Context& context);
void auth_switch_command(Context& context);
void auth_token_command(Context& context);
void auth_whoami_command(Context& context);
void cache_list_command(Context& context);
void cache_move_command(Context& context);
void cache_prune_command(Context& context);
void cache_remove_command(Context& context);
void cache_repair_command(Context& context);
void cache_verify_command(Context& context);
void download_command(Context& context);
void env_command(Context& context);
void repos_branch_create_command(Context& context);
void repos_branch_delete_command(Context& context);
void repos_create_command(Context& context);
void repos_delete_command(Context& context);
void repos_tag_create_command(Context& context);
void repos_tag_delete_command(Context& context);
void repos_tag_list_command(Context& context);
void serve_command(Context& context);
void upload_command(Context& context);
void version_command(Context& context);

struct Command {
  const char* name;  ///< `repos tag create`
  void (*run)(Context& context);
  const char* summary;
};

/// A word that may stand next, or an option, with what it means.
struct Suggestion {
  std::string word{};
  std::string help{};
};

/// The commands and groups in `group` (`repos`; empty: the program), sorted.
std::vector<Suggestion> commands_in(const std::string& group);
/// The options of a group, or of the program.
std::vector<OptionInfo> group_options(const std::string& group);

/// Takes the words off that lead to a command or a group, as far as they do: `name` gets its primary name, aliases
/// replaced. Null where that is a group, or the program.
const Command* follow(std::vector<std::string>& words, std::string& name);

/// The command that the first words of `arguments` name, which are taken off; `typed` gets them as they were typed.
/// @throws UsageError  there is none; @throws Exit after the help of a group.
const Command& find_command(std::vector<std::string>& arguments, std::string& typed);

}  // namespace huggingface_hub::cli
