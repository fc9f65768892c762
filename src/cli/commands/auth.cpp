// SPDX-License-Identifier: Apache-2.0
#include "cli/commands.hpp"
#include "cli/failure.hpp"
#include "cli/interrupt.hpp"

#include "huggingface_hub/auth.hpp"

#include <termios.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <ctime>

namespace huggingface_hub::cli {

namespace {

constexpr const char* kNotLoggedIn = "Not logged in. Run `hfcpp auth login` first.";

/// What is typed does not show while this object lives.
class HiddenInput {
 public:
  HiddenInput() : terminal_(::tcgetattr(STDIN_FILENO, &before_) == 0) {
    termios hidden = before_;
    hidden.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    if (terminal_) ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &hidden);
  }
  HiddenInput(const HiddenInput&) = delete;
  HiddenInput& operator=(const HiddenInput&) = delete;
  ~HiddenInput() {
    if (terminal_) ::tcsetattr(STDIN_FILENO, TCSAFLUSH, &before_);
  }

 private:
  termios before_{};
  bool terminal_;
};

std::string read_secret(Context& context, const std::string& question) {
  context.out.raw(question);
  std::string line;
  {
    const HiddenInput hidden;
    line = read_line().value_or("");
  }
  context.out.raw("\n");
  return line;
}

std::string expiry_text(const std::optional<std::int64_t>& expires_at) {
  if (!expires_at) return "";
  const auto time = static_cast<std::time_t>(*expires_at);
  std::tm date{};
  ::localtime_r(&time, &date);
  char text[32];
  std::strftime(text, sizeof text, "%Y-%m-%d", &date);
  return std::string(text) + (time < std::time(nullptr) ? " (expired)" : "");
}

/// Columns as wide as their longest cell, one blank between, blanks at the end kept.
std::string plain_table(const std::vector<std::vector<std::string>>& rows) {
  std::vector<std::size_t> widths(rows.front().size());
  for (const auto& row : rows) {
    for (std::size_t i = 0; i < row.size(); ++i) widths[i] = std::max(widths[i], length_of(row[i]));
  }
  std::string text;
  for (const auto& row : rows) {
    for (std::size_t i = 0; i < row.size(); ++i) {
      const std::string cell = row[i] == "-" ? std::string(widths[i], '-') : row[i];
      text += (i > 0 ? " " : "") + cell + std::string(widths[i] - length_of(cell), ' ');
    }
    text += "\n";
  }
  return text;
}

void print_tokens(Context& context, const std::vector<StoredTokenInfo>& tokens) {
  const bool shows_expiry =
      std::any_of(tokens.begin(), tokens.end(), [](const StoredTokenInfo& token) { return token.expires_at; });
  if (context.out.mode() == OutputMode::json || context.out.mode() == OutputMode::quiet) {
    std::vector<Json> rows;
    for (const StoredTokenInfo& token : tokens) {
      Json row = {{"active", token.active}, {"name", token.name}, {"token", token.masked_token}};
      if (shows_expiry) row["expires"] = expiry_text(token.expires_at);
      rows.push_back(std::move(row));
    }
    TableOptions options;
    options.id_key = "name";
    context.out.table(rows, options);
    return;
  }
  std::vector<std::vector<std::string>> rows{{" ", "name", "token"}, {"-", "-", "-"}};
  if (shows_expiry) {
    rows[0].emplace_back("expires");
    rows[1].emplace_back("-");
  }
  for (const StoredTokenInfo& token : tokens) {
    rows.push_back({token.active ? "*" : "", token.name, token.masked_token});
    if (shows_expiry) rows.back().push_back(expiry_text(token.expires_at));
  }
  context.out.raw(plain_table(rows));
}

/// True where a token of the environment is in force: it is none of the stored ones' business.
bool environment_rules(const Config& config) {
  Config without_files = config;
  without_files.token_path.clear();
  HfApiOptions options;
  options.config = without_files;
  return get_token(HfApi(options)).has_value();
}

}  // namespace

void auth_login_command(Context& context) {
  std::optional<std::string> token;
  bool add_to_git_credential = false;
  bool force = false;
  Arguments arguments(context.command(), "Log in with a token from huggingface.co/settings/tokens.");
  arguments.option("--token", token, "The token. Without it, it is asked for.");
  arguments.switch_flag("add-to-git-credential", add_to_git_credential, "Hand it to git's credential helpers as well.");
  arguments.switch_flag("force", force, "Log in anew even if there is a token already.");
  context.parse(arguments);

  if (!token) {
    if (context.out.mode() == OutputMode::json || context.out.mode() == OutputMode::quiet) {
      throw CliError(
          "`hfcpp auth login` is interactive and does not support --format json/quiet. Pass --token for a "
          "non-interactive login.");
    }
    if (!force && get_token(context.api())) {
      if (context.out.mode() == OutputMode::agent) {
        context.out.text("Already logged in. Use `hfcpp auth login --force` to re-login.");
      } else {
        context.out.log("User is already logged in. Use `hfcpp auth login --force` to force re-login.");
      }
      return;
    }
    if (::isatty(STDIN_FILENO) == 0 || context.out.mode() == OutputMode::agent) {
      throw CliError("No terminal to ask for a token. Pass one with --token, or set HF_TOKEN.");
    }
    context.out.log("    To log in, a token generated from https://huggingface.co/settings/tokens is required.");
    token = read_secret(context, "Enter your token (input will not be visible): ");
  } else if (!add_to_git_credential) {
    context.out.log(
        "The token has not been saved to the git credentials helper. Pass `--add-to-git-credential` if you want to set "
        "the git credential as well.");
  }
  LoginOptions options;
  options.add_to_git_credential = add_to_git_credential;
  options.call = context.call();
  login(context.api(), *token, options);
}

