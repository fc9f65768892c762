// SPDX-License-Identifier: Apache-2.0
#include "cli/commands.hpp"
#include "cli/env_map.hpp"
#include "cli/failure.hpp"

#include "huggingface_hub/errors.hpp"
#include "huggingface_hub/hf_uri.hpp"

#include <algorithm>
#include <cctype>

namespace huggingface_hub::cli {

namespace {

/// What the commands about one repository have in common.
struct RepoArguments {
  std::string repo_id{};
  std::optional<std::string> token{};
  std::optional<std::string> type{};

  void describe(Arguments& arguments) {
    arguments.required("REPO_ID", repo_id, "The ID of the repo, such as `username/repo-name`.");
    type_option(arguments, type);
    token_option(arguments, token);
  }

  void parse(Context& context, Arguments& arguments) {
    context.parse(arguments);
    take_type_prefix(repo_id, type);
    warn_about_token(context, token);
  }

  [[nodiscard]] RepoType repo_type() const { return to_repo_type(type); }
  [[nodiscard]] std::string type_name() const { return to_string(repo_type()); }
  /// `Model 'a/b'`
  [[nodiscard]] std::string label() const {
    std::string name = type_name();
    name[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(name[0])));
    return name + " '" + repo_id + "'";
  }
  [[nodiscard]] Output::Data ref_data(const char* key, const std::string& ref) const {
    return {{key, ref}, {"repo_type", type_name()}, {"repo_id", repo_id}};
  }
};

/// The options that set up a Space, which `repos create` has.
struct SpaceSetup {
  std::vector<std::string> secrets{};
  std::optional<std::string> secrets_file{};
  std::vector<std::string> variables{};
  std::optional<std::string> variables_file{};
  std::vector<std::string> volumes{};

  void describe(Arguments& arguments) {
    arguments.option("-s,--secrets", secrets, "Of a Space: a secret. KEY takes the value of the environment; KEY=value "
                                              "leaves it in the history of the shell.");
    arguments.option("--secrets-file", secrets_file, "Of a Space: a file of secrets, in .env syntax; -: standard input.");
    arguments.option("-e,--env", variables, "Of a Space: a variable, KEY=value.");
    arguments.option("--env-file", variables_file, "Of a Space: a file of variables, in .env syntax; -: standard input.");
    arguments.option("-v,--volume", volumes, "Of a Space: what it mounts: hf://[TYPE/]ID[@REVISION][/PATH]:/MOUNT[:ro|:rw].");
  }

  /// @throws HfUriError  a volume is none.
  void apply(Context& context, CreateRepoOptions& options) const {
    if (std::any_of(secrets.begin(), secrets.end(), [](const std::string& text) { return text.find('=') != text.npos; })) {
      context.out.warning(
          "A secret given as KEY=value stays in the history of the shell and shows in the list of processes. Use "
          "`--secrets KEY`, which takes it from the environment, or `--secrets-file`.");
    }
    for (auto& [key, value] : read_env(context, secrets, secrets_file)) {
      options.space_secrets.push_back({std::nullopt, key, value});
    }
    for (auto& [key, value] : read_env(context, variables, variables_file)) {
      options.space_variables.push_back({std::nullopt, key, value});
    }
    for (const std::string& text : volumes) {
      const HfMount mount = parse_hf_mount(text);
      Volume volume;
      volume.mount_path = mount.mount_path;
      volume.path = non_empty(mount.source.path_in_repo);
      volume.read_only = mount.read_only;
      volume.revision = mount.source.revision;
      volume.source = mount.source.id;
      volume.type = mount.source.is_bucket() ? "bucket" : to_string(mount.source.repo_type());
      options.space_volumes.push_back(std::move(volume));
    }
  }
};

}  // namespace

void repos_create_command(Context& context) {
  RepoArguments repo;
  std::optional<std::string> sdk;
  std::optional<std::string> space_template;
  std::optional<std::string> region;
  std::optional<std::string> resource_group;
  std::optional<std::string> flavor;
  std::optional<long long> sleep_time;
  SpaceSetup space;
  std::optional<bool> private_repo;
  bool public_repo = false;
  bool protected_repo = false;
  bool exist_ok = false;
  Arguments arguments(context.command(), "Create a repository.");
  repo.describe(arguments);
  arguments.option("--sdk,--space-sdk", sdk, "Of a Space: gradio, streamlit, docker or static.");
  arguments.option("--template", space_template, "Of a Space: an official template.");
  arguments.switch_flag("private", private_repo, "Only its owner may see it.");
  arguments.flag("--public", public_repo, "Everybody may see it.");
  arguments.flag("--protected", protected_repo, "Of a Space: everybody may use it, only its owner see the code.");
  arguments.switch_flag("exist-ok", exist_ok, "A repository that is there already is no error.");
  arguments.option("--resource-group-id", resource_group, "The resource group it belongs to.");
  arguments.choice("--region", {"us", "eu"}, region, "Where it is stored.");
  arguments.option("--flavor", flavor, "Of a Space: its hardware.");
  arguments.option("--sleep-time", sleep_time, "Of a Space: seconds without visitors before it sleeps; -1: never.");
  space.describe(arguments);
  repo.parse(context, arguments);

  CreateRepoOptions options;
  options.call = context.call();
  options.exist_ok = exist_ok;
  options.region = region;
  options.repo_type = repo.repo_type();
  options.resource_group_id = resource_group;
  options.space_hardware = flavor;
  options.space_sdk = sdk;
  options.space_template = space_template;
  if (sleep_time) options.space_sleep_time = *sleep_time;
  space.apply(context, options);
  if (private_repo.value_or(false)) options.visibility = Visibility::private_repo;
  else if (public_repo) options.visibility = Visibility::public_repo;
  else if (protected_repo) options.visibility = Visibility::protected_repo;

  const RepoUrl made = context.api(repo.token).create_repo(repo.repo_id, options);
  context.out.result("Repo created", {{"repo_id", made.repo_id}, {"url", made.url}});
}

