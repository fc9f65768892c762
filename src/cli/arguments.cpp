// SPDX-License-Identifier: Apache-2.0
#include "cli/arguments.hpp"

#include "cli/failure.hpp"

#include <CLI/CLI.hpp>

#include <charconv>
#include <cstdio>
#include <deque>
#include <functional>
#include <sstream>
#include <string_view>
#include <utility>

namespace huggingface_hub::cli {

namespace {

constexpr std::size_t kHelpColumn = 32;
constexpr const char* kHelpText = "Show this message and exit.";

/// `'--type' / '--repo-type'`, `'-m' / '--message'`.
std::string quoted_names(const std::string& names) {
  std::string quoted = "'";
  for (const char c : names) quoted += c == ',' ? std::string("' / '") : std::string(1, c);
  return quoted + "'";
}

/// The names in `-m,--message` or `--x/--no-x`.
std::vector<std::string> single_names(const std::string& names) {
  std::vector<std::string> single(1);
  for (const char c : names) {
    if (c == ',' || c == '/') single.emplace_back();
    else single.back() += c;
  }
  return single;
}

std::string help_line(const std::string& left, const std::string& right) {
  std::string line = "  " + left;
  if (line.size() + 2 > kHelpColumn) line += "\n";
  const std::size_t start = line.rfind('\n') == std::string::npos ? line.size() : 0;
  return line + std::string(kHelpColumn - std::min(start, kHelpColumn), ' ') + right + "\n";
}

struct Positional {
  std::string name{};
  bool required{false};
  std::function<void(const std::string&)> store{};
};

}  // namespace

struct Arguments::Impl {
  Impl(std::string typed, std::string text) : command(std::move(typed)), description(std::move(text)) {
    app.set_help_flag();  // Help is ours: its text and its exit code.
    app.allow_windows_style_options(false);
    help = app.add_flag("--help", [](std::int64_t) {}, "")->group("");
    short_help = app.add_flag("-h", [](std::int64_t) {}, "")->group("");
    // One list takes all positionals: CLI11 would give a second optional one to the first.
    app.add_option("values", given);
  }

  /// Hands the values to the positionals in their order, and what is left to the rest.
  void distribute() {
    std::size_t next = 0;
    for (const Positional& positional : positionals) {
      if (next < given.size()) {
        positional.store(given[next++]);
      } else if (positional.required) {
        fail("Missing argument '" + positional.name + "'.");
      }
    }
    const std::vector<std::string> left(given.begin() + static_cast<std::ptrdiff_t>(next), given.end());
    if (rest != nullptr) {
      *rest = left;
    } else if (!left.empty()) {
      fail_for_extra(left);
    }
  }

  [[noreturn]] void fail_for_extra(const std::vector<std::string>& extra) const {
    std::string all;
    for (const std::string& each : extra) all += (all.empty() ? "" : " ") + each;
    fail(std::string("Got unexpected extra argument") + (extra.size() > 1 ? "s" : "") + " (" + all + ")");
  }

  CLI::Option* add(const std::string& names, std::vector<std::string>& values, const std::string& text, bool repeated) {
    CLI::Option* option = app.add_option(names, values);
    option->type_size(1)->expected(1)->allow_extra_args(false);
    option->multi_option_policy(repeated ? CLI::MultiOptionPolicy::TakeAll : CLI::MultiOptionPolicy::TakeLast);
    options_help += help_line(names, text);
    described.push_back({single_names(names), text, {}, repeated, true});
    return option;
  }

  /// An option whose last value is checked and stored by `store`, which says what is wrong with it.
  void add_checked(const std::string& names, const std::string& text,
                   std::function<std::string(const std::string& value)> store) {
    std::vector<std::string>& values = strings.emplace_back();
    add(names, values, text, false);
    after.push_back([this, names, &values, store = std::move(store)] {
      if (values.empty()) return;
      const std::string problem = store(values.back());
      if (!problem.empty()) fail("Invalid value for " + quoted_names(names) + ": " + problem);
    });
  }

  void add_flag(const std::string& names, const std::string& text, std::function<void(bool)> store) {
    const std::size_t slash = names.find('/');
    const std::string negated = slash == std::string::npos ? "" : ",!" + names.substr(slash + 1);
    std::vector<std::string>& values = strings.emplace_back();
    CLI::Option* option = app.add_flag(names.substr(0, slash) + negated, values);
    option->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
    options_help += help_line(names, text);
    described.push_back({single_names(names), text, {}, false, false});
    after.push_back([this, option, &values, names, store = std::move(store)] {
      if (option->count() == 0) return;
      const std::string& value = values.empty() ? "true" : values.back();
      if (value != "true" && value != "false") {
        fail("Option " + quoted_names(names.substr(0, names.find('/'))) + " does not take a value.");
      }
      store(value == "true");
    });
  }