void auth_logout_command(Context& context) {
  std::optional<std::string> name;
  Arguments arguments(context.command(), "Log out from one stored token, or from all.");
  arguments.option("--token-name", name, "The stored token to forget.");
  context.parse(arguments);
  LogoutOptions options;
  options.token_name = name.value_or("");
  logout(context.api(), options);
}

void auth_switch_command(Context& context) {
  std::optional<std::string> name;
  bool add_to_git_credential = false;
  Arguments arguments(context.command(), "Switch between stored access tokens.");
  arguments.option("--token-name", name, "The stored token to use from now on.");
  arguments.switch_flag("add-to-git-credential", add_to_git_credential, "Hand it to git's credential helpers as well.");
  context.parse(arguments);
  if (!name) {
    const std::vector<StoredTokenInfo> tokens = auth_list(context.api());
    if (tokens.empty()) {
      context.out.log("No stored tokens found. Please login first.");
      context.out.raw("No token name provided. Aborting.\n");
      return;
    }
    if (context.out.mode() != OutputMode::human || ::isatty(STDIN_FILENO) == 0) {
      throw CliError("Use --token-name to select a token in non-interactive mode.");
    }
    for (std::size_t i = 0; i < tokens.size(); ++i) {
      context.out.log("  " + std::to_string(i + 1) + ". " + escape_control_characters(tokens[i].name));
    }
    context.out.raw("Choice [1]: ");
    const std::string line = read_line().value_or("");
    const std::size_t choice = line.empty() ? 1 : std::strtoul(line.c_str(), nullptr, 10);
    if (choice == 0 || choice > tokens.size()) throw CliError("There is no token number '" + line + "'.");
    name = tokens[choice - 1].name;
  }
  AuthSwitchOptions options;
  options.add_to_git_credential = add_to_git_credential;
  auth_switch(context.api(), *name, options);
}

void auth_list_command(Context& context) {
  Arguments arguments(context.command(), "List all stored access tokens.");
  context.parse(arguments);
  const std::vector<StoredTokenInfo> tokens = auth_list(context.api());
  const bool from_environment = environment_rules(context.config());
  if (tokens.empty()) {
    if (context.out.mode() == OutputMode::json) context.out.raw("[]\n");
    context.out.log(from_environment ? "No stored access tokens found." : "No access tokens found.");
    if (from_environment) {
      context.out.log("Note: Environment variable `HF_TOKEN` is set and is the current active token.");
    }
    return;
  }
  print_tokens(context, tokens);
  if (from_environment) {
    context.out.log(
        "\nNote: Environment variable `HF_TOKEN` is set and is the current active token independently from the stored "
        "tokens listed above.");
  } else if (std::none_of(tokens.begin(), tokens.end(), [](const StoredTokenInfo& token) { return token.active; })) {
    context.out.log(
        "\nNote: No active token is set and no environment variable `HF_TOKEN` is found. Use `hfcpp auth login` to log "
        "in.");
  }
}

void auth_token_command(Context& context) {
  Arguments arguments(context.command(), "Print the current access token.");
  context.parse(arguments);
  const std::optional<std::string> token = get_token(context.api());
  if (!token) throw CliError(kNotLoggedIn);
  context.out.raw(*token + "\n");
  context.out.hint("Run `hfcpp auth whoami` to see which account this token belongs to.");
}

void auth_whoami_command(Context& context) {
  Arguments arguments(context.command(), "Find out which account you are logged in as.");
  context.parse(arguments);
  const std::optional<std::string> token = get_token(context.api());
  if (!token) throw CliError(kNotLoggedIn);
  WhoAmIOptions options;
  options.call = context.call();
  options.token = Token(*token);
  const WhoAmI who = context.api().whoami(options);
  std::string organizations;
  for (const OrganizationMembership& each : who.orgs) organizations += (organizations.empty() ? "" : ",") + each.name;
  const std::string& endpoint = context.config().endpoint;
  context.out.result("Logged in", {{"user", who.name},
                                   {"orgs", organizations.empty() ? Json() : Json(organizations)},
                                   {"endpoint", endpoint == "https://huggingface.co" ? Json() : Json(endpoint)}});
}

}  // namespace huggingface_hub::cli
