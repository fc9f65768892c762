// SPDX-License-Identifier: Apache-2.0
#include "cli/completion.hpp"

#include "cli/commands.hpp"
#include "cli/environment.hpp"
#include "cli/failure.hpp"

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

namespace huggingface_hub::cli {

namespace {

// Each script hands the line over and reads one candidate a line (zsh: three lines). Where there is none the shell
// completes file names, which is what most values are.

constexpr const char* kBash = R"script(_hfcpp_completion() {
  local line IFS=$'\n'
  COMPREPLY=()
  for line in $(COMP_WORDS="${COMP_WORDS[*]}" COMP_CWORD=$COMP_CWORD _HFCPP_COMPLETE=bash_complete "$1"); do
    case $line in
      plain,*) COMPREPLY+=("${line#plain,}") ;;
      dir,*) compopt -o dirnames ;;
      file,*) compopt -o default ;;
    esac
  done
}
complete -o nosort -o default -F _hfcpp_completion hfcpp
)script";

constexpr const char* kZsh = R"script(#compdef hfcpp
_hfcpp_completion() {
  local -a answer plain described
  local kind word help
  answer=("${(@f)$(COMP_WORDS="${(F)words}" COMP_CWORD=$((CURRENT - 1)) _HFCPP_COMPLETE=zsh_complete hfcpp)}")
  for kind word help in $answer; do
    case $kind in
      plain)
        if [[ $help == _ ]]; then
          plain+=("$word")
        else
          described+=("$word:$help")
        fi ;;
      dir) _path_files -/ ;;
      file) _path_files -f ;;
    esac
  done
  (( $#described )) && _describe -V hfcpp described -U
  (( $#plain )) && compadd -U -V hfcpp -a plain
  (( $#described + $#plain )) || _files
}
if [[ $zsh_eval_context[-1] == loadautofunc ]]; then
  _hfcpp_completion "$@"
else
  compdef _hfcpp_completion hfcpp
fi
)script";

constexpr const char* kFish = R"script(function _hfcpp_completion
  set -l answer (env _HFCPP_COMPLETE=fish_complete COMP_WORDS=(commandline -cp) COMP_CWORD=(commandline -t) hfcpp)
  for line in $answer
    set -l parts (string split -m 1 "," -- $line)
    switch $parts[1]
      case plain
        echo $parts[2]
      case dir
        __fish_complete_directories $parts[2]
      case file
        __fish_complete_path $parts[2]
    end
  end
  if test -z "$answer"
    __fish_complete_path (commandline -t)
  end
end
complete --no-files --command hfcpp --arguments "(_hfcpp_completion)"
)script";

struct Shell {
  const char* name;
  const char* script;
  const char* start_file;  // Under the home folder.
  bool is_own_file;        // The script is the file; else a line in it reads the script.
};

constexpr Shell kShells[] = {
    {"bash", kBash, ".bashrc", false},
    {"zsh", kZsh, ".zshrc", false},
    {"fish", kFish, ".config/fish/completions/hfcpp.fish", true},
};

const Shell* find_shell(std::string_view name) {
  const auto* found =
      std::find_if(std::begin(kShells), std::end(kShells), [&](const Shell& each) { return each.name == name; });
  return found == std::end(kShells) ? nullptr : found;
}

const Shell& known_shell(const std::string& name) {
  const Shell* shell = find_shell(name);
  if (shell == nullptr) throw CliError("Shell '" + name + "' is not supported for completion.");
  return *shell;
}

/// The words of a command line that may end within a quotation.
std::vector<std::string> split_words(std::string_view line) {
  std::vector<std::string> words;
  bool in_word = false;
  char quote = 0;
  for (std::size_t i = 0; i < line.size(); ++i) {
    char c = line[i];
    const bool is_space = c == ' ' || c == '\t' || c == '\n' || c == '\r';
    if (quote == 0 && is_space) {
      in_word = false;
      continue;
    }
    if (!in_word) words.emplace_back();
    in_word = true;
    if (quote == 0 && (c == '\'' || c == '"')) {
      quote = c;
    } else if (c == quote) {
      quote = 0;
    } else {
      const bool escapes = c == '\\' && quote != '\'' && i + 1 < line.size() &&
                           (quote == 0 || line[i + 1] == '"' || line[i + 1] == '\\');
      if (escapes) c = line[++i];
      words.back() += c;
    }
  }
  return words;
}

/// The line up to the cursor, without the program: whole words, and the one that is being typed.
struct TypedLine {
  std::vector<std::string> words{};
  std::string incomplete{};
  std::string prefix{};  ///< Of the word that is being typed, before `incomplete`: `--type=`.
};

TypedLine line_of_shell(bool is_fish) {
  TypedLine line;
  std::vector<std::string> all = split_words(environment_variable("COMP_WORDS"));
  const std::string position = environment_variable("COMP_CWORD");
  if (!all.empty()) all.erase(all.begin());
  if (is_fish) {  // Says the token itself.
    const std::vector<std::string> token = split_words(position);
    if (!token.empty()) line.incomplete = token.front();
    if (!all.empty() && !line.incomplete.empty() && all.back() == line.incomplete) all.pop_back();
  } else {
    std::size_t index = 0;
    const std::errc failed = std::from_chars(position.data(), position.data() + position.size(), index).ec;
    if (failed != std::errc{}) index = all.size() + 1;  // At the end.
    const std::size_t before = std::min(all.size(), index > 0 ? index - 1 : 0);
    if (before < all.size()) line.incomplete = all[before];
    all.resize(before);
  }
  line.words = std::move(all);
  return line;
}

/// bash takes `--type=da` for three words, the others for one: here it is an option and its value in each. Only bash
/// replaces the value alone.
void split_assignment(TypedLine& line, bool is_bash) {
  if (line.incomplete == "=") {
    line.incomplete.clear();
  } else if (!line.words.empty() && line.words.back() == "=") {
    line.words.pop_back();
  } else if (line.incomplete.starts_with("-")) {
    const std::size_t equals = line.incomplete.find('=');
    if (equals == std::string::npos) return;
    line.words.push_back(line.incomplete.substr(0, equals));
    if (!is_bash) line.prefix = line.incomplete.substr(0, equals + 1);
    line.incomplete.erase(0, equals + 1);
  }
}

const OptionInfo* find_option(const std::vector<OptionInfo>& options, std::string_view word) {
  const auto has_name = [word](const OptionInfo& option) {
    return std::find(option.names.begin(), option.names.end(), word) != option.names.end();
  };
  const auto found = std::find_if(options.begin(), options.end(), has_name);
  return found == options.end() ? nullptr : &*found;
}

/// The options that are on the line already. A value of another option is none.
std::vector<const OptionInfo*> used_options(const std::vector<OptionInfo>& options,
                                            const std::vector<std::string>& words) {
  std::vector<const OptionInfo*> used;
  for (std::size_t i = 0; i < words.size(); ++i) {
    const OptionInfo* option = find_option(options, std::string_view(words[i]).substr(0, words[i].find('=')));
    if (option == nullptr) continue;
    used.push_back(option);
    if (option->takes_value && words[i].find('=') == std::string::npos) ++i;
  }
  return used;
}

void suggest_options(const std::vector<OptionInfo>& options, const TypedLine& line, std::vector<Suggestion>& found) {
  const std::vector<const OptionInfo*> used = used_options(options, line.words);
  for (const OptionInfo& option : options) {
    if (!option.repeatable && std::find(used.begin(), used.end(), &option) != used.end()) continue;
    for (const std::string& name : option.names) {
      if (name.starts_with(line.incomplete)) found.push_back({name, option.help});
    }
  }
}

/// What the command takes, which only its own function knows.
std::vector<OptionInfo> options_of(const Command& command) {
  Context context(command.name, {});
  context.describe_only();
  try {
    command.run(context);
  } catch (const Described& described) {
    return described.options;
  }
  return {};
}

/// Takes the formatting flags out; false where the last word is `--format`, whose value comes now.
bool drop_format_flags(std::vector<std::string>& words) {
  if (!words.empty() && words.back() == "--format") return false;
  try {
    (void)take_format_flags(words);
  } catch (const UsageError&) {
    // The line is not finished.
  }
  return true;
}

std::vector<Suggestion> suggest_for_command(const Command& command, TypedLine& line) {
  std::vector<Suggestion> found;
  const auto suggest_values = [&](const std::vector<std::string>& values) {
    for (const std::string& value : values) {
      if (value.starts_with(line.incomplete)) found.push_back({line.prefix + value, ""});
    }
  };
  if (std::find(line.words.begin(), line.words.end(), "--") != line.words.end()) return found;
  if (!drop_format_flags(line.words)) {
    suggest_values({"auto", "human", "agent", "json", "quiet"});
    return found;
  }
  const std::vector<OptionInfo> options = options_of(command);
  const OptionInfo* last = line.words.empty() ? nullptr : find_option(options, line.words.back());
  if (last != nullptr && last->takes_value) {
    suggest_values(last->values);
  } else if (line.incomplete.starts_with("-")) {
    suggest_options(options, line, found);
  }
  return found;
}

std::vector<Suggestion> suggest(const Shell& shell) {
  const std::string_view asking = shell.name;
  TypedLine line = line_of_shell(asking == "fish");
  split_assignment(line, asking == "bash");
  std::string name;
  const Command* command = follow(line.words, name);
  if (command != nullptr) return suggest_for_command(*command, line);
  std::vector<Suggestion> found;
  if (line.incomplete.starts_with("-")) {
    suggest_options(group_options(name), line, found);
    return found;
  }
  for (Suggestion& each : commands_in(name)) {
    if (each.word.starts_with(line.incomplete)) found.push_back(std::move(each));
  }
  return found;
}

std::string answer_for(const Shell& shell, const Suggestion& suggestion) {
  const std::string_view name = shell.name;
  if (name == "bash") return "plain," + suggestion.word + "\n";
  if (name == "fish") {
    return "plain," + suggestion.word + (suggestion.help.empty() ? "" : "\t" + suggestion.help) + "\n";
  }
  std::string word;
  for (const char c : suggestion.word) {  // zsh ends the word at a colon where a text follows.
    if (c == ':' && !suggestion.help.empty()) word += '\\';
    word += c;
  }
  return "plain\n" + word + "\n" + (suggestion.help.empty() ? "_" : suggestion.help) + "\n";
}

std::string content_of(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(file), {});
}

}  // namespace

bool is_completing() { return !environment_variable("_HFCPP_COMPLETE").empty(); }

int complete() {
  const std::string asked = environment_variable("_HFCPP_COMPLETE");
  const std::size_t line = asked.find('_');
  const Shell* shell = find_shell(std::string_view(asked).substr(0, line));
  const std::string_view what = line == std::string::npos ? "" : std::string_view(asked).substr(line + 1);
  if (shell == nullptr || (what != "source" && what != "complete")) return kFailure;
  std::string text;
  if (what == "source") {
    text = shell->script;
  } else {
    for (const Suggestion& each : suggest(*shell)) text += answer_for(*shell, each);
    if (text.empty()) text = "\n";  // As click: a line, with nothing in it.
  }
  std::fputs(text.c_str(), stdout);
  return std::fflush(stdout) == 0 ? 0 : kFailure;
}

std::string login_shell() {
  const std::string name = std::filesystem::path(environment_variable("SHELL")).filename().string();
  return name.empty() ? "bash" : name;
}

std::string completion_script(const std::string& shell) { return known_shell(shell).script; }

std::string install_completion(const std::string& name) {
  const Shell& shell = known_shell(name);
  const std::string home = environment_variable("HOME");
  if (home.empty()) throw CliError("Cannot install completion: HOME is not set, so there is no place to put it.");
  const std::filesystem::path path = std::filesystem::path(home) / shell.start_file;
  std::error_code error;
  std::filesystem::create_directories(path.parent_path(), error);
  std::ofstream file(path, std::ios::binary | (shell.is_own_file ? std::ios::trunc : std::ios::app));
  if (shell.is_own_file) {
    file << shell.script;
  } else if (file) {
    const std::string line = "eval \"$(_HFCPP_COMPLETE=" + name + "_source hfcpp)\"";
    if (content_of(path).find(line) == std::string::npos) file << "\n" << line << "\n";
  }
  if (!file.flush()) throw CliError("Cannot install completion: " + path.string() + " cannot be written.");
  return name + " completion installed in " + path.string() + ". Restart your shell for it to take effect.";
}

}  // namespace huggingface_hub::cli