  [[nodiscard]] std::string usage() const {
    std::string line = "Usage: hfcpp " + command + " [OPTIONS]";
    for (const Positional& positional : positionals) {
      line += " " + (positional.required ? positional.name : "[" + positional.name + "]");
    }
    return line + (rest_name.empty() ? "" : " [" + rest_name + "]...");
  }

  [[noreturn]] void fail(const std::string& text) const {
    throw UsageError(text, usage() + "\nTry 'hfcpp " + command + " --help' for help.\n\n");
  }

  [[noreturn]] void show_help() const {
    std::string text = usage() + "\n\n  " + description + "\n";
    if (!positionals_help.empty()) text += "\nArguments:\n" + positionals_help;
    text += "\nOptions:\n" + options_help + help_line("--help", kHelpText);
    text += "\nFormatting options:\n" +
            help_line("--format [auto|human|agent|json|quiet]", "How results are printed.") +
            help_line("--json", "Same as --format json.") + help_line("-q,--quiet", "Same as --format quiet.") +
            help_line("--no-truncate", "Do not shorten the cells of tables.");
    std::fputs(text.c_str(), stdout);
    std::fflush(stdout);
    throw Exit{0};
  }

  void explain(const CLI::ParseError& error) const {
    const std::vector<std::string> left = app.remaining();
    for (const std::string& extra : left) {
      if (extra.size() > 1 && extra[0] == '-') fail("No such option: " + extra.substr(0, extra.find('=')));
    }
    if (!left.empty()) fail_for_extra(left);
    const std::string text = error.what();
    if (dynamic_cast<const CLI::ArgumentMismatch*>(&error) != nullptr) {
      fail("Option '" + text.substr(0, text.find(':')) + "' requires an argument.");
    }
    fail(text);
  }