void repos_delete_command(Context& context) {
  RepoArguments repo;
  bool missing_ok = false;
  bool yes = false;
  Arguments arguments(context.command(), "Delete a repository. There is no way back.");
  repo.describe(arguments);
  arguments.switch_flag("missing-ok", missing_ok, "A repository that is not there is no error.");
  arguments.flag("-y,--yes", yes, "Do not ask.");
  repo.parse(context, arguments);

  context.out.confirm(
      "You are about to permanently delete " + repo.type_name() + " '" + repo.repo_id + "'. Proceed?", yes);
  DeleteRepoOptions options;
  options.call = context.call();
  options.missing_ok = missing_ok;
  options.repo_type = repo.repo_type();
  context.api(repo.token).delete_repo(repo.repo_id, options);
  context.out.result("Repo deleted", {{"repo_id", repo.repo_id}});
}

void repos_branch_create_command(Context& context) {
  RepoArguments repo;
  std::string branch;
  std::optional<std::string> revision;
  bool exist_ok = false;
  Arguments arguments(context.command(), "Create a branch.");
  repo.describe(arguments);
  arguments.required("BRANCH", branch, "Its name.");
  arguments.option("--revision", revision, "Where it starts: a branch, a tag or a commit.");
  arguments.switch_flag("exist-ok", exist_ok, "A branch that is there already is no error.");
  repo.parse(context, arguments);

  CreateBranchOptions options;
  options.call = context.call();
  options.exist_ok = exist_ok;
  options.repo_type = repo.repo_type();
  options.revision = revision;
  context.api(repo.token).create_branch(repo.repo_id, branch, options);
  context.out.result("Branch created", repo.ref_data("branch", branch));
}

void repos_branch_delete_command(Context& context) {
  RepoArguments repo;
  std::string branch;
  Arguments arguments(context.command(), "Delete a branch.");
  repo.describe(arguments);
  arguments.required("BRANCH", branch, "Its name.");
  repo.parse(context, arguments);

  DeleteBranchOptions options;
  options.call = context.call();
  options.repo_type = repo.repo_type();
  context.api(repo.token).delete_branch(repo.repo_id, branch, options);
  context.out.result("Branch deleted", repo.ref_data("branch", branch));
}

void repos_tag_create_command(Context& context) {
  RepoArguments repo;
  std::string tag;
  std::optional<std::string> message;
  std::optional<std::string> revision;
  Arguments arguments(context.command(), "Create a tag.");
  repo.describe(arguments);
  arguments.required("TAG", tag, "Its name.");
  arguments.option("-m,--message", message, "Its description.");
  arguments.option("--revision", revision, "What is tagged: a branch, a tag or a commit.");
  repo.parse(context, arguments);

  CreateTagOptions options;
  options.call = context.call();
  options.repo_type = repo.repo_type();
  options.revision = revision;
  options.tag_message = message;
  try {
    context.api(repo.token).create_tag(repo.repo_id, tag, options);
  } catch (const RepositoryNotFoundError&) {
    throw CliError(repo.label() + " not found.");
  } catch (const RevisionNotFoundError&) {
    throw CliError("Revision '" + revision.value_or("None") + "' not found.");
  } catch (const HfHubHTTPError& error) {
    if (error.status() != 409) throw;
    throw CliError("Tag '" + tag + "' already exists on '" + repo.repo_id + "'.");
  }
  context.out.result("Tag created", repo.ref_data("tag", tag));
}

void repos_tag_list_command(Context& context) {
  RepoArguments repo;
  Arguments arguments(context.command(), "List the tags of a repository.");
  repo.describe(arguments);
  repo.parse(context, arguments);

  ListRepoRefsOptions options;
  options.call = context.call();
  options.repo_type = repo.repo_type();
  std::vector<Json> rows;
  try {
    for (const GitRefInfo& tag : context.api(repo.token).list_repo_refs(repo.repo_id, options).tags) {
      rows.push_back({{"name", tag.name}, {"target_commit", tag.target_commit}, {"ref", tag.ref}});
    }
  } catch (const RepositoryNotFoundError&) {
    throw CliError(repo.label() + " not found.");
  }
  context.out.table(rows);
}

void repos_tag_delete_command(Context& context) {
  RepoArguments repo;
  std::string tag;
  bool yes = false;
  Arguments arguments(context.command(), "Delete a tag.");
  repo.describe(arguments);
  arguments.required("TAG", tag, "Its name.");
  arguments.flag("-y,--yes", yes, "Do not ask.");
  repo.parse(context, arguments);

  context.out.text("You are about to delete tag " + tag + " on " + repo.type_name() + " " + repo.repo_id);
  context.out.confirm("Proceed?", yes);
  DeleteTagOptions options;
  options.call = context.call();
  options.repo_type = repo.repo_type();
  try {
    context.api(repo.token).delete_tag(repo.repo_id, tag, options);
  } catch (const RepositoryNotFoundError&) {
    throw CliError(repo.label() + " not found.");
  } catch (const RevisionNotFoundError&) {
    throw CliError("Tag '" + tag + "' not found on '" + repo.repo_id + "'.");
  }
  context.out.result("Tag deleted", repo.ref_data("tag", tag));
}

}  // namespace huggingface_hub::cli