  std::string command;
  std::string description;
  CLI::App app{};
  CLI::Option* help{nullptr};
  CLI::Option* short_help{nullptr};
  std::vector<Positional> positionals{};
  std::vector<std::string> given{};  // What was given for the positionals and the rest, in order.
  std::string rest_name{};
  std::vector<std::string>* rest{nullptr};
  std::string positionals_help{};
  std::string options_help{};
  std::vector<OptionInfo> described{};
  std::deque<std::vector<std::string>> strings{};  // Stable addresses: CLI11 writes into them.
  std::vector<std::function<void()>> after{};      // Run once everything is read.
};

Arguments::Arguments(std::string command, std::string description)
    : impl_(std::make_unique<Impl>(std::move(command), std::move(description))) {}

Arguments::~Arguments() = default;

void Arguments::required(const std::string& name, std::string& target, const std::string& help) {
  impl_->positionals.push_back({name, true, [&target](const std::string& value) { target = value; }});
  impl_->positionals_help += help_line(name, help);
}

void Arguments::optional(const std::string& name, std::optional<std::string>& target, const std::string& help) {
  impl_->positionals.push_back({name, false, [&target](const std::string& value) { target = value; }});
  impl_->positionals_help += help_line(name, help);
}

void Arguments::rest(const std::string& name, std::vector<std::string>& target, const std::string& help) {
  impl_->rest_name = name;
  impl_->rest = &target;
  impl_->positionals_help += help_line(name, help);
}

void Arguments::option(const std::string& names, std::optional<std::string>& target, const std::string& help) {
  impl_->add_checked(names, help, [&target](const std::string& value) {
    target = value;
    return std::string();
  });
}

void Arguments::option(const std::string& names, std::vector<std::string>& target, const std::string& help) {
  impl_->add(names, target, help, true);
}

void Arguments::option(const std::string& names, std::optional<long long>& target, const std::string& help) {
  impl_->add_checked(names, help, [&target](const std::string& value) -> std::string {
    long long number = 0;
    const char* end = value.data() + value.size();
    const auto [stopped, failed] = std::from_chars(value.data(), end, number);
    if (failed != std::errc{} || stopped != end) return "'" + value + "' is not a valid integer.";
    target = number;
    return {};
  });
}

void Arguments::option(const std::string& names, std::optional<double>& target, const std::string& help) {
  impl_->add_checked(names, help, [&target](const std::string& value) -> std::string {
    std::istringstream stream(value);
    stream.imbue(std::locale::classic());
    double number = 0;
    if (!(stream >> number) || !stream.eof()) return "'" + value + "' is not a valid float.";
    target = number;
    return {};
  });
}

void Arguments::choice(const std::string& names, const std::vector<std::string>& values,
                       std::optional<std::string>& target, const std::string& help) {
  impl_->add_checked(names, help, [values, &target](const std::string& value) -> std::string {
    if (std::find(values.begin(), values.end(), value) != values.end()) {
      target = value;
      return {};
    }
    std::string all;
    for (const std::string& each : values) all += (all.empty() ? "'" : ", '") + each + "'";
    return "'" + value + "' is not one of " + all + ".";
  });
  impl_->described.back().values = values;
}

void Arguments::flag(const std::string& names, bool& target, const std::string& help) {
  impl_->add_flag(names, help, [&target](bool value) { target = value; });
}

void Arguments::switch_flag(const std::string& name, bool& target, const std::string& help) {
  impl_->add_flag("--" + name + "/--no-" + name, help, [&target](bool value) { target = value; });
}

void Arguments::switch_flag(const std::string& name, std::optional<bool>& target, const std::string& help) {
  impl_->add_flag("--" + name + "/--no-" + name, help, [&target](bool value) { target = value; });
}

void Arguments::parse(const std::vector<std::string>& arguments) {
  const bool wants_something = !impl_->positionals.empty() && impl_->positionals.front().required;
  if (arguments.empty() && wants_something) impl_->show_help();
  try {
    impl_->app.parse(std::vector<std::string>(arguments.rbegin(), arguments.rend()));  // CLI11 reads from the back.
  } catch (const CLI::ParseError& error) {
    for (const std::string& argument : arguments) {
      if (argument == "--") break;
      if (argument == "--help") impl_->show_help();
    }
    impl_->explain(error);
  }
  if (impl_->help->count() > 0 || impl_->short_help->count() > 0) impl_->show_help();
  impl_->distribute();
  for (const auto& step : impl_->after) step();
}

std::vector<OptionInfo> Arguments::options() const {
  std::vector<OptionInfo> all = impl_->described;
  all.push_back({{"-h", "--help"}, kHelpText, {}, false, false});
  return all;
}

void Arguments::fail(const std::string& text) const { impl_->fail(text); }

namespace {

/// One formatting flag, found in the arguments.
struct ModeFlag {
  std::string spelling{};
  std::string mode{};
};

void set_mode(std::optional<ModeFlag>& found, ModeFlag flag) {
  for (const char* known : {"agent", "auto", "human", "json", "quiet"}) {
    if (flag.mode != known) continue;
    if (found) throw UsageError("'" + found->spelling + "' and '" + flag.spelling + "' are mutually exclusive.");
    found = std::move(flag);
    return;
  }
  throw UsageError("Invalid value for '--format': '" + flag.mode +
                   "'. Valid values: agent, auto, human, json, quiet.");
}

}  // namespace

FormatFlags take_format_flags(std::vector<std::string>& arguments) {
  constexpr std::string_view kFormat = "--format=";
  std::optional<ModeFlag> found;
  FormatFlags flags;
  std::vector<std::string> kept;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const std::string& argument = arguments[i];
    if (argument == "--") {
      kept.insert(kept.end(), arguments.begin() + static_cast<std::ptrdiff_t>(i), arguments.end());
      break;
    }
    if (argument == "-q" || argument == "--quiet") {
      set_mode(found, {argument, "quiet"});
    } else if (argument == "--json") {
      set_mode(found, {argument, "json"});
    } else if (argument == "--no-truncate") {
      flags.no_truncate = true;
    } else if (argument == "--format") {
      if (i + 1 == arguments.size()) throw UsageError("Option '--format' requires a value.");
      set_mode(found, {argument, arguments[++i]});
    } else if (argument.starts_with(kFormat)) {
      set_mode(found, {"--format", argument.substr(kFormat.size())});
    } else if (argument.starts_with("--no-truncate=") || argument.starts_with("--json=") ||
               argument.starts_with("--quiet=")) {
      throw UsageError("Option '" + argument.substr(0, argument.find('=')) + "' does not take a value.");
    } else {
      kept.push_back(argument);
    }
  }
  arguments = std::move(kept);
  if (found) flags.mode = found->mode;
  return flags;
}

void take_type_prefix(std::string& repo_id, std::optional<std::string>& type) {
  const std::size_t slash = repo_id.find('/');
  if (slash == std::string::npos) return;
  const std::size_t second = repo_id.find('/', slash + 1);
  if (second == std::string::npos || repo_id.find('/', second + 1) != std::string::npos) return;
  const std::string prefix = repo_id.substr(0, slash);
  for (const char* known : {"models", "datasets", "spaces", "kernels"}) {
    if (prefix != known) continue;
    if (type) {
      throw UsageError("Ambiguous repo type: got prefix '" + prefix +
                       "/' in repo ID and explicit --type. Use one or the other.");
    }
    type = prefix.substr(0, prefix.size() - 1);
    repo_id.erase(0, slash + 1);
    return;
  }
}

}  // namespace huggingface_hub::cli
